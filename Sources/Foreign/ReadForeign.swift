import Files
import GraphIR

/// Reads a file of another framework as data: nothing in it is ever run.
public func readForeign(_ path: String) throws -> ForeignModel {
    try readForeign(try FileBytes(mapping: path), path: path)
}

/// The same for bytes that are at hand; `path` is what errors call them.
public func readForeign(_ file: FileBytes, path: String) throws -> ForeignModel {
    let format = ForeignFormat(file)
    let hash = try file.borrow(0, file.count) { bytes in
        var hash = SHA256()
        hash.update(bytes)
        return hash.hex
    }
    let source = ForeignModel.Source(path: path, sha256: hash, format: format, framework: format.title, name: "")
    switch format {
    case .kerasHDF5: return try ForeignModel(keras: file, source: source)
    case .kerasArchive: return try ForeignModel(kerasArchive: file, source: source)
    case .torch: return try ForeignModel(torch: file, source: source)
    case .safetensors: return try ForeignModel(safetensors: file, source: source)
    default: throw ForeignError.cannotRead(path, format)
    }
}

extension ForeignError {
    /// A file that is not taken in, with what to do instead.
    static func cannotRead(_ path: String, _ format: ForeignFormat) -> ForeignError {
        let help: String?
        switch format {
        case .torchLegacy, .torchScript:
            help = "save it again in Python: torch.save(model.state_dict(), \"weights.pt\")"
        case .tensorFlowCheckpoint:
            help = "load it in TensorFlow and save its weights as .h5; SeisBench has PhaseNet's converted"
        case .pickle: help = "a pickle is a program; save arrays with numpy.savez or safetensors"
        case .numpy: help = "strata run takes arrays; weights come as safetensors"
        case .bundle: help = "a bundle stands where a network is wanted; it needs no import"
        case .onnx: help = "ONNX does not come in yet; the framework that it came from has the weights as well"
        default: help = "what comes in: Keras .h5 and .keras, PyTorch .pt, safetensors"
        }
        return ForeignError(.content, "\(path) is \(format.title)", help: help)
    }
}
