import Layers

/// What the threads are called for.
enum Task {
    case idle
    case prepare
    case forward(Int), backward(Int)
    /// Zeros behind what the parts of such a stage wrote.
    case forwardGaps(Int), backwardGaps(Int)
    case clearGradients, addSlots
}

extension Machine: Job {
    public func run(unit: Int, worker: Int) {
        switch task {
        case .idle: break
        case .prepare: prepare(step: unit)
        case .forward(let stage): run(plan.schedule.forward[stage], unit, worker)
        case .backward(let stage): run(plan.schedule.backward[stage], unit, worker)
        case .forwardGaps(let stage): clearGaps(plan.schedule.forward[stage], unit, worker)
        case .backwardGaps(let stage): clearGaps(plan.schedule.backward[stage], unit, worker)
        case .clearGradients: clearGradients(piece: unit)
        case .addSlots: addSlots(plan.slots.pieces[unit])
        }
    }

    func run(_ task: Task) {
        self.task = task
        let stage: Stage
        let gaps: Task
        switch task {
        case .forward(let index): (stage, gaps) = (plan.schedule.forward[index], .forwardGaps(index))
        case .backward(let index): (stage, gaps) = (plan.schedule.backward[index], .backwardGaps(index))
        default: return
        }
        // A slot is filled by one thread in the order of the samples.
        pool.run(stage.items(samples: samples), self)
        // Parts may have written any piece of any sample, so the gaps wait for all of them.
        if case .parts = stage.cut {
            self.task = gaps
            pool.run(samples, self)
        }
    }

    private func clearGaps(_ stage: Stage, _ sample: Int, _ worker: Int) {
        for work in stage.works { clearGaps(work, sample..<sample + 1, worker: worker) }
    }

    func run(_ stage: Stage, _ item: Int, _ worker: Int) {
        guard case .samples(let size) = stage.cut else {
            for work in stage.works { perform(work, 0..<samples, part: item, worker: worker, slot: 0) }
            return
        }
        let grain = max(1, size)
        let units = samples.groups(of: grain)
        let items = stage.items(samples: samples)
        for unit in (item * units / items)..<((item + 1) * units / items) {
            let range = unit * grain..<min(samples, (unit + 1) * grain)
            for work in stage.works {
                perform(work, range, part: 0, worker: worker, slot: item)
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
            gradients: isForward ? nil : tables.gradients(of: work.step, slot: slot), kept: call.kept,
            keptPerSample: call.keptPerSample, shared: call.shared, prepared: call.prepared,
            preparedForBackward: call.preparedForBackward, scratch: call.scratch)
        return Pass(
            mode: step.mode, phase: work.phase, part: part, samples: range, batch: samples,
            random: CounterRandom(seed: random.seed, stream: step.stream, step: random.step),
            firstPlace: firstPlace, output: call.output, room: room)
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

    /// The first slots and those behind them lie in one block, which is cleared in pieces.
    static let clearedTogether = 1 << 16
    var gradientCount: Int { plan.layout.count + plan.slots.behind }

    private func clearGradients(piece: Int) {
        let start = piece * Machine.clearedTogether
        (memory.gradients + start)
            .update(repeating: 0, count: min(Machine.clearedTogether, gradientCount - start))
    }

    /// Adds the slots of a piece of an array, in order.
    private func addSlots(_ piece: SlotLayout.Piece) {
        let sum = memory.gradients + plan.layout.entries[piece.entry].offset
        for slot in 1...plan.slots.copies[piece.entry] {
            guard let start = plan.slots.start(piece.entry, slot: slot, plan.layout) else { continue }
            let part = memory.slots + start
            var place = piece.range.lowerBound
            // Arrays are padded to whole vectors in both layouts.
            while place < piece.range.upperBound {
                (sum + place).vector += (part + place).vector
                place += lanes
            }
        }
    }
}
