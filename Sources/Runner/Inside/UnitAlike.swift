import Files
import Foundation
import GraphIR
import Interpreter

/// Other places where units are on that are on in a marked span: what was found there, is it found elsewhere?
public struct UnitAlike: Sendable {
    public struct Place: Sendable {
        public var trace: String
        /// In seconds of the window.
        public var from: Double
        public var to: Double
        /// How many of the units are on there, on average.
        public var share: Double
        public var label: String
    }
    public var trace: String
    public var from: Double
    public var to: Double
    /// Those that are on in all of the span, the loudest there first.
    public var units: [Int]
    public var label: String
    public var places: [Place]
    /// How many places there are in all.
    public var count: Int

    /// A unit is on where |h| is at least half of its largest in all traces that are looked at.
    static let level: Float = 0.5
    /// A place is one where so many of the units are on.
    static let most = 0.75
    static let definition =
        "units on in all frames of the span, a unit being on where |h| is at least half of its largest over all "
        + "traces; places: stretches of half the span's length or longer in which 75 % of those units are on"

    /// `TRACE@FROM-TO`, in seconds of the window.
    public struct Span: Sendable {
        public var trace: String
        public var seconds: ClosedRange<Double>

        public init(_ text: String) throws(RunError) {
            let parts = text.split(separator: "@")
            let ends = parts.last.map {
                $0.split(separator: "-").compactMap { Double($0.hasSuffix("s") ? $0.dropLast() : $0) }
            }
            guard parts.count == 2, let ends, ends.count == 2, ends[0] >= 0, ends[0] < ends[1], ends[1].isFinite else {
                throw RunError(
                    .refused, "'\(text)' marks no span", help: "TRACE@FROM-TO, in seconds: 3@12.5-14")
            }
            trace = String(parts[0])
            seconds = ends[0]...ends[1]
        }
    }
}

extension Subject {
    public func alike(_ path: String, _ traces: [Int], _ span: UnitAlike.Span) throws -> UnitAlike {
        let marked = try find(span.trace)
        let all = traces.contains(marked) ? traces : traces + [marked]
        var largest: [Float] = []
        var home: (frames: Range<Int>, h: [Float], time: Int, labels: [Int], name: String)?
        let classes = try UnitClasses(self)
        try activations(path, all) { seen, h, units, time in
            if largest.isEmpty { largest = [Float](repeating: 0, count: units) }
            for unit in 0..<units {
                largest[unit] = h[unit * time..<(unit + 1) * time].reduce(largest[unit]) { max($0, abs($1)) }
            }
            guard seen.trace == marked else { return }
            let frames = frames(span.seconds, seen, time)
            home = (frames, h, time, classes.labels(seen, time: time, rate: rate), seen.name)
        }
        guard let home, !home.frames.isEmpty else {
            throw RunError(
                .refused,
                "\(span.trace) has no frame of '\(path)' from \(span.seconds.lowerBound) to "
                    + "\(span.seconds.upperBound) s", help: "a span within the window, in seconds")
        }
        func isOn(_ h: [Float], _ unit: Int, _ t: Int, _ time: Int) -> Bool {
            largest[unit] > 0 && abs(h[unit * time + t]) >= UnitAlike.level * largest[unit]
        }
        func loudness(_ unit: Int) -> Float {
            home.frames.reduce(0) { $0 + abs(home.h[unit * home.time + $1]) } / largest[unit]
        }
        let units = largest.indices.filter { unit in home.frames.allSatisfy { isOn(home.h, unit, $0, home.time) } }
            .sorted { (loudness($1), $0) < (loudness($0), $1) }
        var places: [UnitAlike.Place] = []
        let least = max(1, home.frames.count / 2)
        if !units.isEmpty {
            try activations(path, all) { seen, h, _, time in
                let shares = (0..<time).map { t in
                    Double(units.count { isOn(h, $0, t, time) }) / Double(units.count)
                }
                let labels = classes.labels(seen, time: time, rate: rate)
                let step = length(seen) / Double(time)
                for run in Self.runs(shares, atLeast: UnitAlike.most) where run.count >= least {
                    if seen.trace == marked, run.overlaps(home.frames) { continue }
                    places.append(
                        .init(
                            trace: seen.name, from: Double(run.lowerBound) * step, to: Double(run.upperBound) * step,
                            share: run.reduce(0) { $0 + shares[$1] } / Double(run.count),
                            label: classes.names[commonest(labels, run)]))
                }
            }
        }
        let sorted = places.enumerated().sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
        return UnitAlike(
            trace: home.name, from: span.seconds.lowerBound, to: span.seconds.upperBound, units: units,
            label: classes.names[commonest(home.labels, home.frames)], places: sorted.prefix(50).map(\.element),
            count: places.count)
    }

    private func length(_ seen: Seen) -> Double { Double(seen.shapes.first?.last ?? 1) / rate }

    private func frames(_ seconds: ClosedRange<Double>, _ seen: Seen, _ time: Int) -> Range<Int> {
        let step = length(seen) / Double(time)
        guard seconds.lowerBound < length(seen), step > 0 else { return 0..<0 }
        let first = min(time - 1, Int(seconds.lowerBound / step))
        return first..<min(time, max(first + 1, Int((min(seconds.upperBound, length(seen)) / step).rounded(.up))))
    }

    /// The class that most frames of a stretch are of.
    private func commonest(_ labels: [Int], _ frames: Range<Int>) -> Int {
        let counts = Dictionary(grouping: frames.map { labels[$0] }) { $0 }.mapValues(\.count)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }

    private static func runs(_ values: [Double], atLeast least: Double) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for t in values.indices where values[t] >= least {
            if let last = found.last, last.upperBound == t {
                found[found.count - 1] = last.lowerBound..<t + 1
            } else {
                found.append(t..<t + 1)
            }
        }
        return found
    }
}

extension UnitAlike {
    var lines: [String] {
        guard !units.isEmpty else {
            return ["in \(trace) from \(from) to \(to) s no unit is on all the time"]
        }
        let some = units.prefix(8).map { "\($0)" }.joined(separator: " ") + (units.count > 8 ? " …" : "")
        return [
            "in \(trace) from \(from) to \(to) s (\(label)) \(units.count) units are on: \(some); so they are in "
                + "\(count) other places"
        ] + places.prefix(8).map { "  \($0.trace) \(seconds($0)): \(RelevanceFinding.percent($0.share)), \($0.label)" }
    }

    private func seconds(_ place: Place) -> String {
        "\(Figures.fixed(place.from, places: 2)) to \(Figures.fixed(place.to, places: 2)) s"
    }

    var html: String {
        let head = "<p class=\"reading\">\(HTML.escaped(lines[0])). \(HTML.escaped(Self.definition)).</p>"
        guard !places.isEmpty else { return head }
        return head
            + HTML.table(
                ["trace", "where", "of the units", "labelled"],
                places.map {
                    [
                        HTML.escaped($0.trace), seconds($0), RelevanceFinding.percent($0.share),
                        HTML.escaped($0.label),
                    ]
                }, caption: "Where the same units are on\(count > places.count ? ", the first \(places.count)" : "")")
    }

    var json: JSON {
        [
            "trace": .string(trace), "from_s": .number(from), "to_s": .number(to), "label": .string(label),
            "units": .array(units.map { .int($0) }), "count": .int(count), "definition": .string(Self.definition),
            "places": .array(
                places.map {
                    [
                        "trace": .string($0.trace), "from_s": .number($0.from), "to_s": .number($0.to),
                        "share": .number($0.share), "label": .string($0.label),
                    ]
                }),
        ]
    }
}
