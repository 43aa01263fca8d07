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
            "Dead channels, constants, relevance of four traces, kernels, maps, attention; in inside/index.html."
        )
    ]

    /// Where the page goes when nobody says.
    private static let page = "inside/index.html"

    static func run(_ call: Invocation) throws -> ExitStatus {
        let usual = call.has(InsideOptions.html.name) || call.has(Option.json.name) ? nil : page
        if let usual, !call.has(Option.overwrite.name), FileManager.default.fileExists(atPath: usual) {
            throw Exit(
                .inputOutput, "\(usual) is there already", help: "--overwrite replaces it, --html F goes elsewhere")
        }
        let subject = try InsideOptions.subject(call)
        let traces = try InsideOptions.traces(call, subject, usual: 60)
        return try reporting {
            let overview = try subject.overview(traces)
            if let usual {
                try FileManager.default.createDirectory(atPath: "inside", withIntermediateDirectories: true)
                try write(overview.page(command: InsideOptions.line(call, name)), to: usual, overwrite: true)
                defer { Terminal.print("page: \(usual)") }
                return try InsideOptions.finish(call, text: overview.text, json: overview.json, html: { "" })
            }
            return try InsideOptions.finish(
                call, text: overview.text, json: overview.json,
                html: { overview.page(command: InsideOptions.line(call, name)) })
        }
    }
}
