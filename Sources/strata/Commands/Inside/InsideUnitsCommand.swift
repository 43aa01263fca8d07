import GraphIR
import Runner

/// `strata inside units`: which units of a layer do what.
struct InsideUnitsCommand: Command {
    static let name = "inside units"
    static let summary = "Which units of a layer are loud, and which are selective, for what."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.layer, InsideOptions.trace, InsideOptions.most, InsideOptions.csv,
            Option("--top", "N", "So many units for each class (default 5)."),
            Option("--damage", "Silence every unit alone, and say what each class loses."),
            InsideOptions.beside,
            Option("--keep", "LIST", "Heat maps of so many per cent of the units (default 100,50,30)."),
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside units runs/volcano --layer memory --html units.html",
            "Activation maps, heat maps, correlations, gates: the volcano work's analysis."
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let top = try call.int("--top", in: 1...1000) ?? 5
        let keep = try (call.value("--keep") ?? "100,50,30").split(separator: ",").map { text in
            guard let share = Int(text), (1...100).contains(share) else {
                throw Exit(.usage, "--keep takes whole per cents from 1 to 100, as 100,50,30, not '\(text)'")
            }
            return share
        }
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 500)
        return try reporting {
            var finding = try subject.units(call.value(InsideOptions.layer.name), traces)
            finding.sameness = try subject.sameness(
                finding.layer, subject.siblings(named: subject.beside), Array(traces.prefix(100)))
            if call.has("--damage") {
                finding.damage = try subject.damage(
                    finding.layer, count: finding.units.count, traces, threads: NetworkRun.threads(call))
            }
            return try InsideOptions.finish(
                call, text: finding.text(top: top), json: finding.json,
                html: { finding.page(top: top, keep: keep, command: InsideOptions.line(call, name)) },
                arrays: finding.arrays, csv: finding.csv)
        }
    }
}
