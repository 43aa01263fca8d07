import GraphIR
import Testing

@testable import Runner

@Suite struct StudyFileTests {
    let text = """
        /// How much memory does it need?
        /// And is it the size that helps?
        study memory {
            networks eqt, "my/own net.arch"   // two of them
            data "synthetic:2000"
            set train.batch = 32
            vary kernels in [[11, 9, 7],
                             [3, 3, 3]]
            vary drop in [0.0, 0.1]
            search grid
            match parameters by filters in 0.25..4
            seeds 4
            epochs 12
            budget 90 min
            judge p_f1_0.5s
        }
        """

    @Test func everyStatement() throws {
        let study = try StudyFile.read(text, path: "a.study")
        #expect(study.name == "memory")
        #expect(study.documentation == "How much memory does it need?\nAnd is it the size that helps?")
        #expect(study.networks == ["eqt", "my/own net.arch"])
        #expect(study.data == "synthetic:2000")
        #expect(study.fixed == [Study.Setting("train.batch", "32")])
        #expect(
            study.axes == [
                Study.Axis(key: "kernels", values: .list(["[11, 9, 7]", "[3, 3, 3]"])),
                Study.Axis(key: "drop", values: .list(["0.0", "0.1"])),
            ])
        #expect(study.search == .grid)
        #expect(study.match == Study.Match(key: "filters", low: 0.25, high: 4))
        #expect(study.seeds == 4 && study.epochs == 12 && study.budget == 5400 && study.judge == "p_f1_0.5s")
    }

    @Test func gridsHoldEveryCombination() throws {
        let points = try StudyFile.read(text, path: "a.study").points()
        #expect(points.count == 1 + 2 * 2 * 2)
        #expect(points[0] == StudyPoint(network: "eqt", settings: []))
        #expect(points[1].name == "eqt kernels=[11, 9, 7] drop=0.0")
        #expect(Set(points.map(\.name)).count == points.count)
    }

    @Test func drawsStayWhenMoreAreDrawn() throws {
        func study(_ count: Int) throws -> [StudyPoint] {
            try StudyFile.read(
                "study a {\nnetworks x\nvary width in 4..64\nvary rate in 1e-4..1e-2 log\nvary kind in [u, v]\n"
                    + "search random(\(count))\n}", path: "a"
            ).points()
        }
        let few = try study(5)
        let many = try study(50)
        #expect(many.count == 51 && Array(many.prefix(6)) == few)
        var small = 0
        for point in many.dropFirst() {
            let width = try #require(Int(point.settings[0].value))
            let rate = try #require(Double(point.settings[1].value))
            #expect((4...64).contains(width) && rate >= 1e-4 && rate <= 1e-2)
            #expect(["u", "v"].contains(point.settings[2].value))
            if rate < 1e-3 { small += 1 }
        }
        // On a logarithmic scale half of the range lies below its geometric middle.
        #expect((15...35).contains(small))
    }

    @Test(
        arguments: [
            ("study a {\n netwroks eqt\n}", "s:2: a study has no 'netwroks'", "did you mean 'networks'?"),
            ("study a {\n}", "s:1: the study names no networks", "networks eqt, eqt/gru"),
            ("study a {\n networks x\n seeds 0\n}", "s:3: a whole number of at least 1 belongs here, not '0'", nil),
            ("study a {\n networks x\n seeds 3\n seeds 4\n}", "s:4: 'seeds' is said twice", nil),
            ("study a {\n networks x\n vary k of [1]\n}", "s:3: 'vary' takes KEY in [VALUES]", nil),
            ("study a {\n networks x\n vary k in 3..1\n}", "s:3: a range is LOW..HIGH", nil),
            ("study a {\n networks x\n vary k in 0..1 log\n}", "s:3: a logarithmic range begins above 0", nil),
            ("study a {\n networks x\n search best\n}", "s:3: search grid, random(COUNT) or halving", nil),
            ("study a {\n networks x\n search halving(keep: 2, from: 1)\n}", "s:3: a share lies between 0 and 1", nil),
            ("study a {\n networks x\n search halving(from: 1)\n}", "s:1: halving needs 'epochs'", "epochs 27"),
            ("study a {\n networks x\n budget soon\n}", "s:3: a budget is a time", nil),
            ("study a {\n networks x\n epochs\n}", "s:3: 'epochs' needs a value", nil),
            ("study a {\n networks x\n", "the study is not closed with '}'", nil),
            ("network a {\n}", "s:1: a study begins with 'study NAME {'", nil),
            ("", "s:1: there is no study in this file", nil),
        ] as [(String, String, String?)])
    func errorsSayWhere(text: String, message: String, help: String?) throws {
        let error = try #require(throws: RunError.self) { try StudyFile.read(text, path: "s") }
        #expect(error.message.contains(message), "\(error.message)")
        if let help { #expect(error.help == help) }
    }

    /// Whatever is cut off or left out of a study, reading it ends, with a study or with an error.
    @Test func damagedStudiesDoNoHarm() {
        let letters = Array(text)
        for end in letters.indices { _ = try? StudyFile.read(String(letters[..<end]), path: "s") }
        for place in letters.indices {
            var damaged = letters
            damaged.remove(at: place)
            _ = try? StudyFile.read(String(damaged), path: "s")
        }
    }

    @Test func aGridNeedsLists() throws {
        let study = try StudyFile.read("study a {\nnetworks x\nvary k in 1..9\n}", path: "s")
        #expect(throws: RunError.self) { try study.points() }
    }

    @Test func widthsAreSolved() throws {
        let match = ParameterMatch(Study.Match(key: "width", low: 1, high: 64), target: 1000)
        let solved = try match.solve(.int(8)) { text in (Int(text) ?? 0) * (Int(text) ?? 0) * 3 }
        #expect(solved == Study.Setting("width", "18"))
        let scaled = ParameterMatch(Study.Match(key: "filters", low: 0.25, high: 4), target: 640)
        let list = try scaled.solve(.list([.int(8), .int(16)])) { text in
            let numbers = text.dropFirst().dropLast().split(separator: ",").compactMap { Int(String($0).trimmed) }
            return numbers[0] * numbers[1] * 5
        }
        #expect(list.value == "[8, 16]")
        #expect(throws: RunError.self) { try match.solve(.bool(true)) { _ in 1 } }
    }
}
