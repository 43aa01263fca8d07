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
    /// A file for Keras, of the form that its ending says.
    struct KerasFile: Sendable {
        let path: String
        let form: KerasExport.Form

        @Sendable init(_ path: String) throws {
            let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
            guard ["keras", "h5", "hdf5"].contains(ending) else {
                throw Exit(.usage, "--keras takes F.keras for Keras 3 or F.h5 for Keras 2, not '\(path)'")
            }
            self.path = path
            form = ending == "keras" ? .archive : .hdf5
        }
    }

    struct Options: OptionGroup {
        let onnx = Option<String?>("--onnx", "F", "The network and its weights, for ONNX Runtime and others.")
        let keras = Option<KerasFile?>(
            "--keras", "F", "The network and its weights: F.keras for Keras 3, F.h5 for Keras 2 (tf_keras).",
            read: KerasFile.init)
        let seisbench = Option<String?>(
            "--seisbench", "NAME", "NAME.pt and NAME.json, for SeisBench's cache: EQTransformer, PhaseNet, GPD.")
        let safetensors = Option<String?>("--safetensors", "F", "The weights alone, by their names.")
        let open = OpenModelOptions()
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata export runs/eqt --onnx eqt.onnx", says: "a trained network for any ONNX runtime"),
        (line: "strata export eqt --weights w.safetensors --onnx eqt.onnx", says: "the same with weights from a file"),
        (line: "strata export runs/phasenet --keras phasenet.keras", says: "for keras.saving.load_model"),
        (line: "strata export runs/phasenet --keras phasenet.h5", says: "for tf_keras.models.load_model"),
        (line: "strata export runs/picker --seisbench mine", says: "for EQTransformer.from_pretrained(\"mine\")"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard call.firstGiven(of: { [$0.onnx, $0.keras, $0.seisbench, $0.safetensors] }) != nil else {
            throw Exit(.usage, "export needs one of --onnx F, --keras F, --seisbench NAME and --safetensors F")
        }
        let model = try OpenModel(call.open)
        let metadata = notes(model)
        let overwrite = call.overwrite
        var lines: [String] = []
        if let target = call.safetensors {
            let plain = metadata.map { (key: $0.key.replacingDots, value: $0.value) }
            try NetworkRun.write(model.weights.safetensors(metadata: plain), to: target, overwrite: overwrite)
            lines.append("\(target): \(model.weights.layout.entries.count) arrays")
        }
        if let target = call.onnx {
            let export = try OnnxExport(
                model.graph, weights: model.weights, metadata: metadata, version: strataVersion)
            try NetworkRun.write(bytes: export.bytes, to: target, overwrite: overwrite)
            lines.append("\(target): \(model.graph.nodes.count) layers, opset 17")
            lines += export.notes.map { "note: " + $0 }
        }
        if let target = call.keras {
            let export = try KerasExport(model.graph, weights: model.weights, form: target.form)
            let bytes = try export.bytes()
            try NetworkRun.write(bytes: bytes, to: target.path, overwrite: overwrite)
            lines.append(
                "\(target.path): \(model.graph.nodes.count) layers, for Keras \(target.form == .archive ? 3 : 2)")
            lines += export.notes.map { "note: " + $0 }
        }
        if let name = call.seisbench { lines += try write(model, forSeisBench: name, call) }
        if call.json {
            Terminal.print(JSON.array(lines.map { .string($0) }).text(indented: true))
        } else {
            Terminal.print(lines.joined(separator: "\n"))
        }
        return .done
    }

    private static func write(_ model: OpenModel, forSeisBench name: String, _ call: Invocation<Options>) throws
        -> [String]
    {
        let hash = model.graph.meaningHash(model.registry)
        let chosen = model.notes.first { $0.key == "strata.thresholds" }.flatMap {
            try? JSON(parsing: Array($0.value.utf8))
        }
        let export = try SeisBenchExport(
            model.graph, weights: model.weights, recipe: model.recipe,
            thresholds: chosen?[PickRule.trigger.rawValue],
            paths: call.open.model.network.path,
            about: "\(model.graph.name), exported by strata \(strataVersion); hash of the network \(hash)",
            registry: model.registry)
        let overwrite = call.overwrite
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
