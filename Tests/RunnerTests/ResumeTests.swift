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
        var notes: [String] = []
        try ToyStudy.train(
            torn, change: { $0.resumes = true }, hear: { if case .note(let note) = $0 { notes.append(note) } })
        #expect(notes.contains { $0.contains("latest.safetensors is no checkpoint") && $0.contains("before it") })
        try ToyStudy.expectSame(whole, torn)
    }

    @Test func anotherRunIsNotResumed() throws {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/run")
        for (settings, name) in [([("width", "5")], "network"), ([("train.batch", "4")], "train.batch")] {
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

    /// Two trainings in one folder would mix: the second is refused with who has it, and so is an evaluation; to read
    /// the run, nobody waits.
    @Test func aRunIsWrittenIntoByOne() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/run"
        var refusals: [RunError?] = []
        var seeds: [Int] = []
        try ToyStudy.train(
            path,
            hear: { event in
                guard case .step(let progress) = event, progress.epoch == 2, refusals.isEmpty else { return }
                let run = RunFolder(path)
                seeds = [try? run.record().seed].compactMap { $0 }
                for change: (inout TrainingRequest) -> Void in [
                    { $0.seed = 1 }, { $0.resumes = true }, { ($0.seed, $0.overwrites) = (1, true) },
                ] {
                    do {
                        try ToyStudy.train(path, change: change)
                        refusals.append(nil)
                    } catch { refusals.append(error as? RunError) }
                }
                do {
                    _ = try evaluate(
                        EvaluationRequest(folder: run), record: try run.record(), file: try ToyStudy.file(),
                        dataset: ToyData())
                    refusals.append(nil)
                } catch { refusals.append(error as? RunError) }
            })
        #expect(refusals.count == 4 && seeds == [0])
        for refusal in refusals {
            #expect(refusal?.cause == .access)
            let message = refusal?.message ?? ""
            #expect(
                message.contains("process \(getpid()) on \(ProcessInfo.processInfo.hostName), since 20"), "\(message)")
        }
        // It let go of the folder at its end, and came to what it comes to alone.
        try ToyStudy.train(scratch.path + "/alone")
        try ToyStudy.expectSame(scratch.path + "/alone", path)
        _ = try RunFolder(path).claim()
    }

    /// Whoever has the folder hands it down.
    @Test func aClaimIsHandedDown() throws {
        let scratch = try Scratch()
        let run = RunFolder(scratch.path + "/run")
        let claim = try run.claim()
        var watcher = NoWatcher()
        let result = try Runner.train(
            ToyStudy.request(run.path), file: ToyStudy.file(), dataset: ToyData(), claim: claim, watcher: &watcher)
        _ = try evaluate(
            EvaluationRequest(folder: run), record: result.record, file: ToyStudy.file(), dataset: ToyData(),
            claim: claim)
        #expect(run.isEvaluated)
        #expect(throws: RunError.self) { try run.claim() }
        withExtendedLifetime(claim) {}
    }
}
