import Files
import GraphIR

/// What a dataset was when someone worked with it, part by part: two that are equal are the same data, and of two that
/// differ the parts say in what. A catalogue that was picked anew has other arrivals and the same samples.
public struct DatasetFingerprint: Hashable, Sendable {
    public enum Part: String, CaseIterable, Hashable, Sendable {
        case traces, arrivals, table, sides, samples

        /// In the words of a message that says what is another than it was.
        public var meaning: String {
            switch self {
            case .traces: "traces (chunk, row, name)"
            case .arrivals: "arrivals and classes of the traces (picked anew, or another catalogue)"
            case .table: "other columns of the table"
            case .sides: "sides (which traces teach, choose and judge)"
            case .samples: "samples"
            }
        }
    }

    /// A SHA-256 digest of each part.
    public let parts: [Part: String]
    /// Of every sample of every trace, where that was asked for; `parts[.samples]` is of a few traces alone.
    public let everySample: String?

    /// How many traces, spread over the dataset, stand for all where not every sample is looked at.
    public static let sampledTraces = 64

    /// - Parameters:
    ///   - sides: of every trace, as they are used.
    ///   - strict: look at every sample of every trace. What was found of files is remembered by their sizes and times.
    public init(_ dataset: any Dataset, sides: [Split?], strict: Bool = false, threads: Int = 1) throws {
        let memory = FingerprintMemory(dataset)
        var parts = memory.table { DatasetFingerprint.table(of: dataset) }
        var hash = SHA256()
        for side in sides { hash.update(field: side?.rawValue) }
        parts[.sides] = hash.hex
        let count = dataset.count
        let few = Set((0..<min(count, Self.sampledTraces)).map { $0 * count / min(count, Self.sampledTraces) })
        parts[.samples] = try DatasetFingerprint.samples(of: few.sorted(), in: dataset, threads: threads)
        self.parts = parts
        everySample =
            strict
            ? try memory.samples { try DatasetFingerprint.samples(of: Array(0..<count), in: dataset, threads: threads) }
            : nil
    }

    /// One number for all parts.
    public var hash: String {
        var hash = SHA256()
        for part in Part.allCases { hash.update(field: parts[part]) }
        return hash.hex
    }

    /// The digests of what the table says: who the traces are, what happens in them, and all the rest.
    private static func table(of dataset: any Dataset) -> [Part: String] {
        var (traces, arrivals, rest) = (SHA256(), SHA256(), SHA256())
        let columns = dataset.storedColumns.filter { $0 != "split" }.map { (name: $0, isArrival: isArrival($0)) }
        for column in columns {
            if column.isArrival { arrivals.update(field: column.name) } else { rest.update(field: column.name) }
        }
        for index in 0..<dataset.count {
            traces.update(dataset.identity(index))
            let metadata = dataset.metadata(index)
            let values = metadata.values(of: columns.map(\.name))
            for (column, value) in zip(columns, values) {
                if column.isArrival { arrivals.update(field: value) } else { rest.update(field: value) }
            }
        }
        return [.traces: traces.hex, .arrivals: arrivals.hex, .table: rest.hex]
    }

    /// Whether a column says what happens in a trace, and when.
    static func isArrival(_ column: String) -> Bool {
        TraceFacts.pick(named: column) != nil
            || ["trace_category", "trace_class_spans", "trace_class", "trace_coda_end_sample"].contains(column)
    }

    /// A digest of the digests of traces, so that threads may share them. What cannot be read is part of what a
    /// dataset is; that a file is not there at all is an error.
    private static func samples(of traces: [Int], in dataset: any Dataset, threads: Int) throws -> String {
        let digests = inParallel(traces.count, threads: threads) { place -> Result<String, any Error> in
            Result {
                do {
                    let trace = try dataset.trace(traces[place])
                    var hash = SHA256()
                    hash.update(field: trace.components)
                    hash.update(field: "\(trace.rate) \(trace.length)")
                    if let plane = trace.plane { hash.update(field: "\(plane)") }
                    trace.samples.withUnsafeBytes { hash.update($0) }
                    return hash.hex
                } catch let error as DataError where error.cause == .content {
                    return "unreadable"
                }
            }
        }
        var hash = SHA256()
        for (trace, digest) in zip(traces, digests) {
            hash.update(field: "\(trace)")
            hash.update(field: try digest.get())
        }
        return hash.hex
    }
}

/// What took long to find out about a dataset's files, kept by their paths, sizes and times.
private struct FingerprintMemory {
    private let first: FileBytes?
    private let key: String
    private let isLarge: Bool

    init(_ dataset: any Dataset) {
        var hash = SHA256()
        var files: [FileBytes] = []
        hash.update(field: dataset.format)
        for path in dataset.files {
            guard let file = try? FileBytes(mapping: path), let identity = file.identity else {
                files = []
                break
            }
            if files.isEmpty { files.append(file) }
            hash.update(field: path)
            hash.update(field: "\(file.count) \(identity.modified)")
        }
        first = files.first
        key = hash.hex
        isLarge = dataset.count >= IndexCache.smallestCount
    }

    /// Three digests of a table; small tables are read as fast as remembered.
    func table(_ make: () -> [DatasetFingerprint.Part: String]) -> [DatasetFingerprint.Part: String] {
        let order: [DatasetFingerprint.Part] = [.traces, .arrivals, .table]
        guard isLarge else { return make() }
        let known = remembered("table", digests: order.count)
        if let known { return Dictionary(zip(order, known)) { first, _ in first } }
        let made = make()
        keep(order.map { made[$0] ?? "" }, "table")
        return made
    }

    func samples(_ make: () throws -> String) throws -> String {
        if let known = remembered("samples", digests: 1)?.first { return known }
        let made = try make()
        keep([made], "samples")
        return made
    }

    private func remembered(_ what: String, digests: Int) -> [String]? {
        guard let first, let words = IndexCache.words(of: "fingerprint of \(what) \(key)", for: first),
            words.count == 4 * digests
        else { return nil }
        return (0..<digests).map { digest in
            (0..<4).map { place in
                let word = String(words[4 * digest + place], radix: 16)
                return String(repeating: "0", count: 16 - word.utf8.count) + word
            }.joined()
        }
    }

    private func keep(_ digests: [String], _ what: String) {
        guard let first else { return }
        let words = digests.flatMap { digest -> [UInt64] in
            let digits = Array(digest)
            return stride(from: 0, to: digits.count, by: 16).compactMap {
                UInt64(String(digits[$0..<min($0 + 16, digits.count)]), radix: 16)
            }
        }
        guard words.count == 4 * digests.count else { return }
        IndexCache.keep(words, of: "fingerprint of \(what) \(key)", for: first)
    }
}
