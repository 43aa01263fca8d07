/// A plan of many trainings: networks, what varies among them, and how long to search.
public struct Study: Sendable, Equatable {
    public var name: String
    public var documentation = ""
    /// Paths or catalogue names; the first, unvaried, is what all others stand beside.
    public var networks: [String] = []
    public var data: String?
    /// Settings that hold for every trial, as `--set` takes them.
    public var fixed: [Setting] = []
    public var axes: [Axis] = []
    public var search = Search.grid
    public var match: Match?
    public var seeds = 3
    public var epochs: Int?
    /// Seconds of training after which no new trial is begun.
    public var budget: Double?
    /// The metric that ranks.
    public var judge: String?
    /// Of random search.
    public var seed = 0

    public init(name: String) { self.name = name }

    public struct Setting: Sendable, Hashable {
        public var key: String
        public var value: String
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// One thing that varies.
    public struct Axis: Sendable, Hashable {
        public enum Values: Sendable, Hashable {
            case list([String])
            /// From low to high; whole numbers where both ends are, on a logarithmic scale if asked.
            case range(low: Double, high: Double, isLogarithmic: Bool)
        }
        public var key: String
        public var values: Values
        public init(key: String, values: Values) {
            self.key = key
            self.values = values
        }
    }

    public enum Search: Sendable, Hashable {
        /// Every combination of listed values.
        case grid
        /// So many draws for each network.
        case random(Int)
        /// All begin with a few epochs and one seed; the best share by validation loss goes on with more, until those
        /// that are left are trained in full with all seeds.
        case halving(keep: Double, from: Int, draws: Int?)
    }

    /// A setting that is solved for, so that each trial's network has as many parameters as the first.
    public struct Match: Sendable, Hashable {
        public var key: String
        public var low: Double
        public var high: Double
        public init(key: String, low: Double, high: Double) {
            self.key = key
            self.low = low
            self.high = high
        }
    }
}

/// One place in what a study searches: a network with its settings.
public struct StudyPoint: Sendable, Hashable {
    public var network: String
    /// What varies, in the study's order.
    public var settings: [Study.Setting]

    /// `eqt drop=0.1 memory_blocks=2`
    public var name: String { ([network] + settings.map { "\($0.key)=\($0.value)" }).joined(separator: " ") }
}
