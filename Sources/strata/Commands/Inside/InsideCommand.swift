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
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let most = Option<Int?>.most
        let html = Option<String?>.html
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        (
            "strata inside runs/first",
            "Dead channels, constants, relevance of four traces, kernels, maps, attention; in inside-first/index.html."
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 60)
        let overview = try subject.overview(traces)
        try InsideLook(
            name: "index", text: overview.text, json: overview.json,
            page: { overview.page(command: InsideLook.line) }
        ).finish(call.inside, html: call.html)
        return .done
    }
}
