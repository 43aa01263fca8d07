import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// A network in training: its weights, the optimizer's memory, and the step that moves them.
struct Trainer {
    let session: Session
    let settings: TrainSettings
    var weights: Weights
    var memory: [[Float]]
    /// What they were before the step: room that is used again for every one.
    private var before: (weights: [Float], memory: [[Float]])
    private var gradients: Weights
    /// Running statistics that a part of a batch moved; as large as the weights only where parts are.
    private var moved: Weights?
    /// The statistics that a step moves.
    private let statistics: [WeightLayout.Entry]
    /// Neighbouring trained arrays as stretches of the block; what lies outside never moves.
    private let stretches: [Range<Int>]
    private let penalties: [(range: Range<Int>, penalty: Penalty)]

    init(_ session: Session, settings: TrainSettings, weights: Weights, memory: [[Float]]? = nil) {
        self.session = session
        self.settings = settings
        self.weights = weights
        let none = [Float](repeating: 0, count: session.layout.count)
        self.memory = memory ?? [[Float]](repeating: none, count: settings.optimizer.memories)
        before = (none, self.memory.map { _ in none })
        gradients = Weights(zerosIn: session.layout)
        var stretches: [Range<Int>] = []
        var wasTrained = false
        for entry in session.layout.entries {
            if entry.isTrainable, wasTrained, let last = stretches.last {
                stretches[stretches.count - 1] = last.lowerBound..<entry.range.upperBound
            } else if entry.isTrainable {
                stretches.append(entry.range)
            }
            wasTrained = entry.isTrainable
        }
        self.stretches = stretches
        statistics = session.layout.entries.filter {
            !$0.spec.isTrainable && !session.graph.nodes[$0.node].hasFrozenStatistics
        }
        penalties = session.layout.entries.filter { $0.isTrainable && $0.spec.penalty != .none }
            .map { ($0.range, $0.spec.penalty) }
    }

    /// What one step found: the mean loss of each lesson, and the weights' penalty.
    struct Outcome {
        var losses: [Double]
        var penalty: Double
    }

    /// Forward, loss, backward, update. Weights and memory move only if every number on the way was finite; where one
    /// was not, they are as they were before.
    mutating func step(_ batch: Batch, number: Int, rate: Double, place: Int = 0) throws -> Outcome {
        let (machine, losses) = try slope(batch, number: number, place: place)
        let penalty = try learn(number: number, rate: rate, on: machine.pool) { trainer in
            trainer.session.read(machine, gradients: &trainer.gradients, statistics: &trainer.weights)
        }
        return Outcome(losses: losses, penalty: penalty)
    }

    /// Moves the weights along a gradient that `take` puts in place, and says what their penalties were.
    private mutating func learn(
        number: Int, rate: Double, on pool: ThreadPool, _ take: (inout Trainer) -> Void
    ) throws -> Double {
        remember(on: pool)
        do {
            take(&self)
            let penalty = penalize()
            try clip()
            move(number: number, rate: rate)
            guard memory.count == before.memory.count, memory.allSatisfy({ $0.count == weights.values.count }) else {
                throw RunError(
                    .refused, "the optimizer changed how much it remembers: a run could not go on from a checkpoint")
            }
            guard weights.areFinite else {
                throw NotFinite(what: "\(weights.culprit) after an update at the rate \(rate)", sample: nil)
            }
            guard memory.allSatisfy(\.areFinite) else {
                throw NotFinite(what: "the optimizer's memory after an update at the rate \(rate)", sample: nil)
            }
            return penalty
        } catch {
            swap(&weights.values, &before.weights)
            swap(&memory, &before.memory)
            throw error
        }
    }

    // MARK: Parts of a batch

    /// The mean losses of a part of a batch. Its gradient waits to be added to those of other parts, with the running
    /// statistics that it moved in the places where gradients are zero.
    mutating func study(_ batch: Batch, number: Int, place: Int) throws -> [Double] {
        let (machine, losses) = try slope(batch, number: number, place: place)
        var moved = self.moved ?? Weights(zerosIn: session.layout)
        self.moved = nil
        for entry in statistics { moved.values.replaceSubrange(entry.range, with: weights.values[entry.range]) }
        session.read(machine, gradients: &gradients, statistics: &moved)
        for entry in statistics { gradients.values.replaceSubrange(entry.range, with: moved.values[entry.range]) }
        self.moved = moved
        return losses
    }

    /// A part without a window teaches nothing.
    mutating func forget() {
        gradients.values.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// What the last part taught, as often as it had windows.
    func gradient(times windows: Float) -> [Float] {
        windows == 1 ? gradients.values : gradients.values.map { $0 * windows }
    }

    /// Moves the weights along the sum of all parts, of which each window has this share.
    mutating func learn(_ sum: [Float], share: Float, number: Int, rate: Double) throws -> Double {
        let pool = session.anyPool ?? ThreadPool(threads: 1)
        return try learn(number: number, rate: rate, on: pool) { trainer in
            trainer.gradients.values = share == 1 ? sum : sum.map { $0 * share }
            for entry in trainer.statistics {
                trainer.weights.values.replaceSubrange(entry.range, with: trainer.gradients.values[entry.range])
                for index in entry.range { trainer.gradients.values[index] = 0 }
            }
        }
    }

    /// Copies weights and memory aside, on all threads.
    private mutating func remember(on pool: ThreadPool) {
        before.weights.copy(weights.values, on: pool)
        // An optimizer of strangers may have changed what it remembers.
        guard before.memory.map(\.count) == memory.map(\.count) else {
            before.memory = memory
            return
        }
        for index in memory.indices { before.memory[index].copy(memory[index], on: pool) }
    }

    /// The optimizer's turn. The arrays are lent out of `self` and put back, which copies nothing.
    private mutating func move(number: Int, rate: Double) {
        var values: [Float] = []
        var remembered: [[Float]] = []
        swap(&values, &weights.values)
        swap(&remembered, &memory)
        var moving = values.mutableSpan
        for range in stretches {
            let step = OptimizerStep(range: range, rate: rate, number: number)
            settings.optimizer.update(
                &moving, gradient: gradients.values.span, memory: &remembered, step)
        }
        swap(&values, &weights.values)
        swap(&remembered, &memory)
    }

    /// The mean loss of each lesson on a batch; the machine then has where they point.
    func slope(_ batch: Batch, number: Int, place: Int = 0) throws -> (machine: Machine, losses: [Double]) {
        let machine = try session.machine(.training, for: batch)
        session.load(weights, into: machine)
        try session.feed(batch, to: machine)
        do {
            try machine.forward(samples: batch.count, seed: session.seed, step: UInt64(number), firstPlace: place)
        } catch {
            throw NotFinite(error)
        }
        let losses = try session.lessons.measure(batch, on: machine, backward: true)
        if let index = losses.firstIndex(where: { !$0.isFinite }) {
            throw NotFinite(what: "the loss of output '\(session.lessons.lessons[index].output)'", sample: nil)
        }
        do {
            try machine.backward()
        } catch {
            throw NotFinite(error)
        }
        return (machine, losses)
    }

    /// Adds the layers' L1 and L2 penalties to the gradient; returns their sum.
    private mutating func penalize() -> Double {
        var sum = 0.0
        for (range, penalty) in penalties {
            gradients.values.withUnsafeMutableBufferPointer { slopes in
                weights.values.withUnsafeBufferPointer { values in
                    guard let slopes = slopes.baseAddress, let values = values.baseAddress else { return }
                    sum += Update.penalize(
                        slopes + range.lowerBound, values + range.lowerBound, count: range.count,
                        l1: Float(penalty.l1), l2: Float(penalty.l2))
                }
            }
        }
        return sum
    }

    /// Without moving anything: what the penalties are now.
    var penalty: Double {
        penalties.reduce(0) { sum, entry in
            weights.values[entry.range].reduce(sum) {
                $0 + entry.penalty.l1 * Double(abs($1)) + entry.penalty.l2 * Double($1) * Double($1)
            }
        }
    }

    private mutating func clip() throws {
        let settings = settings
        guard settings.clipNorm != nil || settings.clipValue != nil else { return }
        let count = gradients.values.count
        try gradients.values.withUnsafeMutableBufferPointer { buffer in
            guard let slopes = buffer.baseAddress else { return }
            if let limit = settings.clipValue { Update.clamp(slopes, count: count, to: Float(limit)) }
            guard let limit = settings.clipNorm else { return }
            let norm = Update.squares(slopes, count: count).squareRoot()
            guard norm.isFinite else { throw NotFinite(what: "the length of the gradient", sample: nil) }
            if norm > limit { Update.scale(slopes, count: count, by: Float(limit / norm)) }
        }
    }
}

extension Weights {
    /// Whether every number is one; what is saved always is.
    var areFinite: Bool { values.areFinite }

    /// The first array that holds what is no number.
    fileprivate var culprit: String {
        let entry = layout.entries.first { entry in !values[entry.range].allSatisfy(\.isFinite) }
        return entry.map { "weight '\($0.name)'" } ?? "the length of all weights"
    }
}

extension [Float] {
    fileprivate var areFinite: Bool { withUnsafeBufferPointer(Stretch.areFinite) }

    /// Takes over as many other numbers, in the memory that there is.
    fileprivate mutating func copy(_ other: [Float], on pool: ThreadPool) {
        let part = 1 << 15
        withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { source in
                let count = Swift.min(target.count, source.count)
                pool.run(count.groups(of: part)) { unit, _ in
                    let range = unit * part..<Swift.min(count, (unit + 1) * part)
                    _ = UnsafeMutableBufferPointer(rebasing: target[range])
                        .update(fromContentsOf: UnsafeBufferPointer(rebasing: source[range]))
                }
            }
        }
    }
}
