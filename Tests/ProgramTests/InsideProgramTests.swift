import Foundation
import GraphIR
import Testing

/// `strata inside` as a person calls it: the run stays as it is, threads change no bit, refusals say what to do.
@Suite(.timeLimit(.minutes(20))) struct InsideProgramTests {
    private static let text = """
        network Small {
            input waveform: [3, 200] at 100 Hz
            trunk: [4, 50] = waveform -> conv(4, 5) as first -> relu -> max_pool(4) -> lstm(3) as memory
                -> self_attention(width: 4) as look -> conv(4, 3) as behind
            output p: [1, 200] = trunk -> upsample(4) -> conv(1, 5) as last -> sigmoid
            learn p from pick(P, shape: gaussian, width: 20 samples) loss binary_cross_entropy
            prepare { order(ZNE) -> demean -> normalize(peak) }
            train { batch: 8, epochs: 1 }
        }
        """
    private static let commands = [
        "inside run --html page.html --most 2", "inside relevance run --checks all --npz N --csv C --html page.html",
        "inside relevance run --rule beta=1 --shifts 4",
        "inside relevance run --first flat --until memory --keep-layer look",
        "inside relevance run --method integrated --of memory/1",
        "inside check run --most 2", "inside kernels run --npz N", "inside maps run --npz N --html page.html",
        "inside attention run --npz N --html page.html", "inside features run --npz N --most 8 --html page.html",
        "inside units run --layer memory --most 8 --damage --steady --alike 0@0.2-0.6 --npz N --csv C --html page.html",
        "inside unit run memory/1 --most 8 --steps 3 --html page.html",
        "inside prune run --layer memory --sizes 3,1 --csv C --html page.html",
        "inside prune run --layer memory --by activity --level 90,10",
        "inside optimum run --from noise:2 --steps 5 --most 8 --npz N --html page.html",
    ]

    private func trained() throws -> Program {
        let program = try Program()
        try program.write("small.arch", Self.text)
        let training = try program.run("$STRATA train small.arch --data synthetic:160 --out run --threads 1")
        try #require(training.status == 0, "\(training.errors)")
        return program
    }

    /// Names, bytes and times of everything in the run.
    private static let state = "(cd run; find . -type f | sort | xargs sha256sum; find . -printf '%p %T@\\n' | sort)"

    @Test func noCommandChangesTheRunAndThreadsChangeNoBit() throws {
        let program = try trained()
        defer { program.remove() }
        let before = try program.run(Self.state).output
        #expect(!before.isEmpty)
        for (place, command) in Self.commands.enumerated() {
            var said: [String] = []
            for threads in 1...3 {
                let files = command.replacing("--npz N", with: "--npz n\(threads).npz")
                    .replacing("--csv C", with: "--csv c\(threads).csv")
                let ending = try program.run(
                    "$STRATA \(files) --threads \(threads) --overwrite --json --out o\(threads); "
                        + "status=$?; cat n\(threads).npz c\(threads).csv 2>/dev/null | sha256sum; exit $status")
                #expect(ending.status == 0 || command.hasPrefix("inside check"), "\(command): \(ending.errors)")
                // What a run is called with is no part of what it finds.
                said.append(ending.output)
            }
            #expect(Set(said).count == 1, "\(place): \(command) hangs on the threads")
            #expect(said[0].hasPrefix("{"), "\(command)")
        }
        #expect(try program.run(Self.state).output == before)
    }

    /// What a look makes lies where it is said, or beside in a folder of the model's name; again, it replaces itself.
    @Test func looksGoIntoAFolder() throws {
        let program = try trained()
        defer { program.remove() }
        for _ in 0..<2 {
            let ending = try program.run("$STRATA inside relevance run --of p --trace 3 && ls inside-run")
            #expect(ending.status == 0 && ending.output.contains("wrote inside-run/relevance-p-"), "\(ending)")
        }
        let all = try program.run(
            "$STRATA inside relevance run --trace 3 --of p --keep-layer look --out looks && ls looks")
        for kind in ["html", "json", "npz", "csv", "svg"] { #expect(all.output.contains(".\(kind)\n"), "\(kind)") }
        let quiet = try program.run("$STRATA inside kernels run --json && ls")
        #expect(!quiet.output.contains("inside-kernels"))
        // What is explained when nobody says is a pick: detection or the first output is not what a picker is asked.
        let usual = try program.run("$STRATA inside relevance run --json")
        #expect(try JSON(parsing: Array(usual.output.utf8))["target"]?["output"]?.string == "p")
    }

    /// A recording stands where data may: the window around a moment is the one that the dataset has there.
    @Test func aRecordingIsLookedInto() throws {
        let program = try trained()
        defer { program.remove() }
        let made = try program.run(
            "$STRATA data synth night --format miniseed --stream --hours 1 --stations 1 --seed 3 2>&1; find night -type f"
        )
        #expect(made.status == 0, "\(made)")
        let path = try #require(
            made.output.split(separator: "\n").map(String.init).first { $0.contains("waveforms/") }, "\(made.output)")
        let first = try program.run("$STRATA inside relevance run \(path) --of p@max --json")
        #expect(first.status == 0, "\(first.errors)")
        let outside = try program.run("$STRATA inside relevance run \(path) --at 1999-01-01T00:00:00 --of p@max --json")
        #expect(outside.status == 65, "\(outside)")
        let help = try JSON(parsing: Array(outside.output.utf8))["error"]?["help"]?.string ?? ""
        // The refusal says from when to when, and a moment of that is taken.
        let moment = try #require(help.split(separator: " ").map(String.init).first { $0.contains("T") })
        let inside = try program.run("$STRATA inside relevance run \(path) --at \(moment) --of p@max --json")
        #expect(inside.status == 0, "\(inside.errors)")
        #expect(
            try JSON(parsing: Array(inside.output.utf8))["trace"]?.string
                == JSON(parsing: Array(first.output.utf8))["trace"]?.string)
    }

    @Test func everyRefusalSaysWhatToDo() throws {
        let program = try trained()
        defer { program.remove() }
        let refused = [
            "inside nobody", "inside relevance run --of nothing", "inside relevance run --of p[9]",
            "inside relevance run --of p@900s", "inside relevance run --of memory/9",
            "inside relevance run --of p@here",
            "inside relevance run --of memory/x", "inside relevance run --trace nobody",
            "inside relevance run --trace 4000", "inside relevance run --beside nobody",
            "inside relevance run --uncertainty 4", "inside relevance run --shifts 9000",
            "inside relevance run --rule bet=0", "inside kernels run --layer memory", "inside units run --layer firs",
            "inside units run --beside small.arch", "inside unit run memory/9", "inside unit run memory",
            "inside prune run --layer look", "inside prune run --layer memory --metric nothing",
            "inside prune run --layer memory --sizes 9", "inside prune run --layer memory --fresh",
            "inside prune run --layer look --cut output --write small2.arch",
            "inside relevance run --at 2024-01-01T00:00:00", "inside relevance run --until last --of memory/1",
            "inside relevance run nowhere.mseed", "inside relevance run --out run", "inside units run --alike 3",
            "inside prune run --layer memory --level 120", "inside prune run --layer memory --level 50 --sizes 2",
            "inside optimum run --of p[7]", "inside features run --most 2",
        ]
        for line in refused {
            let ending = try program.run("$STRATA \(line) --json")
            #expect(ending.status != 0, "\(line)")
            let error = try? JSON(parsing: Array(ending.output.utf8))["error"]
            #expect(error?["help"]?.string?.isEmpty == false, "\(line): \(ending.output)")
        }
    }
}
