import Files
import Foundation
import Testing

/// What people type before they know the names.
@Suite(.timeLimit(.minutes(20))) struct FirstWordsTests {
    @Test(arguments: [
        ("predict", "run"), ("infer", "run"), ("eval", "evaluate"), ("test", "evaluate"), ("score", "evaluate"),
        ("summary", "show"), ("info", "data info"),
        ("view", "data view"), ("list", "zoo"), ("fit", "train"), ("Predict", "run"),
    ]) func aWordOfOtherToolsIsAnswered(word: String, command: String) throws {
        let program = try Program()
        defer { program.remove() }
        let ending = try program.run("$STRATA \(word) eqt")
        #expect(ending.status == 64)
        #expect(ending.errors.contains("there is no command '\(word)'"), "\(ending.errors)")
        #expect(ending.errors.contains("'strata \(command)': "), "\(ending.errors)")
    }

    @Test func theVersionSaysWhatItWasMadeFor() throws {
        let program = try Program()
        defer { program.remove() }
        let line = try program.run("$STRATA --version").output
        #expect(
            line.contains(/^strata \d+\.\d+\.\d+ \((commit [0-9a-f]{12}( with changes)?, )?for [a-z0-9 ]+\)\n$/),
            "\(line)")
        let json = try program.run("$STRATA --version --json").output
        #expect(json.contains("\"version\"") && json.contains("\"instruction_set\""), "\(json)")
    }

    @Test func anOptionOfOtherToolsIsAnswered() throws {
        let program = try Program()
        defer { program.remove() }
        for (line, help) in [
            ("train eqt --data x --out y --lr 0.01", "--set train.optimizer.rate=0.001"),
            ("train eqt --data x --output y", "--out FOLDER"), ("train eqt --gpu", "it runs on the processor"),
            ("train eqt --epoch 3", "did you mean '--epochs'?"),
        ] {
            let ending = try program.run("$STRATA \(line)")
            #expect(ending.status == 64 && ending.errors.contains(help), "\(line): \(ending.errors)")
        }
        #expect(try program.run("$STRATA explain e301").output.hasPrefix("E0301"))
    }

    @Test func whatLiesAboveRunsIsNone() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try program.run("mkdir -p runs/a; echo '{}' > runs/a/run.json")
        #expect(try program.run("$STRATA evaluate runs").errors.contains("it holds runs: runs/a"))
    }

    /// Judging and picking prepare what they are given; the bare function comes last.
    @Test(arguments: ["predict", "infer", "inference"]) func predictingIsNamedInItsOrder(word: String) throws {
        let program = try Program()
        defer { program.remove() }
        let errors = try program.run("$STRATA \(word) eqt").errors
        let places = ["pick", "evaluate", "run"].map { errors.range(of: "'strata \($0)': ")?.lowerBound }
        #expect(!places.contains(nil), "\(errors)")
        #expect(places.compactMap { $0 }.max() == places[2], "\(errors)")
    }

    @Test func aSuggestionIsNoCommand() throws {
        let program = try Program()
        defer { program.remove() }
        let near = try program.run("$STRATA evaluat")
        #expect(near.status == 64 && near.errors.contains("did you mean 'evaluate'?"), "\(near.errors)")
    }

    @Test func aNetworkLiesBesideWithoutItsEnding() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("unet.arch", Program.picker)
        let shown = try program.run("$STRATA show unet")
        #expect(shown.status == 0 && shown.output.contains("unet.arch"), "\(shown.errors)")
    }

    @Test func aSchemeIsCorrected() throws {
        let program = try Program()
        defer { program.remove() }
        let ending = try program.run("$STRATA data info synthethic:10,seed=2")
        #expect(ending.errors.contains("did you mean synthetic:10,seed=2?"), "\(ending.errors)")
        #expect(try program.run("$STRATA data info C:10").errors.contains("did you mean") == false)
        #expect(try program.run("$STRATA data info synthetic").errors.contains("did you mean synthetic:1000?"))
        let cut = try program.run("mkdir net; $STRATA data info net:window=60").errors
        #expect(cut.contains("did you mean waveforms:net,window=60?"), "\(cut)")
    }

    /// The label's phase is written like the output that it teaches.
    @Test func aPhaseIsWrittenWithACapital() throws {
        let program = try Program()
        defer { program.remove() }
        let text = Program.picker.replacingOccurrences(of: "pick(P", with: "pick(p")
        try program.write("small.arch", text.replacingOccurrences(of: "binary_cross_entropy", with: "bce"))
        let said = try program.run("$STRATA check small.arch").output
        #expect(said.contains("'p' is an array of this network"), "\(said)")
        #expect(said.contains("did you mean the phase 'P'?"), "\(said)")
        #expect(said.contains("did you mean 'binary_cross_entropy'?"), "\(said)")
        #expect(try program.run("$STRATA check --fix small.arch").status == 0)
        #expect(try String(contentsOfFile: program.folder + "/small.arch", encoding: .utf8) == Program.picker)
    }

    /// What would run and learn nothing, or not what was written, is refused with what is meant.
    @Test(arguments: [
        ("demean -> normalize(peak)", "order(zne) -> demean", "write ZNE"),
        ("demean -> normalize(peak)", "order(Z, N, E) -> demean", "write 'ZNE'"),
        ("pick(P, shape", "pick(P, S, shape", "write '[P, S]'"),
        ("-> sigmoid", "-> softmax", "is always 1"),
        ("train {", "prepare { demean }\n    train {", "there is a 'prepare' already"),
        ("train {", "train { epochs: 3 }\n    train {", "there is a 'train' already"),
    ]) func aQuietMistakeIsNone(place: String, instead: String, said: String) throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker.replacingOccurrences(of: place, with: instead))
        let checked = try program.run("$STRATA check small.arch")
        #expect(checked.status == 1 && checked.output.contains(said), "\(checked.output)")
    }

    /// A component that the data lack is zeros for the network.
    @Test func aComponentThatNobodyHasIsWarnedOf() throws {
        let program = try Program()
        defer { program.remove() }
        let text = Program.picker.replacingOccurrences(of: "demean ->", with: "order(ZNX) -> demean ->")
        try program.write("small.arch", text)
        let trained = try program.run("$STRATA train small.arch --data synthetic:60 --epochs 1 --out run")
        #expect(
            trained.errors.contains("WARNING: no training trace has the component X of order(ZNX)"), "\(trained.errors)"
        )
    }

    @Test func aFolderOfRunsIsNoNetwork() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let trained = try program.run("$STRATA train small.arch --data synthetic:60 --epochs 1 --out runs/a")
        #expect(trained.status == 0, "\(trained.errors)")
        let shown = try program.run("$STRATA show runs")
        #expect(shown.status == 64 && shown.errors.contains("a folder of a run"), "\(shown.errors)")
        #expect(shown.errors.contains("name one: runs/a"), "\(shown.errors)")
    }

    /// A function of fresh weights is said to be one.
    @Test func whoLearnedNothingIsNamed() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let array = NPY.bytes(of: NumberArray(shape: [1, 3, 200], floats: [Float](repeating: 1, count: 600)))
        try Data(array).write(to: URL(fileURLWithPath: program.folder + "/x.npy"))
        let fresh = try program.run("$STRATA run small.arch --input x.npy --output a.npz")
        #expect(fresh.status == 0 && fresh.errors.contains("has learned nothing"), "\(fresh.errors)")
        let meant = try program.run("$STRATA run small.arch --input x.npy --output b.npz --seed 1")
        #expect(meant.status == 0 && !meant.errors.contains("learned"), "\(meant.errors)")
    }

    @Test func aRunIsComparedWithAFile() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let trained = try program.run("$STRATA train small.arch --data synthetic:60 --epochs 1 --out run")
        #expect(trained.status == 0, "\(trained.errors)")
        let same = try program.run("$STRATA diff run small.arch")
        #expect(same.status == 0 && same.output.contains("same"), "\(same.output) \(same.errors)")
    }

    /// What makes a training worth little is marked, a line each, and counted behind the last epoch.
    @Test func aTrainingIsWarnedOf() throws {
        let program = try Program()
        defer { program.remove() }
        let line = "    prepare { demean -> normalize(peak) }\n"
        try program.write("bare.arch", Program.picker.replacingOccurrences(of: line, with: ""))
        let warned = try program.run("$STRATA train bare.arch --data synthetic:60 --epochs 1 --out run")
        #expect(warned.status == 0, "\(warned.errors)")
        #expect(warned.errors.contains("WARNING: nothing prepares the waveforms"), "\(warned.errors)")
        #expect(warned.errors.contains("WARNING: no trace of the split 'dev' has a P arrival"), "\(warned.errors)")
        let count = warned.errors.split(separator: "\n").count { $0.hasPrefix("WARNING: ") }
        #expect(
            warned.errors.contains("there were \(count) lines of WARNING before the first epoch"), "\(warned.errors)")
        try program.write("small.arch", Program.picker)
        let quiet = try program.run("$STRATA train small.arch --data synthetic:300 --epochs 1 --out other")
        #expect(quiet.status == 0 && !quiet.errors.contains("WARNING"), "\(quiet.errors)")
    }

    /// Labels are those of the reader's own file, and a terminal gets no text of a picture.
    @Test func labelsOfOnesOwnAreDrawn() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("small.arch", Program.picker)
        let own = try program.run("$STRATA data view synthetic:20 --trace 1 --network small.arch --svg own.svg")
        #expect(own.status == 0, "\(own.errors)")
        let standard = try program.run("$STRATA data view synthetic:20 --trace 1")
        let drawn = try String(contentsOfFile: program.folder + "/own.svg", encoding: .utf8)
        #expect(drawn.contains(">p</text>") && !drawn.contains(">event</text>"))
        #expect(standard.output.contains(">event</text>"))
        let bare = try program.run(
            "script -qec \"$STRATA data view synthetic:20 --trace 1\" /dev/null > said; ls; head -c 300 said",
            environment: ["TERM": "xterm"])
        #expect(!bare.output.contains("<svg") && bare.output.contains("drew "), "\(bare.output)")
        let nothing = Program.picker.split(separator: "\n").filter { !$0.contains("learn") }.joined(separator: "\n")
        try program.write("nothing.arch", nothing)
        let refused = try program.run("$STRATA data view synthetic:20 --network nothing.arch")
        #expect(
            refused.status == 1 && refused.errors.contains("learns nothing"), "\(refused.status) \(refused.errors)")
    }
}
