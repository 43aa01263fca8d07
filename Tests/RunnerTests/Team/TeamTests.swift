import Foundation
import GraphIR
import Ranks
import Seismic
import Testing

@testable import Runner

/// Trainings by several processes, with threads that stand for them.
enum ToyTeam {
    /// Batches of ten in parts of two; the last of an epoch has four windows.
    static let parts = [(key: "train.batch", value: "10"), (key: "train.part", value: "2")]

    /// Trains as so many ranks; each has its own data. `isStopped` is asked with rank and step.
    @discardableResult
    static func train(
        _ folder: String, ranks: Int, settings: [(key: String, value: String)] = [], text: String = ToyStudy.text,
        registry: Registry = .builtIn, change: @escaping @Sendable (inout TrainingRequest) -> Void = { _ in },
        data: @escaping @Sendable (Int) -> any Dataset = { _ in ToyData() },
        isStopped: @escaping @Sendable (Int, Int) -> Bool = { _, _ in false }
    ) throws -> [TrainingResult] {
        let all = parts + settings
        return try Chorus.sing(ranks) { collective in
            var request = ToyStudy.request(folder)
            request.threads = 1 + collective.rank % 2
            change(&request)
            var steps = 0
            var watcher = NoWatcher()
            return try Runner.train(
                request, file: ToyStudy.file(all, text: text, registry: registry), dataset: data(collective.rank),
                team: Team(collective), watcher: &watcher,
                isStopped: {
                    steps += 1
                    return isStopped(collective.rank, steps)
                })
        }
    }

    static func weights(_ folder: String) throws -> [Float] {
        let path = RunFolder(folder).checkpointPath
        let bytes = try #require(FileManager.default.contents(atPath: path))
        return try Checkpoint.read([UInt8](bytes), path: path).contents.weights
    }
}

@Suite struct TeamTests {
    static let memory = ToyStudy.text
        .replacingOccurrences(
            of: "-> dropout(0.1) as drop", with: "-> dropout(0.1) as drop -> lstm(width, dropout: 0.2) as memory")

    @Test(
        arguments: [
            "together", "averaging(workers: 5, every: 2)", "averaging(workers: 2, every: 3, memory: fresh)",
            "groups(of: 1, every: 2)", "groups(of: 5)",
        ], [ToyStudy.text, TeamTests.memory])
    func anyNumberOfProcessesGivesTheSameBits(strategy: String, text: String) throws {
        let scratch = try Scratch()
        let settings = [(key: "train.strategy", value: strategy), (key: "train.clip_norm", value: "1")]
        try ToyTeam.train(scratch.path + "/1", ranks: 1, settings: settings, text: text)
        for ranks in [2, 3, 5] {
            try ToyTeam.train(scratch.path + "/\(ranks)", ranks: ranks, settings: settings, text: text)
            try ToyStudy.expectSame(scratch.path + "/1", scratch.path + "/\(ranks)")
        }
        // What each of them did is written down, once.
        let rows = TeamTable(RunFolder(scratch.path + "/3")).rows()
        #expect(rows.map(\.rank) == [0, 1, 2, 0, 1, 2, 0, 1, 2] && rows.map(\.epoch) == [1, 1, 1, 2, 2, 2, 3, 3, 3])
        #expect(rows.allSatisfy { $0.compute > 0 && !$0.host.isEmpty })
    }

    /// Another strategy is another training, or nothing above would be seen.
    @Test func strategiesDiffer() throws {
        let scratch = try Scratch()
        var found: [[Float]] = []
        for (index, strategy) in ["together", "averaging(workers: 5)", "averaging(workers: 5, every: 2)"].enumerated() {
            let folder = scratch.path + "/\(index)"
            try ToyTeam.train(folder, ranks: 1, settings: [("train.strategy", strategy)])
            found.append(try ToyTeam.weights(folder))
        }
        #expect(found[0] != found[1] && found[1] != found[2] && found[0] != found[2])
    }

    @Test func aBatchInOnePartIsTheBatch() throws {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/unset")
        try ToyStudy.train(scratch.path + "/one", settings: [("train.part", "5")])
        try ToyStudy.train(scratch.path + "/one_worker", settings: [("train.strategy", "averaging(workers: 1)")])
        #expect(try ToyTeam.weights(scratch.path + "/unset") == ToyTeam.weights(scratch.path + "/one"))
        #expect(try ToyTeam.weights(scratch.path + "/unset") == ToyTeam.weights(scratch.path + "/one_worker"))
    }

    /// Without batch norm, parts change the order of sums and nothing else: dropout goes by the place in the batch.
    @Test func partsDoNotShowInWhatIsDropped() throws {
        let scratch = try Scratch()
        let text = ToyStudy.text.replacingOccurrences(of: "-> batch_norm as norm", with: "")
            .replacingOccurrences(of: "dropout(0.1)", with: "dropout(0.5)")
            .replacingOccurrences(of: "adam(rate: 2e-2)", with: "sgd(rate: 2e-2)")
        for part in [10, 5, 3, 1] {
            try ToyTeam.train(scratch.path + "/\(part)", ranks: 1, settings: [("train.part", "\(part)")], text: text)
        }
        let whole = try ToyTeam.weights(scratch.path + "/10")
        for part in [5, 3, 1] {
            let weights = try ToyTeam.weights(scratch.path + "/\(part)")
            #expect(zip(whole, weights).allSatisfy { abs($0 - $1) < 1e-5 }, "\(part)")
        }
    }

    @Test(arguments: ["together", "averaging(workers: 5, every: 2)"])
    func stoppedByAnyAndResumedByAnotherNumber(strategy: String) throws {
        let scratch = try Scratch()
        let settings = [(key: "train.strategy", value: strategy)]
        try ToyTeam.train(scratch.path + "/whole", ranks: 1, settings: settings)
        let folder = scratch.path + "/stopped"
        // Only rank 1 is asked to stop.
        let stopped = try ToyTeam.train(
            folder, ranks: 3, settings: settings, isStopped: { rank, step in rank == 1 && step >= 4 })
        #expect(stopped.allSatisfy { $0.isInterrupted })
        try ToyTeam.train(folder, ranks: 2, settings: settings, change: { $0.resumes = true })
        try ToyStudy.expectSame(scratch.path + "/whole", folder)
    }

    @Test func badTracesAreLeftOutByWhoeverReadsThem() throws {
        let scratch = try Scratch()
        for ranks in [1, 2, 5] {
            try ToyTeam.train(
                scratch.path + "/\(ranks)", ranks: ranks, change: { $0.skipsBadTraces = true },
                data: { _ in HoleyData() })
            try ToyStudy.expectSame(scratch.path + "/1", scratch.path + "/\(ranks)")
        }
        let error = try #require(throws: RunError.self) {
            try ToyTeam.train(scratch.path + "/stops", ranks: 2, data: { _ in HoleyData() })
        }
        #expect(error.message.contains("toy"), "\(error.message)")
    }

    @Test func aNumberThatRunsAwayIsFoundOnceAndCanBeMetAgain() throws {
        let scratch = try Scratch()
        var registry = Registry.builtIn
        try registry.add(Cliff.self, from: "tests")
        let known = registry
        let text = NotFiniteTests.raw.replacingOccurrences(
            of: "waveform -> conv(width, 7)", with: "waveform -> cliff as edge -> conv(width, 7)")
        let run = RunFolder(scratch.path + "/run")
        let error = try #require(throws: RunError.self) {
            try ToyTeam.train(run.path, ranks: 3, text: text, registry: known, data: { _ in HugeData() })
        }
        #expect(error.cause == .notFinite && error.message.contains("'toy11'"), "\(error.message)")
        #expect(try run.record().status == .failed)
        let again = try replay(run, file: ToyStudy.file(ToyTeam.parts, text: text, registry: known))
        #expect(again.trace == "toy11" && again.what?.contains("edge") == true)
    }

    @Test func whoeverDiffersIsNamed() throws {
        let scratch = try Scratch()
        let error = try #require(throws: RunError.self) {
            try ToyTeam.train(scratch.path + "/data", ranks: 3, data: { ToyData(count: $0 == 2 ? 45 : 40) })
        }
        #expect(error.message.contains("rank 2 on ") && error.message.contains("another data"), "\(error.message)")
        let other = try #require(throws: RunError.self) {
            try ToyTeam.train(
                scratch.path + "/program", ranks: 2,
                change: { $0.version = UUID().uuidString })
        }
        #expect(other.message.contains("rank 1 on ") && other.message.contains("another program"))
        #expect(!RunFolder(scratch.path + "/data").exists)
    }

    @Test func whatCannotBeSharedIsSaid() throws {
        let scratch = try Scratch()
        func message(_ ranks: Int, _ settings: [(key: String, value: String)]) throws -> String {
            try #require(throws: RunError.self) {
                try ToyTeam.train(scratch.path + "/no", ranks: ranks, settings: settings)
            }.description
        }
        #expect(
            try message(2, [("train.part", "10")])
                == "a batch in one part cannot be shared among 2 processes (--set train.part=8 cuts it (and changes "
                + "the result: batch norm looks at parts))")
        #expect(
            try message(6, [])
                == "6 processes share 5 parts: 1 would have nothing to do (a smaller train.part, or a larger batch, or "
                + "fewer processes)")
        #expect(try message(2, [("train.strategy", "averaging(workers: 9)")]).contains("9 workers share a batch of 5"))
        #expect(try message(2, [("train.strategy", "groups(of: 2)")]).contains("5 parts makes no groups of 2"))
    }

    @Test func theRateFollowsTheBatchAndStepsEndATraining() throws {
        let scratch = try Scratch()
        let plain = [(key: "train.optimizer", value: "sgd(rate: 1e-2)"), (key: "train.schedule", value: "constant")]
        let done = try ToyTeam.train(
            scratch.path + "/steps", ranks: 2, settings: plain + [("train.steps", "5"), ("train.rate_for", "5")])
        // Three batches an epoch: one epoch and two steps.
        #expect(done[0].history["step"] == [3, 5])
        #expect(done[0].history["rate"] == [2e-2, 2e-2])
        let resumed = try ToyTeam.train(
            scratch.path + "/steps", ranks: 1, settings: plain + [("train.steps", "5"), ("train.rate_for", "5")],
            change: { $0.resumes = true })
        #expect(resumed[0].history["step"] == [3, 5])
    }
}

/// The toy's traces, of which one cannot be used.
struct HoleyData: Dataset {
    let toy = ToyData()
    let path = "holey"
    let format = "toy"
    var count: Int { toy.count }
    var columns: [String] { toy.columns }
    func metadata(_ index: Int) -> TraceMetadata { toy.metadata(index) }
    func rate(_ index: Int) -> Double? { toy.rate(index) }
    func components(_ index: Int) -> String? { toy.components(index) }
    func trace(_ index: Int) throws -> Trace {
        var trace = try toy.trace(index)
        if [1, 11, 12].contains(index) { for sample in trace.samples.indices { trace.samples[sample] = .nan } }
        return trace
    }
}

/// A strategy must keep its law, and the law finds who breaks it.
@Suite struct StrategyLawTests {
    struct Greedy: Strategy {
        static let signature = Signature(.strategy, "greedy", "Leaves the last part out.", example: "strategy: greedy")
        init(_ arguments: Arguments) {}
        func crew(parts: Int) -> Crew { Crew(1, of: max(1, parts - 1)) }
    }
    struct Moody: Strategy {
        static let signature = Signature(.strategy, "moody", "Says this and that.", example: "strategy: moody")
        init(_ arguments: Arguments) {}
        func crew(parts: Int) -> Crew { Crew(1, of: parts, every: Int.random(in: 1...1_000_000)) }
    }
    @Test func theLawFindsWhoBreaksIt() {
        #expect(StrategyLaws.violations(of: Greedy.self).contains { $0.contains("have 1 of 2 parts") })
        #expect(StrategyLaws.violations(of: Moody.self).contains { $0.contains("when asked again") })
        for type in [Together.self, Averaging.self, Groups.self] as [any Strategy.Type] {
            #expect(StrategyLaws.violations(of: type).isEmpty)
        }
    }
}

/// What a team is told of its slowest.
@Suite struct SlowRanksTests {
    @Test func whoIsSlowForLongIsNamedOnce() {
        var slow = SlowRanks()
        var named: [Int] = []
        for step in 0..<130 {
            // Rank 2 is slow from the tenth step on; rank 0 now and then.
            let seconds = [step % 3 == 0 ? 2.0 : 1.0, 1.0, step >= 10 ? 1.4 : 1.0, 1.1]
            if let rank = slow.hear(seconds) { named.append(rank) }
        }
        #expect(named == [2])
        #expect(slow.hear([1]) == nil)
    }
}

/// The arithmetic of many processes.
@Suite struct ScalingModelTests {
    private func model(batch: Int = 256, part: Int = 8, every: Int = 1) -> ScalingModel {
        var model = ScalingModel(
            batch: batch, part: part, rate: 135, threads: 8, bytes: 1_500_000,
            wire: ScalingModel.Wire(name: "10GbE", latency: 30e-6, bandwidth: 1.15e9))
        model.every = every
        return model
    }

    /// One process does 32 parts of eight windows on eight threads; the wire is two passes over its bytes.
    @Test func oneAndTwo() {
        let one = model().row(ranks: 1), two = model().row(ranks: 2)
        #expect(abs(one.step - (32.0 / 135 + 0.002)) < 1e-12 && one.talk == 0 && one.speedUp == 1)
        #expect(two.windows == 128 && abs(two.compute - 16.0 / 135 * (1 + 0.03 * 0.56)) < 1e-12)
        #expect(abs(two.talk - (2 * 30e-6 + 1.5e6 / 1.15e9 + 1.5e6 / 4e9)) < 1e-12)
        #expect(model(every: 10).row(ranks: 2).talk == two.talk / 10)
    }

    @Test func whereMoreGainNothing() {
        // Thirty-two parts feed thirty-two processes and no more. Parts of four leave half of the threads without a
        // window, but one part still takes half as long as two.
        #expect(model().parts == 32 && model().row(ranks: 32).windows == 8 && model().row(ranks: 32).idleThreads == 0)
        #expect(model(part: 4).row(ranks: 64).idleThreads == 4)
        #expect(model().useful(upTo: 64) == 32 && model(part: 4).useful(upTo: 64) == 64)
        #expect(model(batch: 4096).useful(upTo: 64) == 64)
        // Nine windows on eight threads take as long as sixteen.
        #expect(model(batch: 9, part: 9).row(ranks: 1).compute == model(batch: 16, part: 16).row(ranks: 1).compute)
    }
}

/// Scripts that people read, edit and submit.
@Suite struct JobScriptTests {
    @Test func aTeamOnSlurm() {
        var job = JobScript(command: [
            "train", "eqt", "--data", "my data/", "--set", "train.part=8", "--out", "runs/eqt",
        ])
        job.nodes = 8
        #expect(
            job.text == """
                #!/bin/bash
                #SBATCH --job-name=strata --time=12:00:00
                #SBATCH --nodes=8 --ntasks-per-node=1 --cpus-per-task=8
                #SBATCH --requeue --open-mode=append
                #SBATCH --output=strata.%j.out --signal=TERM@60

                # Edit: partition and account (#SBATCH --partition=… --account=…), and what 'module load' the MPI needs.

                exec srun -K --mpi=pmix strata train eqt --data 'my data/' --set train.part=8 --out runs/eqt \
                --threads 8 --resume
                """)
    }

    @Test func workersOfASweep() {
        var job = JobScript(command: ["sweep", "it's.study", "--out", "sweeps/it"])
        job.array = 32
        #expect(job.text.hasSuffix("exec strata sweep 'it'\\''s.study' --out sweeps/it --threads 8 --leave"))
        #expect(job.text.contains("#SBATCH --array=0-31 --ntasks=1 --cpus-per-task=8"))
        job.hasLocks = false
        #expect(job.text.hasSuffix("--share $((SLURM_ARRAY_TASK_ID + 1))/32"))
        for (scheduler, share) in [
            (JobScript.Scheduler.sge, "$SGE_TASK_ID/32"), (.pbs, "$((PBS_ARRAY_INDEX + 1))/32"),
            (.lsf, "$LSB_JOBINDEX/32"),
        ] {
            job.scheduler = scheduler
            #expect(job.text.hasSuffix("--share \(share)"))
        }
    }

    /// Whatever a person writes comes to the program as it was.
    @Test func theShellGivesTheWordsBack() throws {
        let words = ["a b", "it's", "$HOME", "`ls`", "\"", "\\", "*", "", "ä", "x=1;rm", "a\nb", "-n", "!x"]
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", "printf '%s|' " + words.map(JobScript.quoted).joined(separator: " ")]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(said == words.map { $0 + "|" }.joined())
    }
}
