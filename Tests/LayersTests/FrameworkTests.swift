import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Files
@testable import Layers

/// Single layers against PyTorch, by the fixtures that `make_layers.py` beside them made.
@Suite("Layers against PyTorch")
struct FrameworkTests {
    private static let fixture: Safetensors? = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let data = try? Data(contentsOf: folder.appendingPathComponent("Fixtures/layers.safetensors"))
        return data.flatMap { try? Safetensors(Array($0)) }
    }()
    private static let cases: [JSON] =
        fixture?.note("cases").flatMap { try? JSON(parsing: Array($0.utf8)) }?.array ?? []
    private static let batch = 3

    /// Between -1 and 1, from SplitMix64 started with the name's FNV-1a hash: the same in `make_layers.py`.
    private static func numbers(_ name: String, _ count: Int) -> [Double] {
        let start = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (0..<count).map { index in
            var z = start &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Double(z >> 40) * 0x1p-23 - 1
        }
    }

    @Test("There are fixtures")
    func found() { #expect(Self.cases.count == 42) }

    @Test("Results within 1e-5, gradients within 1e-4", arguments: 0..<35)
    func agree(index: Int) throws {
        let fixture = try #require(Self.fixture)
        let described = try #require(Self.cases.dropFirst(index).first)
        let name = try #require(described["layer"]?.string)
        let layer = try #require(Registry.builtIn.layer(name))
        var arguments = layer.signature.defaults
        for member in described["arguments"]?.members ?? [] { arguments.set(member.key, Self.value(member.value)) }
        let types = (described["shapes"]?.array ?? []).map { shape in
            TensorType(Shape((shape.array ?? []).map { .number($0.int ?? 0) }), rate: 100)
        }
        var nodes = types.indices.map { Node.input("x\($0)", types[$0]) }
        let use = try layer.init(arguments, inputs: types)
        nodes.append(Node(path: "layer", layer: use, arguments: arguments, inputs: Array(types.indices)))
        let graph = Graph(
            name: "one", nodes: nodes, outputs: [Graph.Output(name: "y", node: nodes.count - 1, place: .nowhere)])
        let mode = try #require(described["mode"]?.string.flatMap { Mode(rawValue: $0) })
        let machine = try Machine(
            graph, options: PlanOptions(batch: Self.batch, mode: mode, gradients: .weightsAndInputs))

        var weights = Weights(zerosIn: machine.layout)
        for entry in machine.layout.entries {
            weights[entry.name] = Self.numbers(entry.spec.name, entry.count).map {
                Float(entry.spec.name == "running_var" ? 1 + $0 / 2 : $0 / 2)
            }
        }
        machine.load(weights)
        for input in types.indices {
            let count = Self.batch * machine.shape(ofInput: input).reduce(1, *)
            try machine.setInput(input, to: Self.numbers("x\(input)", count).map { Float(2 * $0) })
        }
        try machine.forward()
        let result = machine.output(0)
        try expect(fixture, "\(index).output", result, within: 1e-5)
        try machine.setCotangent(0, to: Self.numbers("slopes", result.count).map { Float($0) })
        try machine.backward()
        var gradients = Weights(zerosIn: machine.layout)
        machine.readGradients(into: &gradients)
        for entry in machine.layout.entries where entry.isTrainable {
            try expect(fixture, "\(index).\(entry.spec.name)", gradients[entry.name] ?? [], within: 1e-4)
        }
        for input in types.indices {
            try expect(fixture, "\(index).x\(input)", machine.inputGradient(input), within: 1e-4)
        }
    }

    private static func value(_ json: JSON) -> Value {
        switch json {
        case .int(let number): .int(number)
        case .number(let number): .float(number)
        case .bool(let flag): .bool(flag)
        case .string(let word): .word(word)
        case .array(let values): .list(values.map(value))
        default: .word("none")
        }
    }

    private func expect(_ fixture: Safetensors, _ key: String, _ ours: [Float], within bound: Double) throws {
        let theirs = try #require(fixture[key]).values
        #expect(ours.count == theirs.count)
        let largest = theirs.reduce(1.0) { max($0, abs(Double($1))) }
        let error = zip(ours, theirs).reduce(0.0) { worst, pair in
            let difference = abs(Double(pair.0) - Double(pair.1)) / largest
            return difference.isNaN ? .infinity : max(worst, difference)
        }
        #expect(error < bound, "\(key) differs by \(error)")
    }
}
