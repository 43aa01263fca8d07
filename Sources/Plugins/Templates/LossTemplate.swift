extension PluginTemplate {
    /// A loss with its slope.
    static let loss = PluginTemplate("loss", text)
}

private let text = #"""
    import GraphIR

    /// The fourth power of the differences between output and label. The first sentence is what `strata layers NAME`
    /// shows.
    public struct TYPE: Loss {
        public static let signature = Signature(
            .loss, "NAME", "The mean of (x - y)^4: one large error counts more than many small ones.",
            example: "loss NAME")

        public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
            try Self.checkShapes(output: output, label: label)
        }

        /// The mean over what the mask counts, and to each output its slope; `mean` sees to both.
        public func measure(_ window: LossWindow) -> Double {
            window.mean { output, label in
                let difference = output - label
                return (difference * difference * difference * difference, 4 * difference * difference * difference)
            }
        }
    }

    /// This line registers it. The same file dropped into Sources/Layers/Losses is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
