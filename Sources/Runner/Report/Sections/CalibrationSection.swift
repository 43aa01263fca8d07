import GraphIR

/// Whether a probability of 0.8 is right eight times in ten.
enum CalibrationSection: ReportSection {
    static let signature = Signature(
        .report, "calibration", "The share of right answers against the probability that the network gave them.")
    static let title = "Calibration"
    static let place = 80
    private static let bins = 10

    static func html(_ content: ReportContent) -> String? {
        // Two bins at least, or there is nothing to see of how the share goes with the probability.
        let kinds = Scored.all(content.contenders).filter { $0.answers.contains { curve($0).count > 1 } }
        guard !kinds.isEmpty else { return nil }
        let caption =
            "The share of right answers in ten bins of the probability that the network gave"
            + "\(content.ofSeeds(", all seeds together")); bins with fewer than ten answers are left out. On the "
            + "diagonal a probability means what it says; below it the network is too sure of itself."
        return content.smallLegend
            + HTML.figure(
                kinds.map { chart($0, content) }, caption: caption, data: kinds.map { numbers($0, content) }.joined())
    }

    private struct Bin {
        var probability, share: Double
        var count: Int
    }

    private static func curve(_ seeds: [Scored.Answers]) -> [Bin] {
        var sums = [(probability: Double, right: Double, count: Int)](repeating: (0, 0, 0), count: bins)
        for answers in seeds {
            for (probability, isRight) in zip(answers.probabilities, answers.isRight) {
                let bin = min(bins - 1, max(0, Int(probability * Double(bins))))
                sums[bin].probability += probability
                sums[bin].right += isRight ? 1 : 0
                sums[bin].count += 1
            }
        }
        return sums.filter { $0.count >= 10 }.map { sum in
            Bin(
                probability: sum.probability / Double(sum.count), share: sum.right / Double(sum.count), count: sum.count
            )
        }
    }

    private static func chart(_ kind: Scored, _ content: ReportContent) -> String {
        var plot = Plot(x: Ruler(0, 1), y: Ruler(0, 1), height: 250)
        plot.segment(0, 0, 1, 1, "diagonal")
        var words: [String] = []
        for (index, seeds) in kind.answers.enumerated() {
            let bins = curve(seeds)
            guard !bins.isEmpty else { continue }
            plot.line(bins.map { ($0.probability, $0.share) }, "n\(index % Plot.seriesCount) s")
            for bin in bins { plot.mark(bin.probability, bin.share, series: index, size: 2.8, "s") }
            let all = bins.reduce(0) { $0 + $1.count }
            let error = bins.reduce(0) { $0 + abs($1.probability - $1.share) * Double($1.count) } / Double(max(all, 1))
            words.append("\(content.contenders[index].name) off by \(Figures.fixed(error, places: 3)) on average")
        }
        plot.axes(x: "probability", y: "share that is right", ticks: 5, ticksY: 5)
        return plot.svg("\(kind.title): " + words.joined(separator: "; "), heading: kind.title)
    }

    private static func numbers(_ kind: Scored, _ content: ReportContent) -> String {
        let rows = kind.answers.enumerated().flatMap { index, seeds in
            curve(seeds).map { bin in
                [
                    content.name(index), Figures.fixed(bin.probability, places: 3), Figures.fixed(bin.share, places: 3),
                    Figures.count(bin.count),
                ]
            }
        }
        return HTML.table(
            ["Network", "Probability", "Share that is right", "Answers"], rows, caption: kind.title, style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(CalibrationSection.self, $0) }
