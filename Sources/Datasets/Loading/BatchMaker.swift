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
        let lengths = try windows.map { try ownLength($0.window, symbol: symbol) }
        let longest = lengths.max() ?? 1
        var ready: [Ready] = []
        for (entry, own) in zip(windows, lengths) {
            do {
                let window = try finish(entry.window, own: own, longest: longest, isOpen: symbol != nil)
                ready.append(Ready(trace: entry.trace, start: entry.start, window: window))
            } catch {
                try skip(entry.trace, because: error)
            }
        }
        var batch = Batch(
            count: ready.count, inputs: lay(ready.map(\.window.samples), length: longest),
            lessons: try lessons.indices.map { lesson in
                try lay(ready.map { ($0.window.labels[lesson], $0.window.length) }, lesson: lesson, symbol, longest)
            },
            symbols: symbol.map { [($0, longest)] } ?? [], lengths: ready.map(\.window.length),
            traces: ready.map(\.trace), starts: ready.map(\.start))
        batch.isTheSameEveryEpoch = pipeline.augmentations.isEmpty && !windows.contains { $0.hadChoice }
        return batch
    }

    private struct Ready {
        var trace: Int
        var start: Int
        var window: Finished
    }
    /// Samples of the longest window's length, and how many of them are the window's own.
    private struct Finished {
        var samples: [[Float]]
        var length: Int
        var labels: [Label]
    }

    /// Labels and levels a window as if it were alone, whatever lies beside it; then fills it up with zeros.
    /// Where no length is open, the zeros are the network's business, and it is labelled with them.
    private func finish(_ given: Window, own: Int, longest: Int, isOpen: Bool) throws -> Finished {
        var window = given
        let isLine = window.plane == nil
        let own = isOpen ? own : longest
        if window.length != own, isLine { window.crop(to: 0..<own) }
        let labels = lessons.map { $0.labeler.label(for: window) }
        try pipeline.finish(&window)
        if own != longest, isLine { window.crop(to: 0..<longest) }
        return Finished(samples: window.samples, length: isOpen ? own : window.valid.count, labels: labels)
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
            lessons: lessons.indices.map { lesson in
                lay(labels.map { $0[lesson] }, lesson: lesson, lessons[lesson].labeler.label.numbers ?? [])
            },
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

    /// How many samples the network takes of a window: all of its recording, or the next number of samples that gives
    /// every output a whole number.
    private func ownLength(_ window: Window, symbol: String?) throws -> Int {
        guard let symbol else { return max(1, window.length) }
        let recorded = max(1, window.valid.upperBound)
        for length in recorded..<recorded + 65536 {
            let fits = lessons.allSatisfy { lesson in
                lesson.labeler.label.substituting([symbol: length]).numbers?.allSatisfy { $0 > 0 } == true
            }
            if fits { return length }
        }
        throw PreparationError(
            "no length from \(recorded) on gives the outputs a whole number of samples",
            help: "check the strides and crops of the network: strata show")
    }

    private func lay(_ windows: [[[Float]]], length: Int) -> [Batch.Values] {
        var first = 0
        return inputs.map { input in
            let isVector = input.type.shape.rank == 1
            let channels = isVector ? 1 : input.type.shape.channels.number ?? 0
            defer { first += channels }
            let values = joined(windows.flatMap { $0[first..<first + channels] })
            let shape =
                input.type.shape.rank == 3
                ? [windows.count] + (input.type.shape.numbers ?? [])
                : isVector ? [windows.count, length] : [windows.count, channels, length]
            return Batch.Values(name: input.name, shape: shape, values: values)
        }
    }

    /// Labels of windows that are as long as they say. Of what a shorter one lacks nothing is learned or judged: the
    /// network says nothing there.
    private func lay(
        _ labels: [(label: Label, length: Int)], lesson: Int, _ symbol: String?, _ longest: Int
    ) throws -> Batch.Lesson {
        let announced = lessons[lesson].labeler.label
        func shape(_ length: Int) -> [Int] { announced.substituting(symbol.map { [$0: length] } ?? [:]).numbers ?? [] }
        let whole = shape(longest)
        return lay(try labels.map { try $0.label.lengthened(from: shape($0.length), to: whole) }, lesson: lesson, whole)
    }

    private func lay(_ labels: [Label], lesson: Int, _ shape: [Int]) -> Batch.Lesson {
        let values = Batch.Values(
            name: lessons[lesson].output, shape: [labels.count] + shape, values: joined(labels.map(\.values)))
        guard labels.contains(where: { $0.mask != nil }) else { return Batch.Lesson(labels: values) }
        return Batch.Lesson(
            labels: values, mask: joined(labels.map { $0.mask ?? [Float](repeating: 1, count: $0.values.count) }))
    }
}

extension Label {
    /// The label of a window with zeros behind it, which are not known.
    fileprivate func lengthened(from own: [Int], to whole: [Int]) throws(PreparationError) -> Label {
        guard own != whole else { return self }
        guard let count = own.last, let longer = whole.last, own.dropLast() == whole.dropLast(), count <= longer,
            values.count == own.reduce(1, *)
        else {
            throw PreparationError(
                "windows of different lengths have labels of \(own) and \(whole)",
                help: "only time may be open: batch: 1, or windows of one length")
        }
        let rows = own.dropLast().reduce(1, *)
        func spread(_ numbers: (Int) -> Float) -> [Float] {
            var spread = [Float](repeating: 0, count: rows * longer)
            for row in 0..<rows {
                for index in 0..<count { spread[row * longer + index] = numbers(row * count + index) }
            }
            return spread
        }
        return Label(spread { values[$0] }, mask: spread { mask?[$0] ?? 1 })
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
