import GraphIR

/// Every difference from the reference with its interval: what the verdicts rest on.
enum DifferencesSection: ReportSection {
    static let signature = Signature(
        .report, "differences", "The difference from the reference in each metric, with its interval and each seed's.")
    static let title = "Differences and their errors"
    static let place = 20

    static func html(_ content: ReportContent) -> String? {
        guard content.contenders.count > 1, !content.comparison.judged.isEmpty else { return nil }
        let names = RowNames.apart(content.contenders.map(\.name), width: 32)
        let charts = content.comparison.judged.map { chart($0, names, content) }.filter { !$0.isEmpty }
        let missing = missing(content)
        guard !charts.isEmpty else { return missing }
        return missing + HTML.figure(charts, caption: caption(content), data: numbers(content), wide: true)
    }

    private static func caption(_ content: ReportContent) -> String {
        let zone = "Within the shaded zone a difference would not matter. Arrows point to the better side."
        let start = "Difference of each network from \(content.name(0)), which stands at zero. "
        guard let why = content.withoutVerdicts else {
            let judgements = content.comparison.judged.flatMap { $0.results.compactMap(\.judgement) }
            let together =
                content.comparison.judged.count > 1 ? " for all judged metrics at once (Holm’s correction)" : ""
            let equivalent = judgements.contains { $0.verdict == .equivalent } ? ", 90 % where it says equivalent" : ""
            let few =
                judgements.contains { $0.difference.perSeed.count < $0.fewestSeeds }
                ? "Where too few seeds allow no verdict the bar is thin. " : ""
            return start
                + "The large mark is the mean over seeds, the bar the interval that the verdict rests on: from "
                + "seeds and events together, 95 %\(together)\(equivalent). The small marks below it are single seeds. "
                + few + zone
        }
        let bars =
            content.hasOneSeed
            ? "The thin bars (95 %) show only what other test events would change, nothing of what other seeds would."
            : "The large mark is the mean over seeds, the small marks below it are single seeds; the thin bars are "
                + "95 % intervals of few seeds, which say little."
        return start + why + " " + bars + " " + zone
    }

    /// Which differences are nowhere drawn, and why.
    private static func missing(_ content: ReportContent) -> String {
        var groups: [(why: String, metrics: [String])] = []
        for metric in content.comparison.judged {
            let absent = metric.results.indices.dropFirst().filter { metric.results[$0].judgement == nil }
            let whys = absent.map { index in
                // Where the reference has no value, nothing can stand beside it.
                let whose = SummarySection.whyUndefined(metric, 0, content) == nil ? index : 0
                let why = SummarySection.whyUndefined(metric, whose, content) ?? "it rests on too few events"
                return "\(content.name(whose)): \(HTML.escaped(why))"
            }
            for why in Words.unique(whys) {
                if let known = groups.firstIndex(where: { $0.why == why }) {
                    groups[known].metrics.append(HTML.escaped(metric.heading))
                } else {
                    groups.append((why, [HTML.escaped(metric.heading)]))
                }
            }
        }
        guard !groups.isEmpty else { return "" }
        let lines = groups.map { "<li>\(Words.list($0.metrics)); \($0.why)</li>" }
        return "<p class=\"reading\">No difference is known in:</p><ul class=\"reading\">\(lines.joined())</ul>"
    }

    /// What a bar spans: without a verdict an interval of its own, as Holm's correction has nothing to correct.
    private static func interval(_ judgement: Judgement, _ content: ReportContent) -> Interval {
        content.canJudge ? judgement.interval : judgement.difference.interval(confidence: 0.95)
    }

    private static func chart(_ metric: ComparedMetric, _ short: [String], _ content: ReportContent) -> String {
        let shown = metric.results.indices.dropFirst().compactMap { index in
            metric.results[index].judgement.map { (index: index, judgement: $0) }
        }
        guard !shown.isEmpty else { return "" }
        let extent = shown.flatMap { entry in
            let interval = interval(entry.judgement, content)
            return [interval.low, interval.high] + entry.judgement.difference.perSeed
        }
        let row = 28.0
        var plot = Plot(
            x: Ruler(holding: extent + [-metric.margin, metric.margin]), y: Ruler(0, 1), width: 460,
            height: 62 + row * Double(shown.count))
        let names = shown.map { short[$0.index] }
        // About six pixels a letter, and never more than half of the picture.
        plot.left = min(230, 20 + 6.2 * Double(names.map(\.count).max() ?? 0))
        plot.right = 14
        plot.zone(from: -metric.margin, to: metric.margin, "margin")
        for (place, entry) in shown.enumerated() {
            let y = plot.top + row * (Double(place) + 0.5) - 3
            let interval = interval(entry.judgement, content)
            let seeds = entry.judgement.difference.perSeed
            let style = "n\(entry.index % Plot.seriesCount) s"
            plot.write(names[place], pixels: plot.left - 8, y + 4, "tick end strong")
            plot.segment(
                pixels: plot.px(interval.low), y, plot.px(interval.high), y,
                "whisker \(seeds.count < entry.judgement.fewestSeeds ? "thin " : "")\(style)")
            for value in seeds where seeds.count > 1 {
                plot.mark(pixels: plot.px(value), y + 7, series: entry.index, size: 2.6, "faint s")
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

    private static func words(
        _ metric: ComparedMetric, _ shown: [(index: Int, judgement: Judgement)], _ content: ReportContent
    ) -> String {
        let list = shown.map { entry in
            let interval = interval(entry.judgement, content)
            let places = Figures.places(forError: interval.halfWidth)
            let mean = Figures.signed(entry.judgement.difference.mean, places: places)
            return "\(content.contenders[entry.index].name) \(mean), interval \(Figures.interval(interval))"
                + (content.canJudge ? ", \(entry.judgement.verdict.rawValue)" : "")
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
                let start = [
                    HTML.escaped(metric.title), content.name(index),
                    Figures.signed(judgement.difference.mean, places: places),
                ]
                let seeds = judgement.difference.perSeed.map { Figures.signed($0, places: places) }
                let middle = [Figures.interval(interval)] + (content.hasOneSeed ? [] : [seeds.joined(separator: ", ")])
                guard content.canJudge else {
                    rows.append(start + middle)
                    continue
                }
                rows.append(
                    start + [Figures.interval(judgement.interval)] + middle + [
                        Figures.p(judgement.p), Figures.p(judgement.adjusted),
                        Figures.fixed(judgement.detectable, places: Figures.places(forError: judgement.detectable)),
                        "<span class=\"words\">\(HTML.escaped(judgement.sentence))</span>",
                    ])
            }
        }
        let start = ["Metric", "Network", "Difference"]
        let middle =
            [content.hasOneSeed ? "95 % of other events" : "95 % alone"] + (content.hasOneSeed ? [] : ["By seed"])
        let header =
            content.canJudge
            ? start + ["Interval of the verdict"] + middle + ["p", "p (Holm)", "Smallest detectable", "Verdict"]
            : start + middle
        return HTML.table(header, rows, style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(DifferencesSection.self, $0) }
