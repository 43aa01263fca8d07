@testable import Views
import GraphIR
import Testing

@testable import Zoo

@Suite struct DrawingTests {
    /// A trunk in a loop, and two branches from its end.
    static let branched: Graph = {
        var sketch = Sketch(Shape(3, 64))
        for turn in 0..<4 {
            sketch.add("trunk.\(turn).conv", "conv", Shape(8, .number(64 >> turn)), reach: .local(span: 3))
        }
        let end = sketch.graph.nodes.count - 1
        for branch in ["p", "s"] {
            sketch.add("\(branch).conv", "conv", Shape(1, 8), from: [end], reach: .local(span: 3))
            sketch.add("\(branch).sigmoid", "sigmoid", Shape(1, 8))
            sketch.output(branch)
        }
        return sketch.graph
    }()

    @Test func loopsAreOneBoxAndFollowersJoin() {
        let outline = Outline(Self.branched)
        #expect(outline.boxes.map(\.path) == ["waveform", "trunk", "p", "s", "p", "s"])
        #expect(outline.boxes[1].nodes == [1, 2, 3, 4])
        let ways = outline.arrows.map { [$0.from, $0.to] }
        #expect(ways == [[0, 1], [1, 2], [1, 3], [2, 4], [3, 5]])
    }

    /// Each turn's result is used again later, as in a U-Net: the loop is opened.
    @Test func loopsWithSeveralExitsAreOpened() {
        var sketch = Sketch(Shape(1, 64))
        let turns = (0..<3).map { sketch.add("down.\($0).conv", "conv", Shape(1, 64), reach: .local(span: 3)) }
        sketch.add("sum", "add", Shape(1, 64), from: turns)
        sketch.output("y")
        let outline = Outline(sketch.graph)
        #expect(outline.boxes.map(\.path).prefix(4) == ["waveform", "down.0.conv", "down.1.conv", "down.2.conv"])
    }

    /// Two labels that feed each other in turn cannot be two boxes.
    @Test func tangledLabelsAreOpened() {
        var sketch = Sketch(Shape(1, 8))
        sketch.add("a.one", "conv", Shape(1, 8), reach: .local(span: 3))
        sketch.add("b.one", "conv", Shape(1, 8), reach: .local(span: 3))
        sketch.add("a.two", "conv", Shape(1, 8), reach: .local(span: 3))
        sketch.output("y")
        let outline = Outline(sketch.graph)
        #expect(outline.arrows.allSatisfy { $0.from < $0.to })
        #expect(outline.boxes.count >= 4)
    }

    @Test func boxesOfARankDoNotOverlap() {
        let sizes = (0..<6).map { LayeredLayout.Size(width: 40 + 10 * Double($0), height: 20) }
        let layout = LayeredLayout(boxes: sizes, arrows: [(0, 1), (0, 2), (0, 3), (1, 4), (3, 4), (0, 5), (4, 5)])
        #expect(layout.corners[0].y < layout.corners[1].y)
        #expect(layout.corners[1].y == layout.corners[3].y)
        // What nothing follows stands at the bottom, beside the other ends.
        #expect(layout.corners[2].y == layout.corners[5].y)
        let row = [1, 3].map { (layout.corners[$0].x, layout.corners[$0].x + sizes[$0].width) }.sorted { $0 < $1 }
        #expect(row[0].1 <= row[1].0)
        // The arrow from 0 to 5 passes the ranks between.
        #expect(layout.ways[5].count == 4)
        #expect(layout.corners.allSatisfy { $0.x >= 0 && $0.y >= 0 && $0.x < layout.width && $0.y < layout.height })
    }

    @Test func spreadKeepsOrderAndGaps() {
        let gap = LayeredLayout.columnGap
        #expect(LayeredLayout.spread([0, 0], widths: [10, 10]) == [-(10 + gap) / 2, (10 + gap) / 2])
        #expect(LayeredLayout.spread([0, 500], widths: [10, 10]) == [0, 500])
    }

    @Test func pictureSaysTheShapes() {
        let svg = GraphDrawing(Self.branched).svg
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("trunk × 4") && svg.contains("[8, 8]") && svg.contains("[3, 64] at 100 Hz"))
        #expect(svg.components(separatedBy: "class=\"output\"").count == 3)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func namesCannotBreakThePicture() {
        var sketch = Sketch(Shape(1, 8))
        sketch.graph.name = "<A & \"B\">"
        sketch.output("y")
        #expect(GraphDrawing(sketch.graph).svg.contains("&lt;A &amp; &quot;B&quot;&gt;"))
        #expect(DotDrawing(sketch.graph).dot.hasPrefix("digraph \"<A & \\\"B\\\">\" {"))
    }

    @Test func dotHasEveryLayerAndArrow() {
        let dot = DotDrawing(Self.branched).dot
        #expect(dot.components(separatedBy: " -> ").count - 1 == 8 + 2)
        #expect(dot.contains("subgraph \"cluster trunk.2\""))
        #expect(dot.filter { $0 == "{" }.count == dot.filter { $0 == "}" }.count)
    }

    /// The time is taken here: a limit of the test's would count how long it waits for others.
    @Test func deepNetworksAreDrawnQuickly() {
        var sketch = Sketch(Shape(1, 8))
        for index in 0..<3000 {
            let before = sketch.graph.nodes.count - 1
            sketch.add("conv_\(index)", "conv", Shape(1, 8), from: [before, 0], reach: .local(span: 3))
        }
        sketch.output("y")
        let clock = ContinuousClock(), start = clock.now
        #expect(GraphDrawing(sketch.graph).svg.hasSuffix("</svg>\n"))
        #expect(clock.now - start < .seconds(60))
    }
}
