@testable import Views
import GraphIR
import Testing

@testable import Zoo

@Suite struct PathTreeTests {
    static let looped: Graph = {
        var sketch = Sketch(Shape(3, 100))
        for turn in 0..<3 {
            sketch.add("encoder.\(turn).conv", "conv", Shape(8, .number(100 >> turn)), weights: [[8, 3, 3]])
            sketch.add("encoder.\(turn).max_pool", "max_pool", Shape(8, .number(50 >> turn)))
        }
        sketch.add("p.sigmoid", "sigmoid", Shape(8, 12))
        sketch.output("p")
        return sketch.graph
    }()

    @Test func labelsNest() {
        let tree = PathTree(Self.looped)
        #expect(tree.children.map(\.name) == ["waveform", "encoder", "p"])
        let encoder = tree.children[1]
        #expect(encoder.isLoop && encoder.children.count == 3 && encoder.nodes == Array(1...6))
        #expect(encoder.children[2].path == "encoder.2" && !encoder.isLayer)
        #expect(encoder.children[0].children.allSatisfy { $0.isLayer })
    }

    /// A layer `a` and a layer `a.b` both stay in the tree.
    @Test func pathsThatContinueOthersAreKept() {
        var sketch = Sketch(Shape(1, 10))
        sketch.add("a", "conv", Shape(1, 10))
        sketch.add("a.b", "relu", Shape(1, 10))
        sketch.output("y")
        let tree = PathTree(sketch.graph)
        func layers(_ tree: PathTree) -> [Int] { tree.isLayer ? tree.nodes : tree.children.flatMap(layers) }
        #expect(layers(tree) == [0, 1, 2])
        #expect(GraphDrawing(sketch.graph).svg.contains("</svg>"))
    }

    @Test func treeAddsUp() {
        let lines = SummaryTable(Self.looped).tree
        #expect(lines.contains { $0.hasPrefix("encoder × 3") && $0.contains("216") })
        #expect(lines.contains { $0.contains("├─ 0") })
    }

    @Test func tableFitsTheTerminal() {
        for width in [72, 80, 120] {
            let table = SummaryTable(Self.looped, width: width)
            #expect((table.layers + table.totals).allSatisfy { $0.count <= width })
        }
    }
}
