import GraphIR

/// What was there and what was said.
enum ConfusionSection: ReportSection {
    static let signature = Signature(.report, "confusion", "Confusion matrices, mean over the seeds.")
    static let title = "Confusion"
    static let place = 100

    static func html(_ content: ReportContent) -> String? {
        let matrices = content.contenders.compactMap(Matrix.init)
        guard matrices.count == content.contenders.count, let classes = matrices.first?.classes else { return nil }
        let charts = matrices.indices.map { chart(matrices[$0], $0, content) }
        let caption = """
            Rows are what was there, columns what was said: \(content.hasOneSeed ? "counts" : "mean counts over seeds").
            The fuller its colour, the larger a field’s share of the row.
            """
        let rows = matrices.enumerated().flatMap { index, matrix in
            classes.indices.map { row in
                [content.name(index), HTML.escaped(classes[row])]
                    + matrix.counts[row].map { Figures.fixed($0, places: $0 == $0.rounded() ? 0 : 1) }
            }
        }
        let table = HTML.table(
            ["Network", "There"] + classes.map { "said \(HTML.escaped($0))" }, rows, style: "numbers")
        return HTML.figure(charts, caption: caption, data: table)
    }

    private struct Matrix {
        var classes: [String]
        /// Mean over seeds.
        var counts: [[Double]]

        init?(_ contender: Contender) {
            let matrices = contender.runs.compactMap { run -> (classes: [String], counts: [[Double]])? in
                if let table = ClassTable(run.predictions), !table.classes.isEmpty {
                    return (table.classes, table.matrix.map { $0.map(Double.init) })
                }
                guard let table = DetectionTable(run.predictions) else { return nil }
                let sums = table.counts.map { $0.reduce(0, +) }
                return (["event", "noise"], [[sums[0], sums[2]], [sums[1], sums[3]]])
            }
            guard let first = matrices.first, matrices.allSatisfy({ $0.classes == first.classes }) else { return nil }
            let places = first.classes.indices
            classes = first.classes
            counts = places.map { row in
                places.map { column in
                    matrices.reduce(0) { $0 + $1.counts[row][column] } / Double(matrices.count)
                }
            }
        }
    }

    private static func chart(_ matrix: Matrix, _ index: Int, _ content: ReportContent) -> String {
        let size = matrix.classes.count
        let names = matrix.classes.map { short($0, 9) }
        let longest = Double(names.map(\.count).max() ?? 0)
        // Columns too narrow for their names have them aslant, with room above and at the right.
        let isAslant = min(52, 228 / Double(max(size, 1))) < 7 * longest
        let cell = min(52, (isAslant ? 196 : 228) / Double(max(size, 1)))
        let top = isAslant ? 14 + 4.6 * longest : 24
        var plot = Plot(
            x: Ruler(0, Double(size)), y: Ruler(0, Double(size)), width: 320,
            height: top + 16 + cell * Double(size))
        (plot.left, plot.top, plot.right, plot.bottom) = (82, top, 238 - cell * Double(size), 16)
        var words: [String] = []
        for row in 0..<size {
            let total = matrix.counts[row].reduce(0, +)
            let top = Double(size - row)
            plot.write(short(matrix.classes[row], 11), pixels: plot.left - 6, plot.py(top - 0.5) + 4, "tick end")
            let middle = plot.px(Double(row) + 0.5)
            if isAslant {
                plot.write(names[row], pixels: middle + 2, plot.top - 6, "tick", turned: -45)
            } else {
                plot.write(names[row], pixels: middle, plot.top - 8, "tick mid")
            }
            for column in 0..<size {
                let share = total > 0 ? matrix.counts[row][column] / total : 0
                let count = Figures.count(Int(matrix.counts[row][column].rounded()))
                plot.bar(
                    from: Double(column), to: Double(column + 1), low: top - 1, high: top,
                    "cell n\(index % Plot.seriesCount)", opacity: 0.06 + 0.94 * share)
                // The reference's colour bears light letters sooner than the others do.
                let style = share > (index % Plot.seriesCount == 0 ? 0.6 : 0.85) ? "cellname inverse" : "cellname"
                let letters = min(12.5, (cell - 3) / (0.6 * Double(count.count)))
                if cell >= 18, letters >= 6.5, size <= 6 || matrix.counts[row][column] >= 0.5 {
                    plot.write(
                        count, pixels: plot.px(Double(column) + 0.5), plot.py(top - 0.5) + letters / 3, style,
                        size: letters < 12.5 ? letters : nil)
                }
                words.append("\(matrix.classes[row]) called \(matrix.classes[column]) \(count) times")
            }
        }
        return plot.svg(
            "\(content.contenders[index].name): " + words.joined(separator: ", "),
            heading: content.contenders[index].name, series: index)
    }

    private static func short(_ text: String, _ count: Int) -> String {
        text.count <= count ? text : String(text.prefix(count - 1)) + "…"
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ConfusionSection.self, $0) }
