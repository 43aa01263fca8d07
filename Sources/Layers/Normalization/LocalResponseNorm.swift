import GraphIR
import Kernels

/// Damps a channel where its neighbours among the channels are loud.
public struct LocalResponseNorm: Layer {
    public static let size = Setting<Int>(
        "size", "How many neighbouring channels count, itself included.", standard: 5, in: 1...65536)
    public static let alpha = Setting<Double>("alpha", "How strongly.", standard: 1e-4, in: 0...1e6)
    public static let beta = Setting<Double>("beta", "The exponent.", standard: 0.75, in: 0...100)
    public static let k = Setting<Double>("k", "What is there without neighbours.", standard: 1, in: 1e-30...1e30)

    public static let signature = Signature(
        .layer, "local_response_norm",
        """
        Damps a channel where its neighbours among the channels are loud.

        y[c] = x[c] / (k + alpha / size * sum of x[i]²) ^ beta
        over c - floor(size / 2) <= i < c - floor(size / 2) + size

        As PyTorch and Caffe; TensorFlow and AlexNet's paper do not divide alpha by size. Krizhevsky et al. (2012).
        """,
        [size, alpha, beta, k], example: "x -> local_response_norm(5)")

    public let output: TensorType
    public let size: Int
    public let alpha: Double
    public let beta: Double
    public let k: Double

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        size = try arguments.checked(Self.size)
        alpha = try arguments.checked(Self.alpha)
        beta = try arguments.checked(Self.beta)
        k = try arguments.checked(Self.k)
    }

    public var flops: Dimension { .number(Rational.sum(Rational.product(2, size), 20)) * output.shape.count }
    public var arithmetic: any Arithmetic { self }
}

extension LocalResponseNorm: Arithmetic {
    private var shape: Shape { output.shape }
    private var channels: Int { shape.channels.number ?? 1 }
    public var backwardReads: BackwardReads { .inputs }
    /// Of every channel the level of its surroundings, and what the slope of its neighbours is made of.
    public var scratchCount: Int { Rational.product(2 * lanes, channels) }

    /// The channels that channel `c` looks at.
    @inline(__always)
    private func near(_ c: Int) -> Range<Int> {
        let first = c &- size / 2
        return max(0, first)..<min(channels, first &+ size)
    }

    private func level(_ x: ChannelColumns, _ c: Int) -> Vector {
        var sum = Vector.zero
        for i in near(c) { sum = sum.addingProduct(x[i], x[i]) }
        return Vector(Float(k)).addingProduct(sum, Vector(Float(alpha / Double(size))))
    }
    @inline(__always)
    private func power(_ base: Vector, _ exponent: Double) -> Vector {
        (base.logarithm * Vector(Float(exponent))).exponential
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for group in 0..<pass.input().columnGroups(shape, of: sample) {
                let x = pass.input().columns(shape, group, of: sample)
                let y = pass.output.columns(shape, group, of: sample)
                for c in 0..<channels { y[c] = x[c] * power(level(x, c), -beta) }
            }
        }
    }

    /// The level of the surroundings is held still.
    public func relevance(_ pass: Pass) { backward(pass, levelMoves: false) }
    public func backward(_ pass: Pass) { backward(pass, levelMoves: true) }

    private func backward(_ pass: Pass, levelMoves: Bool) {
        guard let gradient = pass.inputGradient() else { return }
        let levels = pass.scratch, worth = levels + channels * lanes
        for sample in pass.samples {
            for group in 0..<pass.input().columnGroups(shape, of: sample) {
                let x = pass.input().columns(shape, group, of: sample)
                let dy = pass.outputGradient.columns(shape, group, of: sample)
                let dx = gradient.columns(shape, group, of: sample)
                for c in 0..<channels {
                    let level = level(x, c)
                    let damping = power(level, -beta)
                    (levels + c &* lanes).vector = damping
                    (worth + c &* lanes).vector = dy[c] * x[c] * damping / level
                }
                let share = levelMoves ? Vector(Float(-2 * alpha * beta / Double(size))) : Vector.zero
                for c in 0..<channels {
                    // Those that look at c: the window turned around.
                    let first = max(0, c &- (size &- 1 &- size / 2)), last = min(channels &- 1, c &+ size / 2)
                    var sum = Vector.zero
                    for i in first...last { sum += (worth + i &* lanes).vector }
                    dx[c] = (dy[c] * (levels + c &* lanes).vector).addingProduct(share * x[c], sum)
                }
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LocalResponseNorm.self, $0) }
