import GraphIR

/// Every difference from the reference with its interval: what the verdicts rest on.
enum DifferencesSection: ReportSection {
    static let signature = Signature(
        .report, "differences", "The difference from the reference in each metric, with its interval and each seed's.")
    static let title = "Differences and their errors"
    static let place = 20

    static func html(_ content: ReportContent) -> String? {
        guard content.contenders.count > 1, !content.comparison.judged.isEmpty else { return nil }
        let charts = content.comparison.judged.map { chart($0, content) }
        let caption = """
            Difference of each network from \(content.name(0)), which stands at zero. The large mark is the mean over
            seeds, the bar the interval that the verdict rests on: from seeds and events together, 95 % for all judged
            metrics at once (Holm’s correction), 90 % where it says equivalent. The small marks below it are single
            seeds. Within the shaded zone a difference would not matter. Arrows point to the better side.
            """
        return HTML.figure(charts, caption: caption, data: numbers(content), wide: true)
    }

    private static func chart(_ metric: ComparedMetric, _ content: ReportContent) -> String {
        let shown = metric.results.indices.dropFirst().compactMap { index in
            metric.results[index].judgement.map { (index: index, judgement: $0) }
        }
        guard !shown.isEmpty else { return "" }
        let extent = shown.flatMap { entry in
            let interval = entry.judgement.interval
            return [interval.low, interval.high] + entry.judgement.difference.perSeed
        }
        let row = 28.0
        var plot = Plot(
            x: Ruler(holding: extent + [-metric.margin, metric.margin]), y: Ruler(0, 1), width: 460,
            height: 62 + row * Double(shown.count))
        let names = shown.map { shorten(content.contenders[$0.index].name) }
        // About six pixels a letter, and never more than half of the picture.
        plot.left = min(230, 20 + 6.2 * Double(names.map(\.count).max() ?? 0))
        plot.right = 14
        plot.zone(from: -metric.margin, to: metric.margin, "margin")
        for (place, entry) in shown.enumerated() {
            let y = plot.top + row * (Double(place) + 0.5) - 3
            let interval = entry.judgement.interval
            let style = "n\(entry.index % Plot.seriesCount) s"
            plot.write(names[place], pixels: plot.left - 8, y + 4, "tick end strong")
            plot.segment(pixels: plot.px(interval.low), y, plot.px(interval.high), y, "whisker \(style)")
            for value in entry.judgement.difference.perSeed {
                plot.mark(pixels: plot.px(value), y + 7, series: entry.index, size: 1.7, "faint s")
            }
            plot.mark(pixels: plot.px(entry.judgement.difference.mean), y, series: entry.index, size: 4.2, "s")
        }
        plot.segment(pixels: plot.px(0), plot.top, plot.px(0), plot.height - plot.bottom, "zero")
        plot.axes(x: axis(metric), y: "", ticks: 5, ticksY: 0)
        return plot.svg(words(metric, shown, content), heading: metric.heading)
    }

    private static func axis(_ metric: ComparedMetric) -> String {
        let unit = metric.use.unit.isEmpty ? "" : " (\(metric.use.unit))"
        return metric.use.better == .higher ? "difference\(unit), better →" : "← better, difference\(unit)"
    }

    /// Its end tells variants apart; the whole name is in the heading and the table.
    private static func shorten(_ name: String) -> String { name.count <= 32 ? name : "…" + name.suffix(31) }

    private static func words(
        _ metric: ComparedMetric, _ shown: [(index: Int, judgement: Judgement)], _ content: ReportContent
    ) -> String {
        let list = shown.map { entry in
            let interval = entry.judgement.interval
            let places = Figures.places(forError: interval.halfWidth)
            let mean = Figures.signed(entry.judgement.difference.mean, places: places)
            return "\(content.contenders[entry.index].name) \(mean)"
                + ", interval \(Figures.interval(interval)), \(entry.judgement.verdict.rawValue)"
        }
        return "\(metric.heading), difference from \(content.contenders[0].name): " + list.joined(separator: "; ")
    }

    private static func numbers(_ content: ReportContent) -> String {
        var rows: [[String]] = []
        for metric in content.comparison.judged {
            for (index, result) in metric.results.enumerated() {
                guard let judgement = result.judgement else { continue }
                let interval = judgement.difference.interval(confidence: 0.95)
                let places = Figures.places(forError: interval.halfWidth)
                rows.append([
                    HTML.escaped(metric.title), content.name(index),
                    Figures.signed(judgement.difference.mean, places: places), Figures.interval(judgement.interval),
                    Figures.interval(interval),
                    judgement.difference.perSeed.map { Figures.signed($0, places: places) }.joined(separator: ", "),
                    Figures.p(judgement.p), Figures.p(judgement.adjusted),
                    Figures.fixed(judgement.detectable, places: Figures.places(forError: judgement.detectable)),
                    HTML.escaped(judgement.sentence),
                ])
            }
        }
        let header = [
            "Metric", "Network", "Difference", "Interval of the verdict", "95 % alone", "By seed", "p", "p (Holm)",
            "Smallest detectable",
            "Verdict",
        ]
        return HTML.table(header, rows, style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(DifferencesSection.self, $0) }
