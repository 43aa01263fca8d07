import GraphIR
import Kernels

/// Additive self-attention: every sample looks for the samples that matter to it.
///
/// Weights: `weight_query [units, channels]`, `weight_key [units, channels]`, `bias [units]`, `weight_score [units]`,
/// `bias_score [1]`.
public struct SelfAttention: Layer {
    public static let units = Setting<Int>(
        "units", "How many numbers a pair is compared by.", standard: 32, in: 1...16384)
    public static let width = Setting<Int?>(
        "width", "How many samples around its own one may look at; none: all of them.", standard: .some(nil),
        in: 1...1_000_000)
    public static let epsilon = Setting<Double>(
        "epsilon", "Added to the sum that the weights are divided by.", standard: 1e-7, in: 0...1)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotNormal)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "self_attention",
        """
        Additive self-attention: every sample looks for the samples that matter to it, as in EQTransformer.

        e[t, s] = weight_score · tanh(weight_query x[t] + weight_key x[s] + bias) + bias_score
        w[t, s] = exp(e[t, s] - max over all s of e[t, s]), and 0 outside the width
        y[t] = sum over s of w[t, s] x[s] / (sum over s of w[t, s] + epsilon)

        With a width, t sees the samples from t - floor(width / 2) to t - floor(width / 2) + width - 1: 3 is one on each
        side, 4 is two before and one after. The largest e is looked for in the whole row, before the width is
        applied. bias_score cancels: its gradient is zero up to rounding. Memory and time grow with the square of the
        length. Bahdanau et al. (2015).
        """,
        [units, width, epsilon, start], example: "x -> self_attention(width: 3)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let units: Int
    public let width: Int?
    public let epsilon: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("self_attention")
        output = input
        length = input.shape.time.number ?? 1
        channels = try input.knownChannels("self_attention")
        units = try arguments.checked(Self.units)
        width = try arguments.checked(Self.width)
        epsilon = try arguments.checked(Self.epsilon)
        let start = arguments[Self.start]
        let matrix = start.initializer(fanIn: channels)
        weights = [
            WeightSpec("weight_query", [units, channels], matrix, fanIn: channels, fanOut: units),
            WeightSpec("weight_key", [units, channels], matrix, fanIn: channels, fanOut: units),
            WeightSpec("bias", [units], .zeros, isConstant: true),
            WeightSpec("weight_score", [units], start.initializer(fanIn: units), fanIn: units, fanOut: 1),
            WeightSpec("bias_score", [1], .zeros, isConstant: true),
        ]
    }

    /// Both projections, then for every pair a tanh and two products for each unit, and the mean over the channels.
    public var flops: Dimension {
        let projections = Rational.product(4 * units, channels)
        let pair = Rational.sum(Rational.product(13, units), Rational.product(2, channels))
        let time = input.shape.time
        return .number(projections) * time + .number(pair) * time * time
    }
    public var reach: Reach { width.map { .local(span: $0) } ?? .everywhere }
    public var arithmetic: any Arithmetic { self }
}

/// Scores stand transposed, `[s][t]`: a row for each sample that is looked at, a column for each that looks. So a sum
/// over all that is looked at is a sum of whole vectors.
extension SelfAttention: Arithmetic {
    /// From one row to the next.
    private var step: Int { length.roundedUpToLanes }
    private var pairs: Int { Rational.product(length, step) }
    private var projection: Int { Rational.product(units, step) }

    /// What the way back needs: both projections, the weights of all pairs, one over their sums, and where the largest
    /// score stood.
    private struct Kept {
        let query: UnsafeMutablePointer<Float>
        let key: UnsafeMutablePointer<Float>
        let weights: UnsafeMutablePointer<Float>
        let inverse: UnsafeMutablePointer<Float>
        let largest: UnsafeMutablePointer<Float>
    }
    public var keptPerSample: Int {
        [projection, projection, pairs, step, step].reduce(0, Rational.sum)
    }
    private func kept(_ pass: Pass, _ sample: Int) -> Kept {
        let start = pass.kept(sample)
        let weights = start + 2 * projection
        return Kept(
            query: start, key: start + projection, weights: weights, inverse: weights + pairs,
            largest: weights + pairs + step)
    }
    public var scratchCount: Int { Rational.sum(pairs, Rational.product(2, projection)) }
    public var backwardReads: BackwardReads { .inputs }

    // MARK: Forward

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input()
            let count = x.length(of: sample)
            let kept = kept(pass, sample)
            project(pass, 0, x, sample, to: kept.query)
            project(pass, 1, x, sample, to: kept.key)
            for unit in 0..<units {
                let row = kept.key + unit &* step
                for column in 0..<count { row[column] += pass.weight(2)[unit] }
            }
            for block in stride(from: 0, to: count, by: lanes) {
                weigh(scores(pass, kept, block, count), block, count, kept)
            }
            multiply(
                Matrix(x[sample].reading, rowStep: x.stride), kept.weights.reading, bStep: step,
                into: pass.output[sample], cStep: pass.output.stride, rows: channels,
                columns: count.roundedUpToLanes, inner: count)
        }
    }

    private func project(
        _ pass: Pass, _ weight: Int, _ x: Tensor, _ sample: Int, to rows: UnsafeMutablePointer<Float>
    ) {
        multiply(
            Matrix(pass.weight(weight), rowStep: channels), x[sample].reading, bStep: x.stride, into: rows, cStep: step,
            rows: units, columns: x.length(of: sample).roundedUpToLanes, inner: channels)
    }

    /// The scores of sixteen samples that look, at all `count` samples, into their column of the pairs; and the largest
    /// with its place.
    private func scores(
        _ pass: Pass, _ kept: Kept, _ block: Int, _ count: Int
    ) -> (largest: Vector, place: Vector) {
        let score = pass.weight(3)
        var largest = Vector(-.infinity), place = Vector.zero
        for s in 0..<count {
            var sum = Vector(pass.weight(4)[0])
            for unit in 0..<units {
                let query = (kept.query + (unit &* step &+ block)).vector
                let pair = query + Vector(kept.key[unit &* step &+ s])
                sum = sum.addingProduct(Vector(score[unit]), pair.hyperbolicTangent)
            }
            (kept.weights + (s &* step &+ block)).vector = sum
            let isLarger = sum .> largest
            largest = largest.replacing(with: sum, where: isLarger)
            place = place.replacing(with: Vector(Float(s)), where: isLarger)
        }
        return (largest, place)
    }

    /// From scores to weights, each column divided by its sum.
    private func weigh(_ best: (largest: Vector, place: Vector), _ block: Int, _ count: Int, _ kept: Kept) {
        let looking = Vector.ramp + Vector(Float(block))
        var sum = Vector.zero
        for s in 0..<count {
            let column = kept.weights + (s &* step &+ block)
            let weight = masked((column.vector - best.largest).exponential, s, looking)
            column.vector = weight
            sum += weight
        }
        let inverse = Vector(1) / (sum + Vector(Float(epsilon)))
        for s in 0..<count {
            let column = kept.weights + (s &* step &+ block)
            column.vector = column.vector * inverse
        }
        (kept.inverse + block).vector = inverse
        (kept.largest + block).vector = best.place
    }

    /// Zero where `s` lies outside the width around those that look.
    @inline(__always)
    private func masked(_ weight: Vector, _ s: Int, _ looking: Vector) -> Vector {
        guard let width else { return weight }
        let first = looking - Vector(Float(width / 2))
        let s = Vector(Float(s))
        return weight.replacing(with: Vector.zero, where: s .< first)
            .replacing(with: Vector.zero, where: s .>= first + Vector(Float(width)))
    }

    /// Who looks at whom is held still: what comes back goes to those that were looked at.
    public func relevance(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let kept = kept(pass, sample)
            let count = pass.input().length(of: sample)
            for channel in 0..<channels {
                let (to, from) = (dx.row(channel, of: sample), pass.outputGradient.row(channel, of: sample))
                for s in 0..<count { to[s] = dot(kept.weights + s &* step, from, count.roundedUpToLanes) }
            }
        }
    }

    public func insides(_ kept: UnsafePointer<Float>, length count: Int) -> [Inside] {
        let weights = kept + 2 * projection
        return [Inside("weights", .attention, rows: count, columns: count) { weights[$1 * step + $0] }]
    }

    // MARK: Backward

    public func backward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), dy = pass.outputGradient
            let count = x.length(of: sample)
            let columns = count.roundedUpToLanes
            let kept = kept(pass, sample)
            let slopes = pass.scratch
            // What each pair's weight is worth: x[s] · dy[t].
            multiply(
                Matrix(x[sample].reading, rowStep: 1, columnStep: x.stride), dy[sample].reading, bStep: dy.stride,
                into: slopes, cStep: step, rows: count, columns: columns, inner: channels)
            for block in stride(from: 0, to: count, by: lanes) { slopesOfScores(slopes, kept, block, count) }
            let query = slopes + pairs, key = query + projection
            slopesOfProjections(pass, kept, slopes, query, key, count)
            gradients(pass, sample, query, key, count)
            guard let dx = pass.inputGradient() else { continue }
            multiply(
                Matrix(pass.weight(0), rowStep: 1, columnStep: channels), query.reading, bStep: step, into: dx[sample],
                cStep: dx.stride, rows: channels, columns: columns, inner: units)
            multiply(
                Matrix(pass.weight(1), rowStep: 1, columnStep: channels), key.reading, bStep: step, into: dx[sample],
                cStep: dx.stride, rows: channels, columns: columns, inner: units, adding: true)
            for channel in 0..<channels {
                let (to, from) = (dx.row(channel, of: sample), dy.row(channel, of: sample))
                for s in 0..<count { to[s] += dot(kept.weights + s &* step, from, columns) }
            }
        }
    }

    /// In place: from the slopes of weights to those of scores, for sixteen samples that look.
    private func slopesOfScores(_ slopes: UnsafeMutablePointer<Float>, _ kept: Kept, _ block: Int, _ count: Int) {
        var mean = Vector.zero
        for s in 0..<count {
            let at = s &* step &+ block
            mean = mean.addingProduct((kept.weights + at).vector, (slopes + at).vector)
        }
        for s in 0..<count {
            let at = s &* step &+ block
            (slopes + at).vector = (kept.weights + at).vector * ((slopes + at).vector - mean)
        }
        // The largest score is subtracted from all; but for epsilon that would cancel.
        let pull = mean * Vector(Float(epsilon)) * (kept.inverse + block).vector
        let place = (kept.largest + block).vector
        for lane in 0..<min(lanes, count &- block) {
            slopes[Int(place[lane]) &* step &+ block &+ lane] -= pull[lane]
        }
    }

    /// From the slopes of scores to those of both projections; adds those of the score's own weights.
    private func slopesOfProjections(
        _ pass: Pass, _ kept: Kept, _ slopes: UnsafeMutablePointer<Float>, _ query: UnsafeMutablePointer<Float>,
        _ key: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let columns = count.roundedUpToLanes
        clearBeyond(slopes, count)
        for unit in 0..<units {
            let looking = query + unit &* step, seen = key + unit &* step
            looking.update(repeating: 0, count: columns)
            seen.update(repeating: 0, count: columns)
            let score = Vector(pass.weight(3)[unit])
            var told = Vector.zero
            for s in 0..<count {
                let shift = Vector(kept.key[unit &* step &+ s])
                var sum = Vector.zero
                var block = 0
                while block < columns {
                    let slope = (slopes + (s &* step &+ block)).vector
                    let pair = ((kept.query + (unit &* step &+ block)).vector + shift).hyperbolicTangent
                    let inner = slope * score * (Vector(1) - pair * pair)
                    (looking + block).vector += inner
                    sum += inner
                    told = told.addingProduct(slope, pair)
                    block &+= lanes
                }
                seen[s] = sum.total
            }
            if let gradient = pass.gradient(3) { gradient[unit] += told.total }
        }
        guard let gradient = pass.gradient(4) else { return }
        for s in 0..<count { gradient[0] += sum(slopes + s &* step, columns) }
    }

    /// Columns behind the last sample hold scores of nobody.
    private func clearBeyond(_ slopes: UnsafeMutablePointer<Float>, _ count: Int) {
        let columns = count.roundedUpToLanes
        for s in 0..<count { (slopes + (s &* step &+ count)).update(repeating: 0, count: columns &- count) }
    }

    private func gradients(
        _ pass: Pass, _ sample: Int, _ query: UnsafeMutablePointer<Float>, _ key: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        let x = pass.input()
        let columns = count.roundedUpToLanes
        for (weight, rows) in [(0, query), (1, key)] {
            guard let gradient = pass.gradient(weight) else { continue }
            for unit in 0..<units {
                for channel in 0..<channels {
                    gradient[unit &* channels &+ channel] += dot(
                        rows + unit &* step, x.row(channel, of: sample), columns)
                }
            }
        }
        guard let gradient = pass.gradient(2) else { return }
        for unit in 0..<units { gradient[unit] += sum(key + unit &* step, columns) }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SelfAttention.self, $0) }
