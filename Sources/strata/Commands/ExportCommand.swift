import Files
import Foreign
import GraphIR
import Interpreter
import Runner

/// `strata export`: a network with its weights for other programs.
enum ExportCommand: Command {
    static let name = "export"
    static let summary = "Write a network with its weights for other programs: ONNX, safetensors."
    static let operands = "MODEL"
    static let operandCount = 1...1
    private static let onnx = Option("--onnx", "F", "The network and its weights, for ONNX Runtime and others.")
    private static let safetensors = Option("--safetensors", "F", "The weights alone, by their names.")
    static let options = [
        onnx, safetensors, NetworkRun.weights, NetworkRun.mode, .seed, .set, .overwrite, .path, .plugin, .json,
    ]
    static let examples = [
        (line: "strata export runs/eqt --onnx eqt.onnx", says: "a trained network for any ONNX runtime"),
        (line: "strata export eqt --weights w.safetensors --onnx eqt.onnx", says: "the same with weights from a file"),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        guard call.has(onnx.name) || call.has(safetensors.name) else {
            throw Exit(.usage, "export needs --onnx F or --safetensors F")
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
        if call.has("--json") {
            Terminal.print(JSON.array(lines.map { .string($0) }).text(indented: true))
        } else {
            Terminal.print(lines.joined(separator: "\n"))
        }
        return .done
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
