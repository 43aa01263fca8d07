import Views
import Foundation
import GraphIR
import Zoo

/// What the networks are and cost, and in which layers they differ.
enum ArchitecturesSection: ReportSection {
    static let signature = Signature(
        .report, "architectures", "Each network's picture, its cost, and what differs from the reference.")
    static let title = "The networks"
    static let place = 40

    static func title(_ content: ReportContent) -> String { content.isOneNetwork ? "The network" : title }

    static func html(_ content: ReportContent) -> String? {
        costs(content) + content.contenders.indices.map { portrait($0, content) }.joined()
    }

    private static func costs(_ content: ReportContent) -> String {
        let rows = content.contenders.indices.map { index in
            let cost = content.comparison.costs[index]
            return [
                content.name(index), Figures.count(cost.parameters),
                cost.flops.map { Figures.scaled(Double($0)) } ?? "–",
                cost.memory.map { Figures.scaled(Double($0), base: 1024, unit: "B") } ?? "–",
                Figures.time(cost.trainingSeconds.count > 0 ? cost.trainingSeconds.mean : .nan),
                cost.windowsPerSecond.count > 0 ? Figures.scaled(cost.windowsPerSecond.mean.rounded()) : "–",
            ]
        }
        return HTML.table(
            ["Network", "Parameters", "Operations a window", "Memory to train", "Training time", "Windows a second"],
            rows,
            caption: "What \(content.isOneNetwork ? "the" : "each") network costs; times are "
                + "\(content.ofSeeds("means over seeds "))on the machine that trained it",
            style: "numbers")
    }

    private static func portrait(_ index: Int, _ content: ReportContent) -> String {
        let contender = content.contenders[index]
        guard let network = contender.network else { return "" }
        var html = "<h3>\(content.name(index))</h3>"
        if let story = network.graph.documentation.split(separator: "\n").first {
            html += "<p>\(HTML.escaped(String(story)))</p>"
        }
        if let twin = content.comparison.twin(of: index) {
            html +=
                "<p>The same network as \(content.name(twin)), trained in the same way: what they differ by is noise."
            html += "</p>"
        }
        var marked: Set<Int> = []
        if index > 0, content.comparison.twin(of: index) != 0, let reference = content.contenders[0].network {
            let layers = GraphDifference(reference.graph, network.graph)
            marked = Set(layers.added + layers.replaced.map(\.b) + layers.changed.map(\.b))
            html += changes(index, reference, network, content)
        }
        html += drawing(network.graph, marked: marked, name: contender.name)
        return html + text(contender)
    }

    private static func changes(_ index: Int, _ reference: Network, _ network: Network, _ content: ReportContent)
        -> String
    {
        let report = DifferenceReport(
            DifferenceReport.Side(reference, file: content.contenders[0].name),
            DifferenceReport.Side(network, file: content.contenders[index].name))
        let lines = report.lines().filter { line in
            line.hasPrefix("  + ") || line.hasPrefix("  - ") || line.hasPrefix("  ~ ")
        }
        guard !lines.isEmpty else {
            return "<p>The same graph as \(content.name(0)), layer by layer.</p>"
        }
        let items = lines.map { line in
            let text = HTML.escaped(String(line.dropFirst(2)))
            return line.hasPrefix("  +")
                ? "<ins>\(text)</ins>" : line.hasPrefix("  -") ? "<del>\(text)</del>" : "<mark>\(text)</mark>"
        }
        return "<p>What differs from \(content.name(0)): added (+), removed (−), changed (~).</p>"
            + "<div class=\"changes\" tabindex=\"0\">\(items.joined(separator: "\n"))</div>"
    }

    /// The picture stands as an image of its own, so that its style and the page's leave each other alone.
    private static func drawing(_ graph: Graph, marked: Set<Int>, name: String) -> String {
        let svg = GraphDrawing(graph, marked: marked).svg
        let data = Data(svg.utf8).base64EncodedString()
        let note = marked.isEmpty ? "" : ", with what differs outlined"
        return "<details class=\"architecture\"><summary>Picture of \(HTML.escaped(name))\(note)</summary>"
            + "<img loading=\"lazy\" alt=\"Layers of \(HTML.escaped(name)) from input to outputs\" "
            + "src=\"data:image/svg+xml;base64,\(data)\"></details>"
    }

    private static func text(_ contender: Contender) -> String {
        guard let source = contender.runs.first?.record.sources.first else { return "" }
        return "<details><summary>Its text, \(HTML.escaped(source.path))</summary>"
            + "<pre><code>\(HTML.escaped(source.text))</code></pre></details>"
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ArchitecturesSection.self, $0) }
