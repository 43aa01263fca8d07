import GraphIR
import Interpreter
import Layers
import Seismic

/// What one output said of a batch of windows: the mean of all passes, and how far they lie apart.
struct Answer {
    var output: String
    var windows: Int
    var channels: Int
    /// Samples or frames; 1 for a class a window.
    var time: Int
    /// `[window][channel][time]`
    var values: [Float]
    var spread: [Float]?

    func range(_ window: Int, _ channel: Int) -> Range<Int> {
        let start = (window * channels + channel) * time
        return start..<start + time
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

/// A trained network that is asked, once or several times with its dropout on.
struct Predictor {
    let session: Session
    let weights: Weights
    /// 0 and 1: once.
    let passes: Int

    /// Hands every batch of some traces, with what the network says of it, to `body`; in order.
    func ask(_ loader: Loader, _ body: (Batch, [Answer]) throws -> Void) throws {
        let stream = loader.batches(epoch: 0)
        var number = 0
        while let batch = try stream.next() {
            if batch.count > 0 { try body(batch, try answers(batch, number: number)) }
            number += 1
        }
    }

    func answers(_ batch: Batch, number: Int) throws -> [Answer] {
        let machine = try session.machine(.inference, for: batch)
        machine.load(weights)
        try session.feed(batch, to: machine)
        let count = max(1, passes)
        var sums: [[Float]] = []
        var squares: [[Float]] = []
        for pass in 0..<count {
            try machine.forward(samples: batch.count, seed: session.seed, step: UInt64(number * count + pass))
            for index in machine.plan.graph.outputs.indices {
                let said = machine.output(index)
                if pass == 0 {
                    sums.append(said)
                    squares.append(count > 1 ? said.map { $0 * $0 } : [])
                } else {
                    for place in said.indices {
                        sums[index][place] += said[place]
                        squares[index][place] += said[place] * said[place]
                    }
                }
            }
        }
        return machine.plan.graph.outputs.indices.map { index in
            let shape = machine.shape(ofOutput: index)
            let means = count > 1 ? sums[index].map { $0 / Float(count) } : sums[index]
            let spread =
                count > 1
                ? zip(squares[index], means).map { max(0, $0 / Float(count) - $1 * $1).squareRoot() } : nil
            return Answer(
                output: machine.plan.graph.outputs[index].name, windows: batch.count, channels: shape.first ?? 1,
                time: shape.dropFirst().reduce(1, *), values: means, spread: spread)
        }
    }
}
