import Views
import GraphIR

/// The catalogue as a page of documentation: `docs/zoo.md` is what `strata zoo --markdown` prints.
extension Catalogue {
    private static let introduction = """
        # The zoo

        <!-- Made by `strata zoo --markdown`; change the files in architectures/ instead. -->

        Every network here is one file in [`architectures/`](../architectures). `strata zoo` lists them,
        `strata zoo NAME` tells the story of one, `strata show NAME` shows its layers (`--graph svg` draws it), and
        `strata diff A B` says what differs between two.

        A network is named by the path of its file without the ending: `eqt/gru`. A family's own network needs no
        second name (`eqt` is `eqt/eqt`), and a name that only one family has needs no family (`phasenet`). A folder of
        your own is a catalogue in the same way: name it with `--path FOLDER`, or in `STRATA_PATH` (folders separated
        by `:`). It is searched first. The networks that come with Strata are looked for as `architectures` in and
        above the working directory, then above the executable.

        What is known of a network stands in its file, as fields of its documentation: `Paper`, `Purpose`, `Count`
        (where the expected number of parameters comes from), `Conflict` (where text and code disagree, and which one
        is followed), `Doubt` (what nobody outside knows) and `Weights` (which published ones fit, how they come in, and
        what was learnt from the files). A count is *instantiated* (the original's own code was
        run and its arrays were counted), by *arithmetic* (from the published sizes), or *fitted* (the one reading that
        gives a published figure). Every file states its count as `expect parameters == …`, which `strata check` holds
        it to.
        """

    /// Markdown: a section for each family, a table of its networks, and what is known of each.
    public static func page(_ portraits: [Portrait]) -> [String] {
        var lines = [introduction, ""]
        var family: String?
        for portrait in portraits {
            if portrait.entry.family != family {
                family = portrait.entry.family
                lines += ["## \(portrait.entry.family)", ""] + table(portraits.filter { $0.entry.family == family })
            }
            lines += section(portrait)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func table(_ portraits: [Portrait]) -> [String] {
        let rows = portraits.map { portrait in
            let graph = portrait.network.graph
            return "| [`\(portrait.entry.name)`](../architectures/\(portrait.entry.name).arch) | "
                + "\(Wording.count(graph.trainableCount)) | \(Wording.count(graph.fixedCount)) | \(portrait.shapes) |"
        }
        return ["| name | parameters | running statistics | from, to |", "| --- | ---: | ---: | --- |"] + rows + [""]
    }

    private static func section(_ portrait: Portrait) -> [String] {
        var lines = ["### \(portrait.entry.name)", "", portrait.story.summary, ""]
        for paragraph in portrait.story.paragraphs { lines += [paragraph, ""] }
        for field in portrait.story.fields { lines.append("- **\(field.name)**: \(field.text)") }
        if let parent = portrait.parent {
            let report = DifferenceReport(parent, portrait.side)
            lines.append("- **Parent**: \(parent.network.graph.name)\(report.isSameGraph ? ", the same network" : "")")
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
