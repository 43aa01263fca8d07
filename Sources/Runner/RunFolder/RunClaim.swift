/// A run's folder, opened for writing: while this value lives, nobody else writes into it.
///
/// Whoever writes into a run takes it once and hands it down; a second one, in this process or another, is refused with
/// who has it. Whoever only reads never asks: every file of a run appears whole.
public final class RunClaim: Sendable {
    public let folder: RunFolder
    private let claim: Claim

    fileprivate init(_ folder: RunFolder, _ claim: Claim) {
        (self.folder, self.claim) = (folder, claim)
    }
}

extension RunFolder {
    var lockPath: String { path + "/lock" }

    /// Opens the folder for writing, and makes it if it is not there; `nil` if somebody else writes into it.
    public func claimIfFree() throws -> RunClaim? {
        try Claim(lockPath).map { RunClaim(self, $0) }
    }

    /// Opens the folder for writing; refuses, with who has it, where somebody else writes into it.
    public func claim() throws -> RunClaim {
        if let claim = try claimIfFree() { return claim }
        let holder = Claim.Holder(readingLock: lockPath)
        let who = holder.map { "process \($0.process) on \($0.host), since \($0.since)" } ?? "another process"
        throw RunError(
            .access, "\(path) is being written into by \(who)",
            help: "wait until it has ended, or end it; to read a run, nobody has to wait")
    }
}
