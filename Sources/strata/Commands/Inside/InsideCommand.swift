import GraphIR
import Runner

/// `strata inside`: what is in a network.
struct InsideCommand: Command {
    static let name = "inside"
    static let otherWords = ["interpret", "saliency"]
    static let summary = "What a trained network learnt, in a few lines and a page."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [InsideOptions.trace, InsideOptions.most] + InsideOptions.shared.filter { $0.name != InsideOptions.npz.name }
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside runs/first --html inside.html",
            "Dead channels, constants, relevance of four traces, attention."
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 4)
        return try reporting {
            let overview = try subject.overview(traces)
            return try InsideOptions.finish(
                call, text: overview.text, json: overview.json,
                html: { overview.page(command: InsideOptions.line(call, name)) })
        }
    }
}
