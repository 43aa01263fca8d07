import GraphIR
import Interpreter
import Runner

/// `strata inside check`: whether explanations of a network may be trusted.
struct InsideCheckCommand: Command {
    static let name = "inside check"
    static let summary = "Explain many traces and hold every explanation to its checks."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let most = Option<Int?>.most
        let beside = Option<[String]>.beside
        let of = Option<String?>("--of", "WHAT", "What is explained (default: the first output).")
        let rule = Option<RelevanceRule>.relevanceRule
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside check runs/first --of p", "Over 64 test traces; exit status 1 if a check fails.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject(besides: call.beside)
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 64)
        let summary = try subject.check(
            Question(call.of ?? subject.graph.outputs.first?.name ?? ""), traces, rule: call.rule)
        try InsideLook(name: "checks", text: summary.text, json: summary.json).finish(call.inside)
        return summary.passed ? .done : .no
    }
}
