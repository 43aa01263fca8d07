import GraphIR
import Layers

/// Everything that is settled about a run before it starts: the steps, their order, and where each number will lie.
public struct Plan {
    public let graph: Graph
    public let options: PlanOptions
    public let layout: WeightLayout
    public let memory: MemoryReport
    let lowered: Lowered
    let schedule: Schedule
    let rooms: Rooms
    let slots: SlotLayout

    /// Lowers a graph for some purpose; says what it costs and refuses what cannot be.
    public init(_ graph: Graph, registry: Registry = .builtIn, options: PlanOptions) throws(PlanError) {
        guard options.batch >= 1 else { throw .badBatch(options.batch) }
        self.graph = graph
        self.options = options
        layout = WeightLayout(graph)
        lowered = try Lowered(graph, registry: registry, layout: layout, options: options)
        schedule = Schedule(
            lowered, inputs: graph.nodes.indices.filter { graph.nodes[$0].isInput }, outputs: graph.outputs.map(\.node),
            layout: layout, options: options)
        slots = SlotLayout(lowered, schedule, layout, batch: options.batch)
        rooms = Rooms(lowered, schedule, graph, options)
        memory = MemoryReport(rooms, slots, layout, lowered, graph, options)
        let limit = options.memoryLimit ?? Arena.physicalBytes
        if memory.total > limit {
            throw .tooLarge(bytes: memory.total, limit: limit, costliest: Array(memory.layers.prefix(5)))
        }
    }

    /// The layers of the plan in order, as people may want to see them: which nodes became one.
    public var fused: [[String]] { lowered.steps.map { $0.nodes.map { graph.nodes[$0].path } } }
}

/// Where sums over samples are gathered. Each slot has its own copy of the gradients, filled by one thread at a time in
/// a fixed order, and the slots are added up in order: the threads do not show in the result.
struct SlotLayout {
    /// The most slots, and so the most threads that a backward pass of few samples can keep busy.
    static let most = 8

    let count: Int
    /// By weight entry: where its array lies within a slot behind the first; `nil` if only the first slot has it.
    let offsets: [Int?]
    /// Floats of each slot behind the first. The first has the layout of the weights.
    let stride: Int

    init(_ lowered: Lowered, _ schedule: Schedule, _ layout: WeightLayout, batch: Int) {
        var offsets = [Int?](repeating: nil, count: layout.entries.count)
        var stride = 0
        for (index, step) in lowered.steps.enumerated() where schedule.runsBackward[index] {
            guard step.arithmetic.sumsOverSamples else { continue }
            for weight in step.weights where layout.entries[weight].isTrainable {
                offsets[weight] = stride
                stride = Rational.sum(stride, Rational.sum(layout.entries[weight].count, lanes - 1) / lanes * lanes)
            }
        }
        self.offsets = offsets
        self.stride = stride
        count = schedule.backward.isEmpty ? 0 : min(batch, SlotLayout.most)
    }
}

extension MemoryReport {
    init(
        _ rooms: Rooms, _ slots: SlotLayout, _ layout: WeightLayout, _ lowered: Lowered, _ graph: Graph,
        _ options: PlanOptions
    ) {
        func bytes(_ floats: Int) -> Int { Rational.product(floats, MemoryLayout<Float>.size) }
        let behind = Rational.product(max(0, slots.count - 1), slots.stride)
        let prepared = rooms.prepared.reduce(0) { Rational.sum($0, $1.count) }
        weights = bytes([layout.count, slots.count > 0 ? layout.count : 0, behind, prepared].reduce(0, Rational.sum))
        batch = bytes(rooms.batchCount)
        threads = bytes(Rational.product(rooms.workerCount, max(1, options.threads)))
        total = [weights, batch, threads].reduce(0, Rational.sum)
        layers = rooms.countByNode.enumerated().filter { $0.element > 0 }.map {
            Share(path: graph.nodes[$0.offset].path, bytes: bytes($0.element))
        }
        layers.sort { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
    }
}
