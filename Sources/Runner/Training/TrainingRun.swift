import Files
import Foundation
import GraphIR
import Interpreter
import Layers
import Seismic

/// One training from its folder's point of view: begins or resumes, goes epoch by epoch, and leaves everything safe
/// whenever it stops.
struct TrainingRun {
    let request: TrainingRequest
    let data: TrainingData
    let settings: TrainSettings
    let team: Team
    private var workforce: Workforce
    var trainer: Trainer { workforce.trainer }
    var history: History
    var position: Checkpoint.Position
    var record: RunRecord
    /// Seconds from some moment on; tests hand in their own.
    let clock: () -> Double
    private var lastSave: Double
    private let identity: [Checkpoint.Fact]
    /// Why the run does not go on from its latest checkpoint but from the one before.
    private(set) var passedOver: String?

    init(_ request: TrainingRequest, data: TrainingData, team: Team, clock: @escaping () -> Double) throws {
        self.request = request
        self.data = data
        self.team = team
        let session = data.session
        settings = try team.agree { try TrainSettings(session.recipe.training, registry: session.registry) }
        self.clock = clock
        identity = data.identity
        lastSave = clock()
        history = History(outputs: session.lessons.outputs)
        position = Checkpoint.Position()
        record = RunRecord(request, data: data)
        try team.checkEqual([Checkpoint.Fact(name: "program", value: request.version)] + identity)
        let positions = try team.agree { [settings] in
            try Positions(settings.crew(parts: session.parts), size: team.size)
        }
        let trainer: Trainer
        if let (checkpoint, passedOver) = try TrainingRun.begin(
            request, data: data, settings: settings, identity: identity, team: team)
        {
            self.passedOver = passedOver
            trainer = Trainer(
                session, settings: settings, weights: try Weights(layout: session.layout, values: checkpoint.weights),
                memory: checkpoint.memory)
            history = checkpoint.history
            position = checkpoint.position
        } else {
            let weights = try team.agree { [settings] in try session.firstWeights(settings) }
            trainer = Trainer(session, settings: settings, weights: weights)
        }
        workforce = try Workforce(trainer, positions: positions, team: team, clock: clock)
        record.epochs = position.epoch
        record.best = best
    }

    /// The first process looks, and tells the others where to go on: they need not see the folder.
    private static func begin(
        _ request: TrainingRequest, data: TrainingData, settings: TrainSettings, identity: [Checkpoint.Fact],
        team: Team
    ) throws -> (checkpoint: Checkpoint, passedOver: String?)? {
        let found = try team.agree {
            team.isFirst ? try begin(request, data: data, settings: settings, identity: identity) : nil
        }
        guard team.size > 1 else { return found }
        let bytes = try team.waiting("the beginning") {
            try team.world.broadcast(bytes: found?.checkpoint.bytes ?? [])
        }
        if team.isFirst || bytes.isEmpty { return found }
        return (try Checkpoint.read(bytes, path: "what \(team.name(0)) sent").contents, nil)
    }

    /// Makes the folder, or finds the checkpoint to go on from; refuses to touch a run that is there.
    private static func begin(
        _ request: TrainingRequest, data: TrainingData, settings: TrainSettings, identity: [Checkpoint.Fact]
    ) throws -> (checkpoint: Checkpoint, passedOver: String?)? {
        let folder = request.folder
        if folder.holdsRun {
            if request.resumes {
                if folder.exists {
                    try folder.record().requirePlugins(data.session.file.plugins, of: folder.path, to: "resumed")
                }
                let form = StoredCheckpoint.Form(
                    weights: data.session.layout.count, memories: settings.optimizer.memories,
                    outputs: data.session.lessons.outputs, batch: data.session.batch,
                    batches: { try data.loader(.train, epoch: $0).batchCount }, identity: identity,
                    identityOfFormat1: data.identityOfFormat1, folder: folder.path)
                if let found = try StoredCheckpoint.latest(in: folder, form: form) { return found }
                // A run that was stopped before its first checkpoint begins again; weights that were trained to their
                // end, or that nobody knows anything of, are not lost for that.
                guard try folder.exists ? folder.record().status != .done : !folder.hasWeights else {
                    throw RunError(
                        .refused, "\(folder.path) has weights, but no checkpoint to go on from",
                        help: "--overwrite starts anew; train.weights in another run begins with them")
                }
                try folder.clearFeatures()
                try folder.make()
                return nil
            }
            guard request.overwrites else {
                throw RunError(
                    .access,
                    "\(folder.path) already holds a run" + (folder.exists ? "" : ", although its run.json is missing"),
                    help: "--resume goes on, --overwrite starts anew")
            }
            try folder.clear()
        }
        try folder.clearFeatures()
        try folder.make()
        return nil
    }

    private var session: Session { data.session }

    /// Whether the dev split says which epoch is best; without one the training loss does.
    private var watchesDev: Bool { settings.watch == .dev && !data.splits.dev.isEmpty }

    private var best: RunRecord.Best? {
        let column = watchesDev ? "dev_loss" : "train_loss"
        guard let losses = history[column], let epochs = history["epoch"] else { return nil }
        var best: RunRecord.Best?
        for (epoch, loss) in zip(epochs, losses) where loss < best?.loss ?? .infinity {
            best = RunRecord.Best(epoch: Int(epoch), loss: loss)
        }
        return best
    }

    /// Where a run that goes on takes up; `nil` for one that begins.
    var place: String? {
        get throws {
            guard position != Checkpoint.Position() else { return nil }
            guard position.epoch < settings.epochs, !isExhausted else {
                return "all \(position.epoch) epochs are done already"
            }
            let batches = try data.loader(.train, epoch: position.epoch).batchCount
            let within = position.batch > 0 ? "after batch \(position.batch) of \(batches)" : "at its beginning"
            return "going on in epoch \(position.epoch + 1) of \(settings.epochs), \(within) (step "
                + "\(position.step))"
        }
    }

    /// Whether the loss has not improved for as long as `stop_after` waits.
    private var isExhausted: Bool {
        guard let patience = settings.stopAfter, let best else { return false }
        return history.rows.count - best.epoch >= patience
    }

    private var hasAllSteps: Bool { settings.steps.map { position.step >= $0 } ?? false }

    /// The parts of a batch that are done here.
    var own: Range<Int> { workforce.own }

    /// Lets a frozen trunk look at the data once, where that is worth it; says what was done.
    func keepFeatures(isStopped: () -> Bool) throws -> String? {
        // They would have to lie where all can read them.
        guard settings.cachesFrozen, team.size == 1 else { return nil }
        return try FeatureKeeping(
            data, weights: trainer.weights, version: request.version, folder: request.folder,
            shared: request.sharedFeatures
        ).keep(clock: clock, isStopped: isStopped)
    }

    // MARK: The loop

    mutating func run(watcher: inout some TrainingWatcher, isStopped: () -> Bool) throws -> TrainingResult {
        try save(.running)
        do {
            while position.epoch < settings.epochs, !isExhausted, !hasAllSteps {
                guard try epoch(watcher: &watcher, isStopped: isStopped) else {
                    try checkpoint()
                    return try finish(.interrupted)
                }
            }
            if team.isFirst {
                FeatureKeeping.forget(data, in: request.folder)
                try settleThresholds()
            }
        } catch {
            // Whatever it was, nobody works on this run any more. What is thrown says more than a record that could
            // not be written either.
            try? save(.failed)
            throw error
        }
        return try finish(.done)
    }

    /// The losses on the development split; a number that ran away there ends the run, with its place.
    private func developmentLosses() throws -> [Double] {
        try data.losses(of: .dev, weights: trainer.weights, team: team) { problem in
            let names = problem.traces.prefix(6).map { "'\(data.dataset.identity($0))'" }.joined(separator: ", ")
            return RunError(
                .notFinite,
                "epoch \(position.epoch + 1): on the dev split \(problem.what) is not finite for "
                    + (problem.traces.count == 1
                        ? "trace \(names)"
                        : "one of \(names)"
                            + (problem.traces.count > 6 ? ", …" : "")),
                help:
                    "every step of the epoch was finite: see these traces with strata data view, or lower the rate; "
                    + "the last good state is in \(request.folder.checkpointPath)")
        }
    }

    /// Chosen once, on the dev split, with the best weights; they travel with them.
    private func settleThresholds() throws {
        let path = request.folder.bestWeightsPath
        guard FileManager.default.fileExists(atPath: path) else { return }
        let best = try Weights(readWeights(path), layout: session.layout)
        let predictor = Predictor(session: session, weights: best, passes: 0)
        guard let choice = try ThresholdChoice(predictor, on: data) else { return }
        try AtomicFile(path).write(data.weightsFile(best, thresholds: choice.choose()))
    }

    private mutating func finish(_ status: RunRecord.Status) throws -> TrainingResult {
        try save(status)
        return TrainingResult(
            folder: request.folder, record: record, history: history,
            patience: isExhausted ? settings.stopAfter : nil, isJudgedByDev: watchesDev)
    }

    /// One epoch, or what is left of it; `false` if it was stopped.
    private mutating func epoch(watcher: inout some TrainingWatcher, isStopped: () -> Bool) throws -> Bool {
        let loader = try data.loader(.train, epoch: position.epoch)
        let lessons = session.lessons.lessons.count
        if position.sums.isEmpty { position.sums = [Double](repeating: 0, count: lessons + 2) }
        let began = clock() - position.seconds
        let stream = try data.shares(epoch: position.epoch, from: position.batch, own: workforce.own)
        while position.batch < loader.batchCount, !hasAllSteps {
            let asked = clock()
            let share = Result { try stream.next() ?? BatchShare(parts: 0, own: []) }
            let loading = clock() - asked
            let isAsked = try step(share, of: loader.batchCount, loading: loading, isStopped: isStopped)
            if let remark = workforce.takeRemark() { watcher.hear(.note(remark)) }
            position.batch += 1
            position.seconds = clock() - began
            watcher.hear(.step(progress(of: loader)))
            // Only where all workers have met is there one state to be kept.
            guard workforce.hasMet else { continue }
            if team.size == 1 ? isStopped() : isAsked { return false }
            if clock() - lastSave >= settings.checkpoint { try checkpoint() }
        }
        // A run that was stopped behind its epoch's last step comes here without a step of its own.
        try endEpoch(rate: rate(step: max(0, position.batch - 1), of: loader.batchCount), watcher: &watcher)
        return true
    }

    /// Whether somebody was asked to stop.
    private mutating func step(
        _ share: Result<BatchShare, any Error>, of steps: Int, loading: Double, isStopped: () -> Bool
    ) throws -> Bool {
        let rate = rate(step: position.batch, of: steps)
        let isLast = position.batch == steps - 1 || position.step + 1 == settings.steps
        let (position, data, folder) = (position, data, request.folder)
        let outcome = try workforce.step(
            share, number: position.step + 1, rate: rate, endsEpoch: isLast, loading: loading, isStopped: isStopped
        ) { problem in
            let windows = try data.windows(
                of: problem.batch, at: problem.place, epoch: position.epoch, number: position.batch)
            return try Failure(problem, batch: windows, position: position, rate: rate, data: data).save(to: folder)
        }
        guard outcome.windows > 0 else { return outcome.stopIsAsked }
        let windows = Double(outcome.windows)
        for (index, sum) in (outcome.sums + [outcome.penalty * windows, windows]).enumerated() {
            self.position.sums[index] += sum
        }
        self.position.step += 1
        return outcome.stopIsAsked
    }

    private func rate(step: Int, of steps: Int) -> Double {
        let clock = TrainingClock(
            epoch: position.epoch, epochs: settings.epochs, step: step, steps: steps,
            trainLosses: history["train_loss"] ?? [], devLosses: history["dev_loss"] ?? [])
        return settings.schedule.rate(at: clock, base: settings.rate(forBatch: session.batch))
    }

    /// The means of the epoch so far: whole, and by lesson.
    private var means: (whole: Double, lessons: [Double]) {
        let windows = max(1, position.sums.last ?? 1)
        let means = position.sums.map { $0 / windows }
        let lessons = Array(means.dropLast(2))
        return (session.lessons.total(lessons) + means[means.count - 2], lessons)
    }

    private mutating func endEpoch(rate: Double, watcher: inout some TrainingWatcher) throws {
        let train = means
        let windows = position.sums.last ?? 0
        guard windows > 0 else { throw RunError(.badData, "no trace of the training set can be used") }
        var dev = (whole: Double.nan, lessons: [Double](repeating: .nan, count: train.lessons.count))
        if watchesDev {
            dev.lessons = try developmentLosses()
            dev.whole = session.lessons.total(dev.lessons) + trainer.penalty
        }
        var row = [Double(position.epoch + 1), Double(position.step), rate, train.whole, dev.whole]
        for (trained, developed) in zip(train.lessons, dev.lessons) { row += [trained, developed] }
        row += [position.seconds, windows / max(1e-9, position.seconds)]
        let earlier = best
        history.append(row)
        let isBest = best != earlier
        position = Checkpoint.Position(epoch: position.epoch + 1, step: position.step)
        record.epochs = position.epoch
        record.best = best
        let times = try workforce.takeTimes()
        if team.isFirst { try write(times, isBest: isBest) }
        try checkpoint()
        watcher.hear(.epoch(history, isBest: isBest, of: settings.epochs))
    }

    /// What an epoch leaves in the folder.
    private func write(_ times: [TeamTimes], isBest: Bool) throws {
        let folder = request.folder
        let file = try data.weightsFile(trainer.weights)
        if isBest { try AtomicFile(folder.bestWeightsPath).write(file) }
        try AtomicFile(folder.lastWeightsPath).write(file)
        try AtomicFile(folder.historyPath).write(history.csv)
        try EventLog(folder).write(history)
        if team.size > 1 { try TeamTable(folder).append(times, epoch: position.epoch, hosts: team.hosts) }
    }

    private func progress(of loader: Loader) -> TrainingEvent.Progress {
        let means = means
        let windows = Int(position.sums.last ?? 0)
        return TrainingEvent.Progress(
            epoch: position.epoch + 1, epochs: settings.epochs, window: windows,
            windows: loader.batchCount * session.batch, seconds: position.seconds,
            windowsPerSecond: Double(windows) / max(1e-9, position.seconds), loss: means.whole,
            losses: zip(session.lessons.outputs, means.lessons).map { ($0, $1) }, devLosses: history["dev_loss"] ?? [])
    }

    // MARK: What is kept

    private mutating func checkpoint() throws {
        defer { lastSave = clock() }
        guard team.isFirst else { return }
        try Checkpoint(
            weights: trainer.weights.values, memory: trainer.memory, position: position, history: history,
            identity: identity
        ).write(to: request.folder)
    }

    private mutating func save(_ status: RunRecord.Status) throws {
        record.status = status
        guard team.isFirst else { return }
        try AtomicFile(request.folder.recordPath).write(record.json.text(indented: true) + "\n")
    }
}
