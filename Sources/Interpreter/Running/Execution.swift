import Layers

/// What the threads are called for.
enum Task {
    case idle
    case prepare
    case forward(Int), backward(Int)
    case clearGradients, addSlots
}

extension Machine: Job {
    public func run(unit: Int, worker: Int) {
        switch task {
        case .idle: break
        case .prepare: prepare(step: unit)
        case .forward(let stage): run(plan.schedule.forward[stage], unit, worker, isBackward: false)
        case .backward(let stage): run(plan.schedule.backward[stage], unit, worker, isBackward: true)
        case .clearGradients: clearGradients(slot: unit)
        case .addSlots: addSlots(entry: unit)
        }
    }

    func run(_ task: Task) {
        self.task = task
        let stage: Stage
        var isBackward = false
        switch task {
        case .forward(let index): stage = plan.schedule.forward[index]
        case .backward(let index):
            stage = plan.schedule.backward[index]
            isBackward = true
        default: return
        }
        switch stage.cut {
        case .samples(let grain):
            let units = samples.groups(of: max(1, grain))
            // A slot is filled by one thread in the order of the samples.
            pool.run(isBackward ? min(units, plan.slots.count) : units, self)
        case .parts(let parts):
            pool.run(parts, self)
            // Parts may have written any piece of any sample, so the gaps wait for all of them.
            for work in stage.works { clearGaps(work, 0..<samples, worker: 0) }
        }
    }

    func run(_ stage: Stage, _ item: Int, _ worker: Int, isBackward: Bool) {
        guard case .samples(let size) = stage.cut else {
            for work in stage.works { perform(work, 0..<samples, part: item, worker: worker, slot: 0) }
            return
        }
        let grain = max(1, size)
        let units = samples.groups(of: grain)
        let items = isBackward ? min(units, plan.slots.count) : units
        for unit in (item * units / items)..<((item + 1) * units / items) {
            let range = unit * grain..<min(samples, (unit + 1) * grain)
            for work in stage.works {
                perform(work, range, part: 0, worker: worker, slot: isBackward ? item : 0)
                clearGaps(work, range, worker: worker)
            }
        }
    }

    private func perform(_ work: Work, _ range: Range<Int>, part: Int, worker: Int, slot: Int) {
        let started = profile == nil ? 0 : Profile.now()
        let call = tables.calls[worker][work.step]
        let step = plan.lowered.steps[work.step]
        if case .accumulate(let place) = work.kind {
            if let sum = call.sums[place], let waiting = call.inputGradients[place] {
                for sample in range { sum.add(waiting, of: sample) }
            }
        } else {
            let pass = pass(work, range, part: part, worker: worker, slot: slot)
            if work.kind == .forward { step.arithmetic.forward(pass) } else { step.arithmetic.backward(pass) }
        }
        profile?.add(Profile.now() - started, work, worker: worker)
    }

    /// What a layer is told of one call.
    func pass(_ work: Work, _ range: Range<Int>, part: Int, worker: Int, slot: Int) -> Pass {
        let call = tables.calls[worker][work.step]
        let step = plan.lowered.steps[work.step]
        let isForward = work.kind == .forward
        let room = Pass.Room(
            inputs: UnsafePointer(call.inputs), outputGradient: call.outputGradient,
            inputGradients: isForward ? nil : UnsafePointer(call.inputGradients),
            weights: UnsafePointer(tables.weights[work.step]),
            gradients: isForward ? nil : UnsafePointer(tables.gradients[slot][work.step]), kept: call.kept,
            keptPerSample: call.keptPerSample, shared: call.shared, prepared: call.prepared,
            preparedForBackward: call.preparedForBackward, scratch: call.scratch)
        return Pass(
            mode: step.mode, phase: work.phase, part: part, samples: range, batch: samples,
            random: CounterRandom(seed: random.seed, stream: step.stream, step: random.step), output: call.output,
            room: room)
    }

    /// After a layer's last phase: zeros behind the numbers that it wrote.
    func clearGaps(_ work: Work, _ range: Range<Int>, worker: Int) {
        let call = tables.calls[worker][work.step]
        let arithmetic = plan.lowered.steps[work.step].arithmetic
        switch work.kind {
        case .forward where work.phase == arithmetic.forwardPhases.count - 1:
            for sample in range { call.output.clearGaps(of: sample) }
            watch?.look(at: call.output, range, work)
        case .backward where work.phase == arithmetic.backwardPhases.count - 1:
            for place in 0..<call.inputCount {
                guard let gradient = call.inputGradients[place] else { continue }
                for sample in range { gradient.clearGaps(of: sample) }
                watch?.look(at: gradient, range, work)
            }
        default: break
        }
    }

    private func prepare(step: Int) {
        let call = tables.calls[0][step]
        let arithmetic = plan.lowered.steps[step].arithmetic
        guard arithmetic.preparedCount + arithmetic.preparedForBackwardCount > 0 else { return }
        let room = Pass.Room(
            inputs: UnsafePointer(call.inputs), outputGradient: nil, inputGradients: nil,
            weights: UnsafePointer(tables.weights[step]), gradients: nil, kept: call.kept, keptPerSample: 0,
            shared: call.shared, prepared: call.prepared, preparedForBackward: call.preparedForBackward,
            scratch: call.scratch)
        arithmetic.prepare(
            Pass(
                mode: plan.lowered.steps[step].mode, phase: 0, part: 0, samples: 0..<0, batch: 0, random: random,
                output: call.output, room: room))
    }

    private func clearGradients(slot: Int) {
        if slot == 0 {
            memory.gradients.update(repeating: 0, count: plan.layout.count)
        } else {
            (memory.slots + (slot - 1) * plan.slots.stride).update(repeating: 0, count: plan.slots.stride)
        }
    }

    private func addSlots(entry index: Int) {
        guard let offset = plan.slots.offsets[index] else { return }
        let entry = plan.layout.entries[index]
        let sum = memory.gradients + entry.offset
        for slot in 1..<plan.slots.count {
            let part = memory.slots + ((slot - 1) * plan.slots.stride + offset)
            var place = 0
            // Arrays are padded to whole vectors in both layouts.
            while place < entry.count {
                (sum + place).vector += (part + place).vector
                place += lanes
            }
        }
    }
}
