import GraphIR
import Runner

/// `strata inside unit`: what one unit is for.
struct InsideUnitCommand: Command {
    static let name = "inside unit"
    static let summary = "One unit of a layer: where it is loud, what moves it, what it would like best."
    static let operands = "MODEL LAYER/UNIT"
    static let operandCount = 2...2
    static let options: [Option] =
        [
            InsideOptions.trace, InsideOptions.most,
            Option("--steps", "N", "At most so many steps for what it likes best (default 300)."),
        ] + InsideOptions.shared.filter { $0.name != InsideOptions.npz.name }
    static let examples: [(line: String, says: String)] = [
        ("strata inside unit runs/volcano memory/37 --html unit.html", "Its best events, bands, gates and optimum.")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let steps = try call.int("--steps", in: 1...100_000) ?? 300
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 200)
        return try reporting {
            let finding = try subject.portrait(Question(call.operands[1]), traces, steps: steps)
            try InsideLook(
                name: InsideLook.name("unit", call.operands[1]), text: finding.text, json: finding.json,
                page: { finding.page(command: InsideLook.line(call)) }
            ).finish(call)
            return .done
        }
    }
}
