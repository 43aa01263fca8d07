import Compiler
import Foundation
import GraphIR
import Interpreter
import Layers
import Testing

@testable import Files

/// Whole networks of the catalogue against PyTorch, by the fixtures that `make_networks.py` beside them made.
@Suite("Networks against PyTorch")
struct NetworkTests {
    static let files = [
        "eqt_seisbench", "phasenet_inference", "phasenet_training", "resnet_inference", "resnet_training",
        "volcano_lstm", "volcano_rnn", "volcano_tcn",
    ]
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Between -1 and 1, from SplitMix64 started with the name's FNV-1a hash: the same in `make_networks.py`.
    static func numbers(_ name: String, _ count: Int) -> [Double] {
        let start = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (1...max(1, count)).prefix(count).map { index in
            var z = start &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Double(z >> 40) * 0x1p-23 - 1
        }
    }

    /// A weight of a size that lets a signal through, by its rank and its name.
    private static func weight(_ name: String, _ shape: [Int]) -> [Float] {
        let values = numbers(name, shape.reduce(1, *))
        let last = name.split(separator: ".").last.map(String.init) ?? name
        if shape.count > 1 {
            let fan = Double(shape.dropFirst().reduce(1, *))
            let scale = ((last == "weight" ? 6 : 1) / fan).squareRoot()
            return values.map { Float($0 * scale) }
        }
        switch last {
        case "running_var": return values.map { Float(1 + 0.5 * $0) }
        case "weight": return values.map { Float(1 + 0.2 * $0) }
        case "weight_score": return values.map { Float(0.5 * $0) }
        default: return values.map { Float(0.1 * $0) }
        }
    }

    /// Where PyTorch's own single precision is further than that from its double precision, because a sum so near to
    /// zero falls on the other side of a relu, gradients must be as near as twice its distance.
    @Test("Results within 1e-5, gradients within 1e-4", arguments: files, [PlanOptions.Style.fused, .plain])
    func agree(file: String, style: PlanOptions.Style) throws {
        let data = try Data(contentsOf: Self.tests.appendingPathComponent("Fixtures/\(file).safetensors"))
        let fixture = try Safetensors(Array(data))
        let name = try #require(fixture.note("network"))
        let folder = Self.tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "architectures")
        let window = fixture.note("window").flatMap { $0.isEmpty ? nil : $0 }
        let compilation = compile(
            path: folder.appendingPathComponent("\(name).arch").path,
            settings: window.map { [(key: "window", value: $0)] } ?? []
        ) { path in
            Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let graph = try #require(compilation.network?.graph)
        let batch = try #require(fixture["output.0"]?.shape.first)
        let mode = try #require(fixture.note("mode").flatMap { Mode(rawValue: $0) })
        var options = PlanOptions(batch: batch, mode: mode, gradients: .weightsAndInputs)
        // The volcano's streams have any length; theirs are as long as the frames of the answer need.
        let frames = fixture["output.0"]?.shape.last ?? 1
        options.lengths = ["T": 400 + 50 * (frames - 1)]
        options.threads = 2
        options.style = style
        let machine = try Machine(graph, options: options)

        var weights = Weights(zerosIn: machine.layout)
        for entry in machine.layout.entries { weights[entry.name] = Self.weight(entry.name, entry.shape) }
        machine.load(weights)
        let count = batch * machine.shape(ofInput: 0).reduce(1, *)
        let input = try #require(fixture.note("input"))
        try machine.setInput(0, to: Self.numbers(input, count).map { Float($0) })
        try machine.forward()
        for index in graph.outputs.indices {
            let expected = try #require(fixture["output.\(index)"])
            let error = Self.error(machine.output(index), expected.values, floor: 1)
            #expect(error < 1e-5, "output \(graph.outputs[index].name) differs by \(error)")
        }
        for index in graph.outputs.indices {
            let count = machine.output(index).count
            try machine.setCotangent(index, to: Self.numbers("slopes.\(index)", count).map { Float($0) })
        }
        try machine.backward()
        var gradients = Weights(zerosIn: machine.layout)
        machine.readGradients(into: &gradients)
        let own = try #require(fixture.note("single").flatMap(Double.init))
        let bound = max(1e-4, 2 * own)
        for entry in machine.layout.entries where entry.isTrainable {
            try check(fixture, entry.name, gradients[entry.name] ?? [], bound)
        }
        try check(fixture, "input", machine.inputGradient(0), bound)
    }

    /// A gradient beside its length and some of its numbers. Of what must vanish (a constant that a softmax or a norm
    /// cancels) only rounding is left: it is measured by a thousandth of the network's largest gradient.
    private func check(_ fixture: Safetensors, _ name: String, _ gradient: [Float], _ bound: Double) throws {
        let expected = try #require(fixture["gradient.\(name)"]).values
        let step = max(1, (gradient.count + 15) / 16)
        let length = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let some = stride(from: 0, to: gradient.count, by: step).map { gradient[$0] }
        let largest = fixture.entries.filter { $0.name.hasPrefix("gradient.") }.map { Double($0.values[0]) }.max() ?? 0
        let error = Self.error([Float(length)] + some, expected, floor: largest / 1000)
        #expect(error < bound, "the gradient of \(name) differs by \(error)")
    }

    private static func error(_ ours: [Float], _ theirs: [Float], floor: Double) -> Double {
        guard ours.count == theirs.count else { return .infinity }
        let largest = theirs.reduce(floor) { max($0, abs(Double($1))) }
        return zip(ours, theirs).reduce(0) { worst, pair in
            let difference = abs(Double(pair.0) - Double(pair.1)) / largest
            return difference.isNaN ? .infinity : max(worst, difference)
        }
    }
}
