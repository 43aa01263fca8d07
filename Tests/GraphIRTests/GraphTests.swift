import Testing

@testable import GraphIR

@Suite struct GraphTests {
    /// Two layers, one after the other, summed.
    private func graph(
        names: [String] = ["x", "a", "b", "c"], kernel: Int = 3, symbol: String = "T", rate: Double? = 100,
        sharesWeights: Bool = false
    ) -> Graph {
        let type = TensorType(Shape(4, .symbol(symbol)), rate: rate)
        func layer(_ name: String, _ kind: String, _ inputs: [Int], _ arguments: Arguments = Arguments()) -> Node {
            Node(path: name, kind: kind, arguments: arguments, inputs: inputs, type: type)
        }
        let kernel = Arguments([.init("kernel", .int(kernel))])
        return Graph(
            name: names[0],
            nodes: [
                .input(names[0], type), layer(names[1], "slide", [0], kernel), layer(names[2], "slide", [0], kernel),
                layer(names[3], "sum", sharesWeights ? [1, 1] : [1, 2]),
            ],
            outputs: [Graph.Output(name: "y", node: 3, place: .nowhere)])
    }

    @Test func namesDoNotMatterToTheMeaning() {
        #expect(graph().meaningHash() == graph(names: ["w", "p.q", "r", "s"], symbol: "N").meaningHash())
        #expect(graph().meaningHash().count == 64)
    }

    @Test func whatIsComputedMatters() {
        let hashes = [
            graph(), graph(kernel: 5), graph(rate: 50), graph(sharesWeights: true),
        ].map { $0.meaningHash() }
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func orderOfWritingDoesNotMatter() {
        var swapped = graph()
        swapped.nodes.swapAt(1, 2)
        #expect(swapped.meaningHash() == graph().meaningHash())
        var idle = graph()
        idle.nodes.insert(idle.nodes[1], at: 3)
        idle.outputs[0].node = 4
        #expect(idle.meaningHash() == graph().meaningHash())
    }

    @Test func argumentsForTrainingAloneDoNotMatter() throws {
        struct Slide: Plugin {
            static let kernel = Setting<Int>("kernel", "Width.")
            static let penalty = Setting<Double>("penalty", "For training.", standard: 0).onlyForTraining
            static let signature = Signature(.layer, "slide", "Slides.", [kernel, penalty])
        }
        var registry = Registry()
        try registry.add(Slide.self, from: "tests")
        var other = graph()
        other.nodes[1].arguments.set("penalty", .float(0.5))
        var plain = graph()
        plain.nodes[1].arguments.set("penalty", .float(0))
        #expect(other.meaningHash(registry) == plain.meaningHash(registry))
        #expect(other.meaningHash() != plain.meaningHash())
    }

    @Test func soundGraphsHaveNoFaults() { #expect(graph().faults == []) }

    @Test func faultsAreTold() {
        var late = graph()
        late.nodes[1].inputs = [2]
        #expect(late.faults == ["'a' takes the result of node 2, which does not run before it"])
        var twins = graph()
        twins.nodes[2].path = "a"
        #expect(twins.faults == ["two nodes are called 'a'"])
        var alone = graph()
        alone.nodes[2].inputs = []
        #expect(alone.faults == ["nothing flows into 'b'"])
        var flat = graph()
        flat.nodes[3].type.shape = Shape(0)
        #expect(flat.faults == ["'c' has a size of 0"])
        var mute = graph()
        mute.outputs = []
        #expect(mute.faults == ["there is no output"])
        var beyond = graph()
        beyond.outputs[0].node = 9
        #expect(beyond.faults == ["output 'y' is no node"])
        var weights = graph()
        weights.nodes[1].weights = [WeightSpec("w", [3, 0], .zeros), WeightSpec("w", [1], .zeros)]
        #expect(weights.faults == ["'a.w' has the shape [3, 0]", "'a' has two weights 'w'"])
    }

    @Test func textNamesEveryLayerWithItsShape() {
        #expect(
            graph(names: ["x", "d.a", "d.b", "c"]).text == """
                network x {
                    input x: [4, T] at 100 Hz
                    x -> slide(kernel: 3) as `d.a`  // [4, T]
                    x -> slide(kernel: 3) as `d.b`  // [4, T]
                    `d.a` -> sum(`d.b`) as c  // [4, T]
                    output y = c
                }

                """)
    }

    @Test func claimsWaitForTheLength() {
        var claimed = graph()
        claimed.claims = [.init(left: 47, right: Dimension.symbol("T").ceilDivided(by: 128), place: .nowhere)]
        #expect(claimed.brokenClaims(["T": 6000]) == [])
        #expect(claimed.brokenClaims(["T": 3000]).count == 1)
        #expect(claimed.brokenClaims([:]) == [])
    }
}

/// Lines and columns, whatever the line ends are.
@Suite struct SourceFileTests {
    @Test(arguments: ["\n", "\r\n", "\r"]) func linesEndInThreeWays(_ end: String) {
        let file = SourceFile(path: "a.arch", text: Array("one\(end)two\(end)\(end)four".utf8))
        #expect(file.lineStarts.count == 4)
        #expect(file.line(2) == "two")
        #expect(file.line(3) == "")
        let offset = file.text.count - 2
        #expect(file.position(of: offset) == (4, 3))
    }

    @Test func aByteOrderMarkIsNoCharacter() {
        let file = SourceFile(path: "a.arch", text: [0xEF, 0xBB, 0xBF] + Array("network".utf8))
        #expect(file.position(of: 3) == (1, 1))
        #expect(file.position(of: 4) == (1, 2))
    }
}

/// Half a surrogate is refused, or replaced for who must go on.
@Suite struct HalfSurrogateTests {
    @Test(arguments: [#""a\ud83db""#, #""a\ude00b""#, #""a\ud83d\u0041b""#, #""a\ud83d""#])
    func halvesAreReplacedWhereAsked(_ text: String) throws {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: Array(text.utf8)) }
        let read = try JSON(parsing: Array(text.utf8), halfSurrogates: .replaced)
        #expect(read.string?.contains("\u{FFFD}") == true)
        #expect(read.string?.hasPrefix("a") == true)
    }

    @Test func wholePairsAreOneCharacter() throws {
        #expect(try JSON(parsing: Array(#""\ud83c\udf0b""#.utf8)).string == "🌋")
        #expect(try JSON(parsing: Array(#""\ud83d\u0041b""#.utf8), halfSurrogates: .replaced).string == "\u{FFFD}Ab")
    }
}
