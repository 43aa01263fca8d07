import GraphIR
import Kernels
import Runner

/// `strata inside units`: which units of a layer do what.
struct InsideUnitsCommand: Command {
    static let name = "inside units"
    static let summary = "Which units of a layer are loud, and which are selective, for what."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let layer = Option<String?>.layer
        let trace = Option<[String]>.trace
        let most = Option<Int?>.most
        let csv = Option<String?>.csv
        let npz = Option<String?>.npz
        let top = Option<Int>(
            "--top", "N", "So many units for each class (default \(.standard)).", standard: 5, in: 1...1000)
        let damage = Option<Bool>("--damage", "Silence every unit alone, and say what each class loses.")
        let beside = Option<[String]>.beside
        let keep = Option<[Int]>(
            "--keep", "LIST", "Heat maps of so many per cent of the units (default \(.standard)).",
            standard: "100,50,30", absent: [100, 50, 30]
        ) { text in
            try Reading.numbers(text, in: 1...100) {
                "--keep takes whole per cents from 1 to 100, as 100,50,30, not '\($0)'"
            }
        }
        let steady = Option<Bool>(
            "--steady", "Of a class only units that are among its loudest in every one of its stretches.")
        let alike = Option<UnitAlike.Span?>(
            "--alike", "SPAN", "TRACE@FROM-TO in seconds: where else the units are on that are on there."
        ) { text in
            try UnitAlike.Span(text)
        }
        let html = Option<String?>.html
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside units runs/volcano --layer memory --html units.html",
            "Activation maps, heat maps, correlations, gates: the volcano work's analysis."
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject(besides: call.beside)
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 500)
        var finding = try subject.units(call.layer, traces)
        finding.isSteady = call.steady
        finding.alike = try call.alike.map { try subject.alike(finding.layer, traces, $0) }
        finding.sameness = try subject.sameness(
            finding.layer, subject.siblings(named: subject.beside), Array(traces.prefix(100)))
        if call.damage {
            finding.damage = try subject.damage(
                finding.layer, count: finding.units.count, traces,
                threads: call.inside.machine.threads ?? ThreadPool.processors)
        }
        try InsideLook(
            name: InsideLook.name("units", finding.layer), text: finding.text(top: call.top, keep: call.keep),
            json: finding.json,
            page: { finding.page(top: call.top, keep: call.keep, command: InsideLook.line) },
            arrays: finding.arrays, csv: finding.csv
        ).finish(call.inside, html: call.html, npz: call.npz, csv: call.csv)
        return .done
    }
}
