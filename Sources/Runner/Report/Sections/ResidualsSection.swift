import GraphIR

/// How far picks lie from the truth: a histogram for each phase and network.
enum ResidualsSection: ReportSection {
    static let signature = Signature(.report, "residuals", "Histograms of pick minus arrival, by phase and network.")
    static let title = "Residuals of picks"
    static let place = 60
    private static let reach = 0.5
    private static let binCount = 40

    static func html(_ content: ReportContent) -> String? {
        let phases = content.contenders[0].runs[0].predictions.phases
        let figures = phases.map { histograms(of: $0, content) }.filter { !$0.isEmpty }
        guard !figures.isEmpty else { return nil }
        let width = Figures.fixed(2 * reach / Double(binCount) * 1000, places: 0)
        let repeated = " The pale outline repeats \(content.name(0))."
        let caption =
            "Pick minus arrival\(content.ofSeeds(", all seeds together")), as a share of the picks in traces that have "
            + "the arrival; bins of \(width) ms. Late picks are to the right.\(content.ofSeveral(repeated)) What lies "
            + "beyond half a second is written at the sides."
        return figures.dropLast().map { HTML.charts($0) }.joined()
            + HTML.figure(figures[figures.count - 1], caption: caption, data: numbers(phases, content))
    }

    private static func histograms(of phase: String, _ content: ReportContent) -> [String] {
        let histograms = content.contenders.map { Histogram(phase, $0) }
        guard histograms.contains(where: { $0.count > 0 }) else { return [] }
        let highest = histograms.flatMap(\.shares).max() ?? 1
        return histograms.indices.map { index in
            let histogram = histograms[index]
            var plot = Plot(x: Ruler(-reach, reach), y: Ruler(0, max(highest * 1.25, 1e-6)), height: 180)
            let style = "n\(index % Plot.seriesCount)"
            for (bin, share) in histogram.shares.enumerated() {
                plot.bar(from: Histogram.edge(bin), to: Histogram.edge(bin + 1), high: share, style)
            }
            if index > 0 { plot.line(histograms[0].outline, "ghost") }
            plot.segment(0, 0, 0, highest * 1.25, "zero")
            if histogram.count > 0 {
                plot.write(percent(histogram.early), pixels: plot.left + 4, plot.top + 10, "tick")
                plot.write(percent(histogram.late), pixels: plot.width - plot.right - 4, plot.top + 10, "tick end")
            } else {
                plot.write(none(phase, content.contenders[index]), pixels: plot.left + 4, plot.top + 10, "tick")
            }
            plot.axes(x: "\(phase) pick − arrival (s)", y: "share of picks", ticks: 5, ticksY: 3)
            let name = content.contenders[index].name
            let words =
                histogram.count == 0
                ? "\(name): \(none(phase, content.contenders[index]))"
                : "\(name): \(Figures.count(histogram.count)) \(phase) picks, mean "
                    + "\(Figures.signed(histogram.mean, places: 3)) s, "
                    + "deviation \(Figures.fixed(histogram.deviation, places: 3)) s, "
                    + "\(percent(histogram.early + histogram.late)) farther off than half a second"
            return plot.svg(words, heading: "\(content.contenders[index].name), \(phase)", series: index)
        }
    }

    private static func none(_ phase: String, _ contender: Contender) -> String {
        contender.picks(phase) ? "no picks" : "does not pick \(phase)"
    }

    private static func percent(_ share: Double) -> String { Figures.fixed(100 * share, places: 1) + " %" }

    /// The residuals of all seeds of one network.
    struct Histogram {
        var count = 0
        var shares = [Double](repeating: 0, count: binCount)
        var early = 0.0
        var late = 0.0
        /// Of the picks within half a second.
        var mean = Double.nan
        var deviation = Double.nan

        init(_ phase: String, _ contender: Contender) {
            let residuals = contender.runs.flatMap { run in
                (PickTable(run.predictions, phase: phase)?.residuals(.found) ?? []).flatMap { $0.map(\.value) }
            }
            count = residuals.count
            guard count > 0 else { return }
            let near = residuals.filter { abs($0) <= reach }
            for residual in near {
                let bin = Int((residual + reach) / (2 * reach) * Double(binCount))
                shares[min(max(bin, 0), binCount - 1)] += 1 / Double(count)
            }
            early = Double(residuals.count { $0 < -reach }) / Double(count)
            late = Double(residuals.count { $0 > reach }) / Double(count)
            let sample = Sample(near)
            mean = near.isEmpty ? .nan : sample.mean
            deviation = sample.deviation
        }

        static func edge(_ bin: Int) -> Double { -reach + 2 * reach * Double(bin) / Double(binCount) }

        var outline: [(x: Double, y: Double)] {
            shares.enumerated().flatMap { bin, share in
                [(Histogram.edge(bin), share), (Histogram.edge(bin + 1), share)]
            }
        }
    }

    private static func numbers(_ phases: [String], _ content: ReportContent) -> String {
        let rows = phases.flatMap { phase in
            content.contenders.indices.map { index in
                let histogram = Histogram(phase, content.contenders[index])
                return [
                    content.name(index), phase, Figures.count(histogram.count),
                    Figures.signed(histogram.mean, places: 3), Figures.fixed(histogram.deviation, places: 3),
                    histogram.count > 0 ? percent(histogram.early) : "–",
                    histogram.count > 0 ? percent(histogram.late) : "–",
                ]
            }
        }
        return HTML.table(
            ["Network", "Phase", "Picks", "Mean (s)", "Deviation (s)", "Earlier than −0.5 s", "Later than 0.5 s"], rows,
            caption: "Mean and deviation of the picks within half a second", style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ResidualsSection.self, $0) }
