extension PluginTemplate {
    /// What is done to a waveform before the network sees it.
    static let preparation = PluginTemplate("preparation", text)
}

private let text = #"""
    import GraphIR

    /// Cuts off what is louder than some level. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Preparation {
        static let most = Setting<Double>(
            "most", "The loudest that stays as it is.", standard: 10, in: 0.001...1_000_000)

        public static let signature = Signature(
            .preparation, "NAME", "Cuts off what is louder than `most`, on both sides of zero.", [most],
            example: "prepare { demean -> normalize(std) -> NAME(most: 20) }")

        /// It only levels and scales, so at the chain's end it comes after augmentation.
        public static let isLevelling = true
        /// What it does, with every number, in one line: goes into `run.json`.
        public var statement: String { "NAME: at most \(most) on either side" }
        private let most: Double

        public init(_ arguments: Arguments, window: TensorType) throws(Complaint) { most = arguments[Self.most] }

        public func apply(to window: inout Window) throws {
            // Only what was recorded: zeros that fill a short trace stay zeros.
            window.changeRecordedParts { part in
                for index in part.indices { part[index] = max(-Float(most), min(Float(most), part[index])) }
            }
        }
    }

    /// This line registers it. The same file dropped into Sources/Seismic/Preparation is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
