import GraphIR
import Testing

@testable import Zoo

@Suite struct NumbersTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (371_639, "371,639"), (-1_234_567, "-1,234,567")])
    func countsHaveCommas(_ value: Int, _ text: String) {
        #expect(Wording.count(value) == text)
    }

    @Test(arguments: [
        (0, "0"), (12, "12"), (999, "999"), (1000, "1.00 k"), (9_996, "10.0 k"), (99_960, "100 k"),
        (1_750_000, "1.75 M"), (999_499, "999 k"), (999_500, "1.00 M"), (114_000_000_000, "114 G"),
    ])
    func costsHaveThreeDigits(_ value: Int, _ text: String) {
        #expect(Wording.short(value) == text)
    }

    @Test func bytesAndShares() {
        #expect(Wording.bytes(512) == "512 B")
        #expect(Wording.bytes(1536) == "1.5 KiB")
        #expect(Wording.bytes(300 << 20) == "300 MiB")
        #expect(Wording.share(1, of: 8) == "12 %" || Wording.share(1, of: 8) == "13 %")
        #expect(Wording.share(1, of: 1000) == "<1 %")
        #expect(Wording.share(0, of: 8).isEmpty)
        #expect(Wording.decimal(-0.04, places: 1) == "0.0")
        #expect(Wording.decimal(1.05, places: 2) == "1.05")
    }

    @Test func longPathsLoseTheirMiddle() {
        #expect(Columns.shortened("detection.decoder.unfold.3.conv", to: 16) == "detec…old.3.conv")
    }

    /// conv 7 stride 4, conv 7 stride 4, conv 3: 7 + 6 * 4 + 2 * 16.
    @Test func stridesWidenTheView() {
        var sketch = Sketch(Shape(1, 1000))
        sketch.add("a", "conv", Shape(8, 250), reach: .local(span: 7, step: 4))
        sketch.add("b", "conv", Shape(8, 63), reach: .local(span: 7, step: 4))
        sketch.add("c", "conv", Shape(8, 63), reach: .local(span: 3))
        sketch.output("y")
        #expect(ReceptiveField(sketch.graph) == .samples(63))
    }

    /// After upsampling by 2, three neighbours are at most two different samples.
    @Test func upsamplingNarrowsTheView() {
        var sketch = Sketch(Shape(1, 1000))
        sketch.add("pool", "max_pool", Shape(1, 500), reach: .local(span: 2, step: 2))
        sketch.add("up", "upsample", Shape(1, 1000), reach: .local(span: 1, step: 1, rise: 2))
        sketch.add("conv", "conv", Shape(1, 1000), reach: .local(span: 3))
        sketch.output("y")
        #expect(ReceptiveField(sketch.graph) == .samples(4))
    }

    @Test func recurrenceSeesEverything() {
        var sketch = Sketch(Shape(1, 1000))
        sketch.output("x", sketch.add("a", "conv", Shape(8, 1000), reach: .local(span: 3)))
        sketch.add("lstm", "lstm", Shape(8, 1000), reach: .everywhere)
        sketch.output("y")
        #expect(ReceptiveField.of(sketch.graph) == [.samples(3), .everything])
        #expect(ReceptiveField(sketch.graph) == .everything)
    }

    /// Floats: input 2 * 10, a 2 * 10, b 2 * 10, sum 2 * 10; at `sum` a, b and sum are alive: the input has gone.
    @Test func memoryCountsWhatIsAlive() throws {
        var sketch = Sketch(Shape(2, 10))
        let a = sketch.add("a", "conv", Shape(2, 10), weights: [[2, 2, 3], [2]], fixed: [[4]])
        let b = sketch.add("b", "relu", Shape(2, 10))
        sketch.add("sum", "add", Shape(2, 10), from: [a, b])
        sketch.output("y")
        let memory = try #require(MemoryEstimate(sketch.graph, batch: 3))
        #expect(memory.weights == 4 * (14 + 4))
        #expect(memory.inference == 4 * (18 + 3 * 20 * 3))
        #expect(memory.training == 4 * (18 + 3 * 14 + 2 * 4 * 20 * 3))
    }

    @Test func symbolsGetCustomaryLengths() {
        var sketch = Sketch(Shape(1, .symbol("T")))
        sketch.add("a", "conv", Shape(8, .symbol("T")), flops: .symbol("T") * 2)
        sketch.output("y")
        #expect(sketch.graph.customaryLengths == ["T": 6000])
        #expect(sketch.graph.substituting(["T": 50]).flops == 100)
        #expect(MemoryEstimate(sketch.graph, batch: 1) == nil)
    }

    @Test func absurdSizesDoNotTrap() {
        var sketch = Sketch(Shape(.number(Int.max), .number(Int.max)))
        sketch.add("a", "conv", Shape(1, 1), weights: [[Int.max, Int.max]], flops: .number(Int.max))
        sketch.add("b", "conv", Shape(1, 1), weights: [[Int.max]], flops: .number(Int.max))
        sketch.output("y")
        #expect(!SummaryTable(sketch.graph).layers.isEmpty)
        #expect(!SummaryTable(sketch.graph).totals.isEmpty)
    }
}
