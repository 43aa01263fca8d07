import GraphIR
import Layers

/// How the rows of one value lie: see `Tensor`.
struct RowLayout {
    var rows: Int
    var width: Int
    var stride: Int
    var lead: Int
    var sampleStride: Int { Rational.sum(lead, Rational.product(rows, stride)) }

    init(_ flow: Flow, halo: Int) {
        rows = flow.rows
        width = flow.width
        lead = Rational.sum(halo, lanes - 1) / lanes * lanes
        stride = Rational.sum(Rational.sum(flow.width, halo), lanes - 1) / lanes * lanes
        // Rows a multiple of 4 KiB apart would all want the same few places of the cache.
        if rows > 1, stride % 512 == 0 { stride += lanes }
    }
}

/// Where a room is: in the block that the whole batch shares, or in each worker's own, which is used again for every
/// sample.
enum Place {
    case batch(Int)
    case worker(Int)
}

/// Where every number of a plan lies, apart from the weights.
struct Rooms {
    /// By node.
    var layouts: [RowLayout] = []
    var values: [Place?]
    var gradients: [Place?]
    /// By step and input: where a gradient waits to be added.
    var waiting: [[Place?]]
    /// By step.
    var kept: [Place?]
    var shared: [Place?]
    /// By step: forward and backward, within the block of prepared weights.
    var prepared: [(forward: Int, backward: Int, count: Int)] = []
    var batchCount = 0
    var workerCount = 0
    var scratchCount = 0
    var countByNode: [Int]

    /// Vectors may be read a little beyond the last row.
    static let slack = 4 * lanes

    init(_ lowered: Lowered, _ schedule: Schedule, _ graph: Graph, _ options: PlanOptions) {
        values = lowered.flows.map { _ in nil }
        gradients = values
        waiting = lowered.steps.map { $0.inputs.map { _ in nil } }
        kept = lowered.steps.map { _ in nil }
        shared = kept
        countByNode = lowered.flows.map { _ in 0 }
        layouts = Rooms.layouts(lowered, schedule)
        place(RoomUses(lowered, schedule, graph, options, layouts), stages: schedule, options)
        prepare(lowered.steps, schedule)
        scratchCount =
            lowered.steps.map {
                options.explains ? $0.arithmetic.relevanceScratchCount : $0.arithmetic.scratchCount
            }.max() ?? 0
        workerCount = Rational.sum(workerCount, Rational.sum(scratchCount, Rooms.slack))
    }

    private static func layouts(_ lowered: Lowered, _ schedule: Schedule) -> [RowLayout] {
        var halos = lowered.flows.map { _ in 0 }
        for (index, step) in lowered.steps.enumerated() {
            for input in step.inputs { halos[input] = max(halos[input], step.arithmetic.inputHalo) }
            if schedule.runsBackward[index] {
                halos[step.output] = max(halos[step.output], step.arithmetic.outputHalo)
            }
        }
        return zip(lowered.flows, halos).map { RowLayout($0, halo: $1) }
    }

    private mutating func prepare(_ steps: [Step], _ schedule: Schedule) {
        var offset = 0
        for (index, step) in steps.enumerated() {
            let forward = Rational.sum(step.arithmetic.preparedCount, lanes - 1) / lanes * lanes
            let backward =
                schedule.runsBackward[index]
                ? Rational.sum(step.arithmetic.preparedForBackwardCount, lanes - 1) / lanes * lanes : 0
            let count = Rational.sum(forward, backward)
            prepared.append((offset, Rational.sum(offset, forward), count))
            offset = Rational.sum(offset, count)
        }
    }

    /// Rooms that live within one stage of single samples go to the workers; the rest is shared by the batch.
    private mutating func place(_ uses: RoomUses, stages: Schedule, _ options: PlanOptions) {
        var batch: [(RoomUses.Room, Packing.Request)] = []
        var worker: [Int: [(RoomUses.Room, Packing.Request)]] = [:]
        let all = stages.forward + stages.backward
        for room in uses.rooms {
            let stage = room.lifetime.first.stage
            if stage == room.lifetime.last.stage, all.indices.contains(stage), all[stage].cut == .samples(grain: 1),
                options.style == .fused, !options.keepsEveryLayer, room.isPerSample
            {
                let count = Rational.sum(room.perSample, Rooms.slack)
                worker[stage, default: []].append((room, Packing.Request(count: count, lifetime: room.lifetime)))
                continue
            }
            let samples = room.isPerSample ? options.batch : 1
            let count = Rational.sum(Rational.product(room.perSample, samples), Rooms.slack)
            // Units of a stage run at the same time, so a stage is the finest grain here.
            let lifetime = Lifetime(
                first: .init(stage: stage, work: 0), last: .init(stage: room.lifetime.last.stage, work: 0))
            batch.append((room, Packing.Request(count: count, lifetime: lifetime)))
            countByNode[room.node] = Rational.sum(countByNode[room.node], count)
        }
        let packing = Packing(batch.map(\.1))
        for (index, entry) in batch.enumerated() { put(entry.0, .batch(packing.offsets[index])) }
        batchCount = packing.count
        for stage in worker.keys.sorted() {
            let requests = worker[stage] ?? []
            let packing = Packing(requests.map(\.1))
            for (index, entry) in requests.enumerated() { put(entry.0, .worker(packing.offsets[index])) }
            workerCount = max(workerCount, packing.count)
        }
    }

    private mutating func put(_ room: RoomUses.Room, _ place: Place) {
        switch room.owner {
        case .value(let node): values[node] = place
        case .gradient(let node): gradients[node] = place
        case .waiting(let step, let input): waiting[step][input] = place
        case .kept(let step): kept[step] = place
        case .shared(let step): shared[step] = place
        }
    }
}
