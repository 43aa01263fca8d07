import Foundation
import GraphIR

/// How a dataset is divided into what teaches, what decides and what judges.
public struct SplitRule: Hashable, Sendable {
    /// What stays together on one side.
    public enum Unit: String, CaseIterable, Sendable {
        /// Nothing: each trace for itself. Two recordings of one earthquake may come to both sides.
        case trace
        /// All recordings of an earthquake.
        case event
        /// All recordings of a station.
        case station
        /// All earthquakes of a cell of half a degree, and all noise of a station.
        case region
        /// What was recorded first teaches, what was recorded last judges.
        case time
    }

    public var unit: Unit
    public var seed: UInt64
    /// Of train, dev and test; they sum to 1.
    public var shares: [Double]

    public init(_ unit: Unit, seed: UInt64 = 0, shares: [Double] = [0.7, 0.1, 0.2]) {
        self.unit = unit
        self.seed = seed
        self.shares = shares
    }

    /// Whether the shares are three, none negative, and sum to 1.
    public var isComplete: Bool {
        shares.count == Split.allCases.count && shares.allSatisfy { $0 >= 0 } && abs(shares.reduce(0, +) - 1) < 1e-9
    }

    /// The side of every trace.
    public func sides(of dataset: any Dataset) -> [Split] {
        let keys = (0..<dataset.count).map { key(of: $0, in: dataset) }
        let counts = keys.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        var groups = counts.keys.sorted()
        if unit != .time {
            var dice = Dice(seed: seed, purpose: "split.\(unit.rawValue)")
            groups.shuffle(with: &dice)
        }
        let sides = unit == .time ? inOrder(groups, counts) : byNeed(groups, counts)
        return keys.map { sides[$0] ?? .train }
    }

    /// One group after the other to the side that lacks most of what it should have.
    private func byNeed(_ groups: [String], _ counts: [String: Int]) -> [String: Split] {
        let total = Double(counts.values.reduce(0, +))
        var lacks = shares.map { $0 * total }
        var sides: [String: Split] = [:]
        for group in groups {
            let side = lacks.indices.max { lacks[$0] < lacks[$1] } ?? 0
            lacks[side] -= Double(counts[group] ?? 0)
            sides[group] = Split.allCases[side]
        }
        return sides
    }

    private func inOrder(_ groups: [String], _ counts: [String: Int]) -> [String: Split] {
        let total = Double(counts.values.reduce(0, +))
        var seen = 0.0
        var sides: [String: Split] = [:]
        for group in groups {
            let middle = (seen + Double(counts[group] ?? 0) / 2) / total
            sides[group] = middle < shares[0] ? .train : middle < shares[0] + shares[1] ? .dev : .test
            seen += Double(counts[group] ?? 0)
        }
        return sides
    }

    /// Traces with equal keys stay together.
    private func key(of index: Int, in dataset: any Dataset) -> String {
        let metadata = dataset.metadata(index)
        let own = "trace " + dataset.name(index) + " \(index)"
        switch unit {
        case .trace: return own
        case .event: return metadata["source_id"].map { "event " + $0 } ?? own
        case .station: return SplitRule.station(metadata).map { "station " + $0 } ?? own
        case .region:
            guard let place = Epicentre(metadata) else {
                return SplitRule.station(metadata).map { "station " + $0 } ?? own
            }
            return "cell \((place.latitude * 2).rounded(.down)) \((place.longitude * 2).rounded(.down))"
        case .time:
            // Recordings of one earthquake begin within minutes of each other: they go by its origin.
            let time = metadata.instant("source_origin_time") ?? metadata.instant("trace_start_time")
            let digits = String(Int(clamping: (time?.nanoseconds ?? 0) / 1_000_000_000) + 20_000_000_000)
            return "time " + digits + (metadata["source_id"] ?? "")
        }
    }

    static func station(_ metadata: TraceMetadata) -> String? {
        metadata["station_code"].map { (metadata["station_network_code"] ?? "") + "." + $0 }
    }
}
