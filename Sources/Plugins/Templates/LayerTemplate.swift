extension PluginTemplate {
    /// A layer that multiplies every channel by a weight of its own: the smallest one that has everything.
    static let layer = PluginTemplate("layer", text)
}

private let text = #"""
    import GraphIR

    /// Multiplies every channel by a weight of its own. The first sentence is what `strata layers NAME`
    /// shows; say below it what else a reader should know: the equation, the paper, the traps.
    public struct TYPE: Layer, Arithmetic {
        /// A setting: its type, its name in the language, its meaning, its default and its range. It is checked
        /// before this file sees it.
        static let start = Setting<Double>(
            "start", "The value that every weight starts with.", standard: 1, in: -10...10)

        public static let signature = Signature(
            .layer, "NAME", "Multiplies every channel by a weight of its own: `y[c, t] = w[c] x[c, t]`.",
            [start],
            example: "x -> NAME(start: 0.5)")

        public let output: TensorType
        public let weights: [WeightSpec]
        private let channels: Int

        /// The shape rule: what flows in decides what flows out, or is refused in words. Time may still be a
        /// symbol.
        public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
            guard inputs[0].shape.rank == 2 else {
                throw Complaint(.input(0, axis: nil), "NAME takes [channels, time], not \(inputs[0].shape)")
            }
            guard let channels = inputs[0].shape.channels.number else {
                throw Complaint(.unknownSize(0, axis: 0), "NAME must know how many channels come in")
            }
            self.channels = channels
            output = inputs[0]
            weights = [WeightSpec("weight", [channels], .constant(arguments[Self.start]))]
        }

        /// Floating-point operations for one window, for `strata show`.
        public var flops: Dimension { output.shape.count }
        /// The backward pass reads what came in, and not what went out.
        public var backwardReads: BackwardReads { .inputs }

        public func forward(_ pass: Pass) {
            let weight = pass.weight(0)
            for sample in pass.samples {
                for channel in 0..<channels {
                    let x = pass.input().row(channel, of: sample)
                    let y = pass.output.row(channel, of: sample)
                    for t in 0..<pass.output.width { y[t] = weight[channel] * x[t] }
                }
            }
        }

        /// The derivatives: written to the input's gradient, added to the weight's. `nil` where nobody asks.
        public func backward(_ pass: Pass) {
            let weight = pass.weight(0)
            for sample in pass.samples {
                for channel in 0..<channels {
                    let x = pass.input().row(channel, of: sample)
                    let dy = pass.outputGradient.row(channel, of: sample)
                    if let dx = pass.inputGradient()?.row(channel, of: sample) {
                        for t in 0..<pass.output.width { dx[t] = weight[channel] * dy[t] }
                    }
                    if let dw = pass.gradient(0) {
                        var sum: Float = 0
                        for t in 0..<pass.output.width { sum += x[t] * dy[t] }
                        dw[channel] += sum
                    }
                }
            }
        }
    }

    /// This line registers it. The same file dropped into Sources/Layers is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
