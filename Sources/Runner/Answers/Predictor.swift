import GraphIR
import Interpreter
import Layers
import Seismic

/// What one output said of a batch of windows: the mean of all passes, and how far they lie apart.
struct Answer {
    var output: String
    var channels: Int
    /// Samples or frames; 1 for a class a window.
    var time: Int
    /// By window, how many of them are its own: what is behind is filled up.
    var own: [Int]
    /// `[window][channel][time]`
    var values: [Float]
    var spread: [Float]?

    private func range(_ window: Int, _ channel: Int) -> Range<Int> {
        let start = (window * channels + channel) * time
        return start..<start + own[window]
    }
    func row(_ window: Int, _ channel: Int) -> [Float] { Array(values[range(window, channel)]) }
    func curve(_ window: Int, _ channel: Int) -> ProbabilityCurve {
        ProbabilityCurve(row(window, channel), spread: spread.map { Array($0[range(window, channel)]) })
    }
    /// One number for each channel at a time.
    func column(_ window: Int, at time: Int = 0) -> [Float] {
        (0..<channels).map { values[(window * channels + $0) * self.time + time] }
    }
}

/// A trained network that is asked: once without dropout, or several times with all of it on.
struct Predictor {
    let session: Session
    let weights: Weights
    /// 0: once, without dropout. The session was made for it.
    let passes: Int

    /// Hands every batch of some traces, with what the network says of it, to `body`; in order.
    /// `make` makes a batch in another way than from its windows: of what a frozen trunk made of them.
    func ask(
        _ loader: Loader, make: (@Sendable (ArraySlice<Int>) throws -> Batch)? = nil,
        _ body: (Batch, [Answer]) throws -> Void
    ) throws {
        let stream = make.map { loader.batches(epoch: 0, make: $0) } ?? loader.batches(epoch: 0)
        while let batch = try stream.next() {
            if batch.count > 0 { try body(batch, try answers(batch)) }
        }
    }

    func answers(_ batch: Batch) throws -> [Answer] {
        let machine = try session.machine(.inference, for: batch)
        session.load(weights, into: machine)
        guard passes > 0 else {
            try session.feed(batch, to: machine)
            try machine.forward(samples: batch.count, seed: session.seed)
            return machine.plan.graph.outputs.indices.map { index in
                let own = (0..<batch.count).map { machine.length(ofOutput: index, sample: $0) }
                return answer(machine, index, own: own, values: machine.output(index), spread: nil)
            }
        }
        var own = machine.plan.graph.outputs.map { _ in [Int]() }
        var means = machine.plan.graph.outputs.map { _ in [Float]() }
        var spreads = means
        for window in 0..<batch.count {
            for (index, said) in try passes(over: batch, window: window, on: machine).enumerated() {
                means[index] += said.mean
                spreads[index] += said.spread
                own[index].append(machine.length(ofOutput: index, sample: 0))
            }
        }
        return means.indices.map { index in
            answer(machine, index, own: own[index], values: means[index], spread: spreads[index])
        }
    }

    /// All passes over one window. Their random numbers belong to the trace, whatever batch it came in.
    private func passes(
        over batch: Batch, window: Int, on machine: Machine
    ) throws -> [(mean: [Float], spread: [Float])] {
        try session.feed(batch, window: window, to: machine)
        let trace = UInt64(max(0, batch.traces[window]))
        var sums: [[Float]] = []
        var squares: [[Float]] = []
        for pass in 0..<passes {
            try machine.forward(samples: 1, seed: session.seed, step: trace << 16 | UInt64(pass))
            for index in machine.plan.graph.outputs.indices {
                let said = machine.output(index)
                if pass == 0 {
                    sums.append(said)
                    squares.append(said.map { $0 * $0 })
                } else {
                    for place in said.indices {
                        sums[index][place] += said[place]
                        squares[index][place] += said[place] * said[place]
                    }
                }
            }
        }
        let count = Float(passes)
        return zip(sums, squares).map { sums, squares in
            let mean = sums.map { $0 / count }
            return (mean, zip(squares, mean).map { max(0, $0 / count - $1 * $1).squareRoot() })
        }
    }

    private func answer(
        _ machine: Machine, _ index: Int, own: [Int], values: [Float], spread: [Float]?
    ) -> Answer {
        let shape = machine.shape(ofOutput: index)
        return Answer(
            output: machine.plan.graph.outputs[index].name, channels: shape.first ?? 1,
            time: shape.dropFirst().reduce(1, *), own: own, values: values, spread: spread)
    }
}
