import Foundation
import Testing

@testable import Runner

/// Work that several share: nothing twice, nothing lost, whoever dies.
@Suite struct WorkshopTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("strata-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func isDone(_ item: Int) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(item).done") }
    private func finish(_ item: Int, by worker: Int) throws {
        // One line a time that it is done: twice would show.
        let path = "\(folder)/\(item).times"
        let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try (before + "\(worker)\n").write(toFile: path, atomically: true, encoding: .utf8)
        try "".write(toFile: "\(folder)/\(item).done", atomically: true, encoding: .utf8)
    }
    private func times(_ item: Int) throws -> Int {
        try String(contentsOfFile: "\(folder)/\(item).times", encoding: .utf8).split(separator: "\n").count
    }

    @Test func severalWorkersDoEachThingOnce() async throws {
        let items = Array(0..<40)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var done = 0
                    _ = try Workshop(patience: 0.01).work(
                        on: items, claim: { try Claim("\(folder)/\($0)/lock") }, isFinished: { isDone($0) }
                    ) { item, _ in
                        try finish(item, by: worker)
                        done += 1
                        return .finished
                    }
                    return done
                }
            }
            let total = try await group.reduce(0, +)
            #expect(total == items.count)
        }
        for item in items { #expect(try times(item) == 1) }
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Another process holds a thing, and is killed without a chance to clean up: its work falls to whoever is left.
    @Test func aKilledProcessLosesItsClaim() throws {
        let lock = folder + "/0/lock"
        try FileManager.default.createDirectory(atPath: folder + "/0", withIntermediateDirectories: true)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/bin/sh")
        other.arguments = ["-c", "exec 9>'\(lock)'; flock -x 9 && echo held && exec sleep 600"]
        let output = Pipe()
        other.standardOutput = output
        try other.run()
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
        let denied = try Claim(lock)
        #expect(denied == nil)
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        let ending = try Workshop(patience: 0.01).work(
            on: [0], claim: { _ in try Claim(lock) }, isFinished: { isDone($0) }
        ) { item, _ in
            try finish(item, by: 0)
            return .finished
        }
        #expect(ending == .finished)
        #expect(try times(0) == 1)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func anErrorLetsGoOfTheClaim() throws {
        struct Broken: Error {}
        let lock = folder + "/lock"
        #expect(throws: Broken.self) {
            try Workshop().work(on: [0], claim: { _ in try Claim(lock) }, isFinished: { _ in false }) { _, _ in
                throw Broken()
            }
        }
        let claim = try Claim(lock)
        let second = try Claim(lock)
        #expect(claim != nil && second == nil)
        withExtendedLifetime(claim) {}
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func whoIsStoppedStops() throws {
        var begun = 0
        let ending = try Workshop().work(
            on: [0, 1, 2], claim: { try Claim("\(folder)/\($0)/lock") }, isFinished: { isDone($0) },
            isStopped: { begun == 2 }
        ) { item, _ in
            begun += 1
            try finish(item, by: 0)
            return .finished
        }
        #expect(ending == .interrupted && begun == 2)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// In an array a worker does not hold a node for what others do; alone it waits, for they may die.
    @Test func whoMayLeaveLeaves() throws {
        let others = try #require(try Claim(makeLock(0)))
        var workshop = Workshop(patience: 0.01)
        workshop.leaves = true
        var done: [Int] = []
        let ending = try workshop.work(
            on: [0, 1], claim: { try Claim("\(folder)/\($0)/lock") }, isFinished: { isDone($0) }
        ) { item, _ in
            done.append(item)
            try finish(item, by: 0)
            return .finished
        }
        #expect(ending == .left && done == [1])
        withExtendedLifetime(others) {}
        try FileManager.default.removeItem(atPath: folder)
    }

    private func makeLock(_ item: Int) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(item)", withIntermediateDirectories: true)
        return "\(folder)/\(item)/lock"
    }

    /// Shares by number need no locks; the one that finds all done is the one that reports.
    @Test func sharesByNumberAreAllAndEachOnce() throws {
        var endings: [Workshop.Ending] = []
        for number in [2, 1, 3] {
            var workshop = Workshop()
            workshop.share = Workshop.Share("\(number)/3")
            endings.append(
                try workshop.work(on: Array(0..<7), claim: { $0 }, isFinished: { isDone($0) }) { item, _ in
                    try finish(item, by: number)
                    return .finished
                })
        }
        #expect(endings == [.left, .left, .finished])
        for item in 0..<7 { #expect(try times(item) == 1) }
        for text in ["", "3", "0/3", "4/3", "a/b", "1/0", "1/2/3", "-1/2"] { #expect(Workshop.Share(text) == nil) }
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func aLockThatCannotBeIsAnError() {
        #expect(throws: RunError.self) { _ = try Claim("/proc/no/such/place") }
    }

    /// Claims that are refused, beside somebody who opens and closes descriptors of his own: whoever closes one twice
    /// closes somebody else's, and the number that was checked is another file's then.
    @Test func aRefusedClaimClosesOnce() async throws {
        let lock = folder + "/lock"
        let held = try #require(try Claim(lock))
        let strays = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<4000 {
                        let refused = try Claim(lock)
                        #expect(refused == nil)
                    }
                    return 0
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var strays = 0
                    for _ in 0..<20_000 {
                        let mine = dup(STDERR_FILENO)
                        if close(mine) != 0 { strays += 1 }
                    }
                    return strays
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(strays == 0)
        withExtendedLifetime(held) {}
        try FileManager.default.removeItem(atPath: folder)
    }
}
