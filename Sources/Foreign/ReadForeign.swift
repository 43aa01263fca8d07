import Files
import GraphIR

/// Reads a file of another framework as data: nothing in it is ever run.
///
/// - Parameter rate: of the inputs in Hz, where the caller knows it; no file tells it, and layers that speak of
///   frequencies need it.
public func readForeign(_ path: String, rate: Double? = nil) throws -> ForeignModel {
    try readForeign(try FileBytes(mapping: path), path: path, rate: rate)
}

/// The same for bytes that are at hand; `path` is what errors call them.
public func readForeign(_ file: FileBytes, path: String, rate: Double? = nil) throws -> ForeignModel {
    let format = ForeignFormat(file)
    let hash = try file.borrow(0, file.count) { bytes in
        var hash = SHA256()
        hash.update(bytes)
        return hash.hex
    }
    let source = ForeignModel.Source(path: path, sha256: hash, format: format, framework: format.title, name: "")
    return try ForeignModel(file, source: source, rate: rate)
}

extension ForeignModel {
    /// A file of the format that its source says.
    init(_ file: FileBytes, source: Source, rate: Double?) throws {
        switch source.format {
        case .kerasHDF5: try self.init(keras: file, source: source)
        case .kerasArchive: try self.init(kerasArchive: file, source: source)
        case .torch: try self.init(torch: file, source: source)
        case .safetensors: try self.init(safetensors: file, source: source)
        case .onnx: try self.init(onnx: file, source: source, rate: rate)
        default: throw ForeignError.cannotRead(source.path, source.format)
        }
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
        default: help = "what comes in: Keras .h5 and .keras, PyTorch .pt, safetensors, ONNX"
        }
        return ForeignError(.content, "\(path) is \(format.title)", help: help)
    }
}
