import Foundation
import GraphIR
import Testing

/// `strata pick` as somebody types it: what wrong input gets, and that a killed night comes to the same end.
@Suite(.serialized) struct PickProgramTests {
    static let network = """
        network Tiny() {
            input waveform: [3, 600] at RATE Hz
            output p: [1, 600] = waveform -> conv(4, 9) -> tanh -> conv(1, 9) -> sigmoid
            learn p from pick(P) loss binary_cross_entropy
            prepare { order(ZNE) -> demean -> normalize(std, each: window) }
        }
        """
    static let once = """
        network Once() {
            input waveform: [3, 600] at 100 Hz
            output kind: [2] = waveform -> global_average_pool -> dense(2) -> softmax
            learn kind from class(values: ["earthquake", "noise"]) loss cross_entropy
            prepare { demean }
        }
        """

    /// A folder with a network, its weights and six minutes of two stations.
    static func place() throws -> Program {
        let program = try Program()
        for (name, text) in [
            ("tiny", network.replacing("RATE", with: "100")), ("slow", network.replacing("RATE", with: "50")),
            ("once", once),
        ] {
            try text.write(toFile: program.folder + "/\(name).arch", atomically: true, encoding: .utf8)
            #expect(try program.run("$STRATA export \(name).arch --safetensors \(name).safetensors").status == 0)
        }
        let made = try program.run(
            "$STRATA data synth net --stream --format miniseed --hours 0.1 --stations 2 --events 60 --gaps 0 --seed 7")
        #expect(made.status == 0, "\(made.errors)")
        return program
    }

    static func pick(_ more: String, of network: String = "tiny") -> String {
        "$STRATA pick \(network).arch --weights \(network).safetensors --thresholds P=0.5 --views 0 \(more)"
    }

    @Test func whatIsWrongIsSaid() throws {
        let program = try Self.place()
        defer { program.remove() }
        struct Case {
            var line: String
            var status: Int32
            var says: [String]
        }
        let cases = [
            Case(
                line: Self.pick("net/waveforms --out rate", of: "slow"), status: 65,
                says: ["is at 100 Hz, the network wants 50", "--resample"]),
            Case(line: Self.pick("net/waveforms --resample --out resampled", of: "slow"), status: 0, says: []),
            Case(
                line: Self.pick("net/waveforms --out a --ovelap 3"), status: 64,
                says: ["has no option '--ovelap'"]),
            Case(line: Self.pick("net/waveforms --out o --hop 1e30"), status: 64, says: ["--hop takes samples"]),
            Case(line: Self.pick("net/waveforms --out o --hop nan"), status: 64, says: ["--hop takes a number"]),
            Case(line: Self.pick("net/waveforms --out b").replacing("P=0.5", with: "Q=0.5"), status: 64, says: ["'Q'"]),
            Case(
                line: Self.pick("net/waveforms --out c --stations 'XX.NOPE*'"), status: 64,
                says: ["NOPE", "there are"]),
            Case(
                line: Self.pick("net/waveforms --out d", of: "once"), status: 65,
                says: ["pick(…)", "class(by: centre)"]),
            Case(line: Self.pick("net/nothing --out e"), status: 65, says: ["net/nothing"]),
            Case(line: Self.pick("- --out f") + " < /dev/null", status: 65, says: ["nothing came on standard input"]),
            Case(line: Self.pick("net/waveforms --out g --group station"), status: 64, says: ["instrument, location"]),
            Case(
                line: Self.pick("net/waveforms --out h --format quakml"), status: 64, says: ["did you mean 'quakeml'"]),
        ]
        for entry in cases {
            let ending = try program.run(entry.line)
            #expect(ending.status == entry.status, "\(entry.line)\n\(ending.errors)\(ending.output)")
            for text in entry.says {
                #expect(
                    (ending.errors + ending.output).contains(text), "\(entry.line)\n\(ending.errors)\(ending.output)")
            }
        }
        for (name, bytes) in [("w.h5", "\u{89}HDF\r\n\u{1A}\n"), ("w.pt", "PK\u{3}\u{4}")] {
            var data = Data(bytes.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            data.append(Data(count: 600))
            try data.write(to: URL(fileURLWithPath: program.folder + "/" + name))
            let line = "$STRATA pick tiny.arch --weights \(name) net/waveforms --out w"
            let ending = try program.run(line)
            #expect(ending.status == 65, "\(name): \(ending.errors)")
        }
    }

    /// A night that is killed at some moment and gone on with writes what one does that was never disturbed.
    @Test func killedNightsComeToTheSameEnd() throws {
        let program = try Self.place()
        defer { program.remove() }
        let line = Self.pick("net/waveforms --hop 60 --curves OUT/curves --format csv,quakeml --threads 1 --out OUT")
        let whole = try program.run(line.replacing("OUT", with: "out") + " && mv out whole")
        #expect(whole.status == 0, "\(whole.errors)")
        var killed = 0
        for delay in [20, 60, 110, 170, 240, 330] {
            let process = try program.begin("exec " + line.replacing("OUT", with: "out"))
            usleep(UInt32(delay) * 1000)
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                killed += 1
            }
            process.waitUntilExit()
            let again = try program.run(line.replacing("OUT", with: "out") + " --resume --overwrite")
            #expect(again.status == 0, "\(again.errors)")
            let same = try program.run("diff -r out whole && rm -r out")
            #expect(same.status == 0, "\(delay) ms: \(same.output.prefix(400))")
        }
        #expect(killed > 0)
    }

    /// One of the stations comes in on standard input, and says the same as from its file.
    @Test func recordsOnStandardInputArePicked() throws {
        let program = try Self.place()
        defer { program.remove() }
        let file = try program.run(Self.pick("net/waveforms --out a"))
        let input = try program.run(
            "find net/waveforms -type f | sort | xargs cat | " + Self.pick("- --out b")
                + " && diff a/picks.csv b/picks.csv")
        #expect(file.status == 0 && input.status == 0, "\(input.errors)\(input.output.prefix(300))")
        #expect(!FileManager.default.fileExists(atPath: program.folder + "/b/unfinished"))
        let refused = try program.run(Self.pick("- --resume --out b") + " < /dev/null")
        #expect(refused.status == 64)
    }

    /// The page, and the drawing of a pick from the list beside it.
    @Test func picksAreDrawn() throws {
        let program = try Self.place()
        defer { program.remove() }
        let line = Self.pick("net/waveforms --out a").replacing("--views 0", with: "--views 3").replacing(
            "P=0.5", with: "P=0.45")
        #expect(try program.run(line).status == 0)
        let page = try String(contentsOfFile: program.folder + "/a/picks.html", encoding: .utf8)
        let table = try String(contentsOfFile: program.folder + "/a/picks.csv", encoding: .utf8)
        let picks = table.split(separator: "\n").dropFirst()
        #expect(!page.replacing("http://www.w3.org", with: "").contains("http:") && !page.contains("https:"))
        #expect(page.components(separatedBy: "<figure data-kind").count - 1 == min(6, picks.count))
        let first = try #require(picks.first)
        let time = first.split(separator: ",", omittingEmptySubsequences: false)[5]
        let drawn = try program.run("$STRATA plot a/picks.csv --at \(time) --svg p.svg")
        #expect(drawn.status == 0, "\(drawn.errors)")
        let svg = try String(contentsOfFile: program.folder + "/p.svg", encoding: .utf8)
        #expect(svg.contains("class=\"heat\"") && svg.contains("pickmark"))
        // Other weights under the same name did not make these picks.
        let other = "$STRATA init tiny.arch --seed 9 --output tiny.safetensors --overwrite"
        #expect(try program.run(other).status == 0)
        let changed = try program.run("$STRATA plot a/picks.csv --at \(time) --svg q.svg")
        #expect(changed.status == 65, "\(changed.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.folder + "/q.svg"))
    }

    /// A bundle stands wherever a network with weights does, and answers alike.
    @Test func bundlesAreModels() throws {
        let program = try Self.place()
        defer { program.remove() }
        let made = try program.run("$STRATA bundle make tiny.arch --weights tiny.safetensors --out tiny.strata")
        #expect(made.status == 0, "\(made.errors)")
        let files = try program.run(Self.pick("net/waveforms --out a"))
        let bundle = try program.run(
            Self.pick("net/waveforms --out b").replacing("tiny.arch --weights tiny.safetensors", with: "tiny.strata")
                + " && diff a/picks.csv b/picks.csv")
        #expect(files.status == 0 && bundle.status == 0, "\(bundle.errors)\(bundle.output.prefix(300))")
        for line in [
            "$STRATA export tiny.strata --safetensors again.safetensors && "
                + "$STRATA export tiny.arch --weights tiny.safetensors --safetensors alike.safetensors && cmp again.safetensors alike.safetensors",
            "$STRATA inside kernels tiny.strata --data synthetic:20",
            "$STRATA bundle make tiny.strata --out again.strata",
            "$STRATA evaluate tiny.strata --data synthetic:40 --out judged",
            "$STRATA evaluate tiny.arch --weights tiny.safetensors --data synthetic:40 --out alike "
                + "&& cmp judged/predictions.csv alike/predictions.csv",
        ] {
            let ending = try program.run(line)
            #expect(ending.status == 0, "\(line)\n\(ending.errors)")
        }
        let refused = try program.run("$STRATA export tiny.strata --set x=1 --safetensors w.safetensors")
        #expect(refused.status == 64 && refused.errors.contains("--set"))
    }
}
