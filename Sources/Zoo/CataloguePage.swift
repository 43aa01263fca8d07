import GraphIR

/// The catalogue as a page of documentation.
extension Catalogue {
    /// Markdown: a section for each family, a table of its networks, and each one's conflicts and doubts.
    public static func page(_ portraits: [Portrait]) -> [String] {
        var lines: [String] = []
        var family: String?
        for (index, portrait) in portraits.enumerated() {
            if portrait.entry.family != family {
                family = portrait.entry.family
                lines +=
                    ["## \(portrait.entry.family)", ""]
                    + table(portraits[index...].prefix { $0.entry.family == family })
            }
            lines += section(portrait)
        }
        return lines
    }

    private static func table(_ portraits: ArraySlice<Portrait>) -> [String] {
        let rows = portraits.map { portrait in
            let graph = portrait.network.graph
            let cost = graph.flops.substituting(graph.customaryLengths).number.map { Wording.short($0, unit: "flop") }
            return "| `\(portrait.entry.name)` | \(Wording.count(graph.trainableCount)) | "
                + "\(Wording.count(graph.fixedCount)) | \(cost ?? "") | \(portrait.shapes) |"
        }
        return ["| name | parameters | statistics | cost | from, to |", "| --- | ---: | ---: | ---: | --- |"] + rows + [
            ""
        ]
    }

    private static func section(_ portrait: Portrait) -> [String] {
        var lines = ["### \(portrait.entry.name)", "", portrait.story.summary, ""]
        for field in portrait.story.fields { lines.append("- **\(field.name)**: \(field.text)") }
        if let parent = portrait.parent {
            let report = DifferenceReport(parent, portrait.side)
            if report.isSameGraph { lines.append("- **Same network as** \(parent.network.graph.name)") }
        }
        return lines + [""]
    }
}

extension Portrait {
    /// `[3, 6000] → [1, 6000] × 3`
    fileprivate var shapes: String {
        let graph = network.graph
        let inputs = graph.inputs.map(\.type.shape.description).joined(separator: ", ")
        var runs: [(shape: String, count: Int)] = []
        for output in graph.outputs {
            let shape = graph.nodes[output.node].type.shape.description
            if runs.last?.shape == shape { runs[runs.count - 1].count += 1 } else { runs.append((shape, 1)) }
        }
        let outputs = runs.map { $0.count == 1 ? $0.shape : "\($0.shape) × \($0.count)" }.joined(separator: ", ")
        return "\(inputs) → \(outputs)"
    }
}
