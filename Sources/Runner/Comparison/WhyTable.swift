import Files
import GraphIR

/// Why networks differ: what their answers rest on, reduced to numbers that seeds, events and Holm's correction judge
/// as they judge metrics.
public struct WhyTable: Sendable {
    /// Of each contender one value a seed, and for all but the reference what may be said of the difference.
    public struct Row: Sendable {
        public enum Group: String, Sendable { case time, component, octave, constants, moved }
        public var group: Group
        public var name: String
        public var values: [Sample]
        public var judgements: [Judgement?]

        public init(_ group: Group, _ name: String, values: [Sample], judgements: [Judgement?]) {
            (self.group, self.name, self.values, self.judgements) = (group, name, values, judgements)
        }
    }
    /// What was explained: one phase's picks, or the answers of one output.
    public struct Asked: Sendable {
        public var name: String
        public var traces: Int
        public var events: Int
        public var rows: [Row]
        /// Mean rank correlation of |R| between two seeds of a contender; `nil` for one seed.
        public var seedsAgree: [Double?]
        /// The same between a contender and the reference, seed by seed; `nil` for the reference.
        public var networksAgree: [Double?]

        public init(
            name: String, traces: Int, events: Int, rows: [Row], seedsAgree: [Double?], networksAgree: [Double?]
        ) {
            (self.name, self.traces, self.events, self.rows) = (name, traces, events, rows)
            (self.seedsAgree, self.networksAgree) = (seedsAgree, networksAgree)
        }
    }
    public var names: [String]
    /// What it was made from: the hashes of the weights, by network and seed, and of the data.
    public var weights: [[String]]
    public var data: String
    public var asked: [Asked]
    /// Traces on which the networks disagree, with the relevance of each side by side, as HTML.
    public var pictures: [(title: String, html: String)] = []

    public init(names: [String], weights: [[String]], data: String, asked: [Asked]) {
        (self.names, self.weights, self.data, self.asked) = (names, weights, data, asked)
    }

    public static let definition =
        "Relevance (x times what comes back, gates held still) of the pick in each trace, or of the answer; shares are "
        + "of the sum of |relevance|, means over traces. Constants: |constants| over |constants| + |waveform|. Moved: "
        + "the share of picks that move by more than 0.5 s without the most relevant second."
}

extension Judgement {
    /// The verdict about a share, which is neither good nor bad.
    public var direction: String {
        switch verdict {
        case .better: "more"
        case .worse: "less"
        default: verdict.rawValue
        }
    }
}

extension WhyTable {
    private static func number(_ sample: Sample) -> String {
        guard sample.count > 0, sample.mean.isFinite else { return "–" }
        let width = sample.halfWidth(confidence: 0.95)
        return Figures.fixed(sample.mean, places: 2) + (width.isFinite ? " ±\(Figures.fixed(width, places: 2))" : "")
    }

    /// For a terminal; networks below each other where they do not fit beside each other.
    public func text(width: Int) -> String {
        asked.map { asked in
            var lines = ["why \(asked.name), \(asked.traces) traces of \(asked.events) events"]
            let label = 25
            let column = 24, room = max(2, (width - label) / column)
            let others = Array(names.indices.dropFirst()), names = RowNames.distinct(names, width: column - 1)
            let blocks =
                others.isEmpty
                ? [[0]]
                : stride(from: 0, to: others.count, by: room - 1).map { start in
                    [0] + others[start..<min(start + room - 1, others.count)]
                }
            for block in blocks {
                func line(_ title: String, _ cell: (Int) -> String) -> String {
                    block.reduce(String(title.prefix(label)).padding(toLength: label, withPad: " ", startingAt: 0)) {
                        $0 + String(cell($1).prefix(column - 1)).padding(toLength: column, withPad: " ", startingAt: 0)
                    }
                }
                lines.append(line("") { names[$0] })
                for row in asked.rows {
                    lines.append(
                        line(row.name) { index in
                            Self.number(row.values[index])
                                + (row.judgements[index].map { "  " + $0.direction } ?? "")
                        })
                }
                lines.append(
                    line("two seeds agree to") { asked.seedsAgree[$0].map { Figures.fixed($0, places: 2) } ?? "–" })
                lines.append(
                    line("agrees with the first to") {
                        asked.networksAgree[$0].map { Figures.fixed($0, places: 2) } ?? "–"
                    })
            }
            return lines.map(Self.trimmed).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func trimmed(_ line: String) -> String {
        String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
    }

    public var csv: String {
        var table = [["asked", "group", "name", "network", "seed_place", "value", "verdict", "p_holm"]]
        for asked in asked {
            for row in asked.rows {
                for (index, sample) in row.values.enumerated() {
                    for (seed, value) in sample.values.enumerated() {
                        table.append([
                            asked.name, row.group.rawValue, row.name, names[index], "\(seed)",
                            value.isFinite ? "\(value)" : "", row.judgements[index]?.direction ?? "",
                            row.judgements[index].map { $0.adjusted.isFinite ? "\($0.adjusted)" : "" } ?? "",
                        ])
                    }
                }
            }
        }
        return CSV.text(table)
    }

    public var json: JSON {
        [
            "format": 1, "definition": .string(Self.definition), "networks": .array(names.map { .string($0) }),
            "weights_sha256": .array(weights.map { .array($0.map { .string($0) }) }), "data_hash": .string(data),
            "asked": .array(
                asked.map { asked in
                    [
                        "name": .string(asked.name), "traces": .int(asked.traces), "events": .int(asked.events),
                        "rows": .array(asked.rows.map(Self.json)),
                        "seeds_agree": .array(asked.seedsAgree.map { $0.map { .number($0) } ?? .null }),
                        "networks_agree": .array(asked.networksAgree.map { $0.map { .number($0) } ?? .null }),
                    ]
                }),
        ]
    }

    private static func json(_ row: Row) -> JSON {
        [
            "group": .string(row.group.rawValue), "name": .string(row.name),
            "values": .array(
                row.values.map { sample in .array(sample.values.map { $0.isFinite ? .number($0) : .null }) }),
            "judgements": .array(
                row.judgements.map { judgement in
                    guard let judgement else { return .null }
                    return ["verdict": .string(judgement.direction), "details": judgement.json]
                }),
        ]
    }
}
