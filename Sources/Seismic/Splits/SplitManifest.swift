import Files
import Foundation
import GraphIR

/// A division of a dataset on paper: which trace is on which side, with hashes that say whether dataset and division
/// are still the ones they were. A manifest's file stands for its dataset wherever one is asked for.
public struct SplitManifest: Hashable, Sendable {
    /// The dataset's path: as given, or relative to the manifest's folder.
    public var dataset: String
    public var rule: SplitRule
    /// The traces' names on each side, in the dataset's order.
    public private(set) var names: [Split: [String]]
    /// Of all names in the dataset's order, with what divides them: station, event, origin and start.
    public private(set) var datasetHash: String

    public init(_ dataset: any Dataset, path: String, rule: SplitRule) {
        self.dataset = path
        self.rule = rule
        let sides = rule.sides(of: dataset)
        names = [:]
        for split in Split.allCases {
            names[split] = sides.indices.filter { sides[$0] == split }.map { dataset.name($0) }
        }
        datasetHash = SplitManifest.hash(of: dataset)
    }

    public func count(_ split: Split) -> Int { names[split]?.count ?? 0 }

    static func hash(of dataset: any Dataset) -> String {
        var hash = SHA256()
        let columns = ["station_code", "source_id", "source_origin_time", "trace_start_time"]
        for index in 0..<dataset.count {
            let metadata = dataset.metadata(index)
            let line = [dataset.name(index)] + columns.map { metadata[$0] ?? "" }
            hash.update((line.joined(separator: "\u{1F}") + "\n").utf8)
        }
        return hash.hex
    }

    private static func hash(of names: [String]) -> String {
        var hash = SHA256()
        for name in names { hash.update((name + "\n").utf8) }
        return hash.hex
    }

    // MARK: JSON

    static let mark = "strata-split-1"

    public var json: JSON {
        let splits = Split.allCases.map { split -> JSON.Member in
            let names = names[split] ?? []
            return JSON.Member(
                split.rawValue,
                [
                    "count": .int(names.count), "sha256": .string(SplitManifest.hash(of: names)),
                    "names": .array(names.map { .string($0) }),
                ])
        }
        return [
            "format": .string(SplitManifest.mark), "dataset": .string(dataset), "dataset_sha256": .string(datasetHash),
            "by": .string(rule.unit.rawValue), "seed": .string("\(rule.seed)"),
            "shares": .array(rule.shares.map { .number($0) }), "splits": .object(splits),
        ]
    }

    /// Reads a manifest and checks each side's names against their hash.
    public init(reading path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw DataError(.access, file: path, expected: "a split manifest", found: "no file that can be read")
        }
        func failure(_ expected: String, _ found: String) -> DataError {
            DataError(file: path, expected: expected, found: found)
        }
        let json: JSON
        do {
            json = try JSON(parsing: Array(bytes))
        } catch {
            throw DataError(file: path, byte: error.offset, expected: error.expected, found: "something else")
        }
        guard json["format"]?.string == SplitManifest.mark else {
            throw failure("\"format\": \"\(SplitManifest.mark)\"", json["format"]?.string ?? "none")
        }
        guard let dataset = json["dataset"]?.string, let hash = json["dataset_sha256"]?.string,
            let unit = json["by"]?.string.flatMap(SplitRule.Unit.init),
            let seed = json["seed"]?.string.flatMap(UInt64.init)
        else { throw failure("dataset, dataset_sha256, by and seed", "not all of them") }
        self.dataset = dataset
        datasetHash = hash
        rule = SplitRule(unit, seed: seed, shares: (json["shares"]?.array ?? []).compactMap(\.double))
        names = [:]
        for split in Split.allCases {
            let entry = json["splits"]?[split.rawValue]
            let list = (entry?["names"]?.array ?? []).compactMap(\.string)
            guard entry?["sha256"]?.string == SplitManifest.hash(of: list) else {
                throw failure("the names of '\(split.rawValue)' that its hash is of", "others")
            }
            names[split] = list
        }
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
        base = try openDataset(place)
        guard SplitManifest.hash(of: base) == manifest.datasetHash else {
            throw DataError(
                file: path, expected: "the dataset that was divided, '\(place)'",
                found: "another one there: its names or sources differ")
        }
        var byName: [String: Split] = [:]
        for split in Split.allCases {
            for name in manifest.names[split] ?? [] { byName[name] = split }
        }
        sides = (0..<base.count).map { [base] in byName[base.name($0)] }
    }

    var format: String { base.format }
    var count: Int { base.count }
    var columns: [String] { base.columns }
    func name(_ index: Int) -> String { base.name(index) }
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
        return String(decoding: start, as: UTF8.self).contains(SplitManifest.mark)
    }
    public static func open(_ path: String) throws -> any Dataset {
        try DividedDataset(SplitManifest(reading: path), at: path)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(SplitReader.self, $0) }
}
