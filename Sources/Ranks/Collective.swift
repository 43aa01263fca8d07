/// Several processes that act as one: what each may ask of all the others.
///
/// Every process of a team has one and makes the same calls in the same order; a call returns when the others have made
/// theirs, as far as they have something to give. Only the thread that began may call. Nothing here adds numbers up:
/// the order of a sum is `Tree`'s, above, so that it is the same in every world.
public protocol Collective: AnyObject {
    /// Which of them this process is, from 0.
    var rank: Int { get }
    var size: Int { get }

    /// What `rank` has here becomes everybody's.
    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws(RanksError)

    /// Everybody's bytes one behind the other, in the order of the ranks, for everybody; `counts` says how many each
    /// gives.
    func gather(_ mine: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer)
        throws(RanksError)

    /// To everybody its own piece, and from everybody theirs: pieces lie one behind the other in the ranks' order.
    func exchange(
        _ sent: UnsafeRawBufferPointer, counts: [Int], _ received: UnsafeMutableRawBufferPointer,
        counts receivedCounts: [Int]
    ) throws(RanksError)

    /// Bytes for one other process, and as many of its own back. Only these two call.
    func pair(with rank: Int, _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer)
        throws(RanksError)

    /// Returns when all have come here.
    func barrier() throws(RanksError)

    /// Those who say the same number as a team of their own, in the same order.
    func part(into color: Int) throws(RanksError) -> any Collective
}

/// What went wrong between processes, or on the way to having several: what, and what to do.
public struct RanksError: Error, Equatable, Sendable, CustomStringConvertible {
    public var message: String
    public var help: String?
    public var description: String { message + (help.map { "\n\($0)" } ?? "") }

    public init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}

extension Collective {
    /// Everybody's values in the order of the ranks; each gives as many as `counts` says.
    public func gather<Value: BitwiseCopyable>(_ mine: [Value], counts: [Int]) throws(RanksError) -> [Value] {
        let width = MemoryLayout<Value>.stride
        let all = UnsafeMutableBufferPointer<Value>.allocate(capacity: max(1, counts.reduce(0, +)))
        defer { all.deallocate() }
        let room = UnsafeMutableRawBufferPointer(start: all.baseAddress, count: counts.reduce(0, +) * width)
        var failure: RanksError?
        mine.withUnsafeBytes { bytes in
            do throws(RanksError) {
                try gather(bytes, counts: counts.map { $0 * width }, into: room)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return Array(all.prefix(counts.reduce(0, +)))
    }

    /// Everybody's bytes, where nobody knows beforehand how many the others have.
    public func gather(bytes: [UInt8]) throws(RanksError) -> [[UInt8]] {
        let counts = try gather([bytes.count], counts: [Int](repeating: 1, count: size))
        var all = try gather(bytes, counts: counts)[...]
        return counts.map { count in
            defer { all = all.dropFirst(count) }
            return Array(all.prefix(count))
        }
    }

    public func gather(text: String) throws(RanksError) -> [String] {
        try gather(bytes: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// One process's bytes for all; what the others hand in does not matter.
    public func broadcast(bytes: [UInt8], from rank: Int = 0) throws(RanksError) -> [UInt8] {
        let counts = try gather([bytes.count], counts: [Int](repeating: 1, count: size))
        var bytes = self.rank == rank ? bytes : [UInt8](repeating: 0, count: counts[rank])
        var failure: RanksError?
        bytes.withUnsafeMutableBytes { room in
            do throws(RanksError) { try broadcast(room, from: rank) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
