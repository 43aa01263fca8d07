import GraphIR
import Kernels

extension LayerNorm: Arithmetic {
    private var shape: Shape { output.shape }
    public var backwardReads: BackwardReads { .inputs }
    public var scratchCount: Int { channels &* lanes &* 2 }

    /// Mean and one over the deviation of sixteen samples' channels.
    @inline(__always)
    private func moments(_ x: ChannelColumns) -> (mean: Vector, inverse: Vector) {
        let share = Vector(1 / Float(channels))
        var mean = Vector.zero
        for channel in 0..<channels { mean += x[channel] }
        mean *= share
        var variance = Vector.zero
        for channel in 0..<channels {
            let difference = x[channel] - mean
            variance = variance.addingProduct(difference, difference)
        }
        let deviation = variance * share + Vector(Float(epsilon))
        return (mean, Vector(1) / deviation.roots)
    }

    public func forward(_ pass: Pass) {
        let (weight, bias) = (pass.weight(0), pass.weight(1))
        for sample in pass.samples {
            for group in 0..<pass.input().columnGroups(shape, of: sample) {
                let x = pass.input().columns(shape, group, of: sample)
                let y = pass.output.columns(shape, group, of: sample)
                let (mean, inverse) = moments(x)
                for channel in 0..<channels {
                    let standard = (x[channel] - mean) * inverse
                    y[channel] = Vector(bias[channel]).addingProduct(standard, Vector(weight[channel]))
                }
            }
        }
    }

    /// The spread is held still, the mean is not.
    public func relevance(_ pass: Pass) { backward(pass, spreadMoves: false) }
    public func backward(_ pass: Pass) { backward(pass, spreadMoves: true) }

    private func backward(_ pass: Pass, spreadMoves: Bool) {
        let sums = pass.scratch
        sums.update(repeating: 0, count: channels * lanes * 2)
        for sample in pass.samples {
            for group in 0..<pass.input().columnGroups(shape, of: sample) {
                backward(
                    pass, pass.input().columns(shape, group, of: sample),
                    pass.outputGradient.columns(shape, group, of: sample),
                    pass.inputGradient()?.columns(shape, group, of: sample), spreadMoves)
            }
        }
        for channel in 0..<channels {
            let columns = ChannelColumns(start: sums, step: lanes, isVector: shape.rank == 1)
            pass.gradient(0)?[channel] += columns.total((sums + 2 * channel * lanes).vector)
            pass.gradient(1)?[channel] += columns.total((sums + (2 * channel + 1) * lanes).vector)
        }
    }

    private func backward(
        _ pass: Pass, _ x: ChannelColumns, _ dy: ChannelColumns, _ dx: ChannelColumns?, _ spreadMoves: Bool
    ) {
        let (mean, inverse) = moments(x)
        var slope = Vector.zero, tilt = Vector.zero
        for channel in 0..<channels {
            let standard = (x[channel] - mean) * inverse
            let gradient = dy[channel]
            let weighted = gradient * Vector(pass.weight(0)[channel])
            slope += weighted
            tilt = tilt.addingProduct(weighted, standard)
            let sum = pass.scratch + 2 &* channel &* lanes
            sum.vector = sum.vector.addingProduct(gradient, standard)
            (sum + lanes).vector += gradient
        }
        guard let dx else { return }
        let share = Vector(1 / Float(channels))
        slope *= share
        tilt *= spreadMoves ? share : Vector.zero
        for channel in 0..<channels {
            let standard = (x[channel] - mean) * inverse
            let weighted = dy[channel] * Vector(pass.weight(0)[channel])
            dx[channel] = (weighted - slope - standard * tilt) * inverse
        }
    }
}
