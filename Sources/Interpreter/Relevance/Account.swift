/// Where one number of a network comes from: what of it came in, what constants added, and what nobody says.
public struct Account: Hashable, Sendable {
    public struct Share: Hashable, Sendable {
        public var name: String
        public var value: Double
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }
    /// The number that is explained.
    public var value = 0.0
    /// By input: what of it came in there.
    public var inputs: [Share] = []
    /// By layer: what its constants (biases, running means, what is padded with) added.
    public var constants: [Share] = []
    /// By layer: what it took without saying from where, or gave without having.
    public var unaccounted: [Share] = []
    /// What the rule's stabiliser swallowed.
    public var stabiliser = 0.0
    /// The sum of the absolute relevance of everything that came in.
    public var absolute = 0.0

    public init() {}

    private static func sum(_ shares: [Share]) -> Double { shares.reduce(0) { $0 + $1.value } }
    public var fromInputs: Double { Self.sum(inputs) }
    public var fromConstants: Double { Self.sum(constants) }
    public var fromNobody: Double { Self.sum(unaccounted) }
    /// What is left when everything is added up: rounding.
    public var remainder: Double { value - fromInputs - fromConstants - fromNobody - stabiliser }

    /// All that was added up, without signs: what errors are measured against.
    public var turnover: Double {
        (inputs + constants + unaccounted).reduce(abs(stabiliser)) { $0 + abs($1.value) } + absolute
    }
    /// How far the books are from closing, as a share of the turnover; what a layer left open counts.
    public var error: Double {
        let open = abs(remainder) + unaccounted.reduce(0) { $0 + abs($1.value) }
        return turnover > 0 ? open / turnover : 0
    }
    /// How many times more was pushed to and fro than came out: relevance that cancels itself.
    public var cancellation: Double? { fromInputs == 0 ? nil : absolute / abs(fromInputs) }
}
