import Files
import Foundation
import GraphIR
import Testing

/// What somebody with data of their own meets: damaged records, recordings that nobody cut, arrays as recorded.
@Suite(.serialized, .timeLimit(.minutes(20))) struct OwnDataTests {
    private static func made() throws -> Program {
        let program = try Program()
        try program.write("small.arch", Program.picker)
        let made = try program.run(
            "$STRATA data synth net --stream --hours 0.2 --stations 2 --events 60 --gaps 0 --seed 7")
        #expect(made.status == 0, "\(made.errors)")
        return program
    }

    /// The last record of one file, cut short: refused with what to do, or left out, counted and named.
    @Test func aCutRecordIsLeftOutOfAFolder() throws {
        let program = try Self.made()
        defer { program.remove() }
        let cut = try program.run("f=$(find net/waveforms -type f | sort | head -1); truncate -s -100 $f; echo $f")
        let name = cut.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let data = "waveforms:net,window=30"
        for line in ["data info \(data)", "train small.arch --data \(data) --epochs 1 --out run"] {
            let refused = try program.run("$STRATA \(line)")
            #expect(refused.status == 65 && refused.errors.contains("help: --skip-bad"), "\(refused.errors)")
        }
        let info = try program.run("$STRATA data info \(data) --skip-bad")
        #expect(info.status == 0 && info.output.contains("1 damaged records: \(name) at byte "), "\(info.output)")
        let trained = try program.run("$STRATA train small.arch --data \(data) --epochs 1 --out run --skip-bad")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("not read: 1 damaged records: "), "\(trained.errors)")
        // The run knows what it left out of its own data; other data are asked about anew.
        let judged = try program.run("$STRATA evaluate run && $STRATA plot run --trace 3 --svg own.svg")
        #expect(judged.status == 0 && judged.errors.contains("not read: 1 damaged records: "), "\(judged.errors)")
        let other = "$STRATA evaluate run --data waveforms:net,window=20 --split all"
        #expect(try program.run(other).status == 65)
        #expect(try program.run(other + " --skip-bad").status == 0)
    }

    @Test func aRecordingThatNobodyCutIsWarnedOf() throws {
        let program = try Self.made()
        defer { program.remove() }
        let whole = try program.run("$STRATA train small.arch --data net --epochs 1 --out whole")
        #expect(whole.errors.contains("WARNING: traces are whole recordings of up to 12 min"), "\(whole.errors)")
        #expect(whole.errors.contains("--data waveforms:net,window=2 "), "\(whole.errors)")
        let parts = try program.run("$STRATA train small.arch --data waveforms:net,window=30s --epochs 1 --out parts")
        #expect(parts.status == 0 && !parts.errors.contains("whole recordings"), "\(parts.errors)")
    }

    /// Raw arrays with --prepare are what prepared ones are without; the other way is said.
    @Test func arraysArePreparedWhereThatIsAskedFor() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let bare = Program.picker.split(separator: "\n").filter { !$0.contains("prepare") }
        try program.write("bare.arch", bare.joined(separator: "\n"))
        let raw: [Float] = (0..<1200).map { place in
            let offset = Float(place / 200)
            return offset + 40 * sin(0.37 * Float(place))
        }
        var ready = raw
        for first in stride(from: 0, to: raw.count, by: 200) {
            let sum: Float = raw[first..<first + 200].reduce(0, +)
            for place in first..<first + 200 { ready[place] -= sum / 200 }
            let peak: Float = ready[first..<first + 200].map { abs($0) }.max() ?? 1
            for place in first..<first + 200 { ready[place] /= peak }
        }
        for (name, values) in [("raw", raw), ("ready", ready)] {
            try NPY.write(NumberArray(shape: [2, 3, 200], floats: values), to: "\(program.folder)/\(name).npy")
        }
        func said(_ network: String, _ input: String, _ more: String) throws -> (values: [Float], errors: String) {
            let ending = try program.run(
                "$STRATA run \(network).arch --seed 4 --input \(input).npy --output y.npz --overwrite \(more)")
            #expect(ending.status == 0, "\(ending.errors)")
            let arrays = try NPZ.read(program.folder + "/y.npz")
            return (arrays.first?.array.floats ?? [], ending.errors)
        }
        let (asked, quiet) = try said("small", "raw", "--prepare")
        let (given, told) = try said("small", "ready", "")
        #expect(asked.count == 400 && zip(asked, given).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(!quiet.contains("prepare"), "\(quiet)")
        #expect(told.hasPrefix("prepare { demean -> normalize("), "\(told)")
        #expect(told.contains("} was not applied: --prepare applies it"), "\(told)")
        #expect(try said("small", "raw", "").values != asked)
        #expect(try said("bare", "raw", "").errors.isEmpty)
    }

    /// Three channels are Z, N and E where nobody says otherwise.
    @Test func aPlotNamesItsComponents() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let drawn = try program.run(
            "$STRATA train small.arch --data synthetic:60 --epochs 1 --out run && $STRATA plot run --svg trace.svg")
        #expect(drawn.status == 0, "\(drawn.errors)")
        let svg = try String(contentsOfFile: program.folder + "/trace.svg", encoding: .utf8)
        for name in ["Z", "N", "E"] { #expect(svg.contains(">\(name)</text>")) }
        #expect(!svg.contains(">1</text>"))
    }

    /// A vertical alone is picked, and what stands for the others is said.
    @Test func aVerticalAloneIsSaid() throws {
        let (program, stations) = try PickTableTests.place()
        defer { program.remove() }
        for (number, records) in stations.enumerated() {
            let own = records.filter { $0.bytes[17] == UInt8(ascii: "Z") }
            try PickTableTests.write(program, "lone/\(number).mseed", own)
        }
        let picked = try program.run(PickProgramTests.pick("lone --out lone-picks"))
        #expect(picked.status == 0 && picked.output.contains(": N and E missing, taken as zero"), "\(picked.output)")
        let whole = try program.run(PickProgramTests.pick("net/waveforms --out whole-picks"))
        #expect(whole.status == 0 && !whole.output.contains("taken as zero"), "\(whole.output)")
    }
}
