import Files
import Foundation
import GraphIR

extension Loader {
    /// Reads, prepares and labels the traces, and lays them side by side.
    func batch(of traces: ArraySlice<Int>, epoch: Int) throws -> Batch {
        var windows: [(trace: Int, start: Int, hadChoice: Bool, window: Window)] = []
        for trace in traces {
            do {
                let (window, start, hadChoice) = try window(of: trace, epoch: epoch)
                windows.append((trace, start, hadChoice, window))
            } catch {
                try skip(trace, because: error)
            }
        }
        let symbol = inputs.first?.type.shape.symbols.first
        let length = try commonLength(of: windows.map(\.window.length), symbol: symbol)
        var labels: [[Label]] = []
        var finished: [(trace: Int, start: Int, window: Window)] = []
        for entry in windows {
            var window = entry.window
            if window.length != length, window.plane == nil { window.crop(to: 0..<length) }
            let windowLabels = lessons.map { $0.labeler.label(for: window) }
            do {
                try pipeline.finish(&window)
                labels.append(windowLabels)
                finished.append((entry.trace, entry.start, window))
            } catch {
                try skip(entry.trace, because: error)
            }
        }
        let bindings = symbol.map { [$0: length] } ?? [:]
        var batch = Batch(
            count: finished.count, inputs: lay(finished.map(\.window), length: length),
            lessons: lessons.indices.map { lesson in
                lay(labels.map { $0[lesson] }, lesson: lesson, bindings: bindings)
            },
            symbols: symbol.map { [($0, length)] } ?? [], lengths: finished.map { $0.window.valid.count },
            traces: finished.map(\.trace), starts: finished.map(\.start))
        batch.isTheSameEveryEpoch = pipeline.augmentations.isEmpty && !windows.contains { $0.hadChoice }
        return batch
    }

    /// Whether every label is read off the table alone: then no trace need be opened for it.
    public var labelsAreOfTheTable: Bool { lessons.allSatisfy { $0.labeler.readsTableOnly } }

    /// The labels of traces without their windows, where the table says all of them. There are no inputs in it.
    public func labels(of traces: [Int]) -> Batch {
        let windows = traces.map { index in
            let metadata = dataset.metadata(index)
            return Window(
                samples: [], components: "", rate: 1, category: metadata["trace_category"] ?? "", metadata: metadata)
        }
        let labels = windows.map { window in lessons.map { $0.labeler.label(for: window) } }
        var batch = Batch(
            count: traces.count, inputs: [],
            lessons: lessons.indices.map { lesson in lay(labels.map { $0[lesson] }, lesson: lesson, bindings: [:]) },
            lengths: traces.map { _ in 0 }, traces: traces, starts: traces.map { _ in 0 })
        batch.isTheSameEveryEpoch = pipeline.augmentations.isEmpty
        return batch
    }

    /// What makes its windows, in words: two loaders of equal statements make the same windows of a trace.
    public var preparation: [String] { pipeline.statements }

    /// One trace as a window: read, prepared, cut and augmented.
    private func window(of trace: Int, epoch: Int) throws -> (Window, start: Int, hadChoice: Bool) {
        let recorded = try dataset.trace(trace)
        try facts.checkPicks(of: recorded)
        var window = facts.window(recorded)
        try pipeline.begin(&window)
        var dice =
            options.augments
            ? Dice(seed: options.seed, purpose: "cut", round: epoch, subject: trace)
            : Dice(seed: 0, purpose: "cut", subject: trace)
        let hadChoice = pipeline.cut.hasChoice(in: window)
        let start = pipeline.cut.apply(to: &window, dice: &dice)
        if options.augments { pipeline.augment(&window, seed: options.seed, epoch: epoch, trace: trace) }
        return (window, start, hadChoice)
    }

    private func skip(_ trace: Int, because error: any Error) throws {
        let failure: DataError
        switch error {
        case let error as DataError: failure = error.about(trace: dataset.name(trace))
        case let error as PreparationError:
            failure = DataError(
                file: dataset.path, trace: dataset.name(trace), expected: "a trace that the network can take",
                found: error.description)
        default: throw error
        }
        // A file that cannot be read at all is no bad trace.
        guard options.badTraces == .skip, failure.cause == .content else { throw failure }
        skips.add(trace, failure.description)
    }

    /// The longest window's length, or the next one that every output of the network can have.
    private func commonLength(of lengths: [Int], symbol: String?) throws -> Int {
        let longest = max(1, lengths.max() ?? 1)
        guard let symbol else { return longest }
        for length in longest..<longest + 65536 {
            let fits = lessons.allSatisfy { lesson in
                lesson.labeler.label.substituting([symbol: length]).numbers?.allSatisfy { $0 > 0 } == true
            }
            if fits { return length }
        }
        throw PreparationError(
            "no length from \(longest) on gives the outputs a whole number of samples",
            help: "check the strides and crops of the network: strata show")
    }

    private func lay(_ windows: [Window], length: Int) -> [Batch.Values] {
        var first = 0
        return inputs.map { input in
            let isVector = input.type.shape.rank == 1
            let channels = isVector ? 1 : input.type.shape.channels.number ?? 0
            defer { first += channels }
            let values = joined(windows.flatMap { $0.samples[first..<first + channels] })
            let shape =
                input.type.shape.rank == 3
                ? [windows.count] + (input.type.shape.numbers ?? [])
                : isVector ? [windows.count, length] : [windows.count, channels, length]
            return Batch.Values(name: input.name, shape: shape, values: values)
        }
    }

    private func lay(_ labels: [Label], lesson: Int, bindings: [String: Int]) -> Batch.Lesson {
        let (output, labeler) = lessons[lesson]
        let shape = labeler.label.substituting(bindings).numbers ?? []
        let values = Batch.Values(name: output, shape: [labels.count] + shape, values: joined(labels.map(\.values)))
        guard labels.contains(where: { $0.mask != nil }) else { return Batch.Lesson(labels: values) }
        return Batch.Lesson(
            labels: values,
            mask: joined(labels.map { $0.mask ?? [Float](repeating: 1, count: $0.values.count) }))
    }
}

/// Arrays one behind the other, in memory that is asked for once.
private func joined(_ parts: [[Float]]) -> [Float] {
    var all: [Float] = []
    all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for part in parts { all += part }
    return all
}

/// The traces that were left out, gathered from several threads.
final class SkipList: @unchecked Sendable {
    private let lock = NSLock()
    private var reasons: [Int: String] = [:]

    func add(_ trace: Int, _ reason: String) { lock.withLock { reasons[trace] = reason } }
    /// By index, so that the order does not depend on threads.
    var list: [(trace: Int, reason: String)] {
        lock.withLock { reasons.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}

extension Shape {
    /// The symbols of its sizes.
    var symbols: [String] { dimensions.flatMap(\.symbols) }
}
