import Foundation
import GraphIR
import Testing

@testable import Runner

@Suite struct ResumeTests {
    @Test func anyNumberOfThreadsGivesTheSameBits() throws {
        let scratch = try Scratch()
        for threads in [1, 2, 3] { try ToyStudy.train(scratch.path + "/\(threads)", change: { $0.threads = threads }) }
        for threads in [2, 3] { try ToyStudy.expectSame(scratch.path + "/1", scratch.path + "/\(threads)") }
    }

    /// Fifteen steps; stopped after each of some of them, and resumed.
    @Test(arguments: [1, 4, 5, 6, 9, 10, 14])
    func stoppedAndResumedIsNeverStopped(after steps: Int) throws {
        let scratch = try Scratch()
        let (whole, parts) = (scratch.path + "/whole", scratch.path + "/parts")
        try ToyStudy.train(whole)
        var count = 0
        let stopped = try ToyStudy.train(
            parts,
            isStopped: {
                count += 1
                return count >= steps
            })
        #expect(stopped.isInterrupted && stopped.record.status == .interrupted)
        let resumed = try ToyStudy.train(parts, change: { $0.resumes = true })
        #expect(!resumed.isInterrupted)
        try ToyStudy.expectSame(whole, parts)
    }

    /// What lies on the disk at a moment is what a kill at that moment leaves. A dozen such folders are resumed.
    @Test func aKillAtAnyStepCostsNothing() throws {
        let scratch = try Scratch()
        let root = scratch.path
        let whole = root + "/whole"
        var moments: [String] = []
        try ToyStudy.train(
            whole,
            hear: { event in
                guard case .step = event, moments.count < 15 else { return }
                let copy = root + "/killed\(moments.count)"
                if (try? FileManager.default.copyItem(atPath: whole, toPath: copy)) != nil { moments.append(copy) }
            })
        #expect(moments.count >= 12)
        for folder in moments {
            try ToyStudy.train(folder, change: { $0.resumes = true })
            try ToyStudy.expectSame(whole, folder)
        }
    }

    /// Between kill and resume somebody picked the catalogue anew: the run does not go on with other labels.
    @Test func anotherCatalogueIsNamed() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/run"
        var count = 0
        try ToyStudy.train(
            folder,
            isStopped: {
                count += 1
                return count >= 4
            })
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(folder, data: ToyData(repicked: 5), change: { $0.resumes = true })
        }
        #expect(error.message.contains("arrivals") && error.message.contains("picked anew"))
        // Who looks at every sample now finds nothing to compare with, and goes on.
        let resumed = try ToyStudy.train(
            folder,
            change: {
                $0.resumes = true
                $0.looksAtEverySample = true
            })
        #expect(resumed.record.status == .done)
    }

    @Test func aTornCheckpointIsPassedOverForTheOneBefore() throws {
        let scratch = try Scratch()
        let (whole, torn) = (scratch.path + "/whole", scratch.path + "/torn")
        try ToyStudy.train(whole)
        var count = 0
        try ToyStudy.train(
            torn,
            isStopped: {
                count += 1
                return count == 7
            })
        let folder = RunFolder(torn)
        let bytes = try #require(FileManager.default.contents(atPath: folder.checkpointPath))
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
            #expect(throws: RunError.self) { try Checkpoint.read([UInt8](bytes.prefix(length)), path: "torn") }
        }
        var flipped = bytes
        flipped[bytes.count / 2] ^= 1
        #expect(throws: RunError.self) { try Checkpoint.read([UInt8](flipped), path: "flipped") }
        try flipped.write(to: URL(fileURLWithPath: folder.checkpointPath))
        let latest = try Checkpoint.latest(in: folder)
        #expect(latest?.isPrevious == true)
        try ToyStudy.train(torn, change: { $0.resumes = true })
        try ToyStudy.expectSame(whole, torn)
    }

    @Test func anotherRunIsNotResumed() throws {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/run")
        for (settings, name) in [([("width", "5")], "network"), ([("train.batch", "4")], "train section")] {
            let error = try #require(throws: RunError.self) {
                try ToyStudy.train(scratch.path + "/run", settings: settings, change: { $0.resumes = true })
            }
            #expect(error.message.contains(name))
        }
        let other = try #require(throws: RunError.self) {
            try ToyStudy.train(scratch.path + "/run", data: ToyData(count: 35), change: { $0.resumes = true })
        }
        #expect(other.message.contains("data"))
    }

    @Test func nothingIsOverwrittenUnasked() throws {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/run")
        let error = try #require(throws: RunError.self) { try ToyStudy.train(scratch.path + "/run") }
        #expect(error.cause == .access && error.help?.contains("--resume") == true)
        try "mine".write(toFile: scratch.path + "/run/notes.txt", atomically: true, encoding: .utf8)
        try ToyStudy.train(scratch.path + "/run", change: { $0.overwrites = true })
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/run/notes.txt"))
    }

    @Test func moreEpochsMayBeAskedFor() throws {
        let scratch = try Scratch()
        let constant = [("train.schedule", "constant")]
        try ToyStudy.train(scratch.path + "/run", settings: constant)
        let more = constant + [("train.epochs", "5")]
        let result = try ToyStudy.train(scratch.path + "/run", settings: more, change: { $0.resumes = true })
        #expect(result.history.rows.count == 5)
        try ToyStudy.train(scratch.path + "/atOnce", settings: more)
        #expect(try RunFolder(scratch.path + "/atOnce").history().sameTraining(as: result.history))
    }
}
