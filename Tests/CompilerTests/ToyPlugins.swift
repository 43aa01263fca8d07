import GraphIR
import Layers

/// Labelers, a preparation and a `train` section for tests, so that the compiler is tested without the rooms above it.
struct ToyPick: LabelerSignature {
    static let phase = Setting<String>("phase", "Which phase.")
    static let width = Setting<Samples>("width", "Half a width.", standard: Samples(10), in: 1...1000)
    static let shape = Setting<String>("shape", "Of the hump.", standard: "gaussian")
    static let signature = Signature(.labeler, "pick", "One around the onset.", [phase, width, shape])
    let label: Shape

    init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        label = Shape(1, window.shape.time)
        guard output.shape.rank == 2, output.shape[1].compare(window.shape.time) != .different else {
            throw Complaint(.input(0, axis: nil), "its labels are \(label), and the output is \(output.shape)")
        }
    }
}

/// A row a phase, as many as are asked for.
struct ToyRows: LabelerSignature {
    static let phases = Setting<[String]>("phases", "A row each; noise is the rest.")
    static let signature = Signature(.labeler, "rows", "A row a phase.", [phases])
    let label: Shape
    let meaning: Meaning

    init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        let phases = arguments[Self.phases]
        meaning = .onsets(phases.map { $0 == "noise" ? nil : $0 })
        label = Shape(.number(phases.count), window.shape.time)
    }
}

struct ToyLowpass: PreparationSignature {
    static let corner = Setting<Hertz>("corner", "The corner.", in: 0...1e6)
    static let signature = Signature(.preparation, "lowpass", "Keeps what lies below.", [corner])

    init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        let corner = arguments[Self.corner].number
        if let rate = window.rate, corner >= rate / 2 {
            throw Complaint(
                .argument("corner"), "\(corner) Hz is not below \(rate / 2) Hz, half of the window's \(rate) Hz",
                instead: "45 Hz")
        }
    }
}

struct ToyDemean: Plugin {
    static let signature = Signature(.preparation, "demean", "Subtracts the mean.")
}

struct ToyNormalize: Plugin {
    static let by = Setting<String>("by", "What to divide by.")
    static let each = Setting<String>("each", "What is divided by itself.", standard: "channel")
    static let signature = Signature(.preparation, "normalize", "Divides.", [by, each])
}

struct ToyShift: Plugin {
    static let p = Setting<Share>("p", "How often.", in: 0...1)
    static let signature = Signature(.augmentation, "shift", "Shifts.", [p])
}

struct ToyAdam: Plugin {
    static let rate = Setting<Double>("rate", "Learning rate.", standard: 1e-3, in: 0...10)
    static let epsilon = Setting<Double>("epsilon", "What keeps it from dividing by zero.", standard: 1e-7, in: 0...1)
    static let signature = Signature(.optimizer, "adam", "Steps.", [rate, epsilon])
}

struct ToyTrain: Plugin {
    static let epochs = Setting<Int>("epochs", "Times through the data.", standard: 10, in: 1...100_000)
    static let batch = Setting<Int>("batch", "Windows a step.", standard: 32, in: 1...100_000)
    static let optimizer = Setting<PluginCall>(
        "optimizer", "What steps.", type: .plugin(.optimizer), standard: PluginCall(.optimizer, "adam", Arguments()))
    static let signature = Signature(.section, "train", "How.", [epochs, batch, optimizer])
}

extension Registry {
    /// The built-in layers and losses, whatever else this bundle of tests is linked with.
    static let onlyLayers: Registry = {
        var registry = Registry()
        for plugin in Registry.builtIn.plugins(.layer) + Registry.builtIn.plugins(.loss) {
            try? registry.add(plugin, from: "built-in")
        }
        return registry
    }()

    /// The built-in layers and losses, and the toys for what other rooms bring.
    static let forTests: Registry = {
        var registry = Registry.onlyLayers
        let toys: [any Plugin.Type] = [
            ToyPick.self, ToyRows.self, ToyLowpass.self, ToyDemean.self, ToyNormalize.self, ToyShift.self, ToyAdam.self,
            ToyTrain.self,
        ]
        for toy in toys { try? registry.add(toy, from: "tests") }
        return registry
    }()
}
