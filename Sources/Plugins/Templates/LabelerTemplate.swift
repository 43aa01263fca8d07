extension PluginTemplate {
    /// Labels made of picks.
    static let labeler = PluginTemplate("labeler", text)
}

private let text = #"""
    import GraphIR

    /// 1 from the first P arrival on. The first sentence is what `strata layers NAME` shows.
    public struct TYPE: Labeler {
        static let length = Setting<Seconds>("length", "How long it stays 1.", standard: Seconds(1), in: 0...1000)

        public static let signature = Signature(
            .labeler, "NAME", "1 from the first P arrival on, for some time, and 0 elsewhere.", [length],
            example: "learn p from NAME(length: 2 s) loss binary_cross_entropy")

        /// What an output that learned these labels says: evaluation makes picks of onsets, classes of classes.
        public var meaning: Meaning { .amounts }
        public let label: Shape
        private let seconds: Double

        /// Refuses an output that it has no labels for.
        public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
            guard output.shape.rank == 2, output.shape.channels.compare(1) == .equal,
                output.shape.time.compare(window.shape.time) == .equal
            else {
                throw Complaint(
                    .input(0, axis: nil),
                    "NAME makes one row as long as the window, [1, \(window.shape.time)], not \(output.shape)",
                    help: "end the network with conv(1, 1)")
            }
            label = output.shape
            seconds = arguments[Self.length].number
        }

        /// The window is as it is after augmentation, before it is levelled; its picks are where the waveform has them.
        public func label(for window: Window) -> Label {
            var values = [Float](repeating: 0, count: window.length)
            if let p = window.first(.P, event: 0) {
                for time in values.indices {
                    let since = (Double(time) - p) / window.rate
                    if since >= 0, since < seconds { values[time] = 1 }
                }
            }
            return Label(values)
        }
    }

    /// This line registers it. The same file dropped into Sources/Seismic/Labels is a built-in.
    @section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TYPE.self, $0) }

    """#
