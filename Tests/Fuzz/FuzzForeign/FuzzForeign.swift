import Files

@testable import Foreign

/// Any bytes as a file of another framework: a zip with a pickle, Keras's zip, HDF5, safetensors. Its hash is left out,
/// which no byte can hurt, and one network in thirty-two is compiled, as for ONNX.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let file = FileBytes(bytes, name: "fuzz")
    let format = ForeignFormat(file)
    let source = ForeignModel.Source(path: "fuzz", sha256: "", format: format, framework: format.title, name: "")
    guard let model = try? ForeignModel(file, source: source, rate: 100), bytes.reduce(0, ^) & 31 == 0 else { return 0 }
    _ = try? ImportedNetwork(model, name: "Fuzz", story: [])
    return 0
}
