import Interpreter

/// A number ran away: what it belongs to, and in which window of the batch.
struct NotFinite: Error {
    var what: String
    var sample: Int?
    /// Of which traces the windows are that it may be in, by index, where the batch is not at hand any more.
    var traces: [Int] = []

    init(what: String, sample: Int?) {
        self.what = what
        self.sample = sample
    }

    /// What the machine found, or its other complaint as it is.
    init(_ error: MachineError) {
        if case .notFinite(let path, let sample, let direction) = error {
            self.init(what: direction == .forward ? "layer '\(path)'" : "the gradient of '\(path)'", sample: sample)
        } else {
            self.init(what: error.description, sample: nil)
        }
    }

    /// The same with the traces of a batch, or the one among them that is to blame.
    func about(_ traces: [Int]) -> NotFinite {
        var problem = self
        problem.traces = sample.flatMap { traces.indices.contains($0) ? [traces[$0]] : nil } ?? traces
        return problem
    }
}
