import GraphIR
import Layers
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How fast a network runs on this machine: medians over several steps, after two that warm up.
public struct Benchmark: Sendable {
    public struct Figures: Sendable {
        public var windowsPerSecond: Double
        public var millisecondsPerStep: Double
        public var gigaflopsPerSecond: Double
        public var memory: MemoryReport
        public var profile: [Profile.Row]
    }

    /// Measures inference, or a whole training step without the optimizer: weights packed, forward, the gradient of a
    /// mean of squares, backward.
    public static func measure(
        _ graph: Graph, registry: Registry = .builtIn, options: PlanOptions, repetitions: Int, profiled: Bool = false
    ) throws -> Figures {
        let machine = try Machine(graph, registry: registry, options: options)
        let weights = Weights(initializing: graph, seed: 1)
        machine.load(weights)
        try fill(machine, batch: options.batch)
        var times: [Double] = []
        for step in 0..<repetitions + 2 {
            if profiled, step == 2 { machine.startProfile() }
            let start = seconds()
            try run(machine, weights, step: UInt64(step))
            if step >= 2 { times.append(seconds() - start) }
        }
        times.sort()
        let median = times[times.count / 2]
        let bindings = options.lengths
        let flops = graph.nodes.reduce(0.0) { $0 + Double($1.flops.substituting(bindings).number ?? 0) }
        let passes = options.gradients == .none ? 1.0 : 3.0
        return Figures(
            windowsPerSecond: Double(options.batch) / median, millisecondsPerStep: median * 1e3,
            gigaflopsPerSecond: passes * flops * Double(options.batch) / median / 1e9, memory: machine.plan.memory,
            profile: machine.endProfile())
    }

    /// Inputs of random numbers.
    static func fill(_ machine: Machine, batch: Int) throws {
        for index in machine.inputs.indices {
            let count = machine.shape(ofInput: index).reduce(batch, *)
            let random = CounterRandom(seed: 1, stream: UInt64(index))
            try machine.setInput(index, to: (0..<count).map { random.uniform($0) * 2 - 1 })
        }
    }

    static func run(_ machine: Machine, _ weights: Weights, step: UInt64) throws {
        if machine.plan.options.gradients == .none {
            try machine.forward(step: step)
            return
        }
        machine.load(weights)
        try machine.forward(step: step)
        for index in machine.plan.graph.outputs.indices {
            var slopes = machine.output(index)
            let share = 1 / Float(max(1, slopes.count))
            for place in slopes.indices { slopes[place] *= share }
            try machine.setCotangent(index, to: slopes)
        }
        try machine.backward()
    }

    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// What this processor could do at best, in GFLOP/s: every thread multiplying and adding in registers.
    public static func peakGigaflops(threads: Int) -> Double {
        let pool = ThreadPool(threads: threads)
        let turns = 2_000_000
        var best = 0.0
        for _ in 0..<5 {
            let operations = Atomic<Int>(0)
            let start = seconds()
            pool.run(pool.threads) { _, _ in
                operations.add(Int(Peak.run(turns: turns).operations), ordering: .relaxed)
            }
            let duration = seconds() - start
            best = max(best, Double(operations.load(ordering: .relaxed)) / duration / 1e9)
        }
        return best
    }

    /// The most memory this process ever had, in MiB.
    public static var peakMemory: Double {
        #if canImport(Darwin)
            var usage = rusage()
            getrusage(RUSAGE_SELF, &usage)
            return Double(usage.ru_maxrss) / 1_048_576
        #else
            // What getrusage says includes the program that started this one.
            guard let file = fopen("/proc/self/status", "r") else { return 0 }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 256)
            while fgets(&line, Int32(line.count), file) != nil {
                let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                    .split(whereSeparator: \.isWhitespace)
                if words.count > 1, words[0] == "VmHWM:", let kibibytes = Double(words[1]) { return kibibytes / 1024 }
            }
            return 0
        #endif
    }
}
