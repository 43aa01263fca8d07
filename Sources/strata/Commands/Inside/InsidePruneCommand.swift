import GraphIR
import Runner

/// `strata inside prune`: what a network is worth without some of a layer's units.
struct InsidePruneCommand: Command {
    static let name = "inside prune"
    static let summary = "Silence a layer's units, the least of them first, and see what is lost."
    static let operands = "RUN"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.layer, InsideOptions.csv,
            Option(
                "--by", "LIST", "activity,selectivity,information,norm,random (default: activity,selectivity,random)."),
            Option("--metric", "NAME", "One that evaluate reports (default: its first headline)."),
            Option("--margin", "M", "Losses below this do not matter (default 0.005)."),
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        ("strata inside prune runs/volcano --layer memory --html prune.html", "How many units are as good as all.")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let criteria = try (call.value("--by") ?? "activity,selectivity,random").split(separator: ",").map { text in
            guard let criterion = PruneFinding.Criterion(rawValue: String(text)) else {
                let names = PruneFinding.Criterion.allCases.map(\.rawValue)
                let near = nearestName(to: String(text), among: names)
                throw Exit(
                    .usage, "--by takes \(names.joined(separator: ", ")), not '\(text)'",
                    help: near.map { "did you mean '\($0)'?" })
            }
            return criterion
        }
        let margin = try call.double("--margin") ?? 0.005
        guard margin > 0 else { throw Exit(.usage, "--margin takes a number above 0") }
        let subject = try InsideOptions.subject(call)
        let threads = try NetworkRun.threads(call)
        return try reporting {
            let finding = try subject.prune(
                call.value(InsideOptions.layer.name), metric: call.value("--metric"), criteria: criteria,
                margin: margin,
                threads: threads)
            return try InsideOptions.finish(
                call, text: finding.text, json: finding.json,
                html: { finding.page(command: InsideOptions.line(call, name)) }, csv: finding.csv)
        }
    }
}
