import Files
import GraphIR
import Interpreter
import Kernels
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
    struct Options: OptionGroup {
        let input = Option<[String]>("--input", "[NAME=]X.npy", "An input, batch first.")
        let output = Option<String?>("--output", "Y.npz", "Where the outputs go.")
        let prepare = Option<Bool>(
            "--prepare", "Apply the file's prepare { … } to the inputs first, as training, evaluate and pick do.")
        let open = OpenModelOptions()
        let allLayers = Option<Bool>("--all-layers", "Write the result of every layer, by its path.")
        let cotangent = Option<[String]>("--cotangent", "NAME=G.npy", "Give the gradients of sum(output * G).")
        let gradients = Option<String?>("--gradients", "D.safetensors", "Where the gradients go.")
        let machine = MachineOptions()
        let plan = Option<PlanOptions.Style>.plan
        let overwrite = Option<Bool>.overwrite
    }
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

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let target = call.output else { throw Exit(.usage, "run needs --output Y.npz") }
        guard call.cotangent.isEmpty == (call.gradients == nil) else {
            throw Exit(.usage, "--cotangent and --gradients go together")
        }
        let model = try OpenModel(call.open)
        var function = NetworkFunction(model.graph, registry: model.registry, weights: model.weights)
        function.mode = call.open.mode
        function.style = call.plan
        function.threads = call.machine.threads ?? ThreadPool.processors
        function.memoryLimit = call.machine.memory
        function.keepsEveryLayer = call.allLayers
        function.seed = call.open.seed
        let inputs = try prepared(NetworkRun.arrays(call.input), model, call)
        let cotangents = try NetworkRun.arrays(call.cotangent)
        let result = try function(inputs, cotangents: cotangents)
        let overwrite = call.overwrite
        try NPZ.write(
            result.arrays.map { NPZ.Entry($0.name, NumberArray(shape: $0.shape, floats: $0.values)) }, to: target,
            overwrite: overwrite)
        if let path = call.gradients {
            let file = Safetensors(
                entries: result.gradients.map { Safetensors.Entry($0.name, shape: $0.shape, values: $0.values) })
            try NetworkRun.write(file, to: path, overwrite: overwrite)
        }
        return .done
    }

    /// The inputs as the network was taught to see them, where that is asked for; else said if they are not.
    private static func prepared(
        _ arrays: [NamedArray], _ model: OpenModel, _ call: Invocation<Options>
    ) throws -> [NamedArray] {
        let steps = (model.recipe?.preparations ?? []).map(\.description).joined(separator: " -> ")
        guard let recipe = model.recipe, !steps.isEmpty else {
            if call.prepare { Terminal.note("\(call.operands[0]) has no prepare { … } to apply") }
            return arrays
        }
        guard call.prepare else {
            Terminal.note("prepare { \(steps) } was not applied: --prepare applies it")
            return arrays
        }
        return try Runner.prepared(arrays, for: model.graph, recipe: recipe, registry: model.registry)
    }
}
