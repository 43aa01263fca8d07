import Views
import Foundation
import GraphIR

/// Carries a study out in a folder: which trials there are, in which order, until they are done or the budget is used.
public struct StudyRun {
    /// One point with its network compiled and, if asked for, its width solved.
    public struct Candidate: Sendable {
        public var point: StudyPoint
        public var file: NetworkFile
        public var name: String { point.name }
        public var parameters: Int { file.network.graph.trainableCount }
    }

    public let study: Study
    public let folder: String
    public let data: String
    /// The first is the reference.
    public let candidates: [Candidate]
    public var runner: TrialRunner

    /// What became of a study so far.
    public struct Result {
        public var ending: Workshop.Ending
        /// Those trained in full with all seeds; the reference first.
        public var finished: [Candidate]
        /// Those that halving gave up, with the epochs they had.
        public var dropped: [(candidate: Candidate, epochs: Int)]
        /// Those that the budget did not reach.
        public var open: [Candidate]
    }

    /// - Parameter compile: a network by its name with settings applied.
    public init(
        _ study: Study, folder: String, data: String?, runner: TrialRunner,
        compile: (String, [(key: String, value: String)]) throws -> NetworkFile
    ) throws {
        guard let data = data ?? study.data else {
            throw RunError(.refused, "the study names no data", help: "data \"PATH\" in the study, or --data PATH")
        }
        self.study = study
        self.folder = folder
        self.data = data
        self.runner = runner
        candidates = StudyRun.withoutTwin(try StudyRun.candidates(study, compile: compile))
    }

    /// Where a varied setting has the value that the first network's file says anyway, that point is the reference:
    /// nothing is trained twice.
    private static func withoutTwin(_ candidates: [Candidate]) -> [Candidate] {
        func identity(_ candidate: Candidate) -> TrainingIdentity {
            TrainingIdentity(candidate.file, dataPath: nil, dataHash: nil, seed: nil)
        }
        guard let reference = candidates.first.map(identity) else { return candidates }
        guard
            let twin = candidates.indices.dropFirst().first(where: {
                identity(candidates[$0]).differences(from: reference, except: .twin).isEmpty
            })
        else { return candidates }
        var rest = candidates
        rest[0] = rest.remove(at: twin)
        return rest
    }

    private static func candidates(
        _ study: Study, compile: (String, [(key: String, value: String)]) throws -> NetworkFile
    ) throws -> [Candidate] {
        let fixed =
            study.fixed.map { (key: $0.key, value: $0.value) }
            + (study.epochs.map { [(key: "train.epochs", value: String($0))] } ?? [])
        var matching: ParameterMatch?
        return try study.points().map { point in
            var point = point
            let settings = fixed + point.settings.map { (key: $0.key, value: $0.value) }
            var file = try compile(point.network, settings)
            if let match = study.match {
                if let matching {
                    let solved = try matching.solve(file.network.parameters[match.key]) { value in
                        try compile(point.network, settings + [(match.key, value)]).network.graph.trainableCount
                    }
                    point.settings.append(solved)
                    file = try compile(point.network, settings + [(solved.key, solved.value)])
                } else {
                    matching = ParameterMatch(match, target: file.network.graph.trainableCount)
                }
            }
            return Candidate(point: point, file: file)
        }
    }

    // MARK: Trials

    public func trials(of candidate: Candidate, seeds: Range<Int>) -> [Trial] {
        seeds.map { seed in
            let name = RunFolder.component(candidate.name)
            var trial = Trial(
                contender: candidate.name, file: candidate.file, data: data, seed: seed,
                folder: RunFolder("\(folder)/trials/\(name)/seed_\(seed)"))
            if case .halving = study.search { trial.mayBeLonger = true }
            return trial
        }
    }

    /// Trains what is to be trained. Called again, it goes on; called by several processes, they share the work.
    public func run(
        watcher: inout some TrainingWatcher, announce: (Trial, TrialPlace) -> Void, isStopped: () -> Bool
    ) throws -> Result {
        var standing = candidates
        var dropped: [(candidate: Candidate, epochs: Int)] = []
        func isUsedUp() -> Bool { study.budget.map { spent() >= $0 } ?? false }
        for (round, epochs) in rounds.enumerated() {
            let isLast = round == rounds.count - 1
            let all = standing.flatMap { candidate in
                trials(of: shortened(candidate, epochs), seeds: 0..<(isLast ? study.seeds : 1))
            }
            let ending = try runner.run(
                all, watcher: &watcher, announce: announce, mayBegin: { !isUsedUp() }, isStopped: isStopped)
            if ending != .finished {
                let (done, open) = try split(standing)
                return Result(
                    ending: ending == .left ? .left : isStopped() ? .interrupted : .finished, finished: done,
                    dropped: dropped, open: open)
            }
            guard !isLast, case .halving(let keep, _, _) = study.search else { continue }
            let kept = try survivors(standing, after: epochs, keep: keep)
            dropped += standing.indices.filter { !kept.contains($0) }.map { (standing[$0], epochs ?? 0) }
            standing = kept.map { standing[$0] }
        }
        return Result(ending: .finished, finished: standing, dropped: dropped, open: [])
    }

    /// How many epochs each round trains: one round, but for halving.
    var rounds: [Int?] {
        guard case .halving(let keep, let from, _) = study.search, let full = study.epochs else { return [nil] }
        var rounds: [Int?] = []
        var epochs = Double(from)
        while Int(epochs.rounded()) < full {
            rounds.append(Int(epochs.rounded()))
            epochs /= keep
        }
        return rounds + [full]
    }

    private func shortened(_ candidate: Candidate, _ epochs: Int?) -> Candidate {
        var candidate = candidate
        if let epochs { candidate.file.setTraining(TrainSection.epochs.name, to: .int(epochs)) }
        return candidate
    }

    /// The best share by the lowest validation loss of the first seed up to this round, whatever came later; the
    /// reference always stays.
    private func survivors(_ standing: [Candidate], after epochs: Int?, keep: Double) throws -> [Int] {
        let losses = try standing.map { candidate in
            let history = try trials(of: candidate, seeds: 0..<1)[0].folder.history()
            let losses = history["dev_loss"] ?? []
            return losses.prefix(epochs ?? losses.count).filter(\.isFinite).min() ?? .infinity
        }
        let count = max(1, Int((Double(standing.count - 1) * keep).rounded(.up)))
        let ranked = standing.indices.dropFirst().sorted { (losses[$0], $0) < (losses[$1], $1) }
        return [0] + ranked.prefix(count).sorted()
    }

    private func split(_ standing: [Candidate]) throws -> (done: [Candidate], open: [Candidate]) {
        var (done, open): ([Candidate], [Candidate]) = ([], [])
        for candidate in standing {
            let isDone = try trials(of: candidate, seeds: 0..<study.seeds).allSatisfy {
                try $0.isFinished
            }
            if isDone { done.append(candidate) } else { open.append(candidate) }
        }
        return (done, open)
    }

    /// Seconds that all trainings in the folder took, whoever did them.
    func spent() -> Double {
        GatherRuns.folders(in: folder + "/trials").reduce(0) { sum, run in
            sum + ((try? run.history())?["seconds"] ?? []).filter(\.isFinite).reduce(0, +)
        }
    }

    // MARK: What came of it

    /// The trials in full, compared with the reference. Holm's correction runs over all of them: who tries forty
    /// variants finds one that looks good.
    public func comparison(_ result: Result, request: Comparison.Request = Comparison.Request()) throws -> Comparison {
        var request = request
        if let judge = study.judge, request.metrics.isEmpty { request.metrics = [judge] }
        request.correctsOverNetworks = true
        let contenders = try result.finished.map { candidate in
            let runs = try trials(of: candidate, seeds: 0..<study.seeds).map { try Contender.Run(reading: $0.folder) }
            return Contender(name: candidate.name, file: candidate.file, runs: runs)
        }
        return try Comparison(contenders, request: request, registry: registry)
    }

    /// What judges: the reference's.
    public var registry: Registry { candidates.first?.file.registry ?? .builtIn }
}

extension NetworkFile {
    /// The same network with another value in its `train` section.
    mutating func setTraining(_ key: String, to value: Value) {
        guard var recipe = network.recipe else { return }
        recipe.training = Arguments(
            recipe.training.entries.map { entry in
                entry.name == key ? Arguments.Entry(key, value, isExplicit: true) : entry
            })
        network.recipe = recipe
    }
}
