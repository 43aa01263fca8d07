import GraphIR
import Interpreter
import Testing

@testable import Layers

@Suite("Sizes that no machine has")
struct AbsurdSizeTests {
    @Test("A plan for a quadrillion samples is refused with its bytes", arguments: Registry.builtIn.names(.layer))
    func refused(name: String) throws {
        let layer = try #require(Registry.builtIn[.layer, name] as? any Layer.Type)
        for length in [1 << 30, 1_000_000_000_000_000, 1 << 61] {
            for shape: [Dimension] in [[2, .number(length)], [.number(length)], [2, 3, .number(length)]] {
                let type = TensorType(Shape(shape), rate: 100)
                let inputs = [TensorType](repeating: type, count: layer.signature.inputs.lowerBound)
                var arguments = layer.signature.defaults
                for parameter in layer.signature.parameters where parameter.standard == nil {
                    arguments.set(parameter.name, .int(8))
                }
                guard let use = try? layer.init(arguments, inputs: inputs) else { continue }
                var nodes = inputs.indices.map { Node.input("x\($0)", type) }
                nodes.append(Node(path: name, layer: use, arguments: arguments, inputs: Array(inputs.indices)))
                let output = Graph.Output(name: "y", node: nodes.count - 1, place: .nowhere)
                var options = PlanOptions(batch: 64, mode: .training, gradients: .weightsAndInputs)
                options.memoryLimit = 1 << 30
                #expect(throws: PlanError.self) {
                    try Plan(Graph(name: "absurd", nodes: nodes, outputs: [output]), options: options)
                }
            }
        }
    }
}
