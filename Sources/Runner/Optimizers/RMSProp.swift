import GraphIR
import Kernels

/// Steps divided by the root of a running mean of the gradient's square (Tieleman and Hinton 2012).
struct RMSProp: Optimizer {
    static let decay = Setting<Double>(
        "decay", "How much of the mean square is kept each step: 0.9 in Keras, 0.99 in PyTorch.", standard: 0.9,
        in: 0...0.999999)
    static let epsilon = Setting<Double>(
        "epsilon", "Added to the root of the mean square.", standard: 1e-7, in: 0...1)
    static let momentum = Setting<Double>(
        "momentum", "How much of the last step's velocity is kept.", standard: 0, in: 0...1)

    static let signature = Signature(
        .optimizer, "rmsprop",
        """
        Steps divided by the root of a running mean of the gradient's square.

        s = decay * s + (1 - decay) * g^2;  v = momentum * v + g / (sqrt(s) + epsilon);  w = w - rate * v.
        """, [OptimizerSettings.rate, decay, epsilon, momentum], example: "optimizer: rmsprop(rate: 1e-3)")

    let rate: Double
    private let decay: Float
    private let epsilon: Float
    private let momentum: Float

    init(_ arguments: Arguments) throws(Complaint) {
        rate = arguments[OptimizerSettings.rate]
        decay = Float(arguments[Self.decay])
        epsilon = Float(arguments[Self.epsilon])
        momentum = Float(arguments[Self.momentum])
    }

    var memories: Int { 2 }

    func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
    ) {
        let start = step.range.lowerBound
        var velocity = memory[1]
        memory[1] = []
        MovedPart.each(&weights, gradient, step.range) { stretch in
            memory[0].withUnsafeMutableBufferPointer { square in
                velocity.withUnsafeMutableBufferPointer { velocity in
                    guard let square = square.baseAddress, let velocity = velocity.baseAddress else { return }
                    Update.rootMeanSquare(
                        stretch.weights, stretch.gradient, square: square + start, velocity: velocity + start,
                        count: stretch.count, rate: Float(step.rate), decay: decay, epsilon: epsilon,
                        momentum: momentum)
                }
            }
        }
        memory[1] = velocity
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(RMSProp.self, $0) }
