import GraphIR
import Layers

/// Which rooms a plan needs, how large, and from when to when: found by walking the schedule once.
struct RoomUses {
    enum Owner {
        case value(Int), gradient(Int)
        case waiting(step: Int, input: Int)
        case kept(Int), shared(Int)
    }
    struct Room {
        var owner: Owner
        /// Whose bytes they are, for the report.
        var node: Int
        var perSample: Int
        var isPerSample = true
        var lifetime: Lifetime
    }
    private(set) var rooms: [Room] = []

    private var values: [Lifetime?]
    private var gradients: [Lifetime?]
    private var waiting: [[Lifetime?]]
    private var kept: [Lifetime?]

    init(
        _ lowered: Lowered, _ schedule: Schedule, _ graph: Graph, _ options: PlanOptions, _ layouts: [RowLayout]
    ) {
        values = lowered.flows.map { _ in nil }
        gradients = values
        waiting = lowered.steps.map { $0.inputs.map { _ in nil } }
        kept = lowered.steps.map { _ in nil }
        for (stage, works) in (schedule.forward + schedule.backward).map(\.works).enumerated() {
            for (place, work) in works.enumerated() {
                note(work, lowered.steps[work.step], schedule, Lifetime.Moment(stage: stage, work: place))
            }
        }
        pin(graph, schedule, options)
        collect(lowered, layouts)
    }

    private mutating func note(_ work: Work, _ step: Step, _ schedule: Schedule, _ moment: Lifetime.Moment) {
        let reads = step.arithmetic.backwardReads
        let destinations = schedule.inputGradients[work.step]
        switch work.kind {
        case .forward:
            for input in step.inputs { RoomUses.use(&values[input], moment) }
            RoomUses.use(&values[step.output], moment)
            RoomUses.use(&kept[work.step], moment)
        case .backward:
            if reads.contains(.inputs) { for input in step.inputs { RoomUses.use(&values[input], moment) } }
            if reads.contains(.output) { RoomUses.use(&values[step.output], moment) }
            RoomUses.use(&kept[work.step], moment)
            RoomUses.use(&gradients[step.output], moment)
            for (place, input) in step.inputs.enumerated() {
                switch destinations[place] {
                case .none: break
                case .direct: RoomUses.use(&gradients[input], moment)
                case .added: RoomUses.use(&waiting[work.step][place], moment)
                }
            }
        case .accumulate(let place):
            RoomUses.use(&waiting[work.step][place], moment)
            RoomUses.use(&gradients[step.inputs[place]], moment)
        }
    }

    private static func use(_ lifetime: inout Lifetime?, _ moment: Lifetime.Moment) {
        if lifetime == nil { lifetime = Lifetime(first: moment, last: moment) } else { lifetime?.include(moment) }
    }

    /// What the caller writes or reads stays as long as the caller may want it.
    private mutating func pin(_ graph: Graph, _ schedule: Schedule, _ options: PlanOptions) {
        for (index, node) in graph.nodes.enumerated() where node.isInput {
            RoomUses.use(&values[index], .start)
            RoomUses.use(&values[index], .end)
            if gradients[index] != nil { RoomUses.use(&gradients[index], .end) }
        }
        let meeting = Lifetime.Moment(stage: schedule.forward.count - 1, work: Int.max)
        for output in graph.outputs {
            RoomUses.use(&values[output.node], .end)
            if schedule.hasGradient[output.node] {
                RoomUses.use(&gradients[output.node], meeting)
                // What went wrong is looked for by running the step again.
                RoomUses.use(&gradients[output.node], .end)
            }
        }
        if options.explains {
            for index in gradients.indices where gradients[index] != nil { RoomUses.use(&gradients[index], .end) }
        }
        if options.keepsEveryLayer {
            for index in values.indices where values[index] != nil { RoomUses.use(&values[index], .end) }
        }
    }

    private mutating func collect(_ lowered: Lowered, _ layouts: [RowLayout]) {
        func padded(_ count: Int) -> Int { Rational.sum(count, lanes - 1) / lanes * lanes }
        for node in values.indices {
            let count = layouts[node].sampleStride
            if let lifetime = values[node] {
                rooms.append(Room(owner: .value(node), node: node, perSample: count, lifetime: lifetime))
            }
            if let lifetime = gradients[node] {
                rooms.append(Room(owner: .gradient(node), node: node, perSample: count, lifetime: lifetime))
            }
        }
        for (index, step) in lowered.steps.enumerated() {
            for (place, input) in step.inputs.enumerated() {
                guard let lifetime = waiting[index][place] else { continue }
                rooms.append(
                    Room(
                        owner: .waiting(step: index, input: place), node: input,
                        perSample: layouts[input].sampleStride, lifetime: lifetime))
            }
            guard let lifetime = kept[index] else { continue }
            if step.arithmetic.keptPerSample > 0 {
                let count = padded(step.arithmetic.keptPerSample)
                rooms.append(Room(owner: .kept(index), node: step.output, perSample: count, lifetime: lifetime))
            }
            if step.arithmetic.keptShared > 0 {
                let count = padded(step.arithmetic.keptShared)
                rooms.append(
                    Room(
                        owner: .shared(index), node: step.output, perSample: count, isPerSample: false,
                        lifetime: lifetime))
            }
        }
    }
}
