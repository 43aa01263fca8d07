import Files
import GraphIR
import Interpreter
import Layers
import Runner
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
    private static let prepare = Option(
        "--prepare", "Apply the file's prepare { … } to the inputs first, as training, evaluate and pick do.")
    private static let allLayers = Option("--all-layers", "Write the result of every layer, by its path.")
    private static let cotangent = Option(
        "--cotangent", "NAME=G.npy", "Give the gradients of sum(output * G).", repeats: true)
    private static let gradients = Option("--gradients", "D.safetensors", "Where the gradients go.")
    static let options = [
        input, output, prepare, NetworkRun.weights, .seed, allLayers, NetworkRun.mode, cotangent, gradients, .threads,
        NetworkRun.memory, NetworkRun.plan, .set, .overwrite, .path, .plugin,
    ]
    static let examples = [
        (
            line: "strata run eqt --prepare --input x.npy --weights w.safetensors --output y.npz",
            says: "what it says of waveforms as recorded; without --prepare they must be prepared already"
        ),
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
        let inputs = try prepared(NetworkRun.arrays(call.all(input.name)), model, call)
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

    /// The inputs as the network was taught to see them, where that is asked for; else said if they are not.
    private static func prepared(
        _ arrays: [NamedArray], _ model: OpenModel, _ call: Invocation
    ) throws -> [NamedArray] {
        let steps = (model.recipe?.preparations ?? []).map(\.description).joined(separator: " -> ")
        guard let recipe = model.recipe, !steps.isEmpty else {
            if call.has(prepare.name) { Terminal.note("\(call.operands[0]) has no prepare { … } to apply") }
            return arrays
        }
        guard call.has(prepare.name) else {
            Terminal.note("prepare { \(steps) } was not applied: \(prepare.name) applies it")
            return arrays
        }
        return try reporting {
            try Runner.prepared(arrays, for: model.graph, recipe: recipe, registry: model.registry)
        }
    }
}
