import Files
import Foundation
import GraphIR
import Kernels
import Seismic

/// The targets of SeisBench's benchmark (Münchmeyer and others 2022): which piece of which trace is looked at, and what
/// is in it. Task 1 asks whether a piece of 30 s holds an earthquake, tasks 2 and 3 which phase a piece of 10 s holds
/// and where.
public struct BenchmarkTargets: Sendable {
    public enum Task: String, CaseIterable, Sendable {
        case detection = "task1"
        case phases = "task23"
    }
    public struct Target: Sendable, Equatable {
        public var trace: String
        /// The trace's number in the dataset from which the target was made, as written; -1 where nobody said.
        public var index: Int
        public var split: String
        /// Samples a second of all sample numbers here.
        public var rate: Double
        public var start: Int
        public var end: Int
        /// `earthquake` or `noise`, in task 1.
        public var type: String?
        /// `P` or `S`, the phase's whole name, and the sample of its onset in the trace, in tasks 2 and 3.
        public var phase: String?
        public var wholePhase: String?
        public var onset: Double?
    }

    public var task: Task
    public var targets: [Target]

    static let common = ["trace_name", "trace_idx", "trace_split", "sampling_rate", "start_sample", "end_sample"]
    var header: [String] {
        Self.common + (task == .detection ? ["trace_type"] : ["phase_label", "full_phase_label", "phase_onset"])
    }

    func row(_ target: Target) -> [String] {
        [
            target.trace, "\(target.index)", target.split, History.text(target.rate), "\(target.start)",
            "\(target.end)",
        ]
            + (task == .detection
                ? [target.type ?? ""]
                : [target.phase ?? "", target.wholePhase ?? "", target.onset.map(History.text) ?? ""])
    }

    /// A file of targets as pick-benchmark writes it.
    public var csv: String { CSV.text([header] + targets.map(row)) }

    /// Reads one; other columns are left alone. `path` is named where something is missing.
    public init(csv text: String, task: Task, path: String) throws {
        let rows = CSV.rows(text)
        guard let header = rows.first else { throw RunError(.badData, "\(path) is empty") }
        func column(_ name: String) throws -> Int {
            guard let place = header.firstIndex(of: name) else {
                throw RunError(
                    .badData, "\(path) has no column '\(name)'", help: "is it pick-benchmark's \(task.rawValue).csv?")
            }
            return place
        }
        let places = try Self.common.filter { $0 != "trace_idx" }.map(column)
        let index = header.firstIndex(of: "trace_idx")
        let more = try (task == .detection ? ["trace_type"] : ["phase_label", "phase_onset"]).map(column)
        let whole = header.firstIndex(of: "full_phase_label")
        self.task = task
        targets = []
        for (number, row) in rows.dropFirst().enumerated() {
            guard row.count == header.count, let rate = Double(row[places[2]]), rate > 0,
                let start = Double(row[places[3]]), let end = Double(row[places[4]]), start >= 0, end > start,
                end < 1e12
            else { throw RunError(.badData, "\(path) makes no sense in line \(number + 2)") }
            var target = Target(
                trace: row[places[0]], index: index.flatMap { Int(row[$0]) } ?? -1, split: row[places[1]], rate: rate,
                start: Int(start), end: Int(end))
            if task == .detection {
                target.type = row[more[0]]
            } else {
                guard let onset = Double(row[more[1]]) else {
                    throw RunError(.badData, "\(path) has no onset in line \(number + 2)")
                }
                (target.phase, target.onset) = (row[more[0]], onset)
                target.wholePhase = whole.map { row[$0] }
            }
            targets.append(target)
        }
    }

    // MARK: Made anew

    /// Targets of the dev and the test split of a dataset, by pick-benchmark's rules: a piece begins where a die says,
    /// so that an onset may stand anywhere in it but within its first and last second (half a second in tasks 2 and 3).
    public init(_ task: Task, of dataset: any Dataset, rate: Double = 100, seed: UInt64 = 42) {
        self.task = task
        targets = []
        for index in 0..<dataset.count {
            guard let split = dataset.split(index), split != .train, let own = dataset.rate(index), own > 0,
                // Few tables say how long a trace is; then it is read, as pick-benchmark does.
                let samples = dataset.metadata(index).double("trace_npts")
                    ?? (try? dataset.trace(index)).map({ Double($0.length) })
            else { continue }
            let count = Int((samples * rate / own).rounded(.down))
            let arrivals = dataset.picks(index).map { (sample: $0.sample * rate / own, phase: $0.phase) }
                .filter { $0.sample >= 0 && $0.sample < Double(count) }.sorted { $0.sample < $1.sample }
            let made = Maker(count: count, rate: rate, random: CounterRandom(seed: seed, stream: UInt64(index)))
            for piece in task == .detection ? made.detection(arrivals.first?.sample) : made.phases(arrivals) {
                var target = piece
                target.trace = dataset.name(index)
                target.index = index
                target.split = split.rawValue
                targets.append(target)
            }
        }
    }

    private struct Maker {
        var count: Int
        var rate: Double
        var random: CounterRandom

        private func target(_ piece: Range<Int>) -> Target {
            Target(trace: "", index: 0, split: "", rate: rate, start: piece.lowerBound, end: piece.upperBound)
        }

        func detection(_ first: Double?) -> [Target] {
            let length = Int(30 * rate)
            guard let first else {
                var noise = target(piece(of: count, length: length, draw: 0))
                noise.type = "noise"
                return noise.end - noise.start > 100 ? [noise] : []
            }
            var found: [Target] = []
            var quake = target(piece(of: count, length: length, containing: first, margin: 100, draw: 1))
            quake.type = "earthquake"
            found.append(quake)
            if first > Double(length) {
                var noise = target(piece(of: min(count, Int(first)), length: length, draw: 2))
                noise.type = "noise"
                found.append(noise)
            }
            return found.filter { $0.end - $0.start <= length && $0.end - $0.start > 100 }
        }

        func phases(_ arrivals: [(sample: Double, phase: Phase)]) -> [Target] {
            let (length, apart) = (Int(10 * rate), Int(0.5 * rate))
            return arrivals.indices.compactMap { place -> Target? in
                let onset = arrivals[place].sample
                let before = place == 0 ? 0 : Int(arrivals[place - 1].sample) + apart
                let after = place == arrivals.count - 1 ? count : min(count, Int(arrivals[place + 1].sample) - apart)
                guard after - before >= min(length, count), Double(before) <= onset, Double(after) >= onset else {
                    return nil
                }
                let local = piece(
                    of: after - before, length: length, containing: onset - Double(before), margin: 50,
                    draw: 10 + place)
                var found = target(local.lowerBound + before..<local.upperBound + before)
                guard found.end - found.start <= length, found.end - found.start > 100 else { return nil }
                found.phase = arrivals[place].phase.family.rawValue
                found.wholePhase = arrivals[place].phase.rawValue
                found.onset = onset
                return found
            }
        }

        private func piece(
            of count: Int, length: Int, containing sample: Double? = nil, margin: Int = 0, draw: Int
        ) -> Range<Int> {
            guard count > length else { return 0..<max(1, count) }
            var (earliest, latest) = (0, count - length)
            if let sample {
                earliest = max(0, Int(sample) - length + margin)
                latest = min(latest, Int(sample) - margin)
                guard latest > earliest else { return 0..<count }
            }
            let start = random.int(draw, in: earliest..<latest + 1)
            return start..<start + length
        }
    }
}
