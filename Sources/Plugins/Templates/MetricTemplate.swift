extension PluginTemplate {
    /// A number that tables show and comparisons judge.
    static let metric = PluginTemplate("metric", text)
}

private let text = #"""
    import GraphIR

    /// How many picks a trace has. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Metric {
        static let phase = Setting<String>("phase", "The phase, as its output is called.", standard: "P")

        public static let group = MetricGroup.picks
        public static let signature = Signature(
            .metric, "NAME", "The mean number of picks of a phase in a trace, whether they are right or not.", [phase])

        public var better: Better { .neither }
        public let name: String
        private let phase: String

        public init(_ arguments: Arguments) throws(Complaint) {
            phase = arguments[Self.phase]
            name = "NAME_\(phase)"
        }

        /// `nil` where these predictions have nothing that it could measure. Sums over traces cost a comparison little:
        /// it weighs them anew a thousand times.
        public func measure(_ predictions: Predictions) -> Measurement? {
            guard let peaks = predictions.lists("\(phase)_peaks") else { return nil }
            let picks = peaks.map { Double($0.count) }
            return .sums(terms: [picks, picks.map { _ in 1 }]) { $0[0] / $0[1] }
        }

        /// The uses of it that evaluation reports: one for each phase of the table.
        public static func uses(for predictions: Predictions) -> [Arguments] {
            predictions.phases.map { Arguments(["phase": .string($0)]) }
        }
    }

    /// This line registers it. The same file dropped into Sources/Runner/Metrics is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
