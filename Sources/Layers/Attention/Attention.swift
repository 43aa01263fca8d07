import GraphIR
import Kernels

/// Multi-head scaled dot-product attention of a sequence to itself.
///
/// Weights: `weight_query`, `weight_key`, `weight_value`, `weight_output [channels, channels]`, each with its `bias_…
/// [channels]`.
public struct Attention: Layer {
    public static let heads = Setting<Int>(
        "heads", "Into how many equal parts the channels are split, each with its own weights.", standard: 1,
        in: 1...1024)
    public static let causal = Setting<Bool>(
        "causal", "Whether a sample sees only itself and earlier ones.", standard: false)
    public static let bias = Setting<Bool>("bias", "Whether the four projections have constants.", standard: true)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotUniform)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "attention",
        """
        Multi-head scaled dot-product attention of a sequence to itself, as in the Transformer.

        q, k, v = three projections of x; for each head of size d = channels / heads
        a[t, s] = softmax over s of q[t] · k[s] / sqrt(d)        (s <= t with causal: true)
        y = weight_output (a v of all heads, one behind the other) + bias_output

        The heads must divide the channels. It does not know the order of the samples: put positional_encoding before
        it. Memory and time grow with the square of the length. Vaswani et al. (2017).
        """,
        [heads, causal, bias, start], example: "x -> attention(1, causal: true)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let heads: Int
    public let isCausal: Bool
    public let hasBias: Bool
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("attention")
        output = input
        length = input.shape.time.number ?? 1
        let channels = try input.knownChannels("attention")
        heads = try arguments.checked(Self.heads)
        guard channels % heads == 0 else {
            throw Complaint(
                .argument("heads"), "\(channels) channels cannot be split into \(heads) equal heads",
                help: "conv(channels, 1) before it changes the number of channels")
        }
        self.channels = channels
        isCausal = arguments[Self.causal]
        hasBias = arguments[Self.bias]
        let matrix = arguments[Self.start].initializer(fanIn: channels)
        weights = ["query", "key", "value", "output"].flatMap { [hasBias] part in
            [WeightSpec("weight_\(part)", [channels, channels], matrix, fanIn: channels, fanOut: channels)]
                + (hasBias ? [WeightSpec("bias_\(part)", [channels], .zeros, isConstant: true)] : [])
        }
    }

    /// Four projections, then for every pair two products over all channels and a softmax for each head.
    public var flops: Dimension {
        let projections = Rational.product(Rational.product(8, channels), channels)
        let pair = Rational.sum(Rational.product(4, channels), Rational.product(12, heads))
        let time = input.shape.time
        return .number(projections) * time + .number(pair) * time * time
    }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { self }
}

/// As in additive attention, the weights of all pairs stand transposed: a row for each sample that is looked at.
extension Attention: Arithmetic {
    private var step: Int { length.roundedUpToLanes }
    private var pairs: Int { Rational.product(length, step) }
    private var projection: Int { Rational.product(channels, step) }
    private var size: Int { channels / heads }
    private var scale: Float { 1 / Float(size).squareRoot() }

    /// Three projections, what the heads made, and the weights of all pairs of each head.
    public var keptPerSample: Int { Rational.sum(Rational.product(4, projection), Rational.product(heads, pairs)) }
    public var scratchCount: Int { Rational.sum(pairs, Rational.product(4, projection)) }
    public var backwardReads: BackwardReads { .inputs }

    private enum Part: Int { case query, key, value, mixed }
    private func rows(_ part: Part, _ start: UnsafeMutablePointer<Float>, head: Int = 0) -> UnsafeMutablePointer<Float>
    {
        start + part.rawValue * projection + head * size * step
    }
    private func weights(_ start: UnsafeMutablePointer<Float>, head: Int) -> UnsafeMutablePointer<Float> {
        start + 4 * projection + head * pairs
    }
    private func matrix(_ part: Int) -> Int { hasBias ? 2 * part : part }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), kept = pass.kept(sample)
            let count = x.length(of: sample)
            for part in [Part.query, .key, .value] {
                project(pass, part.rawValue, x[sample].reading, x.stride, to: rows(part, kept), step, count)
            }
            for head in 0..<heads { mix(kept, head, count) }
            project(
                pass, 3, rows(.mixed, kept).reading, step, to: pass.output[sample], pass.output.stride, count)
        }
    }

    private func project(
        _ pass: Pass, _ part: Int, _ x: UnsafePointer<Float>, _ xStep: Int, to rows: UnsafeMutablePointer<Float>,
        _ rowStep: Int, _ count: Int
    ) {
        let columns = count.roundedUpToLanes
        for channel in 0..<channels {
            let bias = hasBias ? pass.weight(matrix(part) + 1)[channel] : 0
            (rows + channel &* rowStep).update(repeating: bias, count: columns)
        }
        multiply(
            Matrix(pass.weight(matrix(part)), rowStep: channels), x, bStep: xStep, into: rows, cStep: rowStep,
            rows: channels, columns: columns, inner: channels, adding: true)
    }

    /// One head: scores, weights, and the mean that they make of the values.
    private func mix(_ kept: UnsafeMutablePointer<Float>, _ head: Int, _ count: Int) {
        let columns = count.roundedUpToLanes
        let weights = weights(kept, head: head)
        multiply(
            Matrix(rows(.key, kept, head: head).reading, rowStep: 1, columnStep: step),
            rows(.query, kept, head: head).reading, bStep: step, into: weights, cStep: step, rows: count,
            columns: columns, inner: size)
        for block in stride(from: 0, to: columns, by: lanes) { softmax(weights, block, count) }
        multiply(
            Matrix(rows(.value, kept, head: head).reading, rowStep: step), weights.reading, bStep: step,
            into: rows(.mixed, kept, head: head), cStep: step, rows: size, columns: columns, inner: count)
    }

    /// From products to weights, for sixteen samples that look.
    private func softmax(_ weights: UnsafeMutablePointer<Float>, _ block: Int, _ count: Int) {
        let looking = Vector.ramp + Vector(Float(block))
        var largest = Vector(-.infinity)
        for s in 0..<count {
            let at = weights + (s &* step &+ block)
            at.vector = at.vector * Vector(scale)
            if !isHidden(s, block) { largest = largest.larger(seen(at.vector, s, looking, else: -.infinity)) }
        }
        var sum = Vector.zero
        for s in 0..<count {
            let at = weights + (s &* step &+ block)
            let weight = seen((at.vector - largest).exponential, s, looking, else: 0)
            at.vector = weight
            sum += weight
        }
        let inverse = Vector(1) / sum
        for s in 0..<count {
            let at = weights + (s &* step &+ block)
            at.vector = at.vector * inverse
        }
    }

    /// Whether none of sixteen samples sees `s`.
    @inline(__always) private func isHidden(_ s: Int, _ block: Int) -> Bool { isCausal && s >= block &+ lanes }
    /// Another number where `s` comes later than those that look.
    @inline(__always)
    private func seen(_ value: Vector, _ s: Int, _ looking: Vector, else other: Float) -> Vector {
        isCausal ? value.replacing(with: Vector(other), where: looking .< Vector(Float(s))) : value
    }

    public func insides(_ kept: UnsafePointer<Float>, length count: Int) -> [Inside] {
        (0..<heads).map { head in
            let weights = kept + (4 * projection + head * pairs)
            return Inside("head \(head)", .attention, rows: count, columns: count) { weights[$1 * step + $0] }
        }
    }

    /// Who looks at whom is held still: what comes back goes through the values alone.
    public func relevance(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), dy = pass.outputGradient, kept = pass.kept(sample)
            let count = x.length(of: sample), columns = count.roundedUpToLanes
            let slopes = pass.scratch + pairs
            multiply(
                Matrix(pass.weight(matrix(3)), rowStep: 1, columnStep: channels), dy[sample].reading, bStep: dy.stride,
                into: rows(.mixed, slopes), cStep: step, rows: channels, columns: columns, inner: channels)
            gradients(pass, 3, dy[sample].reading, dy.stride, rows(.mixed, kept).reading, step, columns)
            for head in 0..<heads {
                let weights = weights(kept, head: head)
                for channel in 0..<size {
                    let value = rows(.value, slopes, head: head) + channel &* step
                    let mixed = rows(.mixed, slopes, head: head) + channel &* step
                    value.update(repeating: 0, count: columns)
                    for s in 0..<count { value[s] = dot(weights + s &* step, mixed, columns) }
                }
            }
            let part = Part.value.rawValue
            gradients(pass, part, rows(.value, slopes).reading, step, x[sample].reading, x.stride, columns)
            guard let dx = pass.inputGradient() else { continue }
            multiply(
                Matrix(pass.weight(matrix(part)), rowStep: 1, columnStep: channels), rows(.value, slopes).reading,
                bStep: step, into: dx[sample], cStep: dx.stride, rows: channels, columns: columns, inner: channels)
        }
    }

    // MARK: Backward

    public func backward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), dy = pass.outputGradient, kept = pass.kept(sample)
            let count = x.length(of: sample)
            let columns = count.roundedUpToLanes
            let slopes = pass.scratch + pairs
            multiply(
                Matrix(pass.weight(matrix(3)), rowStep: 1, columnStep: channels), dy[sample].reading, bStep: dy.stride,
                into: rows(.mixed, slopes), cStep: step, rows: channels, columns: columns, inner: channels)
            gradients(pass, 3, dy[sample].reading, dy.stride, rows(.mixed, kept).reading, step, columns)
            for head in 0..<heads { unmix(pass.scratch, kept, slopes, head, count) }
            for part in 0..<3 {
                gradients(
                    pass, part, slopes + part * projection, step, x[sample].reading, x.stride, columns)
                guard let dx = pass.inputGradient() else { continue }
                multiply(
                    Matrix(pass.weight(matrix(part)), rowStep: 1, columnStep: channels),
                    (slopes + part * projection).reading, bStep: step, into: dx[sample], cStep: dx.stride,
                    rows: channels, columns: columns, inner: channels, adding: part > 0)
            }
        }
    }

    /// Slopes of one head's three projections from that of its mean.
    private func unmix(
        _ worth: UnsafeMutablePointer<Float>, _ kept: UnsafeMutablePointer<Float>,
        _ slopes: UnsafeMutablePointer<Float>, _ head: Int, _ count: Int
    ) {
        let columns = count.roundedUpToLanes
        let weights = weights(kept, head: head)
        let mixed = rows(.mixed, slopes, head: head)
        multiply(
            Matrix(rows(.value, kept, head: head).reading, rowStep: 1, columnStep: step), mixed.reading, bStep: step,
            into: worth, cStep: step, rows: count, columns: columns, inner: size)
        for block in stride(from: 0, to: columns, by: lanes) { slopesOfScores(worth, weights, block, count) }
        // Columns behind the last sample look at nothing that counts.
        for s in 0..<count { (worth + (s &* step &+ count)).update(repeating: 0, count: columns &- count) }
        multiply(
            Matrix(rows(.key, kept, head: head).reading, rowStep: step), worth.reading, bStep: step,
            into: rows(.query, slopes, head: head), cStep: step, rows: size, columns: columns, inner: count)
        for channel in 0..<size {
            let key = rows(.key, slopes, head: head) + channel &* step
            let value = rows(.value, slopes, head: head) + channel &* step
            let query = rows(.query, kept, head: head) + channel &* step
            key.update(repeating: 0, count: columns)
            value.update(repeating: 0, count: columns)
            for s in 0..<count {
                key[s] = dot(worth + s &* step, query, columns)
                value[s] = dot(weights + s &* step, mixed + channel &* step, columns)
            }
        }
    }

    private func slopesOfScores(
        _ worth: UnsafeMutablePointer<Float>, _ weights: UnsafeMutablePointer<Float>, _ block: Int, _ count: Int
    ) {
        var mean = Vector.zero
        for s in 0..<count {
            let at = s &* step &+ block
            mean = mean.addingProduct((weights + at).vector, (worth + at).vector)
        }
        for s in 0..<count {
            let at = s &* step &+ block
            (worth + at).vector = (weights + at).vector * ((worth + at).vector - mean) * Vector(scale)
        }
    }

    /// Adds one projection's gradients: the slopes of its result with what came in.
    private func gradients(
        _ pass: Pass, _ part: Int, _ slopes: UnsafePointer<Float>, _ slopeStep: Int, _ x: UnsafePointer<Float>,
        _ xStep: Int, _ columns: Int
    ) {
        if let gradient = pass.gradient(matrix(part)) {
            for out in 0..<channels {
                for into in 0..<channels {
                    gradient[out &* channels &+ into] += dot(slopes + out &* slopeStep, x + into &* xStep, columns)
                }
            }
        }
        guard hasBias, let gradient = pass.gradient(matrix(part) + 1) else { return }
        for out in 0..<channels { gradient[out] += sum(slopes + out &* slopeStep, columns) }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Attention.self, $0) }
