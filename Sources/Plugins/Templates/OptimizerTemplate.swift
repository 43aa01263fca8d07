extension PluginTemplate {
    /// How weights move along their gradient.
    static let optimizer = PluginTemplate("optimizer", text)
}

private let text = #"""
    import GraphIR

    /// Steps of one size, whatever the gradient's. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Optimizer {
        static let rate = Setting<Double>("rate", "The learning rate.", standard: 1e-3, in: 0...1000)
        static let momentum = Setting<Double>(
            "momentum", "How much of the mean gradient is kept.", standard: 0.9, in: 0...1)

        public static let signature = Signature(
            .optimizer, "NAME",
            "The sign of the mean gradient: `m = momentum m + (1 - momentum) g; w = w - rate sign(m)`.",
            [rate, momentum],
            example: "optimizer: NAME(rate: 1e-4)")

        /// What the file says; a schedule starts from it.
        public let rate: Double
        private let momentum: Float

        public init(_ arguments: Arguments) throws(Complaint) {
            rate = arguments[Self.rate]
            momentum = Float(arguments[Self.momentum])
        }

        /// How many numbers it remembers for each weight: they are saved in checkpoints with the weights.
        public var memories: Int { 1 }

        /// Moves the weights of `step.range`; others are not its to move. `step.rate` is what a schedule made of the
        /// rate.
        public func update(
            _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
        ) {
            for index in step.range {
                let mean = momentum * memory[0][index] + (1 - momentum) * gradient[index]
                memory[0][index] = mean
                weights[index] -= Float(step.rate) * (mean > 0 ? 1 : mean < 0 ? -1 : 0)
            }
        }
    }

    /// This line registers it. The same file dropped into Sources/Runner/Optimizers is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
