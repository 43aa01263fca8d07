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

extension MemoryReport {
    init(
        _ rooms: Rooms, _ slots: SlotLayout, _ layout: WeightLayout, _ lowered: Lowered, _ graph: Graph,
        _ options: PlanOptions
    ) {
        func bytes(_ floats: Int) -> Int { Rational.product(floats, MemoryLayout<Float>.size) }
        let prepared = rooms.prepared.reduce(0) { Rational.sum($0, $1.count) }
        weights = bytes(
            [layout.count, slots.hasFirst ? layout.count : 0, slots.behind, prepared].reduce(0, Rational.sum))
        batch = bytes(rooms.batchCount)
        threads = bytes(Rational.product(rooms.workerCount, max(1, options.threads)))
        total = [weights, batch, threads].reduce(0, Rational.sum)
        layers = rooms.countByNode.enumerated().filter { $0.element > 0 }.map {
            Share(path: graph.nodes[$0.offset].path, bytes: bytes($0.element))
        }
        layers.sort { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
    }
}
