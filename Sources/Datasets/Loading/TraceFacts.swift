import Files

/// What a dataset's columns say of picks and classes: found once for the table, then read for every trace.
package struct TraceFacts: Sendable {
    private struct PickColumn: Sendable {
        var name: String
        var phase: Phase
        var event: Int
    }
    private let pickColumns: [PickColumn]

    package init(columns: [String]) {
        pickColumns = columns.compactMap { name in
            TraceFacts.pick(named: name).map { PickColumn(name: name, phase: $0.phase, event: $0.event) }
        }
    }

    /// The phase and event of a column `trace_PHASE_arrival_sample`. A number from 2 on counts the events of a trace:
    /// `trace_p2_arrival_sample` is the P of its second one.
    package static func pick(named column: String) -> (phase: Phase, event: Int)? {
        guard column.hasPrefix("trace_"), column.hasSuffix("_arrival_sample") else { return nil }
        let name = String(column.dropFirst("trace_".count).dropLast("_arrival_sample".count))
        if let phase = Phase(catalogue: name) { return (phase, 0) }
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(String(digits.reversed())), number >= 2,
            let phase = Phase(catalogue: String(name.dropLast(digits.count)))
        else { return nil }
        return (phase, number - 1)
    }

    /// The picks in samples of the trace, as its table has them.
    package func picks(of metadata: TraceMetadata) -> [Window.Pick] {
        pickColumns.compactMap { column in
            metadata.double(column.name).map { Window.Pick(column.phase, at: $0, event: column.event) }
        }
    }

    /// Refuses a trace with an arrival that is no number: taken for missing, it would teach that there is none.
    package func checkPicks(of trace: Trace) throws(DataError) {
        for column in pickColumns {
            // `[nan]` is how arrays say that there is none.
            guard let text = trace.metadata[column.name], trace.metadata.double(column.name) == nil,
                !text.lowercased().contains("nan")
            else { continue }
            throw DataError(
                file: column.name, trace: trace.name, expected: "a number of samples or nothing", found: "'\(text)'")
        }
    }

    /// The whole trace as a window.
    package func window(_ trace: Trace) -> Window {
        Window(
            samples: (0..<trace.channels).map { Array(trace.channel($0)) }, components: trace.components,
            rate: trace.rate, picks: picks(of: trace.metadata),
            spans: Window.spans(trace.metadata["trace_class_spans"] ?? ""),
            codaEnd: trace.metadata.double("trace_coda_end_sample"),
            category: trace.metadata["trace_category"] ?? "", plane: trace.plane, metadata: trace.metadata)
    }
}

extension Window {
    /// Reads `LP 1200 2600; VTE 4000 5200`: a class, its first sample and the one after its last. What does not read
    /// so is left out.
    package static func spans(_ text: String) -> [Span] {
        text.split(separator: ";").compactMap { entry in
            let words = entry.split(separator: " ")
            guard words.count == 3, let first = Int(words[1]), let end = Int(words[2]), first < end else { return nil }
            return Span(first..<end, String(words[0]))
        }
    }

    package static func text(of spans: [Span]) -> String {
        spans.map { "\($0.name) \($0.samples.lowerBound) \($0.samples.upperBound)" }.joined(separator: "; ")
    }
}

extension Dataset {
    /// The picks that the table has for a trace, in samples of the trace: whoever judges a network compares with them.
    public func picks(_ index: Int) -> [Window.Pick] { TraceFacts(columns: columns).picks(of: metadata(index)) }
    /// A whole trace as a window, with what its row says of it.
    public func window(_ index: Int) throws -> Window { try TraceFacts(columns: columns).window(trace(index)) }
}
