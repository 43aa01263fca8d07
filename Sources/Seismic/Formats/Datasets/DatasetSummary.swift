import Files
import GraphIR

/// A dataset at a glance: how many traces of what kind, and how well its table is filled.
public struct DatasetSummary: Sendable {
    public struct Column: Hashable, Sendable {
        public var name: String
        /// Rows that have a value.
        public var filled: Int
    }

    public let path: String
    public let format: String
    public let count: Int
    public private(set) var columns: [Column]
    /// Traces of each split that occurs, `none` for those without one.
    public private(set) var splits: [(name: String, count: Int)] = []
    /// Each rate with its count, most frequent first; 0 where it is not known.
    public private(set) var rates: [(rate: Double, count: Int)] = []
    public private(set) var components: [(order: String, count: Int)] = []
    /// Samples of the traces that were read: all, or the first.
    public private(set) var lengths: ClosedRange<Int>?
    public private(set) var readCount = 0
    /// Heights, widths and colours of the pictures that were read; `nil` where there was none.
    public private(set) var pictures: Pictures?
    /// Traces of each category, most frequent first.
    public private(set) var categories: [(name: String, count: Int)] = []

    public struct Pictures: Sendable {
        public var heights: ClosedRange<Int>
        public var widths: ClosedRange<Int>
        /// As `RGB`, with their counts.
        public var colours: [String: Int]
    }
    /// What of the files was not read.
    public let leftOut: [LeftOut]
    /// What was taken for granted because no file says it.
    public let notes: [String]
    /// What is wrong with traces that were read.
    public private(set) var bad: [DataError] = []

    /// Looks at the whole table. Reads the first trace, or all of them where asked; the first bad one is thrown unless
    /// bad ones are to be collected.
    public init(_ dataset: any Dataset, readingAll: Bool, collectingBad: Bool) throws {
        path = dataset.path
        format = dataset.format
        count = dataset.count
        leftOut = dataset.leftOut
        notes = dataset.notes
        columns = dataset.columns.map { Column(name: $0, filled: 0) }
        tabulate(dataset)
        for index in 0..<(readingAll ? count : min(1, count)) {
            do {
                let trace = try dataset.trace(index)
                let length = trace.length
                readCount += 1
                note(trace)
                lengths = lengths.map { min($0.lowerBound, length)...max($0.upperBound, length) } ?? length...length
            } catch let error as DataError {
                let error = error.about(trace: dataset.name(index))
                guard collectingBad else { throw error }
                bad.append(error)
            }
        }
    }

    private mutating func note(_ trace: Trace) {
        guard let plane = trace.plane else { return }
        func widened(_ range: ClosedRange<Int>?, _ value: Int) -> ClosedRange<Int> {
            min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
        }
        pictures = Pictures(
            heights: widened(pictures?.heights, plane.height), widths: widened(pictures?.widths, plane.width),
            colours: pictures?.colours ?? [:])
        pictures?.colours[trace.components, default: 0] += 1
    }

    private mutating func tabulate(_ dataset: any Dataset) {
        var splitCounts: [String: Int] = [:]
        var rateCounts: [Double: Int] = [:]
        var orderCounts: [String: Int] = [:]
        var categoryCounts: [String: Int] = [:]
        for index in 0..<dataset.count {
            let row = dataset.metadata(index)
            for place in columns.indices where row[columns[place].name] != nil { columns[place].filled += 1 }
            splitCounts[dataset.split(index)?.rawValue ?? row["split"] ?? "none", default: 0] += 1
            rateCounts[dataset.rate(index) ?? 0, default: 0] += 1
            orderCounts[dataset.components(index) ?? "?", default: 0] += 1
            if let category = row["trace_category"] { categoryCounts[category, default: 0] += 1 }
        }
        categories = categoryCounts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        let known = Split.allCases.map(\.rawValue)
        let names = known.filter { splitCounts[$0] != nil } + splitCounts.keys.filter { !known.contains($0) }.sorted()
        splits = names.map { ($0, splitCounts[$0] ?? 0) }
        rates = rateCounts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.rate) < ($0.count, $1.rate) }
        components = orderCounts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.order) < ($0.count, $1.order) }
    }

    public var json: JSON {
        .object([
            .init("path", .string(path)), .init("format", .string(format)), .init("traces", .int(count)),
            .init("splits", .object(splits.map { .init($0.name, .int($0.count)) })),
            .init("rates_hz", .array(rates.map { ["rate_hz": .number($0.rate), "traces": .int($0.count)] })),
            .init("components", .array(components.map { ["order": .string($0.order), "traces": .int($0.count)] })),
            .init("samples", Self.range(lengths)),
            .init(
                "pictures",
                pictures.map {
                    .object([
                        .init("height", Self.range($0.heights)), .init("width", Self.range($0.widths)),
                        .init(
                            "colours",
                            .object($0.colours.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) })),
                    ])
                } ?? .null),
            .init("categories", .object(categories.map { .init($0.name, .int($0.count)) })),
            .init("columns", .array(columns.map { ["name": .string($0.name), "filled": .int($0.filled)] })),
            .init("notes", .array(notes.map { .string($0) })),
            .init("left_out", .array(leftOut.map(\.json))), .init("read", .int(readCount)),
            .init("bad", .array(bad.map(\.json))),
        ])
    }

    private static func range(_ range: ClosedRange<Int>?) -> JSON {
        range.map { ["least": .int($0.lowerBound), "most": .int($0.upperBound)] } ?? .null
    }

    /// Lines for people.
    public var lines: [String] {
        var lines = ["\(shown(path)): \(count) \(pictures == nil ? "traces" : "pictures"), format \(format)"]
        func line(_ name: String, _ text: String) {
            lines.append("  " + name + String(repeating: " ", count: 12 - name.count) + text)
        }
        line("splits", splits.map { "\(shown($0.name)) \($0.count)" }.joined(separator: ", "))
        let ofRead = readCount < count ? " (\(readCount) of \(count) read)" : ""
        func text(_ range: ClosedRange<Int>) -> String {
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        if let pictures {
            line("pixels", "\(text(pictures.heights)) high, \(text(pictures.widths)) wide" + ofRead)
            line("colours", pictures.colours.keys.sorted().map { $0.isEmpty ? "other" : $0 }.joined(separator: ", "))
            let some = categories.prefix(12).map { "\(shown($0.name)) \($0.count)" }
            let more = categories.count > some.count ? ["\(categories.count - some.count) more"] : []
            if !some.isEmpty { line("classes", (some + more).joined(separator: ", ")) }
        } else {
            line(
                "rate",
                rates.map { ($0.rate > 0 ? "\($0.rate) Hz" : "unknown") + " \($0.count)" }.joined(separator: ", "))
            line("components", components.map { "\(shown($0.order)) \($0.count)" }.joined(separator: ", "))
            if let lengths { line("samples", text(lengths) + ofRead) }
        }
        for note in notes { line("note", note) }
        for entry in leftOut { line("not read", "\(entry)") }
        if !bad.isEmpty { line("bad", "\(bad.count) of \(readCount + bad.count) read") }
        lines += ["", "  filled  column"]
        for column in columns {
            let share = count == 0 ? "-" : "\(column.filled * 100 / count) %"
            lines.append(
                "  " + String(repeating: " ", count: max(0, 6 - share.count)) + share + "  " + shown(column.name))
        }
        return lines
    }
}

extension LeftOut {
    /// For scripts.
    public var json: JSON {
        ["what": .string(what), "count": .int(count), "examples": .array(examples.map { .string($0) })]
    }
}

extension DataError {
    /// For scripts.
    public var json: JSON {
        .object([
            .init("file", .string(file)), .init("trace", trace.map { .string($0) } ?? .null),
            .init("byte", byte.map { .int($0) } ?? .null), .init("expected", .string(expected)),
            .init("found", .string(found)),
        ])
    }
}
