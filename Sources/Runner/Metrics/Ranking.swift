/// Scores of two classes, sorted once, so that areas under curves can be taken again under any weighting.
public struct Ranking: Sendable {
    /// Traces by falling score, in groups of equal score.
    private var groups: [[Int]]
    private var isPositive: [Bool]

    /// A score that is `nan` is left out.
    public init(scores: [Double], isPositive: [Bool]) {
        let order = scores.indices.filter { !scores[$0].isNaN }
            .sorted { (scores[$1], $0) < (scores[$0], $1) }
        groups = []
        for index in order {
            if let last = groups.last?.first, scores[last] == scores[index] {
                groups[groups.count - 1].append(index)
            } else {
                groups.append([index])
            }
        }
        self.isPositive = isPositive
    }

    private func weigh(_ group: [Int], _ weights: [Double]) -> (positive: Double, negative: Double) {
        var sums = (positive: 0.0, negative: 0.0)
        for index in group {
            if isPositive[index] { sums.positive += weights[index] } else { sums.negative += weights[index] }
        }
        return sums
    }

    /// The chance that a positive scores above a negative, equal scores counting half.
    public func areaUnderROC(_ weights: [Double]) -> Double? {
        var (positives, negatives, area) = (0.0, 0.0, 0.0)
        for group in groups {
            let sums = weigh(group, weights)
            area += sums.negative * (positives + sums.positive / 2)
            positives += sums.positive
            negatives += sums.negative
        }
        return area / (positives * negatives)
    }

    /// The sum over thresholds of precision times the recall that each adds, without interpolation.
    public func averagePrecision(_ weights: [Double]) -> Double? {
        var (positives, said, sum) = (0.0, 0.0, 0.0)
        for group in groups {
            let sums = weigh(group, weights)
            positives += sums.positive
            said += sums.positive + sums.negative
            if said > 0 { sum += sums.positive * positives / said }
        }
        return sum / positives
    }
}

/// How well probabilities match what happens: the expected calibration error over ten equal bins.
public enum Calibration {
    public static let bins = 10

    /// One answer a trace; `nan` probabilities are left out.
    public static func measure(probabilities: [Double], isRight: [Bool]) -> Measurement {
        measure(zip(probabilities, isRight).map { [($0, $1)] })
    }

    /// Any number of answers a trace, each with its probability and whether it is right.
    public static func measure(_ answers: [[(probability: Double, isRight: Bool)]]) -> Measurement {
        var terms = [[Double]](repeating: [Double](repeating: 0, count: answers.count), count: bins + 1)
        for (trace, list) in answers.enumerated() {
            for answer in list where !answer.probability.isNaN {
                let bin = min(bins - 1, max(0, Int(answer.probability * Double(bins))))
                terms[bin][trace] += answer.probability - (answer.isRight ? 1 : 0)
                terms[bins][trace] += 1
            }
        }
        return .sums(terms: terms) { sums in
            (0..<bins).reduce(0.0) { $0 + abs(sums[$1]) } / sums[bins]
        }
    }
}
