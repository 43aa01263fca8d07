import Files

@testable import Foreign

/// Any bytes as an ONNX file: a graph whose layers go together, or an error. To compile a graph takes much longer than to
/// read one, so one in thirty-two is compiled: more is found by reading more.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let source = ForeignModel.Source(path: "fuzz", sha256: "", format: .onnx, framework: "ONNX", name: "")
    guard let model = try? ForeignModel(onnx: FileBytes(bytes, name: "fuzz"), source: source, rate: 100) else {
        return 0
    }
    guard bytes.reduce(0, ^) & 31 == 0 else { return 0 }
    _ = try? ImportedNetwork(model, name: "Fuzz", story: [], rate: 100)
    return 0
}
