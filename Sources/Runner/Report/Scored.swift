/// Answers with a probability, each right or wrong: what precision-recall and calibration curves are drawn from.
struct Scored {
    /// `Detection`, `P`, `S`.
    var title: String
    /// By contender, by seed.
    var answers: [[Answers]]

    struct Answers {
        var probabilities: [Double]
        var isRight: [Bool]
        /// How many right answers there could have been.
        var possible: Int
    }

    /// Every kind of answer that these runs have.
    static func all(_ contenders: [Contender]) -> [Scored] {
        let first = contenders[0].runs[0].predictions
        var kinds: [Scored] = []
        if DetectionTable(first) != nil {
            kinds.append(Scored(title: "Detection", contenders, detections))
        }
        for phase in first.phases { kinds.append(Scored(title: phase, contenders) { picks($0, phase) }) }
        return kinds.filter { $0.answers.contains { $0.contains { !$0.probabilities.isEmpty } } }
    }

    private init(title: String, _ contenders: [Contender], _ make: (Predictions) -> Answers) {
        self.title = title
        answers = contenders.map { $0.runs.map { make($0.predictions) } }
    }

    private static func detections(_ predictions: Predictions) -> Answers {
        guard let table = DetectionTable(predictions) else {
            return Answers(probabilities: [], isRight: [], possible: 0)
        }
        let known = table.scores.indices.filter { table.scores[$0].isFinite }
        return Answers(
            probabilities: known.map { table.scores[$0] }, isRight: known.map { table.isEvent[$0] },
            possible: table.isEvent.count { $0 })
    }

    private static func picks(_ predictions: Predictions, _ phase: String) -> Answers {
        guard let table = PickTable(predictions, phase: phase) else {
            return Answers(probabilities: [], isRight: [], possible: 0)
        }
        let answers = table.answers(within: PickSettings.tolerance).joined().filter { $0.probability.isFinite }
        return Answers(
            probabilities: answers.map(\.probability), isRight: answers.map(\.isHit),
            possible: table.arrivals.reduce(0) { $0 + $1.count })
    }
}

extension Scored.Answers {
    /// Precision at each recall of a grid, for falling thresholds; NaN beyond the highest recall there is.
    func precision(atRecalls grid: [Double]) -> [Double] {
        let order = probabilities.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
        var values = [Double](repeating: .nan, count: grid.count)
        var right = 0
        var next = 0
        for (said, index) in order.enumerated() {
            if isRight[index] { right += 1 }
            // Answers of one probability come together.
            if said + 1 < order.count, probabilities[order[said + 1]] == probabilities[index] { continue }
            while next < grid.count, Double(right) >= grid[next] * Double(max(possible, 1)) - 1e-9 {
                values[next] = Double(right) / Double(said + 1)
                next += 1
            }
        }
        return values
    }
}
