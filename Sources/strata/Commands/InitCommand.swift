import GraphIR
import Interpreter

/// `strata init`: fresh weights of a network, in a file.
enum InitCommand: Command {
    static let name = "init"
    static let summary = "Write a network's fresh weights to a file."
    static let operands = "NETWORK"
    static let operandCount = 1...1
    private static let output = Option("--output", "W.safetensors", "Where they go.")
    static let options = [.seed, output, .set, .overwrite, .path, .plugin]
    static let examples = [
        (
            line: "strata init eqt --seed 1 --output w.safetensors",
            says: "the weights that training with seed 1 begins with"
        )
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let target = call.value(output.name) else { throw Exit(.usage, "init needs --output W.safetensors") }
        let opened = try OpenNetwork(call.operands[0], call)
        let seed = try NetworkRun.seed(call)
        let weights = Weights(initializing: opened.network.graph, seed: seed)
        try NetworkRun.write(
            weights.safetensors(metadata: [("network", opened.network.graph.name), ("seed", String(seed))]), to: target,
            overwrite: call.has(Option.overwrite.name))
        return .done
    }
}
