import Files
import Foundation
import GraphIR
import Runner

/// `strata inside prune`: what a network is worth without some of a layer's units.
struct InsidePruneCommand: Command {
    static let name = "inside prune"
    static let summary = "Silence a layer's units, the least of them first, and see what is lost."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.layer, InsideOptions.csv,
            Option(
                "--by", "LIST", "activity,selectivity,information,norm,random (default: activity,selectivity,random)."),
            Option("--metric", "NAME", "One that evaluate reports (default: its first headline)."),
            Option("--margin", "M", "Losses below this do not matter (default 0.005)."),
            Option("--write", "F", "Write the smaller network, F.arch, and its weights beside it."),
            Option("--units", "N", "With --write: keep so many (default: the fewest that are equivalent)."),
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
        let target = try call.value("--write").map { try Target($0, call) }
        let kept = try call.int("--units", in: 1...1_000_000)
        if kept != nil, target == nil { throw Exit(.usage, "--units is for --write") }
        let subject = try InsideOptions.subject(call)
        let threads = try NetworkRun.threads(call)
        return try reporting {
            let finding = try subject.prune(
                call.value(InsideOptions.layer.name), metric: call.value("--metric"), criteria: criteria,
                margin: margin,
                threads: threads)
            let written = try target.map { target in
                try target.write(
                    subject.smaller(finding, by: criteria[0], keeping: kept, base: target.base(of: subject.file)),
                    call)
            }
            return try InsideOptions.finish(
                call, text: ([finding.text] + [written].compactMap { $0 }).joined(separator: "\n"), json: finding.json,
                html: { finding.page(command: InsideOptions.line(call, name)) }, csv: finding.csv)
        }
    }

    /// Where a smaller network goes: an `.arch` and its weights.
    private struct Target {
        var architecture: String
        var weights: String

        init(_ path: String, _ call: Invocation) throws {
            guard path.hasSuffix(".arch"), path != ".arch" else {
                throw Exit(.usage, "--write takes the name of an architecture, as pruned.arch, not '\(path)'")
            }
            architecture = path
            weights = path.dropLast(".arch".count) + ".safetensors"
            for file in [architecture, weights]
            where !call.has("--overwrite") && FileManager.default.fileExists(atPath: file) {
                throw Exit(.inputOutput, "\(file) is there already", help: "--overwrite replaces it")
            }
        }

        /// The run's own file as it is called from where the variant will stand; its text must still be what was
        /// trained.
        func base(of file: NetworkFile) throws -> String {
            guard let source = file.sources.first,
                FileManager.default.contents(atPath: source.path) == Data(source.text.utf8)
            else {
                throw Exit(
                    .no, "\(file.sources.first?.path ?? "the run's file") is not what was trained any more",
                    help: "a variant needs its parent: put the text that strata show RUN prints there")
            }
            let base = URL(fileURLWithPath: source.path).standardizedFileURL.pathComponents
            let home = URL(fileURLWithPath: architecture).standardizedFileURL.deletingLastPathComponent().pathComponents
            let common = zip(base, home).prefix { $0 == $1 }.count
            let ups = [String](repeating: "..", count: home.count - common)
            return (ups + base.dropFirst(common)).joined(separator: "/")
        }

        func write(_ smaller: SmallerNetwork, _ call: Invocation) throws -> String {
            try AtomicFile(weights).write(smaller.weights.safetensors().bytes)
            try AtomicFile(architecture).write(smaller.text)
            return
                "wrote \(architecture) and \(weights): \(smaller.kept.count) units, \(smaller.parameters) parameters "
                + "instead of \(smaller.before); its outputs differ from the silenced network's by "
                + "\(String(format: "%.1e", smaller.difference)) at most (\(smaller.windows) windows)\n"
                + "to train it further: strata train \(architecture) --set train.weights=\(weights) …\n"
                + "to train one so small from the start: strata train \(architecture) …"
        }
    }
}
