extension PluginTemplate {
    /// How the rate goes from step to step.
    static let schedule = PluginTemplate("schedule", text)
}

private let text = #"""
    import GraphIR

    /// A rate that falls with the root of time. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Schedule {
        static let hold = Setting<Double>(
            "hold", "For how many epochs it stays as it is.", standard: 5, in: 0...1_000_000)

        public static let signature = Signature(
            .schedule, "NAME", "The rate stays for `hold` epochs, then falls with the root of time.", [hold],
            example: "schedule: NAME(hold: 10)")

        private let hold: Double

        public init(_ arguments: Arguments) throws(Complaint) { hold = arguments[Self.hold] }

        /// `clock.time` is in epochs, parts of them included; `base` is the optimizer's own rate.
        public func rate(at clock: TrainingClock, base: Double) -> Double {
            clock.time <= hold ? base : base * ((hold + 1) / (clock.time + 1)).squareRoot()
        }
    }

    /// This line registers it. The same file dropped into Sources/Runner/Schedules is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
