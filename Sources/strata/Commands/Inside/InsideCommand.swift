import Foundation
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
            "strata inside runs/first",
            "Dead channels, constants, relevance of four traces, kernels, maps, attention; in inside-first/index.html."
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 60)
        return try reporting {
            let overview = try subject.overview(traces)
            try InsideLook(
                name: "index", text: overview.text, json: overview.json,
                page: { overview.page(command: InsideLook.line(call)) }
            ).finish(call)
            return .done
        }
    }
}
