import Foundation
import GraphIR
import Testing

/// Wrong input, row by row: what is said of it, what goes on all the same, and how the program ends.
@Suite(.serialized) struct PickTableTests {
    /// A folder with a network and the records of two stations, to be spoiled.
    static func place() throws -> (Program, [[SeedLinkServer.Record]]) {
        let program = try PickProgramTests.place()
        let records = SeedLinkServer.records(below: program.folder + "/net/waveforms")
        let stations = Dictionary(grouping: records, by: \.name).sorted { $0.key < $1.key }.map(\.value)
        try #require(stations.count == 2)
        return (program, stations)
    }

    static func write(_ program: Program, _ name: String, _ records: [SeedLinkServer.Record]) throws {
        let path = program.folder + "/" + name
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try Data(records.flatMap(\.bytes)).write(to: URL(fileURLWithPath: path))
    }

    /// The same records under other channels: three letters of a name, or what becomes of them.
    static func renamed(
        _ records: [SeedLinkServer.Record], _ change: (String) -> String
    ) -> [SeedLinkServer.Record] {
        records.map { record in
            var record = record
            let name = String(decoding: record.bytes[15..<18], as: UTF8.self)
            record.bytes.replaceSubrange(15..<18, with: Array(change(name).utf8))
            return record
        }
    }

    static func coverage(_ program: Program, _ out: String) throws -> [[String]] {
        try String(contentsOfFile: program.folder + "/\(out)/coverage.csv", encoding: .utf8).split(separator: "\n")
            .dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    /// What one of the letters U, V, W or z says is said with its file; the other station is picked, coverage tells.
    @Test func componentsThatNobodyKnows() throws {
        let (program, stations) = try Self.place()
        defer { program.remove() }
        let turned: [String: String] = ["Z": "U", "N": "V", "E": "W", "1": "V", "2": "W"]
        for (name, change) in [
            ("uvw", { (letter: String) in turned[letter] ?? letter }), ("lower", { $0.lowercased() }),
        ] {
            let odd = Self.renamed(stations[0]) { String($0.prefix(2)) + change(String($0.suffix(1))) }
            try Self.write(program, "\(name)/odd.mseed", odd)
            let alone = try program.run(PickProgramTests.pick("\(name) --out \(name)-alone"))
            #expect(alone.status == 65, "\(alone.errors)\(alone.output)")
            #expect(alone.output.contains("\(name)/odd.mseed") && alone.output.contains("nothing is picked of it"))
            #expect(alone.output.contains("no picks: nothing could be looked at (no usable component)"))
            try Self.write(program, "\(name)/good.mseed", stations[1])
            let both = try program.run(PickProgramTests.pick("\(name) --out \(name)-both"))
            #expect(both.status == 0 && both.output.contains("\(name)/odd.mseed"), "\(both.errors)\(both.output)")
            let rows = try Self.coverage(program, "\(name)-both")
            #expect(Set(rows.map { $0[7] }) == ["no usable component", "picked"], "\(rows)")
        }
        // Without Z a picker is blind for P.
        let flat = stations[0].filter { $0.bytes[17] != UInt8(ascii: "Z") }
        try Self.write(program, "flat/flat.mseed", flat)
        let none = try program.run(PickProgramTests.pick("flat --out flat-out"))
        #expect(none.status == 65 && none.output.contains("has no Z") && none.output.contains("flat/flat.mseed"))
    }

    @Test func twoInstrumentsAtOnePlace() throws {
        let (program, stations) = try Self.place()
        defer { program.remove() }
        let band = String(decoding: stations[0][0].bytes[15..<17], as: UTF8.self)
        let strong = Self.renamed(stations[0]) { "HN" + $0.suffix(1) }
        try Self.write(program, "two/a.mseed", Self.renamed(stations[0]) { "HH" + $0.suffix(1) })
        try Self.write(program, "two/b.mseed", strong)
        let said = try program.run(PickProgramTests.pick("two --out said"))
        let expected = "has HH and HN: HH is taken wherever it recorded (HH for 0.10 h"
        #expect(said.status == 0 && said.output.contains(expected), "\(said.output)")
        let preferred = try program.run(PickProgramTests.pick("two --prefer HN --out preferred"))
        #expect(preferred.status == 0 && !preferred.output.contains("--prefer says"), "\(band)")
        #expect(Set(try Self.coverage(program, "preferred").map { $0[3] + $0[7] }) == ["HNpicked", "HHnot preferred"])
    }

    /// A record of another moment under this one's time: which is right nobody knows.
    @Test func recordsThatContradictOneAnother() throws {
        let (program, stations) = try Self.place()
        defer { program.remove() }
        let z = stations[0].filter { $0.bytes[17] == UInt8(ascii: "Z") }
        try #require(z.count > 6)
        var other = z[5]
        other.bytes.replaceSubrange(20..<30, with: z[3].bytes[20..<30])
        try Self.write(program, "twice/a.mseed", stations[0] + [other])
        let said = try program.run(PickProgramTests.pick("twice --out said"))
        #expect(said.status == 0, "\(said.errors)")
        let pattern = /same time differ during [0-9.]+ s, first from 20[^ ]+ to 20[^;]+; these count as gaps/
        #expect(said.output.contains(pattern), "\(said.output)")
        // The same record twice is no contradiction.
        try Self.write(program, "again/a.mseed", stations[0] + [z[3]])
        let name = stations[0][0].name.replacing("_", with: ".")
        let same = try program.run(
            PickProgramTests.pick("again --out same") + " && "
                + PickProgramTests.pick("net/waveforms --stations '\(name)' --out one")
                + " && cmp same/picks.csv one/picks.csv")
        #expect(same.status == 0 && !same.output.contains("differ"), "\(same.errors)\(same.output)")
    }

    @Test func optionsPhasesAndStationsThatThereAreNot() throws {
        let (program, stations) = try Self.place()
        defer { program.remove() }
        let station = stations[0][0].station
        let slip = String(station.dropLast()) + "X"
        for (words, says) in [
            ("net/waveforms --out a --ovelap 3", "has no option '--ovelap'"),
            ("net/waveforms --out a --thresholds Q=0.5", "no curve of 'Q'"),
            ("net/waveforms --out a --stations \(stations[0][0].network).\(slip)", "did you mean"),
            ("net/waveforms --out a --rule triger", "trigger"), ("net/waveforms --out a --stack median", "max, mean"),
            ("net/waveforms --out a --from 2024-13-01", "--from takes a time"),
            ("net/waveforms --out a --from 2025-01-02 --to 2025-01-01", "is not before"),
            ("net/waveforms", "--out DIR"), ("net/waveforms --out a --hop 0.5 --blind 0.4", "no window answers for"),
        ] {
            let ending = try program.run("$STRATA pick tiny.arch --weights tiny.safetensors --views 0 \(words)")
            #expect(ending.status == 64 && ending.errors.contains(says), "\(words): \(ending.errors)")
        }
    }

    /// Left out, named with file and byte, counted; all else is picked.
    @Test func aRecordThatIsDamaged() throws {
        let (program, stations) = try Self.place()
        defer { program.remove() }
        var records = stations[0].filter { $0.bytes[17] == UInt8(ascii: "Z") }
        let place = records[..<3].reduce(0) { $0 + $1.bytes.count }
        for byte in 120..<140 { records[3].bytes[byte] ^= 0x5A }
        try Self.write(program, "hurt/a.mseed", records)
        let said = try program.run(PickProgramTests.pick("hurt --out said"))
        #expect(said.status == 65, "\(said.errors)\(said.output)")
        #expect(said.output.contains("1 damaged records left out, the first: hurt/a.mseed, byte "), "\(said.output)")
        #expect(try Self.coverage(program, "said").contains { $0[7] == "damaged" })
        #expect(try Self.coverage(program, "said").contains { $0[7] == "picked" })
        let skipped = try program.run(
            PickProgramTests.pick("hurt --skip-bad --out skipped") + " && diff -r said skipped -x pick.json")
        #expect(skipped.status == 0, "\(place) \(skipped.output)\(skipped.errors)")
        let json = try program.run(PickProgramTests.pick("hurt --json --out json"))
        let answer = try JSON(parsing: Array(json.output.utf8))
        #expect(json.status == 65 && answer["damaged_records"]?.int == 1)
    }

    /// Weights of others are named for what they are, with what to do.
    @Test func weightsOfOtherPrograms() throws {
        let (program, _) = try Self.place()
        defer { program.remove() }
        let onnx: [UInt8] = [8, 8, 0x12, 7] + Array("pytorch".utf8)
        for (name, bytes, says) in [
            ("w.h5", Array("\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }), "Keras"),
            ("w.onnx", onnx, "ONNX"),
        ] {
            var data = Data(bytes)
            data.append(Data(count: 600))
            try data.write(to: URL(fileURLWithPath: program.folder + "/" + name))
            let ending = try program.run("$STRATA pick tiny.arch --weights \(name) net/waveforms --out w")
            #expect(ending.status == 65, "\(name): \(ending.errors)")
            #expect(ending.errors.contains("strata import \(name)") && ending.errors.contains(says), "\(ending.errors)")
        }
    }

    @Test func networksThatAreNoPickers() throws {
        let (program, _) = try Self.place()
        defer { program.remove() }
        let ending = try program.run(PickProgramTests.pick("net/waveforms --out d", of: "once"))
        #expect(ending.status == 65 && ending.errors.contains("pick wants outputs that learn pick(…) or event(…)"))
        // Once a window, of its centre, is a picker too.
        let centre = PickProgramTests.once.replacing("noise\"]", with: "noise\"]").replacing(
            "class(values: [\"earthquake\", \"noise\"])", with: "class(by: centre, values: [\"P\", \"noise\"])"
        )
        .replacing("earthquake", with: "P")
        try program.write("centre.arch", centre)
        let made = try program.run("$STRATA export centre.arch --safetensors centre.safetensors")
        #expect(made.status == 0, "\(made.errors)")
        let picked = try program.run(PickProgramTests.pick("net/waveforms --out e", of: "centre"))
        #expect(picked.status == 0, "\(picked.errors)")
    }

    /// Cut short, altered, or from a later program: which member, or what, is said.
    @Test func bundlesThatAreNotWhole() throws {
        let (program, _) = try Self.place()
        defer { program.remove() }
        let made = try program.run("$STRATA bundle make tiny.arch --weights tiny.safetensors --out tiny.strata")
        #expect(made.status == 0, "\(made.errors)")
        let whole = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/tiny.strata"))
        func pick(_ name: String, _ data: Data) throws -> Program.Ending {
            try data.write(to: URL(fileURLWithPath: program.folder + "/" + name))
            return try program.run("$STRATA pick \(name) net/waveforms --out w")
        }
        let cut = try pick("cut.strata", whole.prefix(whole.count * 2 / 3))
        #expect(cut.status == 65 && cut.errors.contains("cut.strata"), "\(cut.errors)")
        let name = try #require(whole.range(of: Data("weights.safetensors".utf8)))
        var altered = whole
        altered[name.upperBound + 2000] ^= 1
        let other = try pick("altered.strata", altered)
        #expect(other.status == 65 && other.errors.contains("weights.safetensors"), "\(other.errors)")
        var later = whole
        if let format = later.range(of: Data("\"format\": 1".utf8)) {
            later.replaceSubrange(format, with: Data("\"format\": 9".utf8))
            let newer = try pick("later.strata", later)
            #expect(newer.status == 65 && newer.errors.contains("later.strata"), "\(newer.errors)")
        }
    }
}
