import GraphIR

/// Why a graph cannot be run as asked.
public enum PlanError: PlainError, Hashable, Sendable, CustomStringConvertible {
    /// Lengths that the graph leaves open and nobody gave.
    case unknownLength(symbol: String)
    /// The kind of a node is registered without arithmetic, or not at all.
    case noArithmetic(kind: String, path: String)
    /// A layer refuses the sizes that the lengths give.
    case refused(path: String, Complaint)
    /// A size that depends on a length came out as no whole number.
    case unsettledSize(path: String, String)
    /// A size that no array has.
    case absurdSize(path: String, String)
    /// What the text says about two sizes does not hold for these lengths.
    case brokenClaim(String)
    case badBatch(Int)
    /// More memory than allowed; the layers that need the most, with their bytes.
    case tooLarge(bytes: Int, limit: Int, costliest: [MemoryReport.Share])
    /// The system has no such amount.
    case refusedBySystem(bytes: Int)

    public var status: ExitStatus { .no }
    public var description: String {
        switch self {
        case .unknownLength(let symbol):
            return "the network leaves the length \(symbol) open: say how many samples there are"
        case .noArithmetic(let kind, let path): return "'\(kind)' (\(path)) has no arithmetic to run"
        case .refused(let path, let complaint):
            return "\(path): \(complaint.message)" + (complaint.help.map { " (\($0))" } ?? "")
        case .unsettledSize(let path, let size): return "\(path): the size \(size) is no whole number for this length"
        case .absurdSize(let path, let shape): return "\(path): no array is as large as \(shape)"
        case .brokenClaim(let sentence): return sentence
        case .badBatch(let batch): return "a batch has at least one sample, not \(batch)"
        case .tooLarge(let bytes, let limit, let costliest):
            let layers = costliest.map { "  \(MemoryReport.text($0.bytes))  \($0.path)" }.joined(separator: "\n")
            return "this needs \(MemoryReport.text(bytes)) of memory, \(MemoryReport.text(limit)) are allowed; "
                + "a smaller batch needs less. What costs most:\n\(layers)"
        case .refusedBySystem(let bytes): return "the system refuses \(MemoryReport.text(bytes)) of memory"
        }
    }
}

/// The bytes that a plan needs, known before anything is allocated.
public struct MemoryReport: Hashable, Sendable {
    public struct Share: Hashable, Sendable {
        public var path: String
        public var bytes: Int
    }
    public var total = 0
    /// Weights, their packed forms, and the slots that gradients are summed in.
    public var weights = 0
    /// What flows and what is kept for the backward pass, of the whole batch.
    public var batch = 0
    /// What each thread has of its own, times the threads.
    public var threads = 0
    /// By node, the largest first: its results, gradients and what it keeps.
    public var layers: [Share] = []

    public static func text(_ bytes: Int) -> String {
        let mebibytes = Double(bytes) / 1_048_576
        if mebibytes >= 10_240 { return "\(Int((mebibytes / 1024).rounded())) GiB" }
        if mebibytes >= 10 { return "\(Int(mebibytes.rounded())) MiB" }
        return "\((mebibytes * 10).rounded() / 10) MiB"
    }
}
