import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

extension BundleManifest {
    /// How the short record of a bundle is picked, and which members hold it and its picks.
    public struct Picking: Sendable, Equatable {
        public static let records = "example/waveforms.mseed"
        public static let picks = "example/picks.csv"
        /// Where the record is from: made from a seed, or given.
        public var from: String
        public var rule: PickRule
        public var stack: Stacking
        public var anchor: WindowGrid.Anchor
        /// In samples.
        public var hop: Int
        public var blind: Int
        public var length: Int
        public var thresholds: PickThresholds
        public var count: Int

        /// The picks of the record, as it was picked where the bundle was made.
        func order(_ words: [String], out: String, threads: Int?) -> PickOrder {
            var order = PickOrder(words: words, out: out)
            (order.rule, order.stack, order.anchor) = (rule, stack, anchor)
            (order.hop, order.blind, order.length) = (Double(hop), Double(blind), length)
            (order.thresholds, order.threads, order.viewed) = (thresholds, threads, 0)
            return order
        }

        var json: JSON {
            [
                "from": .string(from), "rule": .string(rule.rawValue), "stack": .string(stack.rawValue),
                "grid": .string(anchor.rawValue), "hop": .int(hop), "blind": .int(blind), "length": .int(length),
                "thresholds": thresholds.json, "picks": .int(count),
            ]
        }

        init?(json: JSON) {
            guard let from = json["from"]?.string, let rule = json["rule"]?.string.flatMap(PickRule.init),
                let stack = json["stack"]?.string.flatMap(Stacking.init),
                let anchor = json["grid"]?.string.flatMap(WindowGrid.Anchor.init),
                let hop = json["hop"]?.int, let blind = json["blind"]?.int, hop > 0, blind >= 0,
                let length = json["length"]?.int, (1...10_000_000).contains(length), hop <= length, blind <= length,
                let thresholds = json["thresholds"].flatMap(PickThresholds.init(json:)), thresholds.areShares,
                let count = json["picks"]?.int
            else { return nil }
            (self.from, self.rule, self.stack, self.anchor) = (from, rule, stack, anchor)
            (self.hop, self.blind, self.length) = (hop, blind, length)
            (self.thresholds, self.count) = (thresholds, count)
        }

        fileprivate init(_ settings: StreamSettings, from: String, length: Int, count: Int) {
            (self.from, rule, self.count, self.length) = (from, settings.rule, count, length)
            (stack, anchor) = (settings.stack, settings.anchor)
            (hop, blind) = (settings.hop ?? length / 2, settings.blind ?? 0)
            thresholds = settings.thresholds
        }

        /// One line for people.
        var text: String {
            let names = thresholds.phases.map { "\(shown($0.name)) \($0.threshold)" }.joined(separator: ", ")
            return "by \(rule.rawValue), thresholds \(names), a window of \(length) samples every \(hop), \(blind) at "
                + "its ends left out, \(stack) of overlapping ones"
        }
    }
}

extension PickThresholds {
    fileprivate var areShares: Bool { ([detection] + phases.map(\.threshold)).allSatisfy { (0...1).contains($0) } }
}

/// The short record of a bundle on the disk, for as long as it is picked.
final class BundleRecord {
    static let limit = 16 << 20
    let folder: String
    var path: String { folder + "/waveforms.mseed" }
    var out: String { folder + "/picked" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("strata-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "the folder \(folder) for a bundle's record cannot be made")
        }
    }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    convenience init(_ bytes: [UInt8], name: String) throws {
        guard bytes.count <= Self.limit else { throw Self.tooLong(name) }
        try self.init()
        try AtomicFile(path).write(bytes)
    }

    /// Somebody's record, told by its first bytes.
    convenience init(reading given: String) throws {
        try self.init()
        let segments = try WaveformFile.read(given).segments
        guard segments.reduce(0, { $0 + $1.samples.count }) <= Self.limit / 4 else { throw Self.tooLong(given) }
        try MiniSEED.write(segments, to: path)
    }

    private static func tooLong(_ name: String) -> RunError {
        RunError(
            .badData, "\(name) is too long a record for a bundle, of which one has at most 16 MiB",
            help: "some minutes are enough")
    }

    /// Three components with a synthetic earthquake, long enough for some windows.
    convenience init(syntheticAt rate: Double, length: Int) throws {
        try self.init()
        let count = min(400_000, max(3 * length, Int(60 * rate)))
        let dataset = try SyntheticDataset(.init(count: 16, seed: 2, length: count, rate: rate))
        let trace = try dataset.trace((0..<dataset.count).first { !dataset.picks($0).isEmpty } ?? 0)
        let peak = max(1e-30, (0..<trace.channels).flatMap { trace.channel($0) }.map(abs).max() ?? 1)
        let start = Instant(year: 2024) ?? Instant(nanoseconds: 0)
        let segments = zip(trace.components, 0..<trace.channels).map { component, channel in
            Segment(
                id: "XX.MADE..\(rate < 80 ? "BH" : "HH")\(component)", start: start, rate: rate,
                samples: .int32(trace.channel(channel).map { Int32(($0 / peak * 100_000).rounded()) }))
        }
        try MiniSEED.write(segments, to: path)
    }

    /// The members that it becomes, and how they came about; `nil` where the network is no picker.
    static func members(
        _ order: BundleOrder
    ) throws -> (picking: BundleManifest.Picking, members: [(name: String, contents: [UInt8])])? {
        let source: NetworkCurves
        do { source = try NetworkCurves(order.file, weights: order.weights, threads: 1, batch: 1) } catch {
            if order.record != nil { throw error }
            return nil
        }
        let record =
            try order.record.map { try BundleRecord(reading: $0) }
            ?? BundleRecord(syntheticAt: source.rate, length: source.length)
        var night = PickOrder(words: [record.path], out: record.out)
        night.viewed = 0
        let summary = try pick(night, file: order.file, weights: order.weights, notes: order.notes)
        guard let settings = summary.settings, summary.windows > 0 else {
            if order.record == nil { return nil }
            throw RunError(
                .badData,
                "nothing of the example's record can be picked: "
                    + (summary.notes.first ?? "it is shorter than a window of \(source.length) samples"))
        }
        let list = PickList(summary.picks, network: order.file.network.graph.name, program: order.program)
        let table = PicksCSV.files(list).first?.text ?? ""
        let from = order.record == nil ? "a synthetic earthquake, seed 2" : "given"
        let picking = BundleManifest.Picking(
            settings, from: from, length: source.length, count: summary.picks.count)
        let bytes = try FileBytes(mapping: record.path)
        return (
            picking,
            [
                (BundleManifest.Picking.records, try bytes.bytes(0, bytes.count)),
                (BundleManifest.Picking.picks, Array(table.utf8)),
            ]
        )
    }
}
