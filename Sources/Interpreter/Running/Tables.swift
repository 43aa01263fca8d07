import GraphIR
import Layers

/// The plan's places turned into addresses, once, so that a step only looks them up.
///
/// Workers differ in where their own rooms are, slots in where gradients are gathered.
final class Tables {
    /// What a step reads and writes, for one worker.
    struct Call {
        var output: Tensor
        var outputGradient: Tensor?
        var inputs: UnsafeMutablePointer<Tensor>
        /// Where `backward` writes: the gradient itself, or a waiting room.
        var inputGradients: UnsafeMutablePointer<Tensor?>
        /// The gradients of the inputs themselves, for adding what waited.
        var sums: UnsafeMutablePointer<Tensor?>
        var inputCount: Int
        var kept: UnsafeMutablePointer<Float>
        var keptPerSample: Int
        var shared: UnsafeMutablePointer<Float>
        var prepared: UnsafeMutablePointer<Float>
        var preparedForBackward: UnsafeMutablePointer<Float>?
        var scratch: UnsafeMutablePointer<Float>
    }
    /// By worker, then by step.
    private(set) var calls: [[Call]] = []
    /// By step: the addresses of its weights.
    private(set) var weights: [UnsafeMutablePointer<UnsafeMutablePointer<Float>>] = []
    /// By step, then by slot: where gradients of its weights are added. Behind the last slot stands a list of nothing,
    /// for layers that do not sum over samples: they only ever add to the first.
    private var gradients: [[UnsafeMutablePointer<UnsafeMutablePointer<Float>?>]] = []
    private var owned: [UnsafeMutableRawPointer] = []

    deinit { for pointer in owned { pointer.deallocate() } }

    init(_ plan: Plan, _ memory: Memory) {
        for step in plan.lowered.steps {
            weights.append(list(step.weights.map { memory.weights + plan.layout.entries[$0].offset }))
        }
        for worker in 0..<max(1, plan.options.threads) {
            let addresses = Addresses(plan: plan, memory: memory, worker: worker)
            calls.append(plan.lowered.steps.indices.map { call(plan, memory, addresses, step: $0) })
        }
        guard plan.slots.hasFirst else { return }
        for (index, step) in plan.lowered.steps.enumerated() {
            gradients.append(
                (0...(plan.slots.ofStep[index] ?? 1)).map { slot in
                    list(step.weights.map { Tables.gradient(of: $0, slot: slot, plan, memory) })
                })
        }
    }

    /// Where a step's gradients are added when a run of samples fills this slot.
    @inline(__always)
    func gradients(of step: Int, slot: Int) -> UnsafePointer<UnsafeMutablePointer<Float>?> {
        let lists = gradients[step]
        return UnsafePointer(lists[min(slot, lists.count - 1)])
    }

    /// A value of the whole batch; `nil` for what only workers have.
    func batchTensor(_ node: Int, _ place: Place?, _ plan: Plan, _ memory: Memory) -> Tensor? {
        guard case .batch = place else { return nil }
        return Addresses(plan: plan, memory: memory, worker: 0).tensor(node, place)
    }

    private func list<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
        for (index, value) in values.enumerated() { (pointer + index).initialize(to: value) }
        owned.append(UnsafeMutableRawPointer(pointer))
        return pointer
    }

    private static func gradient(
        of weight: Int, slot: Int, _ plan: Plan, _ memory: Memory
    ) -> UnsafeMutablePointer<Float>? {
        let entry = plan.layout.entries[weight]
        guard entry.isTrainable else { return nil }
        if slot == 0 { return memory.gradients + entry.offset }
        return plan.slots.start(weight, slot: slot, plan.layout).map { memory.slots + $0 }
    }

    private func call(_ plan: Plan, _ memory: Memory, _ at: Addresses, step index: Int) -> Call {
        let step = plan.lowered.steps[index]
        let rooms = plan.rooms
        let destinations = plan.schedule.inputGradients[index]
        var inputGradients: [Tensor?] = []
        for (place, input) in step.inputs.enumerated() {
            switch destinations[place] {
            case .none: inputGradients.append(nil)
            case .direct: inputGradients.append(at.tensor(input, rooms.gradients[input]))
            case .added: inputGradients.append(at.tensor(input, rooms.waiting[index][place]))
            }
        }
        let (forward, backward, _) = rooms.prepared[index]
        let hasBackward = plan.schedule.runsBackward[index]
        let kept = at.floats(rooms.kept[index])
        let keptCount = Rational.sum(step.arithmetic.keptPerSample, lanes - 1) / lanes * lanes
        return Call(
            output: at.tensor(step.output, rooms.values[step.output]) ?? at.nothing,
            outputGradient: at.tensor(step.output, rooms.gradients[step.output]),
            inputs: list(step.inputs.map { at.tensor($0, rooms.values[$0]) ?? at.nothing }),
            inputGradients: list(inputGradients),
            sums: list(step.inputs.map { at.tensor($0, rooms.gradients[$0]) }),
            inputCount: step.inputs.count,
            kept: kept.start, keptPerSample: kept.isWorkers ? 0 : keptCount,
            shared: at.floats(rooms.shared[index]).start,
            prepared: memory.prepared + forward, preparedForBackward: hasBackward ? memory.prepared + backward : nil,
            scratch: at.scratch)
    }
}

/// The blocks that a machine owns.
final class Memory {
    let arena: Arena
    let weights: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let slots: UnsafeMutablePointer<Float>
    let prepared: UnsafeMutablePointer<Float>
    let batch: UnsafeMutablePointer<Float>
    let workers: UnsafeMutablePointer<Float>
    /// By node and sample: how many samples along time count. Only where the graph leaves lengths open.
    let lengths: UnsafeMutablePointer<Int>?
    let workerStride: Int

    init(_ plan: Plan) throws(PlanError) {
        let prepared = plan.rooms.prepared.reduce(0) { $0 + $1.count }
        workerStride = plan.rooms.workerCount
        let counts = [
            plan.layout.count, plan.slots.hasFirst ? plan.layout.count : 0, plan.slots.behind, prepared,
            plan.rooms.batchCount,
            workerStride * max(1, plan.options.threads),
        ]
        guard let arena = Arena(count: counts.reduce(0, +)) else { throw .refusedBySystem(bytes: plan.memory.total) }
        self.arena = arena
        var starts: [UnsafeMutablePointer<Float>] = []
        var next = arena.start
        for count in counts {
            starts.append(next)
            next += count
        }
        (weights, gradients, slots) = (starts[0], starts[1], starts[2])
        (self.prepared, batch, workers) = (starts[3], starts[4], starts[5])
        if plan.graph.symbols.isEmpty {
            lengths = nil
        } else {
            let lengths = UnsafeMutablePointer<Int>.allocate(capacity: plan.lowered.flows.count * plan.options.batch)
            for (node, flow) in plan.lowered.flows.enumerated() {
                (lengths + node * plan.options.batch).initialize(repeating: flow.width, count: plan.options.batch)
            }
            self.lengths = lengths
        }
    }
    deinit { lengths?.deallocate() }
}

/// Turns places into addresses for one worker.
private struct Addresses {
    let plan: Plan
    let memory: Memory
    let worker: Int

    private var own: UnsafeMutablePointer<Float> { memory.workers + worker * memory.workerStride }
    /// Each worker's room ends with the scratch room of whatever it runs.
    var scratch: UnsafeMutablePointer<Float> {
        own + (memory.workerStride - plan.rooms.scratchCount - Rooms.slack)
    }
    /// What stands for a value that no step ever makes.
    var nothing: Tensor { Tensor(start: memory.batch, rows: 0, width: 0, stride: 0, sampleStride: 0) }

    func floats(_ place: Place?) -> (start: UnsafeMutablePointer<Float>, isWorkers: Bool) {
        switch place {
        case .batch(let offset): (memory.batch + offset, false)
        case .worker(let offset): (own + offset, true)
        case nil: (memory.batch, false)
        }
    }

    func tensor(_ node: Int, _ place: Place?) -> Tensor? {
        guard let place else { return nil }
        let layout = plan.rooms.layouts[node]
        let (start, isWorkers) = floats(place)
        return Tensor(
            start: start + layout.lead, rows: layout.rows, width: layout.width, stride: layout.stride,
            lead: layout.lead, sampleStride: isWorkers ? 0 : layout.sampleStride,
            lengths: memory.lengths.map { UnsafePointer($0 + node * plan.options.batch) })
    }
}
