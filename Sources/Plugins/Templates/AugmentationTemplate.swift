extension PluginTemplate {
    /// Another believable window made of a window.
    static let augmentation = PluginTemplate("augmentation", text)
}

private let text = #"""
    import GraphIR

    /// Turns the ground's motion upside down. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Augmentation {
        static let share = Setting<Double>("p", "How often it does so.", standard: 0.5, in: 0...1)

        public static let signature = Signature(
            .augmentation, "NAME",
            "Turns the window upside down with probability p: arrivals stay where they are.", [share],
            example: "augment { NAME(p: 0.3) }")

        private let share: Double

        public init(_ arguments: Arguments, window: TensorType) throws(Complaint) { share = arguments[Self.share] }

        /// Every draw comes from the dice, which depend on seed, epoch, trace and place in the chain alone. What moves
        /// the waveform moves `window.picks` along.
        public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
            if dice.chance(share) { window.multiply(by: -1) }
            return .goesOn
        }
    }

    /// This line registers it. The same file dropped into Sources/Seismic/Augmentation is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
