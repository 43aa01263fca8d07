import Files
import GraphIR
import Interpreter
import Seismic

/// How the picks of a bundle's record came out here, beside those in the bundle.
///
/// Two curves that differ by rounding may have their top at another sample where two samples are as high, or reach a
/// threshold on one side only. Such picks are excused where the curve here lies within `slack`, and each is told.
public struct PickAgreement: Sendable {
    public var there = 0
    public var here = 0
    public var same = 0
    /// Of probabilities, as far as the table's digits let one see.
    public var largest = 0.0
    public var excused: [String] = []
    public var differing: [String] = []

    static let slack = 1e-4
    /// The table rounds probabilities to four digits.
    private static let rounding = 5e-5

    public var isMet: Bool { differing.isEmpty && excused.count <= max(1, there / 1000) }

    /// What one pick is compared by.
    fileprivate struct Entry {
        var place: String
        var phase: String
        var time: Instant
        var begin: Instant
        var end: Instant
        var probability: Double
        var title: String { "\(phase) of \(place) at \(PickText.iso(time))" }

        init(_ pick: StreamPick) {
            (place, phase, time) = ("\(pick.group.place).\(pick.channels)", pick.phase, pick.time)
            (begin, end, probability) = (pick.begin, pick.end, pick.probability)
        }

        init?(_ row: [String], columns: [String: Int]) {
            func text(_ name: String) -> String? { columns[name].flatMap { $0 < row.count ? row[$0] : nil } }
            guard let network = text("network"), let station = text("station"), let location = text("location"),
                let channels = text("channels"), let phase = text("phase"),
                let time = text("time").flatMap(Instant.init),
                let begin = text("begin").flatMap(Instant.init), let end = text("end").flatMap(Instant.init),
                let probability = text("probability").flatMap(Double.init)
            else { return nil }
            (place, self.phase, self.time) = ("\(network).\(station).\(location).\(channels)", phase, time)
            (self.begin, self.end, self.probability) = (begin, end, probability)
        }
    }

    /// Picks again and compares.
    ///
    /// - Parameter tolerance: of probabilities.
    init(
        of bundle: ModelBundle, _ picking: BundleManifest.Picking, file: NetworkFile, weights: Weights,
        tolerance: Double, threads: Int
    ) throws {
        let record = try BundleRecord(bundle.contents(BundleManifest.Picking.records), name: bundle.path)
        let order = picking.order([record.path], out: record.out, threads: threads)
        let notes = try bundle.weightsFile()
        let summary = try pick(order, file: file, weights: weights, notes: notes)
        let table = CSV.rows(String(decoding: try bundle.contents(BundleManifest.Picking.picks), as: UTF8.self))
        let columns = Dictionary(
            (table.first ?? []).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let said = try table.dropFirst().map { row in
            guard let entry = Entry(row, columns: columns) else {
                throw RunError(.badData, "\(bundle.path): \(BundleManifest.Picking.picks) is no table of picks")
            }
            return entry
        }
        var rest = summary.picks.map(Entry.init)
        (there, here) = (said.count, rest.count)
        let rate = file.network.graph.inputs.first?.type.rate ?? 100
        func look(at time: Instant) throws -> PickView? {
            try? pickView(order, file: file, weights: weights, notes: notes, at: time, station: nil)
        }
        for entry in said {
            let near = rest.indices.filter { rest[$0].place == entry.place && rest[$0].phase == entry.phase }
                .min { abs(rest[$0].time.seconds(since: entry.time)) < abs(rest[$1].time.seconds(since: entry.time)) }
            guard let near, abs(rest[near].time.seconds(since: entry.time)) <= 0.5 else {
                judgeAlone(entry, "is not found here", picking)
                continue
            }
            try judge(entry, rest.remove(at: near), rate: rate, tolerance, picking, look)
        }
        for entry in rest { judgeAlone(entry, "is not in the bundle", picking) }
    }

    private mutating func judgeAlone(_ entry: Entry, _ what: String, _ picking: BundleManifest.Picking) {
        let threshold = picking.thresholds.phase(entry.phase)
        let text = "\(entry.title), probability \(PickText.decimal(entry.probability, 4)), \(what)"
        if abs(entry.probability - threshold) <= Self.slack {
            excused.append(text + ": it stands at the threshold")
        } else {
            differing.append(text)
        }
    }

    private mutating func judge(
        _ said: Entry, _ found: Entry, rate: Double, _ tolerance: Double, _ picking: BundleManifest.Picking,
        _ look: (Instant) throws -> PickView?
    ) throws {
        let off = abs(said.probability - found.probability)
        largest = max(largest, off - Self.rounding)
        if off > tolerance + Self.rounding {
            differing.append(
                "\(said.title) has the probability \(PickText.decimal(found.probability, 4)) here, "
                    + "\(PickText.decimal(said.probability, 4)) in the bundle")
            return
        }
        let half = 0.5 / rate
        let parts = [
            ("its time", said.time, found.time), ("its begin", said.begin, found.begin),
            ("its end", said.end, found.end),
        ].filter { abs($0.1.seconds(since: $0.2)) > half }
        guard let first = parts.first else {
            same += 1
            return
        }
        let threshold = picking.thresholds.phase(said.phase)
        let view = try look(found.time)
        let isTie = parts.allSatisfy { part, there, here in
            guard let view, let curve = view.curves.first(where: { $0.name == said.phase }) else { return false }
            let ends = [there, here].map { Int(($0.seconds(since: view.start) * view.rate).rounded()) }.sorted()
            guard ends[0] >= 0, ends[1] < curve.values.count else { return false }
            let between = curve.values[ends[0]...ends[1]].map(Double.init)
            switch part {
            case "its time": return abs((between.first ?? 0) - (between.last ?? 1)) <= Self.slack
            case "its begin": return between.dropLast().allSatisfy { abs($0 - threshold) <= Self.slack }
            default: return between.dropFirst().allSatisfy { abs($0 - threshold / 2) <= Self.slack }
            }
        }
        let text =
            "\(said.title): \(first.0) is \(PickText.iso(first.2)) here, \(PickText.iso(first.1)) in the bundle"
        if isTie { excused.append(text + ": a tie") } else { differing.append(text) }
    }
}

extension PickAgreement {
    /// For a terminal.
    var lines: [String] {
        var lines = ["picks: \(same) of \(there) the same" + (here == there ? "" : ", here there are \(here)")]
        if largest > 0 { lines[0] += ", probabilities to \(PickText.decimal(max(0, largest), 6))" }
        lines += excused.map { "excused: " + shown($0) }
        return lines + differing.map { "DIFFERS: " + shown($0) }
    }

    public var json: JSON {
        [
            "in_the_bundle": .int(there), "here": .int(here), "same": .int(same), "largest": .number(largest),
            "excused": .array(excused.map { .string($0) }), "differing": .array(differing.map { .string($0) }),
        ]
    }
}
