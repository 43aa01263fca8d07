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
    func trace(_ output: (node: Int, sample: Int)) -> RunError {
        let nodes = plan.graph.nodes
        for (index, node) in nodes.enumerated() where node.isInput {
            guard let tensor = tensor(index, plan.rooms.values[index]) else { continue }
            for sample in 0..<samples where !tensor.isFinite(sample) {
                return .notFinite(path: node.path, sample: sample, .forward)
            }
        }
        let weights = Array(UnsafeBufferPointer(start: memory.weights, count: plan.layout.count))
        watch = Watch()
        for stage in plan.schedule.forward.indices { again(stage) }
        let found = watch?.found
        watch = nil
        weights.withUnsafeBufferPointer { saved in
            if let base = saved.baseAddress { memory.weights.update(from: base, count: saved.count) }
        }
        guard let found else { return .notFinite(path: nodes[output.node].path, sample: output.sample, .forward) }
        return .notFinite(path: path(of: found.work), sample: found.sample, .forward)
    }

    /// Backward there is nothing left to run again from, but the sums tell: the array nearest to the outputs is where
    /// it began.
    func traceBackward() -> RunError {
        for output in plan.graph.outputs {
            guard let tensor = tensor(output.node, plan.rooms.gradients[output.node]) else { continue }
            for sample in 0..<samples where !tensor.isFinite(sample) {
                return .notFinite(path: plan.graph.nodes[output.node].path, sample: sample, .backward)
            }
        }
        for entry in plan.layout.entries.reversed() where !allFinite(memory.gradients + entry.offset, entry.count) {
            return .notFinite(path: entry.name, sample: nil, .backward)
        }
        return .notFinite(path: plan.graph.name, sample: nil, .backward)
    }

    /// One stage, unit after unit on this thread.
    private func again(_ stage: Int) {
        guard case .samples(let grain) = plan.schedule.forward[stage].cut else { return run(.forward(stage)) }
        task = .forward(stage)
        for unit in 0..<samples.groups(of: max(1, grain)) { run(unit: unit, worker: 0) }
    }

    private func path(of work: Work) -> String {
        let step = plan.lowered.steps[work.step]
        return step.nodes.map { plan.graph.nodes[$0].path }.joined(separator: " + ")
    }
}
