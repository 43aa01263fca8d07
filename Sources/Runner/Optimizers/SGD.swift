import GraphIR
import Kernels

/// Stochastic gradient descent, plain, with momentum, or with Nesterov's look ahead.
struct SGD: Optimizer {
    static let momentum = Setting<Double>(
        "momentum", "How much of the last step's velocity is kept.", standard: 0, in: 0...1)
    static let nesterov = Setting<Bool>("nesterov", "Steps along where the velocity will be.", standard: false)

    static let signature = Signature(
        .optimizer, "sgd",
        """
        Stochastic gradient descent, plain or with momentum.

        v = momentum * v + g;  w = w - rate * v, or with Nesterov  w = w - rate * (g + momentum * v).
        """, [OptimizerSettings.rate, momentum, nesterov], example: "optimizer: sgd(rate: 1e-2, momentum: 0.9)")

    let rate: Double
    private let momentum: Float
    private let isNesterov: Bool

    init(_ arguments: Arguments) throws(Complaint) {
        rate = arguments[OptimizerSettings.rate]
        momentum = Float(arguments[Self.momentum])
        isNesterov = arguments[Self.nesterov]
        if isNesterov, momentum == 0 {
            throw Complaint(.argument("nesterov"), "nesterov needs a momentum to look ahead with")
        }
    }

    var memories: Int { momentum == 0 ? 0 : 1 }

    func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
    ) {
        MovedPart.each(&weights, gradient, step.range) { stretch in
            if momentum == 0 {
                Update.descent(stretch.weights, stretch.gradient, count: stretch.count, rate: Float(step.rate))
                return
            }
            memory[0].withUnsafeMutableBufferPointer { velocity in
                guard let velocity = velocity.baseAddress else { return }
                Update.momentum(
                    stretch.weights, stretch.gradient, velocity: velocity + step.range.lowerBound,
                    count: stretch.count, rate: Float(step.rate), momentum: momentum, nesterov: isNesterov)
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SGD.self, $0) }
