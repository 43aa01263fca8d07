import Files
import GraphIR

extension ForeignModel {
    /// An ONNX graph with its numbers.
    init(onnx file: FileBytes, source: Source, rate: Double?) throws {
        let onnx = try OnnxFile(file)
        let builder = try OnnxBuilder(onnx, rate: rate)
        var source = source
        source.framework = "ONNX" + (onnx.producer.isEmpty ? "" : " (\(onnx.producer))")
        source.name = onnx.name
        let arrays = onnx.tensors.map {
            ForeignArray(name: $0.name, shape: $0.shape, type: $0.type, values: $0.values, rounded: $0.rounded)
        }
        self.init(source: source, graph: builder.graph, arrays: arrays, notes: builder.notes)
        if !onnx.metadata.isEmpty, let prepare = onnx.metadata["strata.prepare"], !prepare.isEmpty {
            notes.append("its preparation was \(prepare.prefix(400)), as its metadata say")
        }
        countRounding()
    }
}
