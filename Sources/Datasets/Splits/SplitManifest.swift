import Files
import Foundation
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
    func sides(count: Int) -> [Split?] {
        var sides = [Split?](repeating: nil, count: count)
        for (split, entries) in traces {
            for entry in entries where sides.indices.contains(entry.index) { sides[entry.index] = split }
        }
        return sides
    }

    static let dividing = ["station_code", "source_id", "source_origin_time", "trace_start_time"]

    static func hash(of dataset: any Dataset) -> String {
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

/// A dataset whose sides a manifest names.
struct DividedDataset: Dataset {
    let path: String
    private let base: any Dataset
    private let sides: [Split?]

    /// Refuses a dataset that is not the one that was divided.
    init(_ manifest: SplitManifest, at path: String) throws {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let place = DatasetPlace.absolute(manifest.dataset, in: folder)
        try DividedDataset.checkDepth(from: path, to: place)
        base = try openDataset(place)
        guard SplitManifest.hash(of: base) == manifest.datasetHash else {
            throw DataError(
                file: path, expected: "the dataset that was divided, '\(place)'",
                found: "another one there: its traces or sources differ")
        }
        sides = manifest.sides(count: base.count)
    }

    /// A manifest may divide what another one names, but not without end: it could name itself.
    private static func checkDepth(from path: String, to place: String) throws {
        var next = place
        for _ in 0..<deepest {
            guard SplitReader.recognises(next) else { return }
            let folder = URL(fileURLWithPath: next).deletingLastPathComponent().path
            next = DatasetPlace.absolute(try SplitManifest(reading: next).dataset, in: folder)
        }
        throw DataError(
            file: path, expected: "a dataset behind at most \(deepest) split manifests",
            found: "manifests that name one another")
    }
    private static let deepest = 8

    var format: String { base.format }
    var count: Int { base.count }
    var columns: [String] { base.columns }
    var storedColumns: [String] { base.storedColumns }
    var files: [String] { base.files }
    var leftOut: [LeftOut] { base.leftOut }
    func name(_ index: Int) -> String { base.name(index) }
    func identity(_ index: Int) -> TraceIdentity { base.identity(index) }
    func rate(_ index: Int) -> Double? { base.rate(index) }
    func components(_ index: Int) -> String? { base.components(index) }
    func trace(_ index: Int) throws -> Trace { try base.trace(index) }
    func metadata(_ index: Int) -> TraceMetadata { base.metadata(index) }
    func split(_ index: Int) -> Split? { sides[index] }
}

/// `split`: a manifest's file, read as its dataset.
public struct SplitReader: DatasetReader {
    public static let signature = Signature(
        .reader, "split",
        """
        Reads a dataset through the manifest that `strata data split` wrote: the same traces, with its sides.
        A dataset that changed since is refused.
        """)

    public static func recognises(_ path: String) -> Bool {
        guard path.hasSuffix(".json"), let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        let start = (try? file.read(upToCount: 64)) ?? Data()
        return String(decoding: start, as: UTF8.self).contains("strata-split-")
    }
    public static func open(_ path: String) throws -> any Dataset {
        try DividedDataset(SplitManifest(reading: path), at: path)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(SplitReader.self, $0) }
}
