import Files
import Foundation
import GraphIR
import Seismic

/// How far a live night came, kept beside its picks: what a killed one is gone on from.
struct LiveNotes {
    /// What decides picks beside the records; another is another night.
    var signature: String
    /// The packets behind which each station is asked again, long enough before what was told.
    var sequences: [String: UInt64] = [:]
    /// Everything before was told, by instrument.
    var floors: [String: Instant] = [:]

    private static let name = "live.json"

    init(signature: String) { self.signature = SHA256.hex(of: signature.utf8) }

    /// Those of a folder, if they are of the same night.
    mutating func load(from folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        guard let bytes = FileManager.default.contents(atPath: path) else { return }
        guard let json = try? JSON(parsing: [UInt8](bytes)), json["format"]?.int == 1,
            json["signature"]?.string == signature
        else {
            throw RunError(
                .refused, "\(path) is of another network, other settings or another server",
                help: "give another --out, or --overwrite without --resume")
        }
        for member in json["sequences"]?.members ?? [] {
            sequences[member.key] = member.value.string.flatMap { UInt64($0) }
        }
        for member in json["floors"]?.members ?? [] {
            floors[member.key] = member.value.int.map { Instant(nanoseconds: $0) }
        }
    }

    func save(below folder: String) throws {
        let json: JSON = [
            "format": 1, "signature": .string(signature),
            "sequences": .object(
                sequences.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string(String($0.value))) }),
            "floors": .object(
                floors.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .int($0.value.nanoseconds)) }),
        ]
        try AtomicFile("\(folder)/\(Self.name)").write(json.text(indented: true))
    }

    static func remove(below folder: String) { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
}

/// The packets of a station whose records may still be wanted, oldest first.
struct PacketTrail {
    private var packets: [(sequence: UInt64, end: Instant)] = []
    /// The last packet behind which everything that is wanted lies.
    private(set) var resume: UInt64?

    mutating func add(_ sequence: UInt64, end: Instant) { packets.append((sequence, end)) }

    /// Packets are wanted from the first on that reaches beyond a moment.
    mutating func forget(before moment: Instant) {
        let gone = packets.prefix { $0.end <= moment }.count
        if gone > 0 { resume = packets[gone - 1].sequence }
        packets.removeFirst(gone)
    }
}

/// A table of comma-separated values that grows row by row, and holds whole rows whenever one looks.
final class GrowingTable {
    private let file: FileHandle
    /// The rows that an earlier night left, as text.
    private var known: Set<String> = []

    init(_ path: String, columns: [String], continues: Bool) throws {
        let head = CSV.text([columns])
        var text = head
        if continues, let bytes = FileManager.default.contents(atPath: path) {
            let old = String(decoding: bytes, as: UTF8.self)
            // A row that was being written when the night was killed is written again.
            let whole = old.lastIndex(of: "\n").map { String(old[...$0]) } ?? ""
            if whole.hasPrefix(head) {
                text = whole
                known = Set(whole.split(separator: "\n").map(String.init))
            }
        }
        try AtomicFile(path).write(text)
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw RunError(.access, "\(path) cannot be written")
        }
        file = opened
        try file.seekToEnd()
    }

    deinit { try? file.close() }

    /// Whether the row is new.
    @discardableResult func append(_ row: [String]) throws -> Bool {
        let text = CSV.text([row])
        guard !known.contains(String(text.dropLast())) else { return false }
        do { try file.write(contentsOf: Data(text.utf8)) } catch {
            throw RunError(.access, "a row could not be written: \(error.localizedDescription)")
        }
        return true
    }
}

/// What became of the seconds that an earlier session of the same night looked at: rows of its `coverage.csv`.
struct EarlierCoverage {
    private var rows: [[String]] = []
    private static let name = "coverage.csv"
    /// Where group, begin and end stand.
    private static let (group, from, to) = (0..<4, 4, 5)

    init() {}

    init(in folder: String) {
        let bytes = FileManager.default.contents(atPath: "\(folder)/\(Self.name)") ?? Data()
        rows = CSV.rows(String(decoding: bytes, as: UTF8.self)).dropFirst().filter { $0.count == 9 }
    }

    /// The table of both: the earlier rows up to where the later ones of the same instrument begin.
    func table(with later: Coverage) -> String {
        var begins: [[String]: Instant] = [:]
        for row in later.rows {
            let group = [row.group.network, row.group.station, row.group.location, row.group.band]
            begins[group] = min(begins[group] ?? row.from, row.from)
        }
        let kept = rows.compactMap { row -> [String]? in
            guard let begin = begins[Array(row[Self.group])], let from = Instant(row[Self.from]),
                let to = Instant(row[Self.to])
            else { return row }
            if from >= begin { return nil }
            guard to > begin else { return row }
            var row = row
            row[Self.to] = begin.description
            return row
        }
        let text = later.csv
        guard !kept.isEmpty, let head = text.firstIndex(of: "\n") else { return text }
        return String(text[...head]) + CSV.text(kept) + String(text[text.index(after: head)...])
    }
}
