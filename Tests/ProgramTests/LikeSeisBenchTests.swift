import Files
import Foundation
import GraphIR
import Seismic
import Testing

/// `strata pick --like seisbench` against SeisBench's own EQTransformer, PhaseNet and GPD on the same recordings with
/// the same weights, pick by pick. `Fixtures/seisbench_picks.py` stored what SeisBench picks, of recordings and weights
/// that are whole-number arithmetic on counters, done here again.
@Suite(.serialized) struct LikeSeisBenchTests {
    private static let rate = 100.0
    private static let count = 36_000
    private static let start = Instant("2024-05-06T23:57:00Z")

    private static func fixture() throws -> JSON {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/seisbench_picks.json"
        return try JSON(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    // MARK: The same recordings and weights

    /// 64 bits for a counter.
    private static func mixed(_ counter: Int, _ seed: UInt64) -> UInt64 {
        var x = (UInt64(counter) &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ seed
        x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
        return x ^ x >> 31
    }

    /// FNV-1a.
    private static func seed(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Quiet ground, and bursts that die away: a smaller one, and a larger one behind it.
    private static func recording(_ station: String, _ component: String) -> [Int32] {
        var size = [Int](repeating: 0, count: count)
        for number in 0..<count / 2400 {
            for (onset, height) in [(700 + 2400 * number, 600), (1100 + 2437 * number, 1500)] {
                for since in 0..<max(0, min(1200, count - onset)) {
                    size[onset + since] += height * 200 / (since + 200)
                }
            }
        }
        let own = seed(station + component)
        return (0..<count).map { sample in
            let bits = mixed(sample, own)
            let burst = size[sample] * Int(bits >> 20 & 1023) / 1024
            return Int32(Int((bits >> 40) % 41) - 20 + (bits >> 10 & 1 == 0 ? burst : -burst))
        }
    }

    private static func numbers(_ entry: Safetensors.Entry, seed number: Int, gain: Double) -> Safetensors.Entry {
        let own = seed(entry.name) &+ UInt64(number)
        let inputs = entry.shape.dropFirst().reduce(1, *)
        let scale = gain * (3 / Double(inputs)).squareRoot()
        let isVariance = entry.name.hasSuffix("running_var")
        let (isMatrix, isWeight) = (entry.shape.count > 1, entry.name.hasSuffix("weight"))
        let values = (0..<entry.values.count).map { index -> Float in
            let unit = Double(mixed(index, own) >> 40) / Double(1 << 23) - 1
            if isVariance { return Float(1 + 0.5 * unit) }
            if isMatrix { return Float(unit * scale) }
            return Float(isWeight ? 1 + 0.25 * unit : 0.125 * unit)
        }
        return Safetensors.Entry(entry.name, shape: entry.shape, values: values)
    }

    private static func write(_ stations: JSON, upTo end: Int, to path: String) throws {
        let start = try #require(start)
        var segments: [Segment] = []
        for station in stations.members ?? [] {
            let late = Double(station.value["late"]?.int ?? 0) / 1e6
            for component in station.value["pieces"]?.members ?? [] {
                let whole = recording(station.key, component.key)
                for piece in component.value.array ?? [] {
                    let ends = (piece.array ?? []).compactMap(\.int)
                    try #require(ends.count == 2 && ends[0] < ends[1] && ends[1] <= whole.count)
                    guard ends[0] < end else { continue }
                    segments.append(
                        Segment(
                            id: "XX.\(station.key)..HH\(component.key)",
                            start: start.advanced(bySeconds: Double(ends[0]) / rate + late), rate: rate,
                            samples: .int32(Array(whole[ends[0]..<min(end, ends[1])]))))
                }
            }
        }
        try MiniSEED.write(segments, to: path)
    }

    // MARK: The same picks

    private struct Row: Equatable, CustomStringConvertible {
        var station, phase: String
        /// Begin, peak and end in samples; `nil` where rounding decides, and of detections the peak.
        var samples: [Int?]
        var probability: Double
        /// How far SeisBench in single precision is from itself in double.
        var rounding = 0.0
        var description: String { "\(station) \(phase) \(samples) \(probability)" }
    }

    /// What the program wrote into a folder.
    private static func found(_ folder: String, _ stations: JSON) throws -> [Row] {
        let start = try #require(start)
        var rows: [Row] = []
        for (file, isDetection) in [("picks.csv", false), ("detections.csv", true)] {
            let table = CSV.rows(try String(contentsOfFile: folder + "/" + file, encoding: .utf8))
            let header = try #require(table.first)
            for cells in table.dropFirst() where cells.count == header.count {
                let row = Dictionary(zip(header, cells), uniquingKeysWith: { $1 })
                let station = try #require(row["station"])
                let late = Double(stations[station]?["late"]?.int ?? 0) / 1e6
                func sample(_ column: String) throws -> Int {
                    let time = try #require(Instant(row[column] ?? ""))
                    return Int(((time.seconds(since: start) - late) * rate).rounded())
                }
                rows.append(
                    Row(
                        station: station, phase: isDetection ? "detection" : row["phase"] ?? "",
                        samples: [try sample("begin"), isDetection ? nil : try sample("time"), try sample("end")],
                        probability: Double(row["probability"] ?? "") ?? -1))
            }
        }
        return rows
    }

    @Test(arguments: 0..<3) func picksAreThoseOfSeisBench(number: Int) throws {
        let json = try Self.fixture()
        let entry = try #require(json["networks"]?.array?[number])
        let stations = try #require(json["stations"])
        let network = try #require(entry["network"]?.string)
        let program = try Program()
        defer { program.remove() }
        let end = try #require(entry["upto"]?.int)
        try Self.write(stations, upTo: end, to: program.folder + "/data.mseed")
        let named = try program.run("$STRATA export \(network) --safetensors names.safetensors")
        #expect(named.status == 0, "\(named.errors)")
        let file = URL(fileURLWithPath: program.folder + "/names.safetensors")
        let names = try Safetensors([UInt8](Data(contentsOf: file)))
        let (seed, gain) = (try #require(entry["seed"]?.int), try #require(entry["gain"]?.double))
        let weights = Safetensors(
            entries: names.entries.map { name in
                var made = Self.numbers(name, seed: seed, gain: gain)
                if let move = entry["moved"]?[name.name]?.double {
                    made.values = made.values.map { Float(Double($0) + move) }
                }
                return made
            })
        try Data(weights.bytes).write(to: URL(fileURLWithPath: program.folder + "/w.safetensors"))
        let ending = try program.run(
            "$STRATA pick \(network) --weights w.safetensors data.mseed --like seisbench --views 0 --out out")
        #expect(ending.status == 0, "\(ending.errors)\(ending.output)")
        let ours = try Self.found(program.folder + "/out", stations)
        let theirs = (entry["picks"]?.array ?? []).map { row in
            let cells = row.array ?? []
            return Row(
                station: cells[0].string ?? "", phase: cells[1].string ?? "", samples: cells[2..<5].map(\.int),
                probability: cells[5].double ?? -1, rounding: cells[6].double ?? 0)
        }
        #expect(theirs.count > 30)
        #expect(ours.count == theirs.count)
        var left = ours
        for row in theirs {
            let place = left.firstIndex { other in
                (other.station, other.phase) == (row.station, row.phase)
                    && zip(other.samples, row.samples).allSatisfy { $1 == nil || $0 == $1 }
                    // Four digits are written; nobody is nearer in single precision than SeisBench is to itself.
                    && abs(other.probability - row.probability) <= 1e-4 + 2 * row.rounding
            }
            if let place { left.remove(at: place) } else { Issue.record("SeisBench has \(row)") }
        }
        #expect(left.isEmpty)
    }
}
