import GraphIR

/// Everything needed to do it again, and what each number means.
enum ProvenanceSection: ReportSection {
    static let signature = Signature(
        .report, "provenance", "Commands, versions, hashes, settings and the definition of every metric.")
    static let title = "How this was made"
    static let place = 120

    static func html(_ content: ReportContent) -> String? {
        commands(content) + facts(content) + definitions(content) + settings(content) + allNumbers(content)
    }

    private static func commands(_ content: ReportContent) -> String {
        var html = ""
        if !content.command.isEmpty {
            html += "<h3>The command of this page</h3><pre><code>\(HTML.escaped(shell(content.command)))</code></pre>"
        }
        let runs = content.contenders.flatMap { $0.runs.map { HTML.escaped(shell($0.record.command)) } }
        let known = runs.filter { !$0.isEmpty }
        guard !known.isEmpty else { return html }
        let title =
            known.count == 1 ? "The command of the run" : "The commands of the \(Words.number(known.count, "run"))"
        return html + "<details><summary>\(title)</summary>"
            + "<pre><code>\(known.joined(separator: "\n"))</code></pre></details>"
    }

    /// Words as a shell takes them.
    private static func shell(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,@+".contains($0) }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }

    private static func facts(_ content: ReportContent) -> String {
        var rows: [[String]] = []
        if let data = content.comparison.testData {
            rows.append(["Data", HTML.escaped(data.path)])
            rows.append(["Hash of data and split", "<code>\(HTML.escaped(data.hash))</code>"])
            rows.append([
                "Traces",
                data.traces.map { "\(HTML.escaped($0.name)) \(Figures.count($0.count))" }.joined(separator: ", "),
            ])
        }
        for index in content.contenders.indices {
            rows.append([
                "Graph of \(content.name(index))", "<code>\(HTML.escaped(content.contenders[index].hash))</code>",
            ])
        }
        let versions = Set(content.contenders.flatMap { $0.runs.map(\.record.version) }).sorted()
        rows.append(["Versions that trained", HTML.escaped(versions.joined(separator: ", "))])
        for setting in content.contenders[0].runs.first?.record.machine ?? [] {
            rows.append([HTML.escaped(setting.key.capitalizedFirst), HTML.escaped(setting.value)])
        }
        for difference in content.comparison.differences where !difference.isSerious {
            rows.append(["Note", HTML.escaped(difference.description)])
        }
        if content.comparison.replicates > 0 {
            rows.append(["Resamples of events", Figures.count(content.comparison.replicates)])
        }
        return "<h3>Data, networks, machine</h3>" + HTML.table(["What", "Which"], rows, style: "facts")
    }

    private static func definitions(_ content: ReportContent) -> String {
        let items = content.comparison.judged.map { metric in
            "<dt>\(HTML.escaped(metric.title))</dt><dd>\(HTML.escaped(metric.use.definition))</dd>"
        }
        return "<h3>What the numbers mean</h3><dl>\(items.joined())</dl>"
    }

    private static func settings(_ content: ReportContent) -> String {
        let settings = content.contenders[0].runs.first?.record.settings ?? []
        guard !settings.isEmpty else { return "" }
        let rows = settings.map {
            ["<code>\(HTML.escaped($0.key))</code>", HTML.escaped($0.value), HTML.escaped($0.origin.rawValue)]
        }
        return "<details><summary>Every setting of \(content.name(0))</summary>"
            + HTML.table(["Setting", "Value", "From"], rows, style: "facts") + "</details>"
    }

    private static func allNumbers(_ content: ReportContent) -> String {
        let metrics = content.comparison.judged + content.comparison.others
        let rows = metrics.map { metric in
            [HTML.escaped(metric.title)]
                + metric.results.map { Figures.text($0.values) }
        }
        return "<details><summary>All \(metrics.count) metrics\(content.ofSeveral(", judged or not"))</summary>"
            + HTML.table(
                ["Metric"] + content.contenders.indices.map(content.name), rows,
                caption: content.hasOneSeed ? "Values" : "Mean and 95 % interval over seeds", style: "numbers")
            + "</details>"
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ProvenanceSection.self, $0) }
