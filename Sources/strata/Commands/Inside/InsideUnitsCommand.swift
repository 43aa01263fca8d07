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
            Option("--steady", "Of a class only units that are among its loudest in every one of its stretches."),
            Option("--alike", "SPAN", "TRACE@FROM-TO in seconds: where else the units are on that are on there."),
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
        let span = try reporting { try call.value("--alike").map { try UnitAlike.Span($0) } }
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 500)
        return try reporting {
            var finding = try subject.units(call.value(InsideOptions.layer.name), traces)
            finding.isSteady = call.has("--steady")
            finding.alike = try span.map { try subject.alike(finding.layer, traces, $0) }
            finding.sameness = try subject.sameness(
                finding.layer, subject.siblings(named: subject.beside), Array(traces.prefix(100)))
            if call.has("--damage") {
                finding.damage = try subject.damage(
                    finding.layer, count: finding.units.count, traces, threads: NetworkRun.threads(call))
            }
            try InsideLook(
                name: InsideLook.name("units", finding.layer), text: finding.text(top: top, keep: keep),
                json: finding.json,
                page: { finding.page(top: top, keep: keep, command: InsideLook.line(call)) },
                arrays: finding.arrays, csv: finding.csv
            ).finish(call)
            return .done
        }
    }
}
