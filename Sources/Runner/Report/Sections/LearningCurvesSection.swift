import GraphIR

/// How the losses fell, epoch by epoch, for each network over its seeds.
enum LearningCurvesSection: ReportSection {
    static let signature = Signature(
        .report, "learning_curves", "Training and validation loss by epoch, mean and range over the seeds.")
    static let title = "Learning curves"
    static let place = 50

    static func html(_ content: ReportContent) -> String? {
        let curves = content.contenders.map(Curves.init)
        guard curves.contains(where: { !$0.dev.isEmpty }) else { return nil }
        let all = curves.flatMap { curves in (curves.dev + curves.train).flatMap { [$0.low, $0.high] } }
        let epochs = curves.flatMap { $0.dev.map(\.epoch) }
        let y = Ruler(holding: all, .logarithmic)
        let last = epochs.max() ?? 1
        var x = last > 1 ? Ruler(min(epochs.min() ?? 0, 1), last) : Ruler(0.5, 1.5)
        x.isWhole = true
        let charts = curves.indices.map { [x] index in
            var plot = Plot(x: x, y: y)
            if index > 0 { plot.line(curves[0].dev.map { ($0.epoch, $0.mean) }, "ghost") }
            plot.band(curves[index].dev.map { ($0.epoch, $0.low, $0.high) }, "n\(index % Plot.seriesCount)")
            plot.line(curves[index].train.map { ($0.epoch, $0.mean) }, "n\(index % Plot.seriesCount) thin")
            plot.line(curves[index].dev.map { ($0.epoch, $0.mean) }, "n\(index % Plot.seriesCount)")
            // One epoch is no line: a point.
            for (points, size) in [(curves[index].train, 2.0), (curves[index].dev, 3.4)] where points.count == 1 {
                plot.mark(points[0].epoch, points[0].mean, series: index, size: size)
            }
            plot.axes(x: "epoch", y: "loss, log scale", ticks: 5, ticksY: 4)
            return plot.svg(
                words(content.contenders[index], curves[index]), heading: content.contenders[index].name, series: index)
        }
        let range = content.ofSeeds(", the mean over seeds, with the range from the lowest seed to the highest")
        let repeated = " The pale line repeats the dev loss of \(content.name(0))."
        let caption =
            "Loss by epoch. Thick: the dev split\(range); thin: training.\(content.ofSeveral(repeated)) Losses of "
            + "different recipes are not comparable; metrics are."
        return HTML.figure(charts, caption: caption, data: numbers(curves, content))
    }

    private struct Curves {
        struct Point {
            var epoch, mean, low, high: Double
        }
        var train: [Point]
        var dev: [Point]

        init(_ contender: Contender) {
            train = Curves.points("train_loss", contender)
            dev = Curves.points("dev_loss", contender)
        }

        private static func points(_ column: String, _ contender: Contender) -> [Point] {
            let runs = contender.runs.compactMap { $0.history[column] }
            return (0..<(runs.map(\.count).max() ?? 0)).compactMap { epoch in
                let values = runs.compactMap { $0.count > epoch && $0[epoch].isFinite ? $0[epoch] : nil }
                guard let low = values.min(), let high = values.max() else { return nil }
                return Point(epoch: Double(epoch + 1), mean: Sample(values).mean, low: low, high: high)
            }
        }
    }

    private static func words(_ contender: Contender, _ curves: Curves) -> String {
        guard let first = curves.dev.first, let last = curves.dev.last,
            let best = curves.dev.min(by: { $0.mean < $1.mean })
        else { return "\(contender.name): no dev loss" }
        return "\(contender.name): dev loss from \(Figures.fixed(first.mean, places: 4)) to "
            + "\(Figures.fixed(last.mean, places: 4)) after \(Words.number(Int(last.epoch), "epoch")), lowest "
            + "\(Figures.fixed(best.mean, places: 4)) at epoch \(Int(best.epoch))"
    }

    private static func numbers(_ curves: [Curves], _ content: ReportContent) -> String {
        let last = curves.map { $0.dev.count }.max() ?? 0
        let step = max(1, (last + 19) / 20)
        let rows = stride(from: 0, to: last, by: step).map { epoch in
            ["\(epoch + 1)"]
                + curves.map { curve in
                    guard curve.dev.count > epoch else { return "–" }
                    let point = curve.dev[epoch]
                    guard point.high > point.low else { return Figures.fixed(point.mean, places: 4) }
                    return Figures.value(point.mean, error: (point.high - point.low) / 2)
                }
        }
        return HTML.table(
            ["Epoch"] + content.contenders.indices.map(content.name), rows,
            caption: "Dev loss\(content.ofSeeds(": mean and half the range over seeds"))", style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LearningCurvesSection.self, $0) }
