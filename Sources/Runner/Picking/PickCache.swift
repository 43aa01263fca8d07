import Files
import Foundation
import GraphIR
import Seismic

/// The results of instruments that are done, beside the output until all are: what a resumed night does not do again.
/// A kept result counts only for the same network, settings and files.
struct PickCache {
    private let folder: String
    private let hash: String

    init(folder: String, signature: String) {
        self.folder = folder + "/unfinished"
        hash = SHA256.hex(of: signature.utf8)
    }

    private func path(_ group: StreamGroup, _ rate: Double) -> String {
        "\(folder)/\(SHA256.hex(of: "\(group)\n\(rate)".utf8).prefix(24)).json"
    }

    func keep(_ result: GroupPicks, of group: StreamGroup, rate: Double) throws {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let json: JSON = [
            "format": 1, "signature": .string(hash), "group": .string(group.description), "result": result.json,
        ]
        try AtomicFile(path(group, rate)).write(json.text())
    }

    func load(_ group: StreamGroup, rate: Double) -> GroupPicks? {
        guard let bytes = FileManager.default.contents(atPath: path(group, rate)),
            let json = try? JSON(parsing: [UInt8](bytes)), json["format"]?.int == 1,
            json["signature"]?.string == hash, json["group"]?.string == group.description
        else { return nil }
        return json["result"].flatMap { GroupPicks($0, group: group) }
    }

    /// Everything is written: nothing is left to resume.
    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

extension GroupPicks {
    var json: JSON {
        [
            "windows": .int(windows), "contradicted": .number(contradictedSeconds),
            "contradictions": .array(
                contradicted.map { [.int($0.lowerBound.nanoseconds), .int($0.upperBound.nanoseconds)] }),
            "picks": .array(picks.map(\.json)),
            "detections": .array(
                detections.map {
                    [.int($0.begin.nanoseconds), .int($0.end.nanoseconds), .number($0.probability)]
                }),
            "coverage": .array(
                coverage.rows.map { row in
                    [
                        .int(row.from.nanoseconds), .int(row.to.nanoseconds), .string(row.components),
                        .string(row.fate.rawValue), .int(row.windows),
                    ]
                }),
            "damage": .array(
                damage.map {
                    ["file": .string($0.file), "byte": $0.byte.map(JSON.int) ?? .null, "reason": .string($0.reason)]
                }),
        ]
    }

    init?(_ json: JSON, group: StreamGroup) {
        guard let windows = json["windows"]?.int, let picks = json["picks"]?.array,
            let detections = json["detections"]?.array, let rows = json["coverage"]?.array,
            let damage = json["damage"]?.array
        else { return nil }
        self.windows = windows
        contradictedSeconds = json["contradicted"]?.double ?? 0
        for entry in json["contradictions"]?.array ?? [] {
            guard let cells = entry.array, cells.count == 2, let from = cells[0].int, let to = cells[1].int, from <= to
            else { return nil }
            contradicted.append(Instant(nanoseconds: from)..<Instant(nanoseconds: to))
        }
        for entry in picks {
            guard let pick = StreamPick(entry, group: group) else { return nil }
            self.picks.append(pick)
        }
        for entry in detections {
            guard let cells = entry.array, cells.count == 3, let begin = cells[0].int, let end = cells[1].int,
                let probability = cells[2].double
            else { return nil }
            self.detections.append(
                StreamDetection(
                    group: group, begin: Instant(nanoseconds: begin), end: Instant(nanoseconds: end),
                    probability: probability))
        }
        for entry in rows {
            guard let cells = entry.array, cells.count == 5, let from = cells[0].int, let to = cells[1].int,
                let components = cells[2].string, let fate = cells[3].string.flatMap(Coverage.Fate.init),
                let count = cells[4].int
            else { return nil }
            coverage.add(
                Coverage.Row(
                    group, from: Instant(nanoseconds: from), to: Instant(nanoseconds: to), components: components,
                    fate, windows: count))
        }
        for entry in damage {
            guard let file = entry["file"]?.string, let reason = entry["reason"]?.string else { return nil }
            self.damage.append(StreamIndex.Damage(file: file, byte: entry["byte"]?.int, reason: reason))
        }
    }
}

extension StreamPick {
    var json: JSON {
        func optional(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
        return [
            "components": .string(components), "phase": .string(phase), "time": .int(time.nanoseconds),
            "probability": .number(probability), "begin": .int(begin.nanoseconds), "end": .int(end.nanoseconds),
            "time_uncertainty": optional(timeUncertainty), "probability_uncertainty": optional(probabilityUncertainty),
            "at_gap": .bool(isAtGap), "detection": optional(detection), "model": .string(model),
            "amplitude": optional(amplitude), "amplitude_unit": amplitudeUnit.map(JSON.string) ?? .null,
            "snr": optional(signalToNoise),
        ]
    }

    init?(_ json: JSON, group: StreamGroup) {
        guard let components = json["components"]?.string, let phase = json["phase"]?.string,
            let time = json["time"]?.int, let probability = json["probability"]?.double,
            let begin = json["begin"]?.int, let end = json["end"]?.int, let model = json["model"]?.string
        else { return nil }
        self.init(
            group: group, components: components, phase: phase, time: Instant(nanoseconds: time),
            probability: probability, begin: Instant(nanoseconds: begin), end: Instant(nanoseconds: end), model: model)
        timeUncertainty = json["time_uncertainty"]?.double
        probabilityUncertainty = json["probability_uncertainty"]?.double
        isAtGap = json["at_gap"]?.bool ?? false
        detection = json["detection"]?.double
        amplitude = json["amplitude"]?.double
        amplitudeUnit = json["amplitude_unit"]?.string
        signalToNoise = json["snr"]?.double
    }
}
