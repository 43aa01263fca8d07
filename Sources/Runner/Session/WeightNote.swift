/// What travels with the weights, so that nobody has to ask how the data was prepared: the architecture, the
/// preparation, the labels, the thresholds, and what they were learned from.
enum WeightNote {
    static let network = "network"
    static let hash = "graph_hash"
    static let sources = "architecture"
    static let overrides = "overrides"
    static let preparation = "preparation"
    static let thresholds = "thresholds"
    static let data = "data_hash"
    static let seed = "seed"
}
