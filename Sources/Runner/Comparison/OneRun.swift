import GraphIR

extension Comparison {
    /// One evaluation by itself, in the form that reports are made of.
    public init(_ evaluation: Evaluation, record: RunRecord, file: NetworkFile) throws {
        let run = Contender.Run(
            folder: evaluation.run, record: record, history: try evaluation.run.history(),
            predictions: evaluation.predictions, test: evaluation.json)
        var request = Request()
        request.rule = evaluation.rule
        try self.init(
            [Contender(name: record.architecture, file: file, runs: [run])], request: request, registry: file.registry)
    }

    /// Of a single contender, the traces to look at: the clearest that it read rightly and the worst that it did not,
    /// as they go by the probabilities of their picks.
    func exemplars(of each: Int) -> [DifferingTrace] {
        guard let run = reference.runs.first else { return [] }
        let right = Comparison.isRight(run.predictions, rule: rule)
        let isEvent = run.predictions.isEvent ?? right.map { _ in true }
        let tables = run.predictions.phases.compactMap { PickTable(run.predictions, phase: $0, rule: rule) }
        func sureness(_ trace: Int) -> Double {
            tables.reduce(0) { $0 + ($1.probabilities[trace].filter(\.isFinite).max() ?? 0) }
        }
        func pick(_ kept: (Int) -> Bool) -> [DifferingTrace] {
            right.indices.filter(kept).map { (trace: $0, sureness: sureness($0)) }
                .sorted { ($1.sureness, $0.trace) < ($0.sureness, $1.trace) }.prefix(each)
                .map {
                    DifferingTrace(
                        trace: $0.trace, right: [right[$0.trace] ? 1 : 0], lead: $0.sureness,
                        isEvent: isEvent[$0.trace])
                }
        }
        // The surer, the worse where it is wrong.
        return pick { !right[$0] && isEvent[$0] } + pick { right[$0] && isEvent[$0] }
            + pick { !right[$0] && !isEvent[$0] }
    }
}
