import Layers

/// One call that the plan makes for each unit of a stage.
struct Work {
    enum Kind: Equatable {
        case forward, backward
        /// Adds the gradient that the step's input of this index got in a room of its own to the gradient of the value.
        case accumulate(input: Int)
    }
    var kind: Kind
    var step: Int
    var phase: Int
}

/// Works that a unit goes through without meeting the others: samples stay in the cache from layer to layer.
struct Stage {
    var cut: WorkPhase
    var works: [Work]
    /// The slots of the layers that sum over samples here; `nil` where none does, and every unit is on its own.
    var slots: Int?

    /// Into how many pieces the threads find this stage cut, each of them one unit or a run of several.
    func items(samples: Int) -> Int {
        switch cut {
        case .parts(let parts): return parts
        case .samples(let grain):
            let units = samples.groups(of: max(1, grain))
            return slots.map { min(units, $0) } ?? units
        }
    }
}

/// Who needs gradients, and the order of everything.
struct Schedule {
    var forward: [Stage] = []
    var backward: [Stage] = []
    /// By node: whether the loss's gradient with respect to its result is computed.
    var hasGradient: [Bool]
    /// By step: whether its backward pass runs.
    var runsBackward: [Bool]
    /// By step and input: whether it gets a gradient, and whether in a room of its own because another came first.
    var inputGradients: [[Destination]]
    enum Destination { case none, direct, added }
}

extension Schedule {
    init(_ lowered: Lowered, inputs: [Int], outputs: [Int], layout: WeightLayout, options: PlanOptions) {
        let steps = lowered.steps
        var needs = lowered.flows.map { _ in false }
        if options.gradients == .weightsAndInputs { for input in inputs { needs[input] = true } }
        for step in steps where options.gradients != .none {
            needs[step.output] =
                step.inputs.contains { needs[$0] } || step.weights.contains { layout.entries[$0].isTrainable }
        }
        hasGradient = lowered.flows.map { _ in false }
        runsBackward = steps.map { _ in false }
        inputGradients = steps.map { $0.inputs.map { _ in .none } }
        for output in outputs where needs[output] { hasGradient[output] = true }
        for index in steps.indices.reversed() where hasGradient[steps[index].output] {
            runsBackward[index] = true
            for (place, input) in steps[index].inputs.enumerated() where needs[input] {
                inputGradients[index][place] = hasGradient[input] ? .added : .direct
                hasGradient[input] = true
            }
        }
        order(steps, isPlain: options.style == .plain) { SlotLayout.slots($0, layout, batch: options.batch) }
    }

    private mutating func order(_ steps: [Step], isPlain: Bool, slots: (Step) -> Int?) {
        for (index, step) in steps.enumerated() {
            for (phase, cut) in step.arithmetic.forwardPhases.enumerated() {
                Schedule.append(Work(kind: .forward, step: index, phase: phase), cut, to: &forward, isPlain)
            }
        }
        for (index, step) in steps.enumerated().reversed() where runsBackward[index] {
            for (phase, cut) in step.arithmetic.backwardPhases.enumerated() {
                Schedule.append(
                    Work(kind: .backward, step: index, phase: phase), cut, slots: slots(step), to: &backward, isPlain)
            }
            for (place, destination) in inputGradients[index].enumerated() where destination == .added {
                Schedule.append(
                    Work(kind: .accumulate(input: place), step: index, phase: 0), .samples(grain: 1), to: &backward,
                    isPlain)
            }
        }
    }

    /// Two phases of one layer never share a stage: between them all meet. Nor do layers with different slots: a run of
    /// samples fills one slot of each.
    private static func append(
        _ work: Work, _ cut: WorkPhase, slots: Int? = nil, to stages: inout [Stage], _ isPlain: Bool
    ) {
        if !isPlain, case .samples = cut, let last = stages.last, last.cut == cut,
            slots == nil || last.slots == nil || slots == last.slots,
            work.phase == 0 || !last.works.contains(where: { $0.step == work.step && $0.kind == work.kind })
        {
            stages[stages.count - 1].works.append(work)
            stages[stages.count - 1].slots = last.slots ?? slots
        } else {
            stages.append(Stage(cut: cut, works: [work], slots: slots))
        }
    }
}
