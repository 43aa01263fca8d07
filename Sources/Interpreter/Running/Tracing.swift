import Layers

/// Looks at every result as it is made, to find the first that is not finite. Only used to run again what went wrong.
final class Watch {
    private(set) var found: (work: Work, sample: Int)?

    func look(at tensor: Tensor, _ samples: Range<Int>, _ work: Work) {
        guard found == nil else { return }
        for sample in samples where !tensor.isFinite(sample) {
            found = (work, sample)
            return
        }
    }
}

extension Machine {
    /// The output and the sample with a number that is not finite.
    func firstNonFiniteOutput() -> (node: Int, sample: Int)? {
        for output in plan.graph.outputs {
            guard let tensor = tensor(output.node, plan.rooms.values[output.node]) else { continue }
            for sample in 0..<samples where !tensor.isFinite(sample) { return (output.node, sample) }
        }
        return nil
    }

    /// Runs the forward pass again, on one thread, looking at everything; the running statistics stay as they were.
    func trace(_ output: (node: Int, sample: Int)) -> MachineError {
        let nodes = plan.graph.nodes
        for (index, node) in nodes.enumerated() where node.isInput {
            guard let tensor = tensor(index, plan.rooms.values[index]) else { continue }
            for sample in 0..<samples where !tensor.isFinite(sample) {
                return .notFinite(path: node.path, sample: sample, .forward)
            }
        }
        watch = Watch()
        keepingWeights { for stage in plan.schedule.forward { again(stage) } }
        let found = watch?.found
        watch = nil
        guard let found else { return .notFinite(path: nodes[output.node].path, sample: output.sample, .forward) }
        return .notFinite(path: path(of: found.work), sample: found.sample, .forward)
    }

    /// Runs the step again, looking at the gradients as they are made. What only shows in a sum over the batch has no
    /// sample; the array of weights nearest to the outputs is where it began.
    func traceBackward() -> MachineError {
        for output in plan.graph.outputs {
            guard let tensor = tensor(output.node, plan.rooms.gradients[output.node]) else { continue }
            for sample in 0..<samples where !tensor.isFinite(sample) {
                return .notFinite(path: plan.graph.nodes[output.node].path, sample: sample, .backward)
            }
        }
        let sums = plan.layout.entries.last { !allFinite(memory.gradients + $0.offset, $0.count) }
        // The slopes of an output that other layers read too have grown by theirs: they cannot be gone through again.
        let mayRepeat = plan.graph.outputs.allSatisfy { output in
            !plan.lowered.steps.contains { $0.inputs.contains(output.node) }
        }
        if mayRepeat {
            keepingWeights {
                let kept = plan.graph.outputs.compactMap { tensor($0.node, plan.rooms.gradients[$0.node]) }.map {
                    ($0, Array(UnsafeBufferPointer(start: $0.start - $0.lead, count: samples * $0.sampleStride)))
                }
                for stage in plan.schedule.forward { again(stage) }
                // Their room may have been somebody else's during the forward pass.
                for (slopes, values) in kept {
                    let start = slopes.start - slopes.lead
                    values.withUnsafeBufferPointer { saved in
                        if let base = saved.baseAddress { start.update(from: base, count: saved.count) }
                    }
                }
                watch = Watch()
                for stage in plan.schedule.backward { again(stage) }
            }
        }
        let found = watch?.found
        watch = nil
        if let found { return .notFinite(path: path(of: found.work), sample: found.sample, .backward) }
        return .notFinite(path: sums?.name ?? plan.graph.name, sample: nil, .backward)
    }

    /// Running statistics, which a forward pass in training moves, are as they were afterwards.
    private func keepingWeights(_ body: () -> Void) {
        let weights = Array(UnsafeBufferPointer(start: memory.weights, count: plan.layout.count))
        body()
        weights.withUnsafeBufferPointer { saved in
            if let base = saved.baseAddress { memory.weights.update(from: base, count: saved.count) }
        }
    }

    /// One stage, unit after unit on this thread.
    private func again(_ stage: Stage) {
        switch stage.cut {
        case .parts(let parts):
            for part in 0..<parts { run(stage, part, 0) }
            for work in stage.works { clearGaps(work, 0..<samples, worker: 0) }
        case .samples:
            for item in 0..<stage.items(samples: samples) {
                run(stage, item, 0)
            }
        }
    }

    private func path(of work: Work) -> String {
        let step = plan.lowered.steps[work.step]
        return step.nodes.map { plan.graph.nodes[$0].path }.joined(separator: " + ")
    }
}
