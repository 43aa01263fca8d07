import GraphIR
import Interpreter

/// `strata init`: fresh weights of a network, in a file.
enum InitCommand: Command {
    static let name = "init"
    static let summary = "Write a network's fresh weights to a file."
    static let operands = "NETWORK"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let seed = Option<UInt64>.seed
        let output = Option<String?>("--output", "W.safetensors", "Where they go.")
        let network = NetworkOptions()
        let overwrite = Option<Bool>.overwrite
    }
    static let examples = [
        (
            line: "strata init eqt --seed 1 --output w.safetensors",
            says: "the weights that training with seed 1 begins with"
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let target = call.output else { throw Exit(.usage, "init needs --output W.safetensors") }
        let opened = try OpenNetwork(call.operands[0], call.network)
        let weights = Weights(initializing: opened.network.graph, seed: call.seed)
        try NetworkRun.write(
            weights.safetensors(metadata: [("network", opened.network.graph.name), ("seed", String(call.seed))]),
            to: target,
            overwrite: call.overwrite)
        return .done
    }
}
