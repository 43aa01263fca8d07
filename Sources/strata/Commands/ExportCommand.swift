import Files
import Foreign
import GraphIR
import Interpreter
import Runner

/// `strata export`: a network with its weights for other programs.
enum ExportCommand: Command {
    static let name = "export"
    static let otherWords = ["save"]
    static let summary = "Write a network with its weights for other programs: ONNX, Keras, SeisBench, safetensors."
    static let operands = "MODEL"
    static let operandCount = 1...1
    private static let onnx = Option("--onnx", "F", "The network and its weights, for ONNX Runtime and others.")
    private static let keras = Option(
        "--keras", "F", "The network and its weights: F.keras for Keras 3, F.h5 for Keras 2 (tf_keras).")
    private static let seisbench = Option(
        "--seisbench", "NAME", "NAME.pt and NAME.json, for SeisBench's cache: EQTransformer, PhaseNet, GPD.")
    private static let safetensors = Option("--safetensors", "F", "The weights alone, by their names.")
    static let options = [
        onnx, keras, seisbench, safetensors, NetworkRun.weights, NetworkRun.mode, .seed, .set, .overwrite, .path,
        .plugin, .json,
    ]
    static let examples = [
        (line: "strata export runs/eqt --onnx eqt.onnx", says: "a trained network for any ONNX runtime"),
        (line: "strata export eqt --weights w.safetensors --onnx eqt.onnx", says: "the same with weights from a file"),
        (line: "strata export runs/phasenet --keras phasenet.keras", says: "for keras.saving.load_model"),
        (line: "strata export runs/phasenet --keras phasenet.h5", says: "for tf_keras.models.load_model"),
        (line: "strata export runs/picker --seisbench mine", says: "for EQTransformer.from_pretrained(\"mine\")"),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard [onnx, keras, seisbench, safetensors].contains(where: { call.has($0.name) }) else {
            throw Exit(.usage, "export needs one of --onnx F, --keras F, --seisbench NAME and --safetensors F")
        }
        let model = try OpenModel(call)
        let metadata = notes(model)
        let overwrite = call.has(Option.overwrite.name)
        var lines: [String] = []
        if let target = call.value(safetensors.name) {
            let plain = metadata.map { (key: $0.key.replacingDots, value: $0.value) }
            try NetworkRun.write(model.weights.safetensors(metadata: plain), to: target, overwrite: overwrite)
            lines.append("\(target): \(model.weights.layout.entries.count) arrays")
        }
        if let target = call.value(onnx.name) {
            let export = try ImportCommand.foreign {
                try OnnxExport(
                    model.graph, weights: model.weights, metadata: metadata, version: strataVersion)
            }
            try NetworkRun.write(bytes: export.bytes, to: target, overwrite: overwrite)
            lines.append("\(target): \(model.graph.nodes.count) layers, opset 17")
            lines += export.notes.map { "note: " + $0 }
        }
        if let target = call.value(keras.name) {
            let ending = target.split(separator: ".").last.map { $0.lowercased() } ?? ""
            guard ["keras", "h5", "hdf5"].contains(ending) else {
                throw Exit(.usage, "--keras takes F.keras for Keras 3 or F.h5 for Keras 2, not '\(target)'")
            }
            let form: KerasExport.Form = ending == "keras" ? .archive : .hdf5
            let export = try ImportCommand.foreign {
                try KerasExport(model.graph, weights: model.weights, form: form)
            }
            let bytes = try ImportCommand.foreign { try reporting { try export.bytes() } }
            try NetworkRun.write(bytes: bytes, to: target, overwrite: overwrite)
            lines.append("\(target): \(model.graph.nodes.count) layers, for Keras \(form == .archive ? 3 : 2)")
            lines += export.notes.map { "note: " + $0 }
        }
        if let name = call.value(seisbench.name) { lines += try write(model, forSeisBench: name, call) }
        if call.has("--json") {
            Terminal.print(JSON.array(lines.map { .string($0) }).text(indented: true))
        } else {
            Terminal.print(lines.joined(separator: "\n"))
        }
        return .done
    }

    private static func write(_ model: OpenModel, forSeisBench name: String, _ call: Invocation) throws -> [String] {
        let hash = model.graph.meaningHash(model.registry)
        let chosen = model.notes.first { $0.key == "strata.thresholds" }.flatMap {
            try? JSON(parsing: Array($0.value.utf8))
        }
        let export = try ImportCommand.foreign {
            try SeisBenchExport(
                model.graph, weights: model.weights, recipe: model.recipe,
                thresholds: chosen?[PickRule.trigger.rawValue],
                paths: call.all(Option.path.name),
                about: "\(model.graph.name), exported by strata \(strataVersion); hash of the network \(hash)",
                registry: model.registry)
        }
        let overwrite = call.has(Option.overwrite.name)
        try NetworkRun.write(bytes: export.weights, to: name + ".pt", overwrite: overwrite)
        try NetworkRun.write(bytes: export.settings, to: name + ".json", overwrite: overwrite)
        let folder = "~/.seisbench/models/v3/\(export.className.lowercased())/"
        return ["\(name).pt, \(name).json: for \(export.className).from_pretrained, in \(folder)"]
            + export.notes.map { "note: " + $0 }
    }

    /// What travels with the numbers.
    private static func notes(_ model: OpenModel) -> [(key: String, value: String)] {
        var notes = [
            (key: "strata.architecture", value: model.graph.text),
            (key: "strata.hash", value: model.graph.meaningHash(model.registry)),
        ]
        if let rate = model.graph.inputs.first?.type.rate { notes.append(("strata.rate_hz", "\(rate)")) }
        if let recipe = model.recipe {
            notes.append(("strata.prepare", recipe.preparations.map(\.description).joined(separator: " -> ")))
            let labels = recipe.lessons.map { "\($0.output): \($0.labeler.description)" }
            notes.append(("strata.labels", labels.joined(separator: "; ")))
        }
        return notes + model.notes
    }
}

extension String {
    /// `strata.hash` as `strata_hash`.
    fileprivate var replacingDots: String { String(map { $0 == "." ? "_" : $0 }) }
}
