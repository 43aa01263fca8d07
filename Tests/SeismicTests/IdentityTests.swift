import Files
import Foundation
import GraphIR
import Testing

@testable import Datasets
@testable import Seismic

/// A trace is what stands in its chunk and row, whatever it is called; a dataset is what its parts are.
struct IdentityTests {
    /// A dataset of SeisBench in two chunks, written as SeisBench does: the traces of both have the same names.
    private static func chunked(in folder: URL, traces: Int = 40) throws -> any Dataset {
        for (chunk, seed) in [("_a", UInt64(1)), ("_b", 2)] {
            let own = folder.appendingPathComponent("one" + chunk).path
            let dataset = try SyntheticDataset(.init(count: traces, seed: seed, length: 400))
            try dataset.write(to: SeisBenchWriter(own, overwrite: false), threads: 2)
            for (name, end) in [("metadata", "csv"), ("waveforms", "hdf5")] {
                try FileManager.default.moveItem(
                    atPath: "\(own)/\(name).\(end)", toPath: "\(folder.path)/\(name)\(chunk).\(end)")
            }
        }
        return try openDataset(folder.path)
    }

    @Test func chunksMayShareNames() throws {
        try withTemporaryFolder { folder in
            let dataset = try Self.chunked(in: folder)
            #expect(dataset.count == 80 && Set((0..<80).map { dataset.name($0) }).count < 80)
            #expect(Set((0..<80).map { dataset.identity($0) }).count == 80)
            #expect(dataset.identity(41) == TraceIdentity(chunk: "_b", row: 1, name: dataset.name(41)))

            let rule = SplitRule(.event, seed: 5)
            let file = folder.appendingPathComponent("sides.json").path
            try SplitManifest(dataset, path: folder.path, rule: rule).json.text().write(
                toFile: file, atomically: true, encoding: .utf8)
            let divided = try openDataset(file)
            #expect((0..<80).map { divided.split($0) } == rule.sides(of: dataset))
            // The writer's own column says other sides; the audit goes by the manifest's, and no earthquake leaks.
            let audit = Audit(divided, threads: 2)
            #expect(audit.findings(.sharedName).isEmpty && audit.findings(.sharedEvent).isEmpty)

            let packed = folder.appendingPathComponent("packed").path
            try PackedDataset.pack(divided, to: packed, overwrite: false)
            let copy = try openDataset(packed)
            #expect(Set((0..<80).map { copy.identity($0) }).count == 80)
            #expect(Audit(copy, threads: 2).findings(.sharedName).isEmpty)
            #expect((0..<80).map { copy.split($0) } == rule.sides(of: dataset))
        }
    }

    @Test func namesAloneAreNoManifest() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("old.json").path
            try #"{"format": "strata-split-1", "dataset": "synthetic:4"}"#.write(
                toFile: file, atomically: true, encoding: .utf8)
            let error = try #require(throws: DataError.self) { try openDataset(file) }
            #expect(error.found.contains("strata data split"))
        }
    }

    private struct Table: Dataset {
        var path = "table"
        let format = "table"
        var rows: [[(name: String, value: String?)]]
        var samples: [[Float]]
        var count: Int { rows.count }
        var columns: [String] { TraceMetadata(rows[0]).columns }
        func metadata(_ index: Int) -> TraceMetadata { TraceMetadata(rows[index]) }
        func trace(_ index: Int) throws -> Trace {
            Trace(name: name(index), rate: 100, components: "Z", samples: samples[index], length: 4)
        }

        static func made(_ count: Int) -> Table {
            Table(
                rows: (0..<count).map {
                    [("trace_name", "t\($0)"), ("trace_p_arrival_sample", "\($0)"), ("source_magnitude", "1.5")]
                }, samples: (0..<count).map { [Float($0), 1, 2, 3] })
        }
    }

    /// Each change is noticed, and named for what it is.
    @Test func fingerprintsNameWhatDiffers() throws {
        let table = Table.made(200)
        let sides = SplitRule(.trace).sides(of: table).map { Optional($0) }
        let first = try DatasetFingerprint(table, sides: sides, strict: true)
        func parts(_ other: DatasetFingerprint) -> [DatasetFingerprint.Part] {
            DatasetFingerprint.Part.allCases.filter { first.parts[$0] != other.parts[$0] }
        }
        func changed(_ change: (inout Table) -> Void) throws -> DatasetFingerprint {
            var other = table
            change(&other)
            return try DatasetFingerprint(other, sides: sides, strict: true, threads: 3)
        }
        #expect(try changed { _ in } == first)
        let picked = try changed { $0.rows[150][1].value = "157" }
        #expect(parts(picked) == [.arrivals] && picked.hash != first.hash)
        #expect(try parts(changed { $0.rows[150][1].value = nil }) == [.arrivals])
        #expect(try parts(changed { $0.rows[3][2].value = "1.6" }) == [.table])
        #expect(try parts(changed { $0.rows[3][0].value = "t4" }).contains(.traces))
        #expect(try parts(changed { $0.samples[0][1] = 1.5 }) == [.samples])
        var moved = sides
        moved[7] = moved[7] == .train ? .test : .train
        #expect(try parts(DatasetFingerprint(table, sides: moved)) == [.sides])
        // Trace 1 is none of the 64 that stand for all.
        let hidden = try changed { $0.samples[1][1] = 1.5 }
        #expect(parts(hidden).isEmpty && hidden.everySample != first.everySample)
    }

    /// What stands in files is looked at once, and again when a file was written since.
    @Test func filesAreLookedAtOnce() throws {
        try withTemporaryFolder { folder in
            let dataset = try Self.chunked(in: folder, traces: 12)
            let sides = [Split?](repeating: .train, count: dataset.count)
            let first = try DatasetFingerprint(dataset, sides: sides, strict: true)
            #expect(try DatasetFingerprint(openDataset(folder.path), sides: sides, strict: true) == first)
            let table = folder.appendingPathComponent("metadata_a.csv").path
            let text = try String(contentsOfFile: table, encoding: .utf8)
            let arrival = try #require(
                (0..<12).lazy.compactMap { dataset.metadata($0)["trace_s_arrival_sample"] }.first)
            #expect(text.contains(",\(arrival),"))
            try text.replacingOccurrences(of: ",\(arrival),", with: ",1\(arrival),").write(
                toFile: table, atomically: true, encoding: .utf8)
            let again = try DatasetFingerprint(openDataset(folder.path), sides: sides, strict: true)
            #expect(again.parts[.arrivals] != first.parts[.arrivals])
            #expect(again.everySample == first.everySample)
        }
    }

    @Test func nothingIsNotPacked() throws {
        try withTemporaryFolder { folder in
            let out = folder.appendingPathComponent("packed").path
            #expect(throws: DataError.self) { try PackedDataset.pack(EmptyDataset(), to: out, overwrite: false) }
            #expect(!FileManager.default.fileExists(atPath: out))
        }
    }

    private struct EmptyDataset: Dataset {
        let path = "nothing"
        let format = "none"
        let count = 0
        let columns: [String] = []
        func metadata(_ index: Int) -> TraceMetadata { TraceMetadata() }
        func trace(_ index: Int) throws -> Trace { throw DataError(file: path, expected: "a trace", found: "none") }
    }
}

/// What would surprise who trains is counted before the first step.
struct DataLookTests {
    private struct Odd: Dataset {
        let path = "odd"
        let format = "odd"
        let count = 40
        let columns = ["trace_name", "trace_component_order", "trace_p_arrival_sample"]
        func metadata(_ index: Int) -> TraceMetadata {
            TraceMetadata([
                ("trace_name", "t\(index)\u{1B}[2J"),
                ("trace_component_order", index < 10 ? "Z" : index < 13 ? "ZZZ" : index < 20 ? "Z12" : "ZNE"),
                ("trace_p_arrival_sample", index == 30 ? "1e9" : index == 31 ? "-4" : "20"),
            ])
        }
        func trace(_ index: Int) throws -> Trace {
            let components = metadata(index)["trace_component_order"] ?? "Z"
            let noise = Dice(seed: 1, purpose: "odd", subject: index).whiteNoise(50 * components.count)
            let samples = index == 35 ? noise.map { _ in Float(2) } : noise
            return Trace(
                name: name(index), rate: 100, components: components, samples: samples, length: 50,
                metadata: metadata(index))
        }
    }

    @Test func countsWhatIsOdd() {
        let notes = DataLook.notes(Odd(), traces: Array(0..<40), components: "ENZ", threads: 2)
        func says(_ parts: String...) -> Bool { notes.contains { note in parts.allSatisfy { note.contains($0) } } }
        #expect(says("10 of 40", "components Z ", "lack EN of ENZ"))
        #expect(says("3 of 40", "ZZZ", "lack EN"))
        #expect(says("3 of 40", "ZZZ", "named twice"))
        #expect(says("2 of 40", "P at 1000000000.0"))
        #expect(says("1 of 40", "do not move at all", "t35"))
        #expect(!notes.contains { $0.contains("Z12") } && notes.count == 5, "\(notes)")
        #expect(!notes.joined().contains("\u{1B}"))
        #expect(DataLook.notes(Odd(), traces: [36, 37], components: "ZNE", threads: 1).isEmpty)
    }
}
