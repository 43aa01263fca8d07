import Views
import Foundation
import GraphIR
import Interpreter
import Seismic

/// What can be said before the first step: how much memory, time and disk a training takes, and what in the data does
/// not fit the file. What cannot end well is refused here.
struct Preflight {
    private(set) var notes: [String] = []
    /// What may make the training worth little, a line each.
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - own: the parts of a batch that are done here.
    ///   - done: epochs that a run which goes on has behind it.
    init(
        _ data: TrainingData, trainer: Trainer, own: Range<Int>, folder: RunFolder, done: Int, clock: () -> Double
    ) throws {
        let splits = data.splits
        notes.append(
            "\(data.session.graph.name): \(data.session.layout.trainableCount) trained weights; "
                + "\(splits.train.count) traces to train, "
                + "\(splits.dev.count) dev, \(splits.test.count) test (\(splits.statement))")
        guard !splits.train.isEmpty else {
            throw RunError(.badData, "\(data.dataset.path) has no trace in the split 'train'")
        }
        warnings =
            Preflight.unprepared(data.session) + Preflight.uncut(data) + Preflight.misfits(data)
            + Preflight.emptySides(data) + Preflight.unseen(data)
        notes += DataLook.notes(
            data.dataset, traces: splits.train, components: Preflight.components(data.session),
            threads: data.session.threads)
        let epochs = trainer.settings.epochs - done
        guard epochs > 0 else { return }
        try measure(data, trainer: trainer, own: own, epochs: epochs, clock: clock)
        try checkDisk(trainer, folder: folder)
    }

    /// One batch is loaded and run twice, without moving the weights: the second time tells.
    private mutating func measure(
        _ data: TrainingData, trainer: Trainer, own: Range<Int>, epochs: Int, clock: () -> Double
    ) throws {
        let loader = try data.loader(.train)
        // A part stands for all of them: one process does so many after the other.
        let first = own.lowerBound..<min(own.upperBound, own.lowerBound + 1)
        guard let batch = try data.shares(epoch: 0, own: first).next()?.own.first?.batch, batch.count > 0 else {
            return
        }
        var network = try data.session.machine(.training, for: batch).plan.memory.total
        // From the first epoch's end on the machine that judges the dev split stands beside.
        if !data.splits.dev.isEmpty { network += try data.session.plan(.inference, for: batch).memory.total }
        var seconds = 0.0
        for _ in 0..<2 {
            let started = clock()
            // A number that runs away is for the training itself to report, with its place.
            guard (try? trainer.slope(batch, number: 1)) != nil else { return }
            seconds = clock() - started
        }
        seconds *= Double(own.count)
        let epoch = seconds * Double(loader.batchCount)
        let memory = TrainingMemory(batch, parts: own.count, network: network, trainer: trainer)
        notes.append(memory.statement)
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        if memory.total > physical {
            warnings.append(
                "training takes \(MemoryReport.text(memory.total)) and the machine has \(MemoryReport.text(physical)): "
                    + "a smaller batch or train.part takes less")
        }
        notes.append(
            "\(loader.batchCount) steps of about \(SpokenTime.text(seconds)) are about "
                + "\(SpokenTime.text(epoch)) an epoch; at most \(SpokenTime.text(epoch * Double(epochs))) for \(epochs)"
        )
    }

    /// Two checkpoints, two sets of weights and the next ones beside them.
    private mutating func checkDisk(_ trainer: Trainer, folder: RunFolder) throws {
        let block = trainer.session.layout.count * 4
        let whole = 3 * block * (1 + trainer.settings.optimizer.memories) + 3 * block
        // Of a run that goes on, most is there already.
        let needed = max(0, whole - folder.stateBytes) + 1 << 20
        guard let free = folder.freeBytes else { return }
        guard free > needed else {
            throw RunError(
                .access, "\(folder.path) needs \(MemoryReport.text(needed)) and has \(MemoryReport.text(free)) left",
                help: "make room, or give another --out")
        }
        notes.append("disk \(MemoryReport.text(needed)) of \(MemoryReport.text(free)) free")
    }

    /// What the table of the data says against the file, without reading a waveform.
    private static func misfits(_ data: TrainingData) -> [String] {
        let most = 20_000
        let traces = data.splits.train.prefix(most)
        let session = data.session
        let rate = session.graph.inputs.first?.type.rate
        var notes: [String] = []
        let otherRates = traces.count { index in
            guard let rate, let own = data.dataset.rate(index) else { return false }
            return abs(own - rate) > 1e-4 * rate
        }
        let resamples = session.recipe.preparations.contains { $0.name == "resample" }
        if otherRates > 0, !resamples {
            notes.append("\(otherRates) of \(traces.count) training traces have another rate than \(rate ?? 0) Hz")
        }
        for (phase, output) in wanted(session) {
            let isThere = traces.contains { data.dataset.picks($0).contains { $0.phase.belongs(to: phase) } }
            if !isThere {
                notes.append("no training trace has a pick of \(phase.rawValue), which '\(output)' is to learn")
            }
        }
        return notes
    }

    /// The phases that outputs are to learn.
    private static func wanted(_ session: Session) -> [(phase: Phase, output: String)] {
        let labelers = (try? session.recipe.labelers(session.graph, registry: session.registry)) ?? []
        return zip(session.recipe.lessons, labelers).flatMap { lesson, labeler -> [(phase: Phase, output: String)] in
            guard case .onsets(let phases) = labeler.meaning else { return [] }
            return phases.compactMap { $0.flatMap(Phase.init(rawValue:)) }.map { ($0, lesson.output) }
        }
    }

    /// A network that sees counts as they are recorded learns what an instrument's gain is.
    private static func unprepared(_ session: Session) -> [String] {
        guard session.recipe.preparations.isEmpty, session.graph.inputs.contains(where: { $0.type.rate != nil }) else {
            return []
        }
        return [
            "nothing prepares the waveforms: the network sees counts as they were recorded, of any size and with their "
                + "offset; the usual line is 'prepare { demean -> normalize(std) }'"
        ]
    }

    private static func unseen(_ data: TrainingData) -> [String] {
        guard let components = components(data.session) else { return [] }
        return DataLook.hardlyThere(data.dataset, traces: data.splits.train, components: components)
    }

    /// So many windows long, a trace is a recording that nobody cut.
    private static let manyWindows = 20.0

    /// Of a recording of a day an epoch sees one window.
    private static func uncut(_ data: TrainingData) -> [String] {
        guard data.dataset.format == "waveforms", let input = data.session.graph.inputs.first?.type,
            input.shape.rank == 2, let length = input.shape.time.number, let rate = input.rate
        else { return [] }
        let window = Double(length) / rate
        let longest =
            data.splits.train.prefix(20_000).compactMap { index in
                guard let count = data.dataset.metadata(index).double("trace_npts") else { return nil }
                return data.dataset.rate(index).map { count / $0 }
            }.max() ?? 0
        guard longest > manyWindows * window else { return [] }
        let path = data.dataset.path
        let isManifest = path.hasSuffix(".json")
        let folder = isManifest ? "FOLDER" : DatasetPlace.path(of: path)
        return [
            "traces are whole recordings of up to \(SpokenTime.text(longest)), and an epoch sees one window of "
                + "\(SpokenTime.text(window)) of each: \(isManifest ? "divide" : "--data") "
                + "\(DatasetPlace.recordings)\(folder),window=\(Int(window.rounded(.up))) has all of them"
        ]
    }

    /// Sides that cannot say what they are for.
    private static func emptySides(_ data: TrainingData) -> [String] {
        let phases = wanted(data.session).map(\.phase)
        let sides = [
            ("dev", data.splits.dev, "the training loss says which epoch is best, and thresholds are chosen on it"),
            ("test", data.splits.test, "nothing can be judged on it"),
        ]
        return sides.compactMap { name, traces, then in
            guard !traces.isEmpty else { return "the split '\(name)' has no trace: \(then)" }
            let hasArrival =
                phases.isEmpty
                || traces.contains { trace in
                    data.dataset.picks(trace).contains { pick in phases.contains { pick.phase.belongs(to: $0) } }
                }
            guard !hasArrival else { return nil }
            let names = Set(phases.map(\.rawValue)).sorted().joined(separator: " or ")
            return "no trace of the split '\(name)' has a \(names) arrival, of \(traces.count)"
        }
    }

    /// The letters of the components that the network sees, as `order` says them; three without it are Z, N and E.
    private static func components(_ session: Session) -> String? {
        guard session.graph.inputs.count == 1, let shape = session.graph.inputs.first?.type.shape, shape.rank == 2,
            let channels = shape.channels.number
        else { return session.recipe.orderedComponents }
        return session.recipe.orderedComponents ?? (channels == 3 ? "ZNE" : nil)
    }
}
