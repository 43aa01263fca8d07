import GraphIR
import Runner

/// `strata inside check`: whether explanations of a network may be trusted.
struct InsideCheckCommand: Command {
    static let name = "inside check"
    static let summary = "Explain many traces and hold every explanation to its checks."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.trace, InsideOptions.most, InsideOptions.beside,
            Option("--of", "WHAT", "What is explained (default: the first output)."),
            Option("--rule", "RULE", "epsilon[=E] (default), difference, beta=B, negative or gamma=G."),
        ] + InsideOptions.shared.filter { ![InsideOptions.html.name, InsideOptions.npz.name].contains($0.name) }
    static let examples: [(line: String, says: String)] = [
        ("strata inside check runs/first --of p", "Over 64 test traces; exit status 1 if a check fails.")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let rule = try InsideOptions.rule(call.value("--rule"))
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 64)
        let summary = try reporting {
            try subject.check(
                Question(call.value("--of") ?? subject.graph.outputs.first?.name ?? ""), traces, rule: rule)
        }
        try InsideLook(name: "checks", text: summary.text, json: summary.json).finish(call)
        return summary.passed ? .done : .no
    }
}
