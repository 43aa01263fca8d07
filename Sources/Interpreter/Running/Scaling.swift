import GraphIR
import Layers

/// Into how many units of work a training step falls, layer by layer, and what speed-up that allows at most.
public struct Scaling: Sendable {
    /// What the threads are called together for: one phase of one layer, or several layers that samples go through
    /// without meeting.
    public struct Row: Sendable {
        /// The layers' paths; `forward`, `backward`, or what is done for the sums of gradients.
        public var paths: [String]
        public var direction: String
        public var phase: Int
        /// How many threads find work.
        public var units: Int
        /// The work of the largest unit in the whole.
        var largest: Double
        /// Seconds on one thread.
        public var seconds: Double

        /// The least seconds on so many threads.
        public func bound(threads: Int) -> Double {
            let rounds = Double((units + threads - 1) / max(1, threads)) / Double(max(1, units))
            return seconds * min(1, max(rounds, largest))
        }
    }
    public var rows: [Row]
    /// Seconds of a step that one thread does alone.
    public var serial: Double

    /// Seconds of a step on one thread.
    public var seconds: Double { rows.reduce(serial) { $0 + $1.seconds } }

    /// No number of threads makes a step faster than this many times.
    public func bound(threads: Int) -> Double {
        seconds / rows.reduce(serial) { $0 + $1.bound(threads: threads) }
    }

    /// Measures a training step on one thread.
    public static func measure(
        _ graph: Graph, registry: Registry = .builtIn, options: PlanOptions, repetitions: Int
    ) throws -> Scaling {
        var options = options
        options.threads = 1
        let machine = try Machine(graph, registry: registry, options: options)
        let weights = Weights(initializing: graph, seed: 1)
        try Benchmark.fill(machine, batch: options.batch)
        try Benchmark.run(machine, weights, step: 0)
        machine.stageTimes = StageTimes()
        var total = 0.0
        for step in 0..<repetitions {
            let began = Benchmark.seconds()
            try Benchmark.run(machine, weights, step: UInt64(step + 1))
            total += Benchmark.seconds() - began
        }
        let times = machine.stageTimes ?? StageTimes()
        machine.stageTimes = nil
        return Scaling(machine, times, total: total, repetitions: repetitions)
    }

    private init(_ machine: Machine, _ times: StageTimes, total: Double, repetitions: Int) {
        let plan = machine.plan
        let each = 1 / Double(max(1, repetitions))
        func row(_ stage: Stage, _ direction: String, _ key: StageTimes.Key) -> Row {
            let items = stage.items(samples: machine.batch)
            var largest = 1 / Double(max(1, items))
            if case .samples(let grain) = stage.cut {
                let units = machine.batch.groups(of: max(1, grain))
                let most = (units + items - 1) / max(1, items) * max(1, grain)
                largest = min(1, Double(most) / Double(machine.batch))
            }
            let paths = stage.works.flatMap { plan.lowered.steps[$0.step].nodes.map { plan.graph.nodes[$0].path } }
            return Row(
                paths: paths, direction: direction, phase: stage.works.first?.phase ?? 0, units: items,
                largest: largest, seconds: (times.seconds[key] ?? 0) * each)
        }
        var rows = plan.schedule.forward.enumerated().map { row($0.element, "forward", .forward($0.offset)) }
        rows += plan.schedule.backward.enumerated().map { row($0.element, "backward", .backward($0.offset)) }
        let pieces = machine.gradientCount.groups(of: Machine.clearedTogether)
        for (name, units, key) in [
            ("clearing sums", pieces, StageTimes.Key.clear), ("adding sums", plan.slots.pieces.count, .add),
        ] where units > 0 {
            rows.append(
                Row(
                    paths: [name], direction: "backward", phase: 0, units: units, largest: 1 / Double(units),
                    seconds: (times.seconds[key] ?? 0) * each))
        }
        self.rows = rows
        serial = max(0, total * each - rows.reduce(0) { $0 + $1.seconds })
    }
}

/// Seconds by what the threads were called for.
struct StageTimes {
    enum Key: Hashable { case forward(Int), backward(Int), clear, add }
    var seconds: [Key: Double] = [:]
}

extension Machine {
    /// Runs a piece of a step, and notes how long it took where somebody wants to know.
    @inline(__always)
    func timed(_ task: Task, _ body: () -> Void) {
        guard stageTimes != nil else { return body() }
        let key: StageTimes.Key
        switch task {
        case .forward(let stage): key = .forward(stage)
        case .backward(let stage): key = .backward(stage)
        case .clearGradients: key = .clear
        default: key = .add
        }
        let began = Benchmark.seconds()
        body()
        stageTimes?.seconds[key, default: 0] += Benchmark.seconds() - began
    }
}
