import GraphIR
import Kernels

/// Gives the channels of every sample mean 0 and variance 1, then a learned scale and offset.
///
/// Weights: `weight [channels]`, `bias [channels]`.
public struct LayerNorm: Layer {
    public static let epsilon = Setting<Double>("epsilon", "Added to the variance.", standard: 1e-5, in: 0...1)

    public static let signature = Signature(
        .layer, "layer_norm",
        """
        Gives the channels of every sample mean 0 and variance 1, then a learned scale and offset.

        y[c, t] = weight[c] (x[c, t] - mean[t]) / sqrt(variance[t] + epsilon) + bias[c], mean and variance (divided by
        n) over the channels of one sample

        EQTransformer's has an epsilon of 1e-14. Ba et al. (2016).
        """,
        [epsilon], example: "x -> layer_norm")

    public let output: TensorType
    public let channels: Int
    public let epsilon: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        channels = try output.knownChannels("layer_norm")
        epsilon = try arguments.checked(Self.epsilon)
        weights = [
            WeightSpec("weight", [channels], .ones), WeightSpec("bias", [channels], .zeros, isConstant: true),
        ]
    }

    public var flops: Dimension { 8 * output.shape.count }
    public var arithmetic: any Arithmetic { self }
}

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

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LayerNorm.self, $0) }
