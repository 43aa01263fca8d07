import Foundation

/// A team of threads in one process: what tests and laws try a team with, where there is no MPI.
///
///     try Chorus.sing(3) { collective in … }
public final class Chorus: Collective {
    public let rank: Int
    public var size: Int { hall.size }
    private let hall: Hall

    private init(_ rank: Int, _ hall: Hall) {
        self.rank = rank
        self.hall = hall
    }

    /// Runs a body as so many ranks, each on a thread of its own, and returns what each made; throws what the lowest
    /// rank threw that failed of itself. One that fails lets the others fail too instead of waiting for it.
    public static func sing<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (any Collective) throws -> Result
    ) throws -> [Result] {
        let hall = Hall(size)
        let results = Results<Result>(size)
        let group = DispatchGroup()
        for rank in 0..<size {
            group.enter()
            let thread = Thread {
                let outcome = Swift.Result { try body(Chorus(rank, hall)) }
                if case .failure = outcome { hall.leave() }
                results.put(outcome, rank)
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        return try results.all()
    }

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws(RanksError) {
        try hall.meet(self.rank, sent: UnsafeRawBufferPointer(bytes), counts: []) { posts in
            if self.rank != rank {
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: posts[rank].bytes[..<bytes.count]))
            }
        }
    }
    public func gather(_ mine: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer)
        throws(RanksError)
    {
        try hall.meet(rank, sent: mine, counts: []) { posts in
            var place = 0
            for post in posts {
                UnsafeMutableRawBufferPointer(rebasing: all[place...]).copyMemory(from: post.bytes)
                place += post.bytes.count
            }
        }
    }
    public func exchange(
        _ sent: UnsafeRawBufferPointer, counts: [Int], _ received: UnsafeMutableRawBufferPointer,
        counts receivedCounts: [Int]
    ) throws(RanksError) {
        try hall.meet(rank, sent: sent, counts: counts) { posts in
            var place = 0
            for post in posts {
                let start = post.counts[..<self.rank].reduce(0, +)
                let piece = post.bytes[start..<start + post.counts[self.rank]]
                UnsafeMutableRawBufferPointer(rebasing: received[place...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
                place += piece.count
            }
        }
    }
    public func pair(with rank: Int, _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer)
        throws(RanksError)
    {
        try hall.trade(self.rank, rank, sent, received)
    }
    public func barrier() throws(RanksError) {
        try hall.meet(rank, sent: .init(start: nil, count: 0), counts: []) { _ in }
    }

    public func part(into color: Int) throws(RanksError) -> any Collective {
        let colors = try gather([color], counts: [Int](repeating: 1, count: size))
        let fellows = colors.indices.filter { colors[$0] == color }
        let part = try hall.part(rank, color: color, size: fellows.count)
        return Chorus(fellows.firstIndex(of: rank) ?? 0, part)
    }
}

/// Where the ranks of a chorus meet: everybody lays down what it has, all look, and all leave.
private final class Hall: @unchecked Sendable {
    struct Post {
        var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        var counts: [Int] = []
    }
    let size: Int
    private let condition = NSCondition()
    // All below is guarded by the condition's lock.
    private var posts: [Post]
    private var arrived = 0
    private var round = 0
    private var isLeft = false
    private var parts: [Int: Hall] = [:]
    private var kept: [Hall] = []
    /// By sender and receiver.
    private var mail: [Int: [[UInt8]]] = [:]

    init(_ size: Int) {
        self.size = size
        posts = [Post](repeating: Post(), count: size)
    }

    func meet(_ rank: Int, sent: UnsafeRawBufferPointer, counts: [Int], _ look: ([Post]) -> Void) throws(RanksError) {
        condition.lock()
        posts[rank] = Post(bytes: sent, counts: counts)
        condition.unlock()
        try arrive()
        look(posts)
        try arrive()
    }

    private func arrive() throws(RanksError) {
        condition.lock()
        defer { condition.unlock() }
        let mine = round
        arrived += 1
        if arrived == size {
            arrived = 0
            round += 1
            condition.broadcast()
        }
        while round == mine, !isLeft { condition.wait() }
        if round == mine { throw RanksError("another rank has left") }
    }

    /// Puts bytes down for another rank, and takes what that one put down for this.
    func trade(
        _ rank: Int, _ other: Int, _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer
    ) throws(RanksError) {
        condition.lock()
        defer { condition.unlock() }
        mail[rank * size + other, default: []].append(Array(sent))
        condition.broadcast()
        while (mail[other * size + rank] ?? []).isEmpty, !isLeft { condition.wait() }
        guard let letter = mail[other * size + rank]?.first else { throw RanksError("another rank has left") }
        mail[other * size + rank]?.removeFirst()
        letter.withUnsafeBytes { received.copyMemory(from: $0) }
    }

    func leave() {
        condition.lock()
        isLeft = true
        for part in parts.values + kept { part.leave() }
        condition.broadcast()
        condition.unlock()
    }

    /// The hall of those who said a color; whoever comes first makes it.
    func part(_ rank: Int, color: Int, size: Int) throws(RanksError) -> Hall {
        condition.lock()
        let part = parts[color] ?? Hall(size)
        parts[color] = part
        condition.unlock()
        try arrive()
        condition.lock()
        // The next one to part begins anew, but those who left still have to be told.
        if parts[color] === part { kept.append(part) }
        parts[color] = nil
        condition.unlock()
        try arrive()
        return part
    }
}

private final class Results<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Result<Value, any Error>?]
    init(_ size: Int) { results = [Result<Value, any Error>?](repeating: nil, count: size) }
    func put(_ result: Result<Value, any Error>, _ rank: Int) { lock.withLock { results[rank] = result } }

    func all() throws -> [Value] {
        let found = lock.withLock { results.compactMap { $0 } }
        for case .failure(let error) in found where error as? RanksError != RanksError("another rank has left") {
            throw error
        }
        return try found.map { try $0.get() }
    }
}
