import GraphIR

/// What each network could reach at any threshold, and where it stands.
enum PrecisionRecallSection: ReportSection {
    static let signature = Signature(
        .report, "precision_recall", "Precision against recall for every threshold, mean over the seeds.")
    static let title = "Precision and recall"
    static let place = 70
    static let thresholds = (1...19).map { Double($0) / 20 }

    static func html(_ content: ReportContent) -> String? {
        let kinds = Kind.all(content)
        guard !kinds.isEmpty else { return nil }
        let known = kinds.filter { $0.curves.joined().contains(where: \.isKnown) }
        let notes = kinds.filter { !$0.curves.joined().contains(where: \.isKnown) }.map(\.whyUnknown)
        let note = notes.isEmpty ? "" : "<p class=\"reading\">\(HTML.escaped(notes.joined(separator: " ")))</p>"
        guard !known.isEmpty else { return note }
        return note + content.smallLegend
            + HTML.figure(
                known.map { chart($0, content) }, caption: caption(known, content),
                data: known.map { numbers($0, content) }.joined())
    }

    private static func caption(_ kinds: [Kind], _ content: ReportContent) -> String {
        let ends = [thresholds.first, thresholds.last].map { Figures.fixed($0 ?? .nan, places: 2) }
        var text =
            "Precision against recall for thresholds from \(ends[0]) (right) to \(ends[1]) (left)"
            + "\(content.ofSeeds(", mean over seeds")). A pick is right within half a second of an arrival, one to "
            + "one; a detection if there is an earthquake. The large mark is where "
            + "\(content.isOneNetwork ? "the" : "a") network stands"
        text +=
            content.hasOneSeed
            ? ", with the thresholds that were chosen on the dev split."
            : ": the mean over seeds, each with the threshold that it chose on the dev split, so that it need not lie "
                + "on the curve, whose points have one threshold for all seeds."
        if kinds.contains(where: { !$0.chosen.allSatisfy(\.isKnown) }) {
            text += " Where nothing was found with these thresholds there is no mark."
        }
        if kinds.contains(where: \.isDetection) {
            text +=
                " The curve of detections goes by the highest probability in a trace; the mark goes by the rule, which "
                + "asks that the probability holds for \(Figures.fixed(DetectionRuns.shortest, places: 1)) s, and may "
                + "lie beside its curve."
        }
        return text
    }

    struct Point: Equatable {
        var recall, precision: Double
        var isKnown: Bool { recall.isFinite && precision.isFinite }

        init(hits: Double, wrong: Double, missed: Double) {
            recall = hits / (hits + missed)
            precision = hits / (hits + wrong)
        }
        init(mean points: [Point]) {
            recall = Sample(points.map(\.recall).filter(\.isFinite)).mean
            precision = Sample(points.map(\.precision).filter(\.isFinite)).mean
        }
    }

    /// Detections, or the picks of one phase.
    struct Kind {
        var title: String
        var isDetection: Bool { title == Kind.detection }
        private static let detection = "Detection"

        /// Why there is no curve.
        var whyUnknown: String {
            let isWithout = curves.joined().allSatisfy { !$0.recall.isFinite }
            let lowest = Figures.fixed(thresholds.first ?? .nan, places: 2)
            if isDetection {
                return isWithout
                    ? "Detection: no test trace has an earthquake." : "Nothing was detected at any threshold."
            }
            return isWithout
                ? "\(title): no test trace has an arrival." : "\(title): no picks at any threshold from \(lowest) on."
        }
        /// By contender, by threshold: the mean over seeds.
        var curves: [[Point]]
        /// By contender: with the thresholds that were chosen.
        var chosen: [Point]

        static func all(_ content: ReportContent) -> [Kind] {
            let first = content.contenders[0].runs[0].predictions
            var kinds: [Kind] = []
            if DetectionTable(first) != nil { kinds.append(Kind(detection, content, Kind.detected)) }
            for phase in first.phases where first.lists(phase + PickColumn.below) != nil {
                kinds.append(Kind(phase, content) { picks($0, phase, $1) })
            }
            return kinds
        }

        /// - Parameter measure: of one run at a threshold, or at the chosen one.
        private init(_ title: String, _ content: ReportContent, _ measure: (Predictions, Double?) -> Point) {
            self.title = title
            curves = content.contenders.map { contender in
                thresholds.map { threshold in
                    Point(mean: contender.runs.map { measure($0.predictions, threshold) })
                }
            }
            chosen = content.contenders.map { contender in
                Point(mean: contender.runs.map { measure($0.predictions, nil) })
            }
        }

        private static func detected(_ predictions: Predictions, _ threshold: Double?) -> Point {
            guard let table = DetectionTable(predictions) else { return Point(hits: 0, wrong: 0, missed: 0) }
            let said = threshold.map { threshold in table.scores.map { $0 >= threshold } } ?? table.isDetected
            func count(_ isEvent: Bool, _ isSaid: Bool) -> Double {
                Double(zip(table.isEvent, said).count { $0 == isEvent && $1 == isSaid })
            }
            return Point(hits: count(true, true), wrong: count(false, true), missed: count(true, false))
        }

        private static func picks(_ predictions: Predictions, _ phase: String, _ threshold: Double?) -> Point {
            let table =
                threshold.map { PickTable(predictions, phase: phase, threshold: $0) }
                ?? PickTable(predictions, phase: phase)
            guard let counts = table?.counts(within: PickSettings.tolerance) else {
                return Point(hits: 0, wrong: 0, missed: 0)
            }
            return Point(
                hits: counts.hits.reduce(0, +), wrong: counts.falsePicks.reduce(0, +),
                missed: counts.missed.reduce(0, +))
        }
    }

    private static func chart(_ kind: Kind, _ content: ReportContent) -> String {
        let known = (kind.curves.joined() + kind.chosen).filter(\.isKnown)
        var plot = Plot(
            x: Ruler(max(0, (known.map(\.recall).min() ?? 0) - 0.05), 1.005),
            y: Ruler(max(0, (known.map(\.precision).min() ?? 0) - 0.05), 1.005), height: 250)
        for (index, curve) in kind.curves.enumerated() {
            let points = curve.filter(\.isKnown)
            plot.line(points.map { ($0.recall, $0.precision) }, "n\(index % Plot.seriesCount) s")
            // One place is no line.
            if let first = points.first, points.allSatisfy({ $0 == first }) {
                plot.mark(first.recall, first.precision, series: index, size: 2.2, "s")
            }
        }
        for (index, point) in kind.chosen.enumerated() {
            plot.mark(point.recall, point.precision, series: index, size: 4.5, "s")
        }
        plot.axes(x: "recall", y: "precision", ticks: 5, ticksY: 5)
        let words = kind.chosen.indices.map { index in
            let point = kind.chosen[index]
            return
                "\(content.contenders[index].name) stands at precision \(Figures.fixed(point.precision, places: 3)), "
                + "recall \(Figures.fixed(point.recall, places: 3))"
        }
        return plot.svg("\(kind.title): " + words.joined(separator: "; "), heading: kind.title)
    }

    private static func numbers(_ kind: Kind, _ content: ReportContent) -> String {
        func cell(_ point: Point) -> String {
            point.isKnown
                ? "\(Figures.fixed(point.precision, places: 3)) / \(Figures.fixed(point.recall, places: 3))" : "–"
        }
        let rows = stride(from: 0, to: thresholds.count, by: 2).map { place in
            [Figures.fixed(thresholds[place], places: 2)] + kind.curves.map { cell($0[place]) }
        }
        return HTML.table(
            ["Threshold"] + content.contenders.indices.map(content.name),
            rows + [["as chosen"] + kind.chosen.map(cell)],
            caption: "\(kind.title): precision / recall", style: "numbers")
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PrecisionRecallSection.self, $0) }
