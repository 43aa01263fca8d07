@testable import Views
import GraphIR
import Testing

@testable import Zoo

@Suite struct DifferenceTests {
    static func network(_ layers: [(path: String, kind: String, units: Int)]) -> Graph {
        var sketch = Sketch(Shape(3, 100))
        for layer in layers {
            sketch.add(
                layer.path, layer.kind, Shape(.number(layer.units), 100), weights: [[layer.units, 3]],
                arguments: Arguments(["units": .int(layer.units)]))
        }
        sketch.output("y")
        return sketch.graph
    }
    static let plain = network([("a.conv", "conv", 8), ("b.lstm", "lstm", 16), ("c.conv", "conv", 1)])

    @Test func aGraphIsItself() {
        let difference = GraphDifference(Self.plain, Self.plain)
        #expect(difference.isEmpty && difference.unchanged.count == 4)
    }

    @Test func aRemovedLayerIsRemoved() {
        let difference = GraphDifference(Self.plain, Self.network([("a.conv", "conv", 8), ("c.conv", "conv", 1)]))
        #expect(difference.removed == [2] && difference.added.isEmpty && difference.replaced.isEmpty)
        let back = GraphDifference(Self.network([("a.conv", "conv", 8), ("c.conv", "conv", 1)]), Self.plain)
        #expect(back.added == [2] && back.removed.isEmpty)
    }

    @Test func anotherKindInItsPlaceReplacesIt() {
        let other = Self.network([("a.conv", "conv", 8), ("b.gru", "gru", 16), ("c.conv", "conv", 1)])
        let difference = GraphDifference(Self.plain, other)
        #expect(difference.replaced.map { [$0.a, $0.b] } == [[2, 2]])
        #expect(difference.removed.isEmpty && difference.added.isEmpty)
    }

    @Test func argumentsThatDifferAreNamed() {
        let other = Self.network([("a.conv", "conv", 8), ("b.lstm", "lstm", 32), ("c.conv", "conv", 1)])
        let difference = GraphDifference(Self.plain, other)
        #expect(difference.changed.map(\.arguments) == [["units"]])
    }

    @Test func anotherLabelIsNoOtherLayer() {
        let other = Self.network([("first.conv", "conv", 8), ("b.lstm", "lstm", 16), ("c.conv", "conv", 1)])
        #expect(GraphDifference(Self.plain, other).isEmpty)
    }

    @Test func consequencesAreNotChanges() {
        var sketch = Sketch(Shape(3, 200))
        for node in Self.plain.nodes.dropFirst() {
            sketch.add(
                node.path, node.kind, Shape(node.type.shape.channels, 200), weights: node.weights.map(\.shape),
                arguments: node.arguments)
        }
        sketch.output("y")
        let difference = GraphDifference(Self.plain, sketch.graph)
        #expect(difference.changed.isEmpty && difference.resized.count == 4)
    }

    @Test func recipesAreComparedLineByLine() {
        func recipe(epochs: Int, weight: Double, augmentations: [PluginCall]) -> Recipe {
            Recipe(
                lessons: [
                    .init(
                        output: "p", labeler: PluginCall(.labeler, "pick", Arguments()),
                        loss: PluginCall(.loss, "binary_cross_entropy", Arguments()), weight: weight, place: .nowhere)
                ],
                augmentations: augmentations, training: Arguments(["epochs": .int(epochs), "batch": .int(32)]))
        }
        let shift = PluginCall(.augmentation, "shift", Arguments(["p": .float(0.5)]))
        let a = recipe(epochs: 5, weight: 1, augmentations: [shift])
        #expect(RecipeDifference.all(a, a).isEmpty)
        let b = recipe(epochs: 6, weight: 0.5, augmentations: [])
        #expect(
            RecipeDifference.all(a, b) == [
                .init(
                    what: "learn p", a: "from pick loss binary_cross_entropy weight 1.0",
                    b: "from pick loss binary_cross_entropy weight 0.5"),
                .init(what: "augment", a: "shift(p: 0.5)", b: nil),
                .init(what: "train.epochs", a: "5", b: "6"),
            ])
        #expect(RecipeDifference.all(a, nil).count == 4)
    }
}
