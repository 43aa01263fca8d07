import GraphIR
import Runner

/// What `evaluate --stream` and `compare --stream` ask of picking.
struct StreamJudging {
    var order: PickOrder

    init(_ folder: String, rule: PickRule?) {
        order = PickOrder(words: [folder], out: "")
        order.rule = rule
        order.program = "strata \(strataVersion)"
    }

    /// A result that is there and still holds is handed out as it is.
    func evaluate(_ request: EvaluationRequest, record: RunRecord, file: NetworkFile) throws -> Evaluation {
        var shown = secondsNow()
        return try Runner.evaluate(stream: order, request, record: record, file: file) { line in
            guard secondsNow() - shown > 1 else { return }
            shown = secondsNow()
            Terminal.note(line)
        }
    }
}
