import GraphIR

/// Why a machine stopped at its work.
public enum MachineError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public enum Direction: String, Hashable, Sendable { case forward, backward }

    /// The first number that is infinite or none, in the order of the plan: where it was made, and in which sample of
    /// the batch (`nil`: in a sum over samples).
    case notFinite(path: String, sample: Int?, Direction)
    case wrongCount(what: String, expected: Int, got: Int)
    case badLength(path: String, String)

    public var status: ExitStatus { .no }
    public var description: String {
        switch self {
        case .notFinite(let path, let sample, let direction):
            let whose = sample.map { "sample \($0) of the batch" } ?? "the sum over the batch"
            return direction == .forward
                ? "\(path) gave a number that is not finite, in \(whose)"
                : "the gradient of \(path) is not finite, in \(whose)"
        case .wrongCount(let what, let expected, let got): return "\(what): \(expected) expected, not \(got)"
        case .badLength(let path, let length): return "\(path): a sample cannot have the length \(length) here"
        }
    }
}
