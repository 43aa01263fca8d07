import Files
import Foundation
import GraphIR

/// Manifests as JSON. A side is three lists of one length: the numbers of its traces in the dataset, their names, and
/// their chunks where there are any with their rows in them.
extension SplitManifest {
    static let mark = "strata-split-2"
    /// Manifests of this mark gave names alone, which several traces may share.
    static let oldMark = "strata-split-1"

    public var json: JSON {
        let splits = Split.allCases.map { split -> JSON.Member in
            let entries = traces[split] ?? []
            var side: [JSON.Member] = [
                .init("count", .int(entries.count)), .init("sha256", .string(SplitManifest.hash(of: entries))),
                .init("numbers", .array(entries.map { .int($0.index) })),
                .init("names", .array(entries.map { .string($0.identity.name) })),
            ]
            if entries.contains(where: { !$0.identity.chunk.isEmpty || $0.identity.row != $0.index }) {
                side.append(.init("chunks", .array(entries.map { .string($0.identity.chunk) })))
                side.append(.init("rows", .array(entries.map { .int($0.identity.row) })))
            }
            return JSON.Member(split.rawValue, .object(side))
        }
        return [
            "format": .string(SplitManifest.mark), "dataset": .string(dataset), "dataset_sha256": .string(datasetHash),
            "by": .string(rule.unit.rawValue), "seed": .string("\(rule.seed)"),
            "shares": .array(rule.shares.map { .number($0) }), "splits": .object(splits),
        ]
    }

    /// Reads a manifest and checks each side's traces against their hash.
    public init(reading path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw DataError(.access, file: path, expected: "a split manifest", found: "no file that can be read")
        }
        try self.init(Array(bytes), path: path)
    }

    init(_ bytes: [UInt8], path: String) throws {
        func failure(_ expected: String, _ found: String) -> DataError {
            DataError(file: path, expected: expected, found: found)
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw DataError(file: path, byte: error.offset, expected: error.expected, found: "something else")
        }
        guard json["format"]?.string != SplitManifest.oldMark else {
            throw failure(
                "a manifest that says which trace it means",
                "one of an older version, by names that traces may share: write it again with strata data split")
        }
        guard json["format"]?.string == SplitManifest.mark else {
            throw failure("\"format\": \"\(SplitManifest.mark)\"", json["format"]?.string ?? "none")
        }
        guard let dataset = json["dataset"]?.string, let hash = json["dataset_sha256"]?.string,
            let unit = json["by"]?.string.flatMap(SplitRule.Unit.init),
            let seed = json["seed"]?.string.flatMap(UInt64.init)
        else { throw failure("dataset, dataset_sha256, by and seed", "not all of them") }
        let rule = SplitRule(unit, seed: seed, shares: (json["shares"]?.array ?? []).compactMap(\.double))
        self.init(dataset: dataset, rule: rule, datasetHash: hash)
        var seen: Set<Int> = []
        for split in Split.allCases {
            let side = json["splits"]?[split.rawValue]
            guard let entries = SplitManifest.entries(side), side?["sha256"]?.string == SplitManifest.hash(of: entries)
            else { throw failure("the traces of '\(split.rawValue)' that its hash is of", "others") }
            guard entries.allSatisfy({ seen.insert($0.index).inserted }) else {
                throw failure("each trace on one side", "one on two")
            }
            set(entries, on: split)
        }
    }

    /// A side's traces; `nil` where its lists are not of one length or hold something else.
    private static func entries(_ side: JSON?) -> [Entry]? {
        guard let numbers = side?["numbers"]?.array, let names = side?["names"]?.array, names.count == numbers.count
        else { return nil }
        let chunks = side?["chunks"]?.array
        let rows = side?["rows"]?.array
        guard chunks?.count ?? numbers.count == numbers.count, rows?.count ?? numbers.count == numbers.count else {
            return nil
        }
        var entries: [Entry] = []
        entries.reserveCapacity(numbers.count)
        for place in numbers.indices {
            guard let number = numbers[place].int, number >= 0, let name = names[place].string,
                let chunk = chunks.map({ $0[place].string }) ?? "", let row = rows.map({ $0[place].int }) ?? number
            else { return nil }
            entries.append(Entry(index: number, identity: TraceIdentity(chunk: chunk, row: row, name: name)))
        }
        return entries
    }
}
