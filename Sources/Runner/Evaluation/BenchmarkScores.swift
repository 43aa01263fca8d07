import GraphIR

/// The numbers of SeisBench's benchmark, computed as pick-benchmark's `collect_results.py` computes them, under its
/// names: thresholds are chosen on the dev predictions and used on the test predictions.
public struct BenchmarkScores: Sendable {
    public private(set) var values: [(name: String, value: Double)] = []

    public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }

    public var json: JSON { .object(values.map { JSON.Member($0.name, .number($0.value)) }) }

    public init(
        detection: (dev: BenchmarkPredictions, test: BenchmarkPredictions)?,
        phases: (dev: BenchmarkPredictions, test: BenchmarkPredictions)?
    ) {
        if let detection { detect(detection.dev, detection.test) }
        guard let phases else { return }
        let (dev, test) = (Self.answered(phases.dev), Self.answered(phases.test))
        guard !dev.isEmpty else { return }
        identify(dev, test)
        for (name, rows) in [("dev", dev), ("test", test)] { time(rows, name) }
    }

    private typealias Row = (target: BenchmarkTargets.Target, said: BenchmarkPredictions.Said)

    /// The rows of which anything was said.
    private static func answered(_ predictions: BenchmarkPredictions) -> [Row] {
        zip(predictions.targets.targets, predictions.said).filter { _, said in
            !(said.p.isNaN && said.s.isNaN && said.pOrS.isNaN)
        }.map { ($0, $1) }
    }

    private mutating func add(_ name: String, _ value: Double) { values.append((name, value)) }

    // MARK: Task 1

    private mutating func detect(_ dev: BenchmarkPredictions, _ test: BenchmarkPredictions) {
        func scored(_ predictions: BenchmarkPredictions) -> (scores: [Double], isPositive: [Bool]) {
            (predictions.said.map(\.detection), predictions.targets.targets.map { $0.type == "earthquake" })
        }
        let (dev, test) = (scored(dev), scored(test))
        guard let best = Self.best(dev.scores, dev.isPositive) else { return }
        add("dev_det_precision", best.precision)
        add("dev_det_recall", best.recall)
        add("dev_det_f1", best.f1)
        add("dev_det_auc", Self.auc(dev.scores, dev.isPositive))
        add("det_threshold", best.threshold)
        let reached = Counts(test.scores.map { $0 > best.threshold }, test.isPositive)
        add("test_det_precision", reached.precision)
        add("test_det_recall", reached.recall)
        add("test_det_f1", reached.f1)
        add("test_det_auc", Self.auc(test.scores, test.isPositive))
    }

    // MARK: Tasks 2 and 3

    private mutating func identify(_ dev: [Row], _ test: [Row]) {
        func clipped(_ rows: [Row]) -> [Double] {
            rows.map { $0.said.pOrS.isNaN ? .nan : max(-1e100, min(1e100, $0.said.pOrS)) }
        }
        func isP(_ rows: [Row]) -> [Bool] { rows.map { $0.target.phase == "P" } }
        let isSaid = [dev, test].allSatisfy { $0.contains { $0.said.pOrS.isFinite } }
        let known = dev.filter { !$0.said.pOrS.isNaN }
        guard isSaid, let best = Self.best(clipped(known), isP(known)) else { return }
        add("dev_phase_precision", best.precision)
        add("dev_phase_recall", best.recall)
        add("dev_phase_f1", best.f1)
        add("phase_threshold", best.threshold)
        // Fifty candidates over the sorted scores; what is not a number stands last.
        let sorted = clipped(dev).sorted { a, b in b.isNaN ? !a.isNaN : a < b }
        let step = Double(sorted.count - 1) / 49
        let candidates = (0..<50).map { sorted[$0 == 49 ? sorted.count - 1 : Int(Double($0) * step)] }
        let correlations = candidates.map { threshold in Counts(clipped(dev).map { $0 > threshold }, isP(dev)).mcc }
        let highest = correlations.max() ?? 0
        let threshold = candidates[correlations.firstIndex(of: highest) ?? 0]
        add("dev_phase_mcc", highest)
        add("phase_threshold_mcc", threshold)
        let testKnown = test.filter { !$0.said.pOrS.isNaN }
        let reached = Counts(clipped(testKnown).map { $0 > best.threshold }, isP(testKnown))
        add("test_phase_precision", reached.precision)
        add("test_phase_recall", reached.recall)
        add("test_phase_f1", reached.f1)
        add("test_phase_mcc", Counts(clipped(test).map { $0 > threshold }, isP(test)).mcc)
    }

    private mutating func time(_ rows: [Row], _ name: String) {
        for phase in ["P", "S"] {
            let errors = rows.filter { $0.target.phase == phase }.map { row in
                ((phase == "P" ? row.said.p : row.said.s) - (row.target.onset ?? .nan)) / row.target.rate
            }.filter { !$0.isNaN }
            guard !errors.isEmpty else { continue }
            let count = Double(errors.count)
            add("\(name)_\(phase)_mean_s", errors.reduce(0, +) / count)
            // Called a deviation there; it is the root of the mean square.
            add("\(name)_\(phase)_std_s", (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot())
            add("\(name)_\(phase)_mae_s", errors.reduce(0) { $0 + abs($1) } / count)
        }
    }

    // MARK: Arithmetic

    struct Counts {
        var hits = 0.0, wrong = 0.0, missed = 0.0, passed = 0.0

        init(_ said: [Bool], _ isPositive: [Bool]) {
            for (said, positive) in zip(said, isPositive) {
                switch (said, positive) {
                case (true, true): hits += 1
                case (true, false): wrong += 1
                case (false, true): missed += 1
                case (false, false): passed += 1
                }
            }
        }
        /// Of nothing said or nothing there they are 0, as in scikit-learn.
        var precision: Double { hits + wrong > 0 ? hits / (hits + wrong) : 0 }
        var recall: Double { hits + missed > 0 ? hits / (hits + missed) : 0 }
        var f1: Double { hits > 0 ? 2 * hits / (2 * hits + wrong + missed) : 0 }
        var mcc: Double {
            let product = (hits + wrong) * (hits + missed) * (passed + wrong) * (passed + missed)
            return product > 0 ? (hits * passed - wrong * missed) / product.squareRoot() : 0
        }
    }

    /// The lowest of the scores that give the highest F1, where a score of at least as much counts as said.
    private static func best(
        _ scores: [Double], _ isPositive: [Bool]
    ) -> (threshold: Double, precision: Double, recall: Double, f1: Double)? {
        let order = scores.indices.filter { !scores[$0].isNaN }.sorted { scores[$0] > scores[$1] }
        let all = Double(order.count { isPositive[$0] })
        var best: (threshold: Double, precision: Double, recall: Double, f1: Double)?
        var hits = 0.0
        for (said, index) in order.enumerated() {
            if isPositive[index] { hits += 1 }
            if said + 1 < order.count, scores[order[said + 1]] == scores[index] { continue }
            guard hits > 0 else { continue }
            let (precision, recall) = (hits / Double(said + 1), hits / all)
            let f1 = 2 * precision * recall / (precision + recall)
            if f1 >= best?.f1 ?? 0 { best = (scores[index], precision, recall, f1) }
        }
        return best
    }

    private static func auc(_ scores: [Double], _ isPositive: [Bool]) -> Double {
        Ranking(scores: scores, isPositive: isPositive).areaUnderROC(scores.map { _ in 1 }) ?? .nan
    }
}
