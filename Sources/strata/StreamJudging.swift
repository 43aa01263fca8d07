import GraphIR
import Runner

/// What `evaluate --stream` and `compare --stream` were told of picking.
struct StreamJudging {
    private var order: PickOrder

    /// Those of `evaluate` that make no sense without `--stream`.
    static let options = ["--rule", "--hop", "--stations"]
    private static let others = ["--split", "--metrics", "--targets"]

    init(_ call: Invocation, folder: String? = nil) throws {
        guard let folder = folder ?? call.value("--data") else {
            throw Exit(
                .usage, "--stream needs --data FOLDER: continuous records, and picks.csv with the arrivals in them",
                help: "strata data synth FOLDER --stream makes one")
        }
        if folder == call.value("--data"), let option = Self.others.first(where: call.has) {
            throw Exit(.usage, "\(option) is of windows, and not of a stream")
        }
        order = PickOrder(words: [folder], out: "")
        order.rule = try call.word("--rule", among: PickRule.allCases.map(\.rawValue)).flatMap(PickRule.init)
        order.hop = try call.double("--hop")
        order.stations = (call.value("--stations") ?? "").split(separator: ",").map(String.init)
        order.thresholds = try call.value("--thresholds").map(EvaluateCommand.thresholds)
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
