import GraphIR
import Testing

@testable import Runner

@Suite struct OptimizerTests {
    /// The optimizer that a fixture names, with its arguments said as a file would say them.
    static let cases: [(name: String, plugin: String, arguments: Arguments)] = [
        ("sgd(rate: 0.01)", "sgd", Arguments(["rate": .float(0.01)])),
        ("sgd(rate: 0.01, momentum: 0.9)", "sgd", Arguments(["rate": .float(0.01), "momentum": .float(0.9)])),
        (
            "sgd(rate: 0.01, momentum: 0.9, nesterov: true)", "sgd",
            Arguments(["rate": .float(0.01), "momentum": .float(0.9), "nesterov": .bool(true)])
        ),
        (
            "adam(rate: 0.01, epsilon: 1e-8, form: torch)", "adam",
            Arguments(["rate": .float(0.01), "epsilon": .float(1e-8), "form": .word("torch")])
        ),
        ("adam(rate: 0.01)", "adam", Arguments(["rate": .float(0.01)])),
        (
            "adamw(rate: 0.01, decay: 0.1, epsilon: 1e-8, form: torch)", "adamw",
            Arguments([
                "rate": .float(0.01), "decay": .float(0.1), "epsilon": .float(1e-8), "form": .word("torch"),
            ])
        ),
        (
            "rmsprop(rate: 0.01, decay: 0.99, epsilon: 1e-8)", "rmsprop",
            Arguments(["rate": .float(0.01), "decay": .float(0.99), "epsilon": .float(1e-8)])
        ),
        (
            "rmsprop(rate: 0.01, decay: 0.99, epsilon: 1e-8, momentum: 0.5)", "rmsprop",
            Arguments([
                "rate": .float(0.01), "decay": .float(0.99), "epsilon": .float(1e-8), "momentum": .float(0.5),
            ])
        ),
    ]

    @Test(arguments: 0..<cases.count)
    func sameWeightsAsPyTorchAndKeras(index: Int) throws {
        let (name, plugin, arguments) = Self.cases[index]
        let fixture = try Fixture.json("optimizers.json")
        let expected = try #require(fixture["after"]?[name]).floats
        let optimizer = try make(plugin, arguments)
        var weights = try #require(fixture["start"]).floats
        var memory = [[Float]](repeating: [Float](repeating: 0, count: weights.count), count: optimizer.memories)
        for (step, gradient) in try #require(fixture["gradients"]?.array).enumerated() {
            update(optimizer, &weights, gradient.floats, &memory, range: 0..<weights.count, step: step + 1)
        }
        #expect(weights.count == expected.count)
        for (ours, theirs) in zip(weights, expected) { #expect(abs(ours - theirs) <= 2e-6 * max(1, abs(theirs))) }
    }

    @Test(arguments: ["sgd", "adam", "adamw", "rmsprop"])
    func weightsOutsideTheRangeStay(plugin: String) throws {
        let arguments = plugin == "sgd" ? Arguments(["momentum": .float(0.5)]) : Arguments()
        let optimizer = try make(plugin, arguments)
        var weights: [Float] = [1, 2, 3, 4, 5]
        var memory = [[Float]](repeating: [Float](repeating: 0, count: 5), count: optimizer.memories)
        update(optimizer, &weights, [1, 1, 1, 1, 1], &memory, range: 1..<3, step: 1)
        #expect(weights[0] == 1 && weights[3...] == [4, 5])
        #expect(weights[1] < 2 && weights[2] < 3)
        #expect(memory[0][0] == 0 && memory[0][1] != 0 && memory[0][3] == 0)
    }

    @Test func nesterovNeedsMomentum() {
        #expect(throws: Complaint.self) { try SGD(Arguments(["nesterov": .bool(true)])) }
    }

    private func make(_ plugin: String, _ arguments: Arguments) throws -> any Optimizer {
        let type = try #require(Registry.builtIn[.optimizer, plugin] as? any Optimizer.Type)
        return try type.init(arguments)
    }

    private func update(
        _ optimizer: any Optimizer, _ weights: inout [Float], _ gradient: [Float], _ memory: inout [[Float]],
        range: Range<Int>, step: Int
    ) {
        var span = weights.mutableSpan
        optimizer.update(
            &span, gradient: gradient.span, memory: &memory,
            OptimizerStep(range: range, rate: optimizer.rate, number: step))
    }
}
