import Foundation
import Synchronization

/// Looks after a team that waits: who has waited for the others for long says so in a folder that all share, and the
/// lowest of those who wait names those who do not come. After `patience` seconds it ends the process.
public final class StallWatch: Sendable {
    private struct State {
        var what: String?
        var since = 0.0
        var isEnded = false
        var hasSigned = false
        var hasSpoken = false
    }
    private let state = Mutex(State())
    private let rank: Int
    private let hosts: [String]
    private let folder: String
    private let limit: Double
    private let patience: Double
    private let period: Double

    /// - Parameters:
    ///   - hosts: by rank, for people.
    ///   - folder: where those who wait sign; made when the first has to.
    ///   - say: what the lowest waiting rank has to tell.
    ///   - giveUp: when patience is over; ends the process.
    public init(
        rank: Int, hosts: [String], folder: String, after limit: Double = 60, patience: Double = 600,
        period: Double = 1, say: @escaping @Sendable (String) -> Void, giveUp: @escaping @Sendable () -> Void
    ) {
        (self.rank, self.hosts, self.folder) = (rank, hosts, folder)
        (self.limit, self.patience, self.period) = (limit, patience, period)
        let thread = Thread { [weak self] in
            while true {
                Thread.sleep(forTimeInterval: period)
                guard let self, !self.look(say, giveUp) else { return }
            }
        }
        thread.start()
    }

    /// Notes that this process begins to wait for the others.
    public func wait(in what: @autoclosure () -> String) {
        let what = what()
        state.withLock { state in
            state.what = what
            state.since = ProcessInfo.processInfo.systemUptime
        }
    }
    /// They came.
    public func goOn() {
        let hadSigned = state.withLock { state in
            defer { (state.what, state.hasSigned, state.hasSpoken) = (nil, false, false) }
            return state.hasSigned
        }
        if hadSigned { try? FileManager.default.removeItem(atPath: path(rank)) }
    }
    public func end() {
        goOn()
        state.withLock { $0.isEnded = true }
    }

    private func path(_ rank: Int) -> String { "\(folder)/\(rank)" }

    /// `true` when there is nothing more to look after.
    private func look(_ say: (String) -> Void, _ giveUp: () -> Void) -> Bool {
        let now = ProcessInfo.processInfo.systemUptime
        let (what, waited, hasSigned, hasSpoken, isEnded) = state.withLock { state in
            (state.what, now - state.since, state.hasSigned, state.hasSpoken, state.isEnded)
        }
        if isEnded { return true }
        guard let what, waited >= limit else { return false }
        if !hasSigned {
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try? Data("\(hosts[rank]) \(what)\n".utf8).write(to: URL(fileURLWithPath: path(rank)))
            state.withLock { $0.hasSigned = true }
            return false
        }
        let waiting = hosts.indices.filter { FileManager.default.fileExists(atPath: path($0)) }
        if !hasSpoken, waiting.first == rank {
            let missing = hosts.indices.filter { !waiting.contains($0) }
            let names = missing.prefix(8).map { "rank \($0) on \(hosts[$0])" }.joined(separator: ", ")
            say("waiting in \(what) for \(Int(waited)) s for \(names)\(missing.count > 8 ? ", …" : "")")
            state.withLock { $0.hasSpoken = true }
        }
        if waited >= patience { giveUp() }
        return false
    }
}
