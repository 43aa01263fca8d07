import GraphIR
import Kernels

/// Two dense layers for each sample alone, wide in between: the second half of a transformer.
///
/// Weights: `weight_in [units, channels]`, `bias_in [units]`, `weight_out [channels, units]`, `bias_out [channels]`.
public struct FeedForward: Layer {
    public static let units = Setting<Int>("units", "How wide it is in between.", standard: 128, in: 1...65536)
    public static let activation = Setting<ActivationName>(
        "activation", "Applied in between.", standard: ActivationName("relu"))
    public static let dropout = Setting<Share>(
        "dropout", "The share of the numbers in between that is silenced in training.", standard: 0.0,
        in: 0...0.999_999)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotNormal)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "feed_forward",
        """
        Two dense layers for each sample alone, wide in between: the second half of a transformer.

        y[t] = weight_out dropout(activation(weight_in x[t] + bias_in)) + bias_out

        As many channels come out as go in, so that x + feed_forward(x) fits.
        """,
        [units, activation, dropout, start], example: "x -> feed_forward(128, dropout: 0.1)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let units: Int
    let activation: (any Activation)?
    public let dropout: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("feed_forward")
        output = input
        length = input.shape.time.number ?? 1
        channels = try input.knownChannels("feed_forward")
        units = try arguments.checked(Self.units)
        activation = try arguments.activation(Self.activation)
        dropout = try arguments.checked(Self.dropout).number
        let start = arguments[Self.start]
        weights = [
            WeightSpec(
                "weight_in", [units, channels], start.initializer(fanIn: channels), fanIn: channels, fanOut: units),
            WeightSpec("bias_in", [units], .zeros, isConstant: true),
            WeightSpec(
                "weight_out", [channels, units], start.initializer(fanIn: units), fanIn: units, fanOut: channels),
            WeightSpec("bias_out", [channels], .zeros, isConstant: true),
        ]
    }

    public var flops: Dimension {
        let perSample = Rational.sum(
            Rational.product(4 * units, channels),
            Rational.sum(Rational.product(units, (activation?.operations ?? 0) + 1), channels)
        )
        return .number(perSample) * input.shape.time
    }
    public var arithmetic: any Arithmetic { self }
}

extension FeedForward: Arithmetic {
    private var step: Int { length.roundedUpToLanes }
    private var hidden: Int { Rational.product(units, step) }
    private var slopeNeedsInput: Bool { activation?.slopeNeedsInput ?? false }

    /// What the activation made in between, masked; before it the sums, where its slope is theirs.
    public var keptPerSample: Int { slopeNeedsInput ? Rational.product(2, hidden) : hidden }
    public var scratchCount: Int { Rational.sum(hidden, step) }
    public var backwardReads: BackwardReads { .inputs }
    public var isRandom: Bool { dropout > 0 }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input()
            let count = x.length(of: sample)
            let columns = count.roundedUpToLanes
            let inside = pass.kept(sample)
            makeSums(pass, x, sample, to: inside)
            if slopeNeedsInput { (inside + hidden).update(from: inside, count: hidden) }
            for unit in 0..<units {
                let row = inside + unit * step
                activation?.forward(row, to: row, count: columns)
                mask(pass, row, sample, unit, columns)
            }
            let y = pass.output
            fill(y[sample], y.stride, rows: channels, with: pass.weight(3), columns)
            multiply(
                Matrix(pass.weight(2), rowStep: units), inside.reading, bStep: step, into: y[sample], cStep: y.stride,
                rows: channels, columns: columns, inner: units, adding: true)
        }
    }

    /// The sums in between, before the activation.
    private func makeSums(_ pass: Pass, _ x: Tensor, _ sample: Int, to rows: UnsafeMutablePointer<Float>) {
        let columns = x.length(of: sample).roundedUpToLanes
        fill(rows, step, rows: units, with: pass.weight(1), columns)
        multiply(
            Matrix(pass.weight(0), rowStep: channels), x[sample].reading, bStep: x.stride, into: rows, cStep: step,
            rows: units, columns: columns, inner: channels, adding: true)
    }

    private func fill(
        _ rows: UnsafeMutablePointer<Float>, _ step: Int, rows count: Int, with bias: UnsafePointer<Float>,
        _ columns: Int
    ) {
        for row in 0..<count { (rows + row &* step).update(repeating: bias[row], count: columns) }
    }

    /// Dropout of one row in between; the same numbers on the way back.
    private func mask(
        _ pass: Pass, _ row: UnsafeMutablePointer<Float>, _ sample: Int, _ unit: Int, _ columns: Int
    ) {
        guard pass.mode == .training, dropout > 0 else { return }
        let mask = pass.scratch + hidden
        // Rows begin at multiples of 64, where masks are drawn fastest.
        let start = (pass.place(sample) * units + unit) * ((length + 63) & ~63)
        pass.random.fillMask(mask, start: start, count: columns, rate: Float(dropout))
        var at = 0
        while at < columns {
            (row + at).vector = (row + at).vector * (mask + at).vector
            at &+= lanes
        }
    }

    public func backward(_ pass: Pass) { backward(pass, sums: nil) }

    /// The sums before the activation, which its chord is measured at, are made again behind the scratch room.
    public var relevanceScratchCount: Int { Rational.sum(scratchCount, hidden) }
    public func relevance(_ pass: Pass) { backward(pass, sums: pass.scratch + scratchCount) }

    private func backward(_ pass: Pass, sums: UnsafeMutablePointer<Float>?) {
        for sample in pass.samples {
            let dy = pass.outputGradient, x = pass.input()
            let count = x.length(of: sample)
            let columns = count.roundedUpToLanes
            let inside = pass.kept(sample), slopes = pass.scratch
            multiply(
                Matrix(pass.weight(2), rowStep: 1, columnStep: units), dy[sample].reading, bStep: dy.stride,
                into: slopes, cStep: step, rows: units, columns: columns, inner: channels)
            gradients(pass, 2, dy[sample], dy.stride, channels, inside, step, units, columns)
            if let sums {
                chords(pass, slopes, inside, sums, sample)
            } else {
                for unit in 0..<units { slope(pass, slopes + unit * step, inside + unit * step, sample, unit, count) }
            }
            gradients(pass, 0, slopes, step, units, x[sample], x.stride, channels, columns)
            guard let dx = pass.inputGradient() else { continue }
            multiply(
                Matrix(pass.weight(0), rowStep: 1, columnStep: channels), slopes.reading, bStep: step, into: dx[sample],
                cStep: dx.stride, rows: channels, columns: columns, inner: units)
        }
    }

    /// In place: from what the results in between get to what their sums get, along the activation's chords.
    private func chords(
        _ pass: Pass, _ slopes: UnsafeMutablePointer<Float>, _ inside: UnsafeMutablePointer<Float>,
        _ sums: UnsafeMutablePointer<Float>, _ sample: Int
    ) {
        guard let activation else { return }
        makeSums(pass, pass.input(), sample, to: sums)
        let count = pass.input().length(of: sample)
        let rest = Double(activation.value(Vector.zero)[0])
        var told = 0.0
        for unit in 0..<units {
            let row = slopes + unit * step
            for t in 0..<count { told += Double(row[t]) }
            activation.relevance(row, x: sums + unit * step, y: inside + unit * step, to: row, count: count)
            (row + count).update(repeating: 0, count: count.roundedUpToLanes - count)
        }
        pass.addConstant(rest * told, of: sample)
    }

    /// In place: from the slopes of one row in between to those of its sums.
    private func slope(
        _ pass: Pass, _ row: UnsafeMutablePointer<Float>, _ inside: UnsafeMutablePointer<Float>, _ sample: Int,
        _ unit: Int, _ count: Int
    ) {
        let columns = count.roundedUpToLanes
        mask(pass, row, sample, unit, columns)
        var result = inside
        if slopeNeedsInput {
            result += hidden
        } else if pass.mode == .training, dropout > 0 {
            // The slope wants the result as it was before dropout raised it.
            for t in 0..<columns { inside[t] *= Float(1 - dropout) }
        }
        activation?.backward(row, saved: result, to: row, count: columns)
        // Behind the last sample a constant may have made something of nothing.
        (row + count).update(repeating: 0, count: columns - count)
    }

    /// Adds `slopes · what came in` to a matrix and the sums of the slopes to its constants.
    private func gradients(
        _ pass: Pass, _ weight: Int, _ slopes: UnsafeMutablePointer<Float>, _ slopeStep: Int, _ rows: Int,
        _ x: UnsafeMutablePointer<Float>, _ xStep: Int, _ into: Int, _ columns: Int
    ) {
        for row in 0..<rows {
            let slope = slopes + row &* slopeStep
            if let gradient = pass.gradient(weight) {
                for column in 0..<into {
                    gradient[row &* into &+ column] += dot(slope, x + column &* xStep, columns)
                }
            }
            pass.gradient(weight + 1)?[row] += sum(slope, columns)
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(FeedForward.self, $0) }
