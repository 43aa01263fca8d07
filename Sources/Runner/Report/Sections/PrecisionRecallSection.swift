import GraphIR

/// What each network could reach at any threshold.
enum PrecisionRecallSection: ReportSection {
    static let signature = Signature(
        .report, "precision_recall", "Precision against recall for every threshold, mean over the seeds.")
    static let title = "Precision and recall"
    static let place = 70
    private static let grid = (1...100).map { Double($0) / 100 }

    static func html(_ content: ReportContent) -> String? {
        let kinds = Scored.all(content.contenders)
        guard !kinds.isEmpty else { return nil }
        let curves = kinds.map { kind in
            kind.answers.map { seeds in mean(seeds.map { $0.precision(atRecalls: grid) }) }
        }
        let charts = kinds.indices.map { chart(kinds[$0], curves[$0], content) }
        let caption = """
            Precision at each recall, mean over seeds, for falling thresholds. A pick is right within half a second of
            the arrival; below the threshold of the picker nothing was written down, so the curves of picks end where
            the threshold stands. Look at the upper right corner: the axes begin where the curves do.
            """
        return HTML.figure(charts, caption: caption, data: numbers(kinds, curves, content))
    }

    private static func mean(_ seeds: [[Double]]) -> [Double] {
        grid.indices.map { place in Sample(seeds.map { $0[place] }).mean }
    }

    private static func chart(_ kind: Scored, _ curves: [[Double]], _ content: ReportContent) -> String {
        let lowest = curves.joined().filter(\.isFinite).min() ?? 0
        var plot = Plot(x: Scale(0, 1), y: Scale(max(0, lowest - 0.05), 1.002), height: 250)
        for (index, curve) in curves.enumerated() {
            plot.line(Array(zip(grid, curve)).map { ($0.0, $0.1) }, "n\(index % Plot.seriesCount) s")
        }
        plot.axes(x: "recall", y: "precision", ticks: 5, ticksY: 5)
        let words = curves.indices.map { index in
            let reached = grid.indices.last { curves[index][$0].isFinite }
            let end =
                reached.map { "\(Figures.fixed(curves[index][$0], places: 3)) at recall \(grid[$0])" } ?? "nothing"
            return "\(content.contenders[index].name) ends with precision \(end)"
        }
        return plot.svg("\(kind.title): " + words.joined(separator: "; "), heading: kind.title)
    }

    private static func numbers(_ kinds: [Scored], _ curves: [[[Double]]], _ content: ReportContent) -> String {
        let shown = [49, 79, 89, 94, 98]
        return kinds.indices.map { kind in
            HTML.table(
                ["Recall"] + content.contenders.indices.map(content.name),
                shown.map { place in
                    [Figures.fixed(grid[place], places: 2)] + curves[kind].map { Figures.fixed($0[place], places: 3) }
                }, caption: "\(kinds[kind].title): precision at a recall", style: "numbers")
        }.joined()
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PrecisionRecallSection.self, $0) }
