import GraphIR
import Interpreter
import Layers
import Ranks

/// Steps of a network by teams of several sizes within one, measured: without data, and without the optimizer.
public struct TeamBenchmark: Sendable {
    public struct Row: Sendable, Equatable {
        public var ranks: Int
        /// Seconds of the slowest process: in all, computing, and adding up.
        public var step: Double
        public var compute: Double
        public var talk: Double
        /// CRC of the summed gradient: the same for every size.
        public var digest: UInt32
    }

    /// - Parameters:
    ///   - sizes: each from 1 to the team's own.
    ///   - options: for a part of the batch; its batch is the part's windows.
    public static func measure(
        _ graph: Graph, registry: Registry, options: PlanOptions, batch: Int, sizes: [Int], repetitions: Int,
        team: Team
    ) throws -> [Row] {
        let parts = (batch + options.batch - 1) / options.batch
        return try sizes.map { size in
            let isIn = team.rank < size
            let circle = try team.world.part(into: isIn ? 1 : 0)
            var mine = [0.0, 0.0, 0.0, 0.0]
            if isIn {
                mine = try measure(
                    Machine(graph, registry: registry, options: options), graph, parts: parts, circle: circle,
                    repetitions: repetitions)
            }
            let all = try team.world.gather(mine, counts: [Int](repeating: 4, count: team.size))
            func slowest(_ column: Int) -> Double { (0..<size).map { all[$0 * 4 + column] }.max() ?? 0 }
            return Row(
                ranks: size, step: slowest(0), compute: slowest(1), talk: slowest(2), digest: UInt32(all[3]))
        }
    }

    private static func measure(
        _ machine: Machine, _ graph: Graph, parts: Int, circle: any Collective, repetitions: Int
    ) throws -> [Double] {
        let weights = Weights(initializing: graph, seed: 1)
        let owned = (0..<circle.size).map { parts * $0 / circle.size..<parts * ($0 + 1) / circle.size }
        let exchange = TreeExchange(circle, leaves: parts, owned: owned)
        var gradients = Weights(zerosIn: machine.layout)
        var total = gradients.values
        let own = owned[circle.rank].map { part in (number: part, inputs: inputs(of: machine, part: part)) }
        var times: [(step: Double, compute: Double, talk: Double)] = []
        for _ in 0..<repetitions + 1 {
            try circle.barrier()
            let began = secondsNow()
            var sums: [Float] = []
            for node in exchange.own {
                var tree = TreeSum()
                for part in node {
                    try step(machine, weights, own[part - owned[circle.rank].lowerBound])
                    machine.readGradients(into: &gradients)
                    tree.add(gradients.values)
                }
                tree.take { sums += $0 }
            }
            let computed = secondsNow()
            // Whoever is early waits here and not in the exchange.
            try circle.barrier()
            let met = secondsNow()
            try exchange.add(sums, into: &total)
            let ended = secondsNow()
            times.append((ended - began, computed - began, ended - met))
        }
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        let measured = times.dropFirst()
        let digest = total.withUnsafeBytes { CRC32C.checksum($0) }
        return [
            median(measured.map(\.step)), median(measured.map(\.compute)), median(measured.map(\.talk)), Double(digest),
        ]
    }

    /// Windows that the part's number alone decides.
    private static func inputs(of machine: Machine, part: Int) -> [[Float]] {
        machine.inputs.indices.map { index in
            let count = machine.shape(ofInput: index).reduce(machine.batch, *)
            let random = CounterRandom(seed: 1, stream: UInt64(index), step: UInt64(part))
            return (0..<count).map { random.uniform($0) * 2 - 1 }
        }
    }

    /// Forward and backward over a part, with the slopes of a mean of squares.
    private static func step(_ machine: Machine, _ weights: Weights, _ part: (number: Int, inputs: [[Float]])) throws {
        machine.load(weights)
        for (index, values) in part.inputs.enumerated() { try machine.setInput(index, to: values) }
        try machine.forward(step: 1, firstPlace: part.number * machine.batch)
        for index in machine.plan.graph.outputs.indices {
            var slopes = machine.output(index)
            let share = 1 / Float(max(1, slopes.count))
            for place in slopes.indices { slopes[place] *= share }
            try machine.setCotangent(index, to: slopes)
        }
        try machine.backward()
    }
}
