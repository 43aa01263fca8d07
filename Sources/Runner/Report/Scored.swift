/// Answers with a probability, each right or wrong: what calibration curves are drawn from.
public struct Scored: Sendable {
    /// `Detection`, `P`, `S`.
    public var title: String
    /// By contender, by seed.
    public var answers: [[Answers]]

    public struct Answers: Sendable {
        public var probabilities: [Double]
        public var isRight: [Bool]
    }

    /// Every kind of answer that these runs have.
    public static func all(_ contenders: [Contender]) -> [Scored] {
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
            return Answers(probabilities: [], isRight: [])
        }
        let known = table.scores.indices.filter { table.scores[$0].isFinite }
        return Answers(
            probabilities: known.map { table.scores[$0] }, isRight: known.map { table.isEvent[$0] })
    }

    private static func picks(_ predictions: Predictions, _ phase: String) -> Answers {
        guard let table = PickTable(predictions, phase: phase) else {
            return Answers(probabilities: [], isRight: [])
        }
        let answers = table.answers(within: PickSettings.tolerance).joined().filter { $0.probability.isFinite }
        return Answers(
            probabilities: answers.map(\.probability), isRight: answers.map(\.isHit))
    }
}
