import Files
import Foundation
import GraphIR
import Seismic

/// As what curves are written: miniSEED, or NumPy arrays.
public enum CurveFormat: String, Word { case mseed, npz }

/// Writes curves beside the picks, a file an instrument in miniSEED, or one for each of its days as NumPy arrays.
///
/// What is held is a day of one instrument at most.
final class CurveFiles: CurveSink {
    private static let day = 86_400_000_000_000
    private let folder: String
    private let format: CurveFormat
    private let names: [String]
    private var group: StreamGroup?
    private var miniSEED: MiniSEED.Growing?
    private var day: Day?

    /// - Parameter names: of the curves, in their order.
    init(folder: String, format: CurveFormat, names: [String]) throws {
        self.folder = folder
        self.format = format
        self.names = names
        let letters = Dictionary(grouping: names, by: Self.letter)
        if format == .mseed, let same = letters.values.first(where: { $0.count > 1 }) {
            throw RunError(
                .request, "the curves \(same.joined(separator: " and ")) would be one channel of miniSEED",
                help: "--curves-format npz keeps their names")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "the folder \(folder) cannot be made")
        }
    }

    func take(_ curves: [[Float]], of recording: any Recording, first: Int, step: Int) throws {
        let grid = recording.grid
        if group != recording.group { try finish() }
        group = recording.group
        switch format {
        case .mseed:
            let late = Double(recording.late(at: first)) / 1e9
            for run in Self.runs(curves) {
                for (name, curve) in zip(names, curves) {
                    let segment = Segment(
                        id: Self.channel(recording.group, name),
                        start: grid.time(first + run.lowerBound * step).advanced(bySeconds: late),
                        rate: grid.rate / Double(step), samples: .float32(Array(curve[run])))
                    try file(recording.group).append(segment)
                }
            }
        case .npz:
            for index in curves.first?.indices ?? 0..<0 {
                let time = grid.time(first + index * step)
                let number = floorDivide(time.nanoseconds, Self.day)
                if day?.number != number {
                    try finishDay()
                    day = Day(number, curves: names.count, start: time, rate: grid.rate / Double(step))
                }
                day?.add(curves.map { $0[index] }, at: time)
            }
        }
    }

    /// Ends what is being written.
    func finish() throws {
        try finishDay()
        try miniSEED?.finish()
        (miniSEED, group) = (nil, nil)
    }

    /// `NET.STA.LOC.BIP`: the last letter of a channel says which curve it is.
    static func channel(_ group: StreamGroup, _ name: String) -> String {
        let band = group.band.isEmpty ? "" : String(group.band.prefix(2))
        return "\(group.place).\(band)\(letter(name))"
    }
    private static func letter(_ name: String) -> String { name == "detection" ? "D" : String(name.prefix(1)) }

    private func file(_ group: StreamGroup) throws -> MiniSEED.Growing {
        if let miniSEED { return miniSEED }
        let opened = try MiniSEED.Growing("\(folder)/\(RunFolder.component("\(group)")).mseed", overwrite: true)
        miniSEED = opened
        return opened
    }

    /// Stretches in which there are answers.
    private static func runs(_ curves: [[Float]]) -> [Range<Int>] {
        guard let first = curves.first else { return [] }
        var runs: [Range<Int>] = []
        for index in first.indices where !first[index].isNaN {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    // MARK: Days

    private struct Day {
        let number: Int
        let start: Instant
        let rate: Double
        var curves: [[Float]]

        init(_ number: Int, curves count: Int, start: Instant, rate: Double) {
            (self.number, self.start, self.rate) = (number, start, rate)
            curves = [[Float]](repeating: [], count: count)
        }

        /// Silences are filled with no numbers, so that a sample's place says when it was.
        mutating func add(_ values: [Float], at time: Instant) {
            let place = Int((time.seconds(since: start) * rate).rounded())
            let missing = max(0, place - (curves.first?.count ?? 0))
            for curve in curves.indices {
                curves[curve] += [Float](repeating: .nan, count: missing)
                curves[curve].append(values[curve])
            }
        }
    }

    private func finishDay() throws {
        guard let day, let group else { return }
        let date = day.start.description.prefix(10)
        let path = "\(folder)/\(RunFolder.component("\(group)")).\(date).npz"
        var entries = zip(names, day.curves).map { NPZ.Entry($0, NumberArray(shape: [$1.count], floats: $1)) }
        entries.append(.init("start", NumberArray(shape: [], doubles: [day.start.seconds])))
        entries.append(.init("rate", NumberArray(shape: [], doubles: [day.rate])))
        try NPZ.write(entries, to: path, overwrite: true)
        self.day = nil
    }
}

/// Keeps the curves of some seconds, for looking at.
final class CurveCut: CurveSink {
    private let range: Range<Int>
    private(set) var curves: [[Float]]

    /// - Parameter range: samples of the recording.
    init(_ range: Range<Int>, curves count: Int) {
        self.range = range
        curves = [[Float]](repeating: [Float](repeating: .nan, count: range.count), count: count)
    }

    func take(_ given: [[Float]], of recording: any Recording, first: Int, step: Int) {
        for (curve, values) in given.enumerated() where curves.indices.contains(curve) {
            for (index, value) in values.enumerated() {
                // A sample of a curve stands for all up to the next.
                for sample in first + index * step..<first + (index + 1) * step where range.contains(sample) {
                    curves[curve][sample - range.lowerBound] = value
                }
            }
        }
    }
}
