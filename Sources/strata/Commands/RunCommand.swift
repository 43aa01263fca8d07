import Files
import GraphIR
import Interpreter
import Layers
import Seismic

/// `strata run`: a network as a function on arrays, and its gradients.
enum RunCommand: Command {
    static let name = "run"
    static let otherWords = ["predict", "infer", "inference", "apply", "forward"]
    static let summary = "Run a network on arrays; with cotangents, its gradients."
    static let operands = "MODEL"
    static let operandCount = 1...1
    private static let input = Option("--input", "[NAME=]X.npy", "An input, batch first.", repeats: true)
    private static let output = Option("--output", "Y.npz", "Where the outputs go.")
    private static let allLayers = Option("--all-layers", "Write the result of every layer, by its path.")
    private static let cotangent = Option(
        "--cotangent", "NAME=G.npy", "Give the gradients of sum(output * G).", repeats: true)
    private static let gradients = Option("--gradients", "D.safetensors", "Where the gradients go.")
    static let options = [
        input, output, NetworkRun.weights, .seed, allLayers, NetworkRun.mode, cotangent, gradients, .threads,
        NetworkRun.memory, NetworkRun.plan, .set, .overwrite, .path, .plugin,
    ]
    static let examples = [
        (line: "strata run eqt --input x.npy --weights w.safetensors --output y.npz", says: "predict"),
        (
            line: "strata run eqt --input x.npy --seed 1 --output y.npz --all-layers",
            says: "what every layer makes of fresh weights"
        ),
        (
            line: "strata run eqt --input x.npy --output y.npz --cotangent p=g.npy --gradients d.safetensors",
            says: "the gradients of sum(p * g) for every weight and the input"
        ),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard let target = call.value(output.name) else { throw Exit(.usage, "run needs --output Y.npz") }
        guard call.has(cotangent.name) == call.has(gradients.name) else {
            throw Exit(.usage, "--cotangent and --gradients go together")
        }
        let mode = try call.word(NetworkRun.mode.name, among: Mode.allCases.map(\.rawValue))
        let model = try OpenModel(call)
        var function = NetworkFunction(model.graph, registry: model.registry, weights: model.weights)
        function.mode = mode.flatMap(Mode.init(rawValue:)) ?? .inference
        function.style = try NetworkRun.style(call)
        function.threads = try NetworkRun.threads(call)
        function.memoryLimit = try NetworkRun.memoryLimit(call)
        function.keepsEveryLayer = call.has(allLayers.name)
        function.seed = try NetworkRun.seed(call)
        let inputs = try NetworkRun.arrays(call.all(input.name))
        let cotangents = try NetworkRun.arrays(call.all(cotangent.name))
        let result = try NetworkRun.running { try function(inputs, cotangents: cotangents) }
        let overwrite = call.has(Option.overwrite.name)
        try reporting {
            try NPZ.write(
                result.arrays.map { NPZ.Entry($0.name, NumberArray(shape: $0.shape, floats: $0.values)) }, to: target,
                overwrite: overwrite)
        }
        if let path = call.value(gradients.name) {
            let file = Safetensors(
                entries: result.gradients.map { Safetensors.Entry($0.name, shape: $0.shape, values: $0.values) })
            try NetworkRun.write(file, to: path, overwrite: overwrite)
        }
        return .done
    }
}
