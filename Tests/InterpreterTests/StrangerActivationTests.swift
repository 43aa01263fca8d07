import Compiler
import GraphIR
import Interpreter
import Layers
import Testing

/// An activation that nobody built in: everything it needs stands here.
private struct Softsign: Activation {
    static let signature = Signature(.layer, "softsign", "Squeezes into -1 to 1, slowly.", example: "x -> softsign")
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }

    static let operations = 3
    func value(_ x: Vector) -> Vector { x / (Vector(1) + size(of: x)) }
    func slope(_ y: Vector) -> Vector { (Vector(1) - size(of: y)) * (Vector(1) - size(of: y)) }
    private func size(of x: Vector) -> Vector { x.replacing(with: Vector.zero - x, where: x .< Vector.zero) }
}

/// A new activation is one file: it can be named where layers take one, and joins the convolution before it.
@Suite struct StrangerActivationTests {
    private static let registry: Registry = {
        var registry = Registry.builtIn
        try? registry.add(Softsign.self, from: "a stranger")
        return registry
    }()

    private func compile(_ stage: String, _ registry: Registry = Self.registry) -> (Graph?, [Diagnostic]) {
        let result = Compiler.compile(
            text: "network Small {\n    input x: [3, 40] at 100 Hz\n    output y = x -> \(stage)\n}\n",
            registry: registry)
        return (result.network?.graph, result.diagnostics)
    }

    private func run(_ graph: Graph, _ style: PlanOptions.Style) throws -> (outputs: [Float], slopes: [Float]) {
        var options = PlanOptions(batch: 2, mode: .training, gradients: .weightsAndInputs)
        options.style = style
        let machine = try Machine(graph, registry: Self.registry, options: options)
        machine.load(Weights(initializing: graph, seed: 7))
        try machine.setInput(0, to: normal(240, 1))
        try machine.forward()
        try machine.setCotangent(0, to: normal(machine.output(0).count, 2))
        try machine.backward()
        return (machine.output(0), machine.inputGradient(0))
    }

    @Test(arguments: ["conv(4, 5", "conv_transpose(4, 3, stride: 2", "flatten -> dense(6", "feed_forward(8"])
    func isNamedInOtherLayers(layer: String) throws {
        let (named, complaints) = compile(layer + ", activation: softsign)")
        #expect(complaints.allSatisfy { $0.severity != .error }, "\(complaints)")
        let graph = try #require(named)
        #expect(graph.nodes.last?.arguments["activation"] == .word("softsign"))
        // Between -1 and 1, unless a second product comes behind it.
        let result = try run(graph, .fused)
        if layer != "feed_forward(8" { #expect(result.outputs.allSatisfy { abs($0) < 1 }) }
        let apart = try #require(compile(layer + ") -> softsign").0)
        if layer != "feed_forward(8" {
            #expect(try run(apart, .plain).outputs == result.outputs)
            #expect(try run(apart, .plain).slopes == result.slopes)
        }
    }

    @Test func joinsTheConvolutionBeforeIt() throws {
        let graph = try #require(compile("conv(4, 5) -> softsign").0)
        #expect(try Plan(graph, registry: Self.registry, options: PlanOptions()).fused.map(\.count) == [2])
    }

    @Test func keepsTheLawsOfLayers() {
        #expect(LayerLaws.violations(of: Softsign.self, in: Self.registry) == [])
    }

    @Test func isUnknownWhereItIsNotLoaded() {
        let (graph, complaints) = compile("conv(4, 5, activation: softsign)", .builtIn)
        #expect(graph == nil)
        #expect(complaints.contains { $0.message.contains("softsign") })
    }
}
