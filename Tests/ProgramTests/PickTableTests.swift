import Files
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
        let torch = try ZipArchive.stored([("archive/data.pkl", [0x80, 2, 0x7D, 0x2E])])
        let script = try ZipArchive.stored([("a/code/m.py", [0x20]), ("a/data.pkl", [0x80, 2, 0x7D, 0x2E])])
        let legacy: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let zeros = [UInt8](repeating: 0, count: 600)
        let other = "strata import w."
        for (name, bytes, says, help) in [
            ("w.h5", Array("\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) }) + zeros, "Keras", other),
            ("w.onnx", onnx + zeros, "ONNX", other), ("w.pt", torch, "PyTorch", other),
            ("script.pt", script, "a TorchScript program", "strata import --help"),
            ("legacy.pt", legacy + zeros, "before version 1.6", "strata import --help"),
        ] {
            try Data(bytes).write(to: URL(fileURLWithPath: program.folder + "/" + name))
            let ending = try program.run("$STRATA pick tiny.arch --weights \(name) net/waveforms --out w")
            #expect(ending.status == 65, "\(name): \(ending.errors)")
            #expect(ending.errors.contains(says) && ending.errors.contains(help), "\(ending.errors)")
        }
        // What import does not read either is named there, and nothing of it is run.
        for (name, says) in [("script.pt", "TorchScript"), ("legacy.pt", "before version 1.6")] {
            let ending = try program.run("$STRATA import \(name) --list")
            #expect(ending.status == 65 && ending.errors.contains(says), "\(name): \(ending.errors)\(ending.output)")
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
        func manifest(_ change: (String) -> String) throws -> Data {
            var members = try Self.members([UInt8](whole))
            let before = String(decoding: members[0].contents, as: UTF8.self)
            let after = change(before)
            #expect(before != after)
            members[0].contents = Array(after.utf8)
            return Data(try ZipArchive.stored(members))
        }
        let newer = try pick("later.strata", manifest { $0.replacing("\"format\": 1", with: "\"format\": 9") })
        #expect(newer.status == 65 && newer.errors.contains("later.strata"), "\(newer.errors)")
        #expect(newer.errors.contains("format 9"), "\(newer.errors)")
        let plugin = """
            "plugins": [{"path": "p.swift", "file": "p.swift", "sha256": "abc", "brings": ["layer sinc"]}]
            """
        let needy = try pick("needy.strata", manifest { $0.replacing("\"plugins\": []", with: plugin) })
        #expect(needy.status == 65 && needy.errors.contains("wants the plugin p.swift (layer sinc)"), "\(needy.errors)")
        #expect(needy.errors.contains("SHA-256 abc"), "\(needy.errors)")
    }

    static func members(_ bytes: [UInt8]) throws -> [(name: String, contents: [UInt8])] {
        let file = FileBytes(bytes, name: "made.strata")
        return try ZipArchive.members(of: file).map {
            ($0.name, try ZipArchive.contents(of: $0, in: file, limit: 1 << 20))
        }
    }

    /// The example of other weights in a bundle whose hashes fit it: `verify` says which output, how far off, and on
    /// which processors.
    @Test func bundlesThatAnswerOtherwise() throws {
        let (program, _) = try Self.place()
        defer { program.remove() }
        var bundles: [[(name: String, contents: [UInt8])]] = []
        for seed in [1, 2] {
            let made = try program.run(
                "$STRATA init tiny.arch --seed \(seed) --output w.safetensors --overwrite && "
                    + "$STRATA bundle make tiny.arch --weights w.safetensors --out \(seed).strata")
            #expect(made.status == 0, "\(made.errors)")
            let data = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/\(seed).strata"))
            bundles.append(try Self.members([UInt8](data)))
        }
        let same = try program.run("$STRATA bundle verify 1.strata")
        #expect(same.status == 0, "\(same.output)\(same.errors)")
        let place = try #require(bundles[0].firstIndex { $0.name == "example/output.npz" })
        let (own, other) = (bundles[0][place].contents, bundles[1][place].contents)
        let manifest = String(decoding: bundles[0][0].contents, as: UTF8.self)
        #expect(own.count == other.count && manifest.contains(SHA256.hex(of: own)))
        bundles[0][place].contents = other
        bundles[0][0].contents = Array(
            manifest.replacing(SHA256.hex(of: own), with: SHA256.hex(of: other)).utf8)
        try Data(ZipArchive.stored(bundles[0])).write(to: URL(fileURLWithPath: program.folder + "/mixed.strata"))
        let off = try program.run("$STRATA bundle verify mixed.strata")
        #expect(off.status == 1 && off.output.contains("\np: largest difference 0."), "\(off.output)\(off.errors)")
        #expect(off.output.contains("BEYOND the tolerance of 5e-05; made on "), "\(off.output)")
    }
}
