import GraphIR

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

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LocalResponseNorm.self, $0) }
