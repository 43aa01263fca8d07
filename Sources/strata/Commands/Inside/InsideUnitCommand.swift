import GraphIR
import Runner

/// `strata inside unit`: what one unit is for.
struct InsideUnitCommand: Command {
    static let name = "inside unit"
    static let summary = "One unit of a layer: where it is loud, what moves it, what it would like best."
    static let operands = "MODEL LAYER/UNIT"
    static let operandCount = 2...2
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let most = Option<Int?>.most
        let steps = Option<Int>(
            "--steps", "N", "At most so many steps for what it likes best (default \(.standard)).", standard: 300,
            in: 1...100_000)
        let html = Option<String?>.html
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside unit runs/volcano memory/37 --html unit.html", "Its best events, bands, gates and optimum.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 200)
        let finding = try subject.portrait(Question(call.operands[1]), traces, steps: call.steps)
        try InsideLook(
            name: InsideLook.name("unit", call.operands[1]), text: finding.text, json: finding.json,
            page: { finding.page(command: InsideLook.line) }
        ).finish(call.inside, html: call.html)
        return .done
    }
}
