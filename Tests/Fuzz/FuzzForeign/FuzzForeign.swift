import Files
import Foreign

/// Any bytes as a file of another framework: a zip with a pickle, Keras's zip, HDF5, safetensors.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: start, count: count)), name: "fuzz")
    guard let model = try? readForeign(file, path: "fuzz") else { return 0 }
    _ = try? ImportedNetwork(model, name: "Fuzz", story: [])
    return 0
}
