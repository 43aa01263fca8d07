import GraphIR

/// Where the networks are strong and weak: the judged scores by signal-to-noise, distance and magnitude.
enum StrataSection: ReportSection {
    static let signature = Signature(
        .report, "strata", "Scores by signal-to-noise ratio, distance and magnitude, in bins of equally many events.")
    static let title = "By signal-to-noise, distance and magnitude"
    static let place = 90

    static func html(_ content: ReportContent) -> String? {
        let predictions = content.contenders[0].runs[0].predictions
        // Where nobody picked anything, flat lines at zero would say less than that.
        let silent = predictions.phases.filter { content.silent($0).count == content.contenders.count }
        let scores = content.comparison.judged.filter { $0.use.unit.isEmpty }
        let metrics = scores.filter { metric in metric.use.phase(in: predictions).map { !silent.contains($0) } ?? true }
        let nobody = content.isOneNetwork ? "The network did not pick" : "No network picked"
        let unpicked = silent.map {
            "\(nobody) \(HTML.escaped(content.isOneNetwork ? "any " + $0 : Words.article($0)))."
        }
        let note = unpicked.isEmpty ? "" : "<p class=\"reading\">\(unpicked.joined(separator: " "))</p>"
        var charts: [String] = []
        var tables: [String] = []
        for metric in metrics {
            for stratum in Stratum.all(predictions) {
                let bins = stratum.bins(count: 5)
                guard bins.count > 1, let chart = Chart(metric, stratum, bins, content) else { continue }
                charts.append(chart.svg(content))
                tables.append(chart.table(content))
            }
        }
        guard !charts.isEmpty else { return scores.isEmpty || note.isEmpty ? nil : note }
        let seeds = content.ofSeeds(": the mean over seeds, with a line from the lowest seed to the highest")
        let caption =
            "Each score within five bins of equally many test traces with a known value, at the bin’s median\(seeds). "
            + "Noise traces have no distance and no magnitude, so a score here is one among earthquakes."
        return note + content.smallLegend + HTML.figure(charts, caption: caption, data: tables.joined())
    }

    /// One score of every network in the bins of one quantity.
    private struct Chart {
        var metric: ComparedMetric
        var stratum: Stratum
        var bins: [Stratum.Bin]
        /// By contender, by bin, by seed.
        var values: [[[Double]]]

        init?(_ metric: ComparedMetric, _ stratum: Stratum, _ bins: [Stratum.Bin], _ content: ReportContent) {
            self.metric = metric
            self.stratum = stratum
            self.bins = bins
            values = content.contenders.map { contender in
                bins.map { bin in
                    contender.runs.compactMap { run in
                        let rows = run.predictions.rows(bin.traces)
                        return metric.use.metric.measure(rows)?.value(traces: rows.count)
                    }
                }
            }
            guard values.contains(where: { $0.contains { !$0.isEmpty } }) else { return nil }
        }

        private func mean(_ contender: Int, _ bin: Int) -> Double {
            let seeds = values[contender][bin]
            return seeds.isEmpty ? .nan : Sample(seeds).mean
        }

        func svg(_ content: ReportContent) -> String {
            let all = values.flatMap { $0.flatMap { $0 } }
            let positions = bins.map(\.median)
            // Decibels are a logarithm already.
            let isWide =
                !stratum.isLogarithmic && (positions.min() ?? 0) > 0
                && (positions.max() ?? 1) / (positions.min() ?? 1) > 20
            // A share that is the same everywhere stands on the whole axis of shares.
            let isFlat = all.allSatisfy { $0 == all.first && (0...1).contains($0) }
            var plot = Plot(
                x: Ruler(holding: positions, isWide ? .logarithmic : .linear),
                y: isFlat ? Ruler(0, 1) : Ruler(holding: all))
            // Networks stand beside each other by a pixel or two, or their ranges would hide each other.
            let apart = min(2.2, 8 / Double(max(values.count - 1, 1)))
            for contender in values.indices {
                let style = "n\(contender % Plot.seriesCount) s"
                let shift = (Double(contender) - Double(values.count - 1) / 2) * apart
                plot.line(positions.indices.map { (positions[$0], mean(contender, $0)) }, style)
                for (bin, seeds) in values[contender].enumerated() {
                    guard let low = seeds.min(), let high = seeds.max() else { continue }
                    let x = plot.px(positions[bin]) + shift
                    plot.segment(pixels: x, plot.py(low), x, plot.py(high), "whisker thin \(style)")
                    plot.mark(pixels: x, plot.py(mean(contender, bin)), series: contender, size: 2.8, "s")
                }
            }
            plot.axes(x: stratum.title, y: metric.heading)
            return plot.svg(words(content), heading: "\(metric.heading) by \(stratum.word)")
        }

        private func words(_ content: ReportContent) -> String {
            let list = values.indices.map { contender in
                "\(content.contenders[contender].name) "
                    + bins.indices.map { Figures.fixed(mean(contender, $0), places: 3) }.joined(separator: ", ")
            }
            return "\(metric.heading) in \(bins.count) bins of rising \(stratum.word): " + list.joined(separator: "; ")
        }

        func table(_ content: ReportContent) -> String {
            let rows = bins.indices.map { bin in
                [
                    "\(Figures.fixed(bins[bin].low, places: 1)) to \(Figures.fixed(bins[bin].high, places: 1))",
                    Figures.count(bins[bin].traces.count),
                ] + values.indices.map { Figures.fixed(mean($0, bin), places: 3) }
            }
            return HTML.table(
                [stratum.title.capitalizedFirst, "Traces"] + content.contenders.indices.map(content.name), rows,
                caption: "\(metric.heading) by \(stratum.word)", style: "numbers")
        }
    }
}

/// A quantity that traces can be sorted by, as far as their catalogue knows it.
struct Stratum {
    var word: String
    var title: String
    var isLogarithmic = false
    /// One a trace; NaN where it is not known.
    var values: [Double]

    struct Bin {
        var low, median, high: Double
        var traces: [Int]
    }

    static func all(_ predictions: Predictions) -> [Stratum] {
        var strata: [Stratum] = []
        for (column, word, title) in [
            ("snr_db", "signal-to-noise", "signal-to-noise ratio (dB)"),
            ("earthquake_distance_km", "distance", "epicentral distance (km)"),
            ("source_magnitude", "magnitude", "magnitude"),
        ] {
            if let values = predictions.numbers(column) {
                let isLogarithmic = column != "earthquake_distance_km"
                strata.append(Stratum(word: word, title: title, isLogarithmic: isLogarithmic, values: values))
            }
        }
        // Where noise has values too, they would mix with those of earthquakes.
        guard let isEvent = predictions.isEvent else { return strata }
        return strata.map { stratum in
            var stratum = stratum
            for trace in stratum.values.indices where !isEvent[trace] { stratum.values[trace] = .nan }
            return stratum
        }
    }

    /// Bins of equally many traces; fewer where there are not at least ten a bin.
    func bins(count: Int) -> [Bin] {
        let order = values.indices.filter { values[$0].isFinite }.sorted { (values[$0], $0) < (values[$1], $1) }
        let count = min(count, order.count / 10)
        return (0..<max(count, 0)).map { bin in
            let traces = Array(order[bin * order.count / count..<(bin + 1) * order.count / count])
            return Bin(
                low: values[traces[0]], median: values[traces[traces.count / 2]],
                high: values[traces[traces.count - 1]],
                traces: traces.sorted())
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(StrataSection.self, $0) }
