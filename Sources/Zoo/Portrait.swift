import Views
import Compiler
import Foundation
import GraphIR

/// One network of the catalogue with what is known of it: its story, its numbers, and what it changes of its parent.
public struct Portrait: Sendable {
    public let entry: Catalogue.Entry
    public let network: Network
    public let story: Story
    /// Of a variant, the network it edits.
    public let parent: DifferenceReport.Side?
    /// The network as one side of a comparison.
    public let side: DifferenceReport.Side

    /// Why a file has no portrait.
    public enum Absence: Error, Hashable, Sendable {
        /// Its blocks are for other files to use.
        case blocksOnly
        case errors(Int)
    }

    public init(_ entry: Catalogue.Entry, registry: Registry = .builtIn) throws(Absence) {
        let compilation = compile(path: entry.path, registry: registry, read: Portrait.read)
        guard let network = compilation.network, !compilation.hasErrors else {
            let errors = compilation.diagnostics.count { $0.severity == .error }
            throw errors == 0 ? .blocksOnly : .errors(errors)
        }
        self.entry = entry
        self.network = network
        side = DifferenceReport.Side(network, file: entry.path, registry: registry)
        story = Story(network.graph.documentation)
        parent = network.parent.flatMap { path in
            let parent = compile(path: path, registry: registry, read: Portrait.read)
            return parent.network.map { DifferenceReport.Side($0, file: path, registry: registry) }
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    }

    // MARK: - For people

    /// The story, the numbers, and the difference to the parent, in lines of at most this many columns.
    public func lines(width: Int = 80) -> [String] {
        let graph = network.graph
        var lines = ["\(entry.name)  \(graph.name)", ""] + Wording.wrapped(story.summary, width: width)
        for paragraph in story.paragraphs { lines += [""] + Wording.wrapped(paragraph, width: width) }
        lines.append("")
        let names = story.fields.map(\.name.count).max() ?? 0
        for field in story.fields {
            let head = field.name + String(repeating: " ", count: names - field.name.count + 2)
            lines += Wording.wrapped(field.text, width: width, head: head)
        }
        if story["Weights"].isEmpty {
            let words =
                "none are known that were published for it; strata import FILE --as \(entry.name) takes what fits"
            lines += Wording.wrapped(
                words, width: width, head: "Weights" + String(repeating: " ", count: max(2, names - 5)))
        }
        lines += [""] + SummaryTable(graph, width: width).totals
        lines += parameterLines(width: width)
        if let parent {
            let report = DifferenceReport(parent, side)
            lines += ["", "against its parent \(parent.file)", ""] + report.lines(width: width)
        }
        return lines + ["", "file  \(entry.path)"]
    }

    /// The network's own parameters, which `--set` can change.
    private func parameterLines(width: Int) -> [String] {
        guard !network.parameters.entries.isEmpty else { return [] }
        var columns = Columns([.left, .left])
        for entry in network.parameters.entries { columns.add(["  --set", "\(entry.name)=\(entry.value)"]) }
        return ["", "can be changed"] + columns.lines
    }

    // MARK: - For programs

    public var json: JSON {
        let graph = network.graph
        return .object([
            .init("name", .string(entry.name)),
            .init("family", .string(entry.family)),
            .init("network", .string(graph.name)),
            .init("file", .string(entry.path)),
            .init("parent", parent.map { .string($0.file) } ?? .null),
            .init("hash", .string(side.summary.hash)),
            .init("summary", .string(story.summary)),
            .init(
                "parameters",
                .object([.init("trainable", .int(graph.trainableCount)), .init("fixed", .int(graph.fixedCount))])),
            .init("flops", Summary.json(graph.flops)),
            .init("trains", .bool(network.recipe != nil)),
            .init(
                "facts",
                .array(
                    story.fields.map {
                        .object([.init("name", .string($0.name)), .init("text", .string($0.text))])
                    })),
        ])
    }
}

extension Catalogue {
    /// Every network that compiles; files of blocks only, and files with errors, are left out.
    public func portraits(registry: Registry = .builtIn) -> [Portrait] { survey(registry: registry).portraits }

    /// Every network that compiles, and the files that do not.
    public func survey(registry: Registry = .builtIn) -> (portraits: [Portrait], broken: [Entry]) {
        var portraits: [Portrait] = []
        var broken: [Entry] = []
        for entry in entries {
            do {
                portraits.append(try Portrait(entry, registry: registry))
            } catch {
                if error != .blocksOnly { broken.append(entry) }
            }
        }
        return (portraits, broken)
    }

    /// A list by families: name, parameters, and the first sentence as far as it fits.
    public static func list(_ portraits: [Portrait], width: Int = 80) -> [String] {
        var columns = Columns([.left, .right, .left])
        let counts = portraits.map { Wording.count($0.network.graph.trainableCount) }
        let names = portraits.map { $0.entry.name.split(separator: "/").last.map(String.init) ?? "" }
        let taken = 6 + (names.map(\.count).max() ?? 0) + (counts.map(\.count).max() ?? 0)
        let room = max(20, width - taken)
        for (index, portrait) in portraits.enumerated() {
            let text = portrait.story.summary
            columns.add(["  " + names[index], counts[index], text.count > room ? text.prefix(room - 1) + "…" : text])
        }
        var lines: [String] = []
        var family: String?
        for (portrait, line) in zip(portraits, columns.lines) {
            if portrait.entry.family != family {
                family = portrait.entry.family
                lines += (lines.isEmpty ? [] : [""]) + ["\(portrait.entry.family)/"]
            }
            lines.append(line)
        }
        return lines
    }
}
