import Files

@testable import Foreign

/// Any bytes as an ONNX file: a graph whose layers go together, or an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: start, count: count)), name: "fuzz")
    let source = ForeignModel.Source(path: "fuzz", sha256: "", format: .onnx, framework: "ONNX", name: "")
    guard let model = try? ForeignModel(onnx: file, source: source, rate: 100) else { return 0 }
    _ = try? ImportedNetwork(model, name: "Fuzz", story: [], rate: 100)
    return 0
}
