import GraphIR

/// A division of a dataset on paper: which trace is on which side, with hashes that say whether dataset and division
/// are still the ones they were. A manifest's file stands for its dataset wherever one is asked for.
public struct SplitManifest: Hashable, Sendable {
    /// The dataset's path: as given, or relative to the manifest's folder.
    public var dataset: String
    public var rule: SplitRule
    /// The traces of each side, in the dataset's order.
    public private(set) var traces: [Split: [Entry]]
    /// Of all traces in the dataset's order, with what divides them: station, event, origin and start.
    public private(set) var datasetHash: String

    /// A trace of the dataset.
    public struct Entry: Hashable, Sendable {
        /// Its number in the dataset, which is what divides; the identity is for people and for the hash.
        public var index: Int
        public var identity: TraceIdentity
    }

    public init(_ dataset: any Dataset, path: String, rule: SplitRule) {
        self.dataset = path
        self.rule = rule
        let sides = rule.sides(of: dataset)
        traces = [:]
        for split in Split.allCases {
            traces[split] = sides.indices.filter { sides[$0] == split }.map {
                Entry(index: $0, identity: dataset.identity($0))
            }
        }
        datasetHash = SplitManifest.hash(of: dataset)
    }

    /// A manifest whose sides are still to be set.
    init(dataset: String, rule: SplitRule, datasetHash: String) {
        (self.dataset, self.rule, self.datasetHash) = (dataset, rule, datasetHash)
        traces = [:]
    }

    mutating func set(_ entries: [Entry], on split: Split) { traces[split] = entries }

    public func count(_ split: Split) -> Int { traces[split]?.count ?? 0 }

    /// The side of each of so many traces.
    public func sides(count: Int) -> [Split?] {
        var sides = [Split?](repeating: nil, count: count)
        for (split, entries) in traces {
            for entry in entries where sides.indices.contains(entry.index) { sides[entry.index] = split }
        }
        return sides
    }

    static let dividing = ["station_code", "source_id", "source_origin_time", "trace_start_time"]

    public static func hash(of dataset: any Dataset) -> String {
        var hash = SHA256()
        for index in 0..<dataset.count {
            let metadata = dataset.metadata(index)
            hash.update(dataset.identity(index))
            for column in dividing { hash.update(field: metadata[column]) }
        }
        return hash.hex
    }

    static func hash(of entries: [Entry]) -> String {
        var hash = SHA256()
        for entry in entries {
            hash.update(field: "\(entry.index)")
            hash.update(entry.identity)
        }
        return hash.hex
    }
}
