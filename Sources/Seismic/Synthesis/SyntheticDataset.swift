import Files
import Foundation
import GraphIR

/// Synthetic seismograms as a dataset: each trace is made when it is asked for, and always the same; what was made is
/// kept while there is room, as every epoch asks for it again.
public struct SyntheticDataset: Dataset {
    /// What to make: `synthetic:2000`, `synthetic:volcano:500,seed=3,samples=12000,rate=100`.
    public struct Order: Hashable, Sendable {
        public var kind: String
        public var count: Int
        public var seed: UInt64
        /// The kind's own where not given.
        public var length: Int?
        public var rate: Double?
        public init(kind: String = "local", count: Int, seed: UInt64 = 0, length: Int? = nil, rate: Double? = nil) {
            (self.kind, self.count, self.seed, self.length, self.rate) = (kind, count, seed, length, rate)
        }
    }

    static let kinds: [any SyntheticKind.Type] = [
        LocalSeismograms.self, VolcanoStreams.self, RecordPairs.self,
    ]
    /// The names of the kinds there are.
    public static var kindNames: [String] { kinds.map { $0.name } }

    public let path: String
    public let format = "synthetic"
    public var count: Int { kind.count }
    public var columns: [String] { type(of: kind).columns }
    public var storedColumns: [String] {
        let kind = type(of: kind)
        return kind.columns.filter { !kind.measuredColumns.contains($0) }
    }
    private let kind: any SyntheticKind
    private let rate: Double
    private let made: MadeTraces
    private let rows: Rows

    public init(_ order: Order) throws {
        guard let type = SyntheticDataset.kinds.first(where: { $0.name == order.kind }) else {
            let near = nearestName(to: order.kind, among: SyntheticDataset.kindNames)
            throw DataError(
                .request, file: order.description,
                expected: "one of the kinds \(SyntheticDataset.kindNames.joined(separator: ", "))",
                found: "'\(order.kind)'" + (near.map { ": did you mean '\($0)'?" } ?? ""))
        }
        let length = order.length ?? type.standardLength
        rate = order.rate ?? type.standardRate
        guard (1...10_000_000).contains(order.count), (64...10_000_000).contains(length), (0.01...10_000).contains(rate)
        else {
            throw DataError(
                .request, file: order.description,
                expected: "1 to 10,000,000 traces of 64 to 10,000,000 samples at 0.01 to 10,000 Hz",
                found: "\(order.count) traces of \(length) samples at \(rate) Hz")
        }
        path = order.description
        kind = type.init(count: order.count, length: length, rate: rate, seed: order.seed)
        made = MadeTraces.of(path)
        rows = Rows(kind, made)
    }

    public func metadata(_ index: Int) -> TraceMetadata { TraceMetadata(row: index, of: rows) }
    public func rate(_ index: Int) -> Double? { rate }

    public func trace(_ index: Int) throws -> Trace { trace(index, made.trace(index, of: kind)) }

    /// The trace made anew, and not kept: for whoever asks for each but once.
    public func madeAnew(_ index: Int) -> Trace { trace(index, MadeTraces.make(index, of: kind)) }

    private func trace(_ index: Int, _ made: MadeTraces.Made) -> Trace {
        Trace(
            name: made.metadata["trace_name"] ?? "\(index)", start: made.metadata.instant("trace_start_time"),
            rate: rate, components: made.components, samples: made.samples, length: made.length,
            metadata: made.metadata)
    }

    /// The table: settled columns at once, measured ones when they are asked for.
    private final class Rows: TableRows, @unchecked Sendable {
        let columnNames: ColumnNames
        private let kind: any SyntheticKind
        private let made: MadeTraces
        private let lock = NSLock()
        // Guarded by the lock.
        private var settled: [Int: TraceMetadata] = [:]

        init(_ kind: any SyntheticKind, _ made: MadeTraces) {
            (self.kind, self.made) = (kind, made)
            columnNames = ColumnNames(type(of: kind).columns)
        }

        func value(row: Int, column: Int) -> String? {
            let name = columnNames.names[column]
            if type(of: kind).measuredColumns.contains(name) { return made.metadata(row, of: kind)[name] }
            if let known = lock.withLock({ settled[row] }) { return known[name] }
            let made = kind.settled(row)
            lock.withLock { settled[row] = made }
            return made[name]
        }
    }
}

extension SyntheticDataset.Order: CustomStringConvertible {
    /// As `openDataset` reads it.
    public var description: String {
        let options =
            (seed == 0 ? [] : ["seed=\(seed)"]) + (length.map { ["samples=\($0)"] } ?? [])
            + (rate.map { ["rate=\($0)"] } ?? [])
        return (["synthetic:" + (kind == "local" ? "" : kind + ":") + "\(count)"] + options).joined(separator: ",")
    }

    /// Reads `synthetic:[KIND:]COUNT[,seed=S][,samples=N][,rate=R]`; throws what does not read so.
    public init(_ text: String) throws {
        func refuse(_ part: Substring) -> DataError {
            DataError(
                .request, file: text, expected: "synthetic:[KIND:]COUNT[,seed=S][,samples=N][,rate=R]",
                found: "'\(part)'")
        }
        let parts = text.dropFirst(SyntheticReader.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        let head = (parts.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(head.count), let last = head.last, let count = Int(last) else {
            throw refuse(parts.first ?? "")
        }
        self.init(kind: head.count == 2 ? String(head[0]) : "local", count: count)
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw refuse(part) }
            switch pair[0] {
            case "seed": seed = try UInt64(pair[1]) ?? { throw refuse(part) }()
            case "samples": length = try Int(pair[1]) ?? { throw refuse(part) }()
            case "rate": rate = try Double(pair[1]) ?? { throw refuse(part) }()
            default: throw refuse(part)
            }
        }
    }
}

/// `synthetic`: the reader that reads nothing.
public struct SyntheticReader: DatasetReader {
    static let prefix = DatasetPlace.made
    public static let signature = Signature(
        .reader, "synthetic",
        """
        Makes seismograms instead of reading them: `synthetic:2000` stands for 2,000 of them.
        synthetic:[KIND:]COUNT[,seed=S][,samples=N][,rate=R]; kinds are local, volcano and fwi. The same text always \
        stands for the same traces.
        """)

    public static func recognises(_ path: String) -> Bool { path.hasPrefix(prefix) }
    public static func open(_ path: String) throws -> any Dataset { try SyntheticDataset(SyntheticDataset.Order(path)) }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(SyntheticReader.self, $0)
    }
}
