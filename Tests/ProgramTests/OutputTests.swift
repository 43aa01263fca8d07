import Foundation
import GraphIR
import Testing

/// What reaches whoever called the program: results whole or a status that says so, one JSON value, a saved run.
@Suite(.timeLimit(.minutes(20))) struct OutputTests {
    @Test func outputThatCannotBeWrittenIsAnError() throws {
        let program = try Program()
        defer { program.remove() }
        let full = try program.run("$STRATA layers >/dev/full")
        #expect(full.status == 74)
        #expect(full.errors.contains("standard output could not be written: No space left on device"), "\(full.errors)")
    }

    /// Who reads only the beginning has what he wanted.
    @Test func aClosedPipeIsNone() throws {
        let program = try Program()
        defer { program.remove() }
        let closed = try program.run("$STRATA layers | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}")
        #expect(closed.output == "0\n" && closed.errors.isEmpty, "\(closed.output) \(closed.errors)")
    }

    @Test(arguments: [
        ("train", 64), ("train nowhere --data synthetic:9 --out run", 64), ("evaluate nowhere", 74),
        ("data info nowhere", 74), ("data info bad", 65), ("train small.arch --out run", 64),
        ("train small.arch --data synthetic:9 --out run --epochs 2 --set train.epochs=3", 64),
        ("show small.arch --set width=2 --set width=3", 64), ("show broken.arch", 1),
    ]) func aFailureIsOneJSONValue(words: String, status: Int32) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        try program.write("broken.arch", "network X {")
        try FileManager.default.createDirectory(atPath: program.folder + "/bad", withIntermediateDirectories: true)
        try program.write("bad/samples.npy", "nothing")
        try program.write("bad/metadata.csv", "trace_name\na\n")
        let ending = try program.run("$STRATA \(words) --json")
        #expect(ending.status == status, "\(ending.status) \(ending.errors)")
        let error = try JSON(parsing: Array(ending.output.utf8))["error"]
        #expect(error?["status"]?.int == Int(status))
        #expect(error?["message"]?.string?.isEmpty == false && error?["help"] != nil, "\(ending.output)")
    }

    /// A result of other data has a page too, which shows the traces of those data.
    @Test func aResultOfOtherDataHasAPage() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let ending = try program.run(
            "$STRATA train small.arch --data synthetic:40,seed=1 --out run --epochs 1 2>/dev/null"
                + " && $STRATA evaluate run --data synthetic:60,seed=2 --name other")
        #expect(ending.status == 0 && ending.output.contains("page: run/evaluations/other/"), "\(ending.errors)")
    }

    /// A name that is no UTF-8 is never taken for another one.
    @Test func aNameKeepsItsBytesOrIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        let refused = try program.run("$STRATA check $'caf\\xe9.arch'")
        #expect(refused.status == 64 && refused.errors.contains("'caf\\xE9.arch' is no UTF-8"), "\(refused.errors)")
    }

    /// Who reads that the file has an error looks for it in the file.
    @Test func aSettingThatDoesNotFitIsToBlame() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let blamed = try program.run("$STRATA show small.arch --set width=0")
        #expect(blamed.status == 1)
        #expect(blamed.errors.contains("small.arch has no error by itself: it is width=0 that does not fit"))
        let twice = try program.run("$STRATA show small.arch --set width=3 --set width=4")
        #expect(twice.status == 64 && twice.errors.contains("--set gives 'width' twice"))
    }

    private static let long = "train small.arch --data synthetic:400 --out run --epochs 100000 --threads 1"

    /// Begins a training and waits until it is at work.
    ///
    /// - Parameter by: what starts it. Whoever runs the tests may have signals ignored, which the program would inherit.
    private func training(
        _ program: Program, by: String = "exec env --default-signal=HUP,INT,TERM"
    ) throws -> Process {
        try program.write("small.arch", Program.picker)
        let process = try program.begin("\(by) $STRATA \(Self.long)")
        for _ in 0..<600 where !program.has("run/history.csv") && process.isRunning { usleep(100_000) }
        try #require(program.has("run/history.csv"))
        return process
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalSavesAndEnds(signal: Int32) throws {
        let program = try Program()
        defer { program.remove() }
        let process = try training(program)
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        kill(process.processIdentifier, signal)
        let ending = program.end(process)
        #expect(ending.status == 130, "\(ending.errors)")
        #expect(ending.errors.contains("go on with: strata train --resume run"))
        let record = try JSON(
            parsing: Array(try Data(contentsOf: URL(fileURLWithPath: program.folder + "/run/run.json"))))
        #expect(record["status"]?.string == "interrupted")
        // It knows itself what it is; what would make another run of it is refused by name.
        let epochs = try #require(record["epochs"]?.int)
        let refused = try program.run("$STRATA train --resume run --seed 3")
        #expect(refused.status == 64 && refused.errors.contains("--seed would make another run of run"))
        let resumed = try program.run("$STRATA train run --resume --epochs \(epochs + 2)")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("going on in epoch "), "\(resumed.errors)")
        #expect(resumed.output.hasSuffix("next: strata evaluate run\n"), "\(resumed.output)")
        for line in (resumed.errors + resumed.output).split(separator: "\n") where line.hasPrefix("epoch") {
            #expect(line.count < 80, "\(line)")
        }
    }

    /// `nohup`, and shells that start work in the background, have signals ignored: they stay ignored.
    @Test func anInheritedIgnoreStays() throws {
        let program = try Program()
        defer { program.remove() }
        let process = try training(program, by: "trap '' HUP INT; exec")
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        kill(process.processIdentifier, SIGHUP)
        kill(process.processIdentifier, SIGINT)
        usleep(500_000)
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGTERM)
        #expect(program.end(process).status == 130)
    }
}
