import Foundation
import GraphIR
import Seismic

/// The table of a judged stream: a row is a stretch of one instrument's recording, around the arrivals of an earthquake
/// (or of several that overlap there), or an hour at most without any. No arrival lies within seconds of a row's ends,
/// so that matching row by row is matching over all of time.
struct StreamRows {
    /// What was looked at in all, and what was left out of it.
    struct Facts {
        var hours = 0.0
        var arrivals = 0
        /// Arrivals in time that was not looked at.
        var unseen = 0
        /// Picks of arrivals that nobody is asked to pick.
        var faint = 0
        var picks = 0
    }

    private struct Row {
        var group: StreamGroup
        var span: Range<Instant>
        /// Empty for noise.
        var arrivals: [KnownArrival] = []
        var faint: [KnownArrival] = []
        var picks: [StreamPick] = []
    }

    let predictions: Predictions
    private(set) var facts = Facts()

    /// Before the first arrival of an earthquake at a station and behind its last, in seconds.
    private static let (lead, tail) = (10.0, 20.0)

    init(
        _ summary: PickSummary, known: KnownArrivals, phases: [String], rule: PickRule, thresholds: PickThresholds,
        rate: Double
    ) {
        let wanted = Self.byPlace(known.wanted)
        let faint = Self.byPlace(known.faint)
        let picks = Dictionary(grouping: summary.picks, by: \.group)
        var rows: [Row] = []
        var seen: Set<KnownArrival> = []
        for (group, spans) in Self.looked(at: summary.coverage) {
            let place = "\(group.network).\(group.station)"
            for span in spans {
                func within<Entry>(_ list: [Entry]?, _ time: (Entry) -> Instant) -> [Entry] {
                    (list ?? []).filter { span.contains(time($0)) }
                }
                let arrivals = within(wanted[place]) { $0.time }
                seen.formUnion(arrivals)
                rows += Self.rows(
                    group, span, arrivals, faint: within(faint[place]) { $0.time },
                    picks: within(picks[group]) { $0.time })
            }
            facts.hours += spans.reduce(0) { $0 + $1.upperBound.seconds(since: $1.lowerBound) } / 3600
        }
        facts.arrivals = seen.count
        facts.unseen = Set(known.wanted).subtracting(seen).count
        facts.picks = summary.picks.count
        var table = Table(phases: phases, rule: rule, thresholds: thresholds, rate: rate)
        table.events = Self.clusters(rows)
        for row in rows { facts.faint += table.add(row) }
        predictions = table.predictions
    }

    private static func byPlace(_ arrivals: [KnownArrival]) -> [String: [KnownArrival]] {
        Dictionary(grouping: arrivals, by: \.place)
    }

    /// When each instrument was looked at.
    private static func looked(at coverage: Coverage) -> [(StreamGroup, [Range<Instant>])] {
        let rows = Dictionary(grouping: coverage.rows.filter { $0.fate == .picked }, by: \.group)
        return rows.sorted { $0.key < $1.key }.map { group, rows in
            (group, rows.map { $0.from..<$0.to }.sorted { $0.lowerBound < $1.lowerBound })
        }
    }

    /// The rows of one stretch without a gap.
    private static func rows(
        _ group: StreamGroup, _ span: Range<Instant>, _ arrivals: [KnownArrival], faint: [KnownArrival],
        picks: [StreamPick]
    ) -> [Row] {
        var rows: [Row] = []
        var end = span.lowerBound
        for around in surroundings(of: arrivals, in: span) {
            rows += quiet(group, end..<around.lowerBound)
            rows.append(Row(group: group, span: around))
            end = around.upperBound
        }
        rows += quiet(group, end..<span.upperBound)
        for place in rows.indices {
            let span = rows[place].span
            rows[place].arrivals = arrivals.filter { span.contains($0.time) }
            rows[place].faint = faint.filter { span.contains($0.time) }
            rows[place].picks = picks.filter { span.contains($0.time) }
        }
        return rows
    }

    /// Where earthquakes arrive, put together where they overlap.
    private static func surroundings(of arrivals: [KnownArrival], in span: Range<Instant>) -> [Range<Instant>] {
        var found: [Range<Instant>] = []
        for event in Dictionary(grouping: arrivals, by: \.event).values.compactMap({ list -> Range<Instant>? in
            guard let first = list.map(\.time).min(), let last = list.map(\.time).max() else { return nil }
            let begin = max(span.lowerBound, first.advanced(bySeconds: -lead))
            return begin..<max(begin, min(span.upperBound, last.advanced(bySeconds: tail)))
        }).sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = found.last, event.lowerBound <= last.upperBound {
                found[found.count - 1] = last.lowerBound..<max(last.upperBound, event.upperBound)
            } else {
                found.append(event)
            }
        }
        return found
    }

    /// A stretch without arrivals, cut at whole hours.
    private static func quiet(_ group: StreamGroup, _ span: Range<Instant>) -> [Row] {
        var rows: [Row] = []
        var begin = span.lowerBound
        while begin < span.upperBound {
            let hour = 3_600_000_000_000
            let next = Instant(nanoseconds: (floorDivided(begin.nanoseconds, hour) + 1) * hour)
            let end = min(span.upperBound, next)
            rows.append(Row(group: group, span: begin..<end))
            begin = end
        }
        return rows
    }

    /// What every earthquake is drawn together with when events are drawn anew: those that share a row somewhere.
    private static func clusters(_ rows: [Row]) -> [String: String] {
        var leader: [String: String] = [:]
        func find(_ name: String) -> String {
            var name = name
            while let next = leader[name], next != name { name = next }
            return name
        }
        for row in rows {
            let names = Set(row.arrivals.map(\.event)).map(find).sorted()
            for name in names { leader[name] = names[0] }
        }
        return Dictionary(uniqueKeysWithValues: leader.keys.map { ($0, find($0)) })
    }

    // MARK: The table

    private struct Table {
        let phases: [String]
        let rule: PickRule
        let thresholds: PickThresholds
        let rate: Double
        var events: [String: String] = [:]
        private var rows: [Row] = []
        private var arrivals: [String: [[Double]]] = [:]
        private var ofEvent: [String: [[Double]]] = [:]
        private var picks: [String: [[Double]]] = [:]
        private var probabilities: [String: [[Double]]] = [:]
        private var numbers: [String: Int] = [:]

        init(phases: [String], rule: PickRule, thresholds: PickThresholds, rate: Double) {
            (self.phases, self.rule, self.thresholds, self.rate) = (phases, rule, thresholds, rate)
        }

        /// How many of its picks are of faint arrivals, and count for nothing.
        mutating func add(_ row: Row) -> Int {
            rows.append(row)
            var faint = 0
            for phase in phases {
                let known = row.arrivals.filter { Phase(rawValue: phase).map($0.phase.belongs) ?? false }
                let weak = row.faint.filter { Phase(rawValue: phase).map($0.phase.belongs) ?? false }
                let said = row.picks.filter { $0.phase == phase }
                func seconds(_ time: Instant) -> Double { time.seconds(since: row.span.lowerBound) }
                let times = said.map { seconds($0.time) }
                let tolerance = PickSettings.tolerance
                let matched = Set(
                    PickMatch(arrivals: known.map { seconds($0.time) }, picks: times, within: tolerance).pairs.map(
                        \.pick))
                let open = said.indices.filter { !matched.contains($0) }
                let excused = Set(
                    PickMatch(
                        arrivals: weak.map { seconds($0.time) }, picks: open.map { times[$0] }, within: tolerance
                    ).pairs.map { open[$0.pick] })
                faint += excused.count
                let kept = said.indices.filter { !excused.contains($0) }
                arrivals[phase, default: []].append(known.map { seconds($0.time) * rate })
                ofEvent[phase, default: []].append(known.map { Double(number($0.event)) })
                picks[phase, default: []].append(kept.map { times[$0] * rate })
                probabilities[phase, default: []].append(kept.map { said[$0].probability })
            }
            return faint
        }

        private mutating func number(_ event: String) -> Int {
            if let known = numbers[event] { return known }
            numbers[event] = numbers.count
            return numbers.count - 1
        }

        var predictions: Predictions {
            func texts(_ name: String, _ value: (Row) -> String) -> Predictions.Column {
                .init(name, .texts(rows.map(value)))
            }
            func values(_ name: String, _ value: (Row) -> Double) -> Predictions.Column {
                .init(name, .numbers(rows.map(value)))
            }
            return Predictions(
                [
                    texts("network_code") { $0.group.network },
                    texts("ID") { row in
                        row.arrivals.first.map { events[$0.event] ?? $0.event }
                            ?? "noise \(row.span.lowerBound.description.prefix(13))"
                    },
                    texts("trace_name") { "\($0.group) \($0.span.lowerBound)" },
                    texts("trace_category") { $0.arrivals.isEmpty ? "noise" : "earthquake_local" },
                    texts("trace_start_time") { $0.span.lowerBound.description },
                    texts("receiver_type") { $0.group.band }, texts("channel") { $0.group.description },
                    texts("window_start_time") { $0.span.lowerBound.description },
                    values("window_start_sample") { _ in 0 },
                    values("window_samples") {
                        ($0.span.upperBound.seconds(since: $0.span.lowerBound) * rate).rounded()
                    },
                    values("rate_hz") { _ in rate },
                    values(StreamTable.hours) { $0.span.upperBound.seconds(since: $0.span.lowerBound) / 3600 },
                    texts("trace_chunk") { $0.group.description },
                    values("trace_row") { Double($0.span.lowerBound.nanoseconds / 1_000_000) },
                ] + phases.flatMap(columns))
        }

        private func columns(_ phase: String) -> [Predictions.Column] {
            [
                .init(phase + PickColumn.best, .numbers(rows.map { _ in .nan })),
                .init(phase + PickColumn.arrivals, .lists(arrivals[phase] ?? [])),
                .init(phase + StreamTable.events, .lists(ofEvent[phase] ?? [])),
                .init(phase + PickColumn.picks(rule), .lists(picks[phase] ?? [])),
                .init(phase + PickColumn.probability(rule), .lists(probabilities[phase] ?? [])),
                .init(
                    phase + PickColumn.threshold + PickSettings.ending(rule),
                    .numbers(rows.map { _ in thresholds.phase(phase) })),
            ]
        }
    }
}

private func floorDivided(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }
