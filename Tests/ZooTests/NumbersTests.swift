@testable import Views
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

    @Test func sharesAndDecimals() {
        #expect(Wording.share(1, of: 4) == "25 %")
        #expect(Wording.share(1, of: 1000) == "<1 %")
        #expect(Wording.share(0, of: 8).isEmpty)
        #expect(Wording.decimal(-0.04, places: 1) == "0.0")
        #expect(Wording.decimal(1.05, places: 2) == "1.05")
    }

    @Test func longPathsLoseTheirMiddle() {
        #expect(Columns.shortened("detection.decoder.unfold.3.conv", to: 20) == "detection.….3.conv")
        #expect(Columns.shortened("detection.decoder.unfold.3.conv", to: 16) == "detec…old.3.conv")
        #expect(Columns.shortened("encoder.0.regular_conv.conv", to: 26) == "encoder.0.….conv")
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

    @Test func symbolsGetCustomaryLengths() {
        var sketch = Sketch(Shape(1, .symbol("T")))
        sketch.add("a", "conv", Shape(8, .symbol("T")), flops: .symbol("T") * 2)
        sketch.output("y")
        #expect(sketch.graph.customaryLengths == ["T": 6000])
        #expect(sketch.graph.substituting(["T": 50]).flops == 100)
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
