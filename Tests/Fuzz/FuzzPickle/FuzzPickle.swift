import Files

/// Any bytes as a pickle: a value or an error, and nothing is called.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let pickle = try? Pickle(bytes, name: "fuzz") else { return 0 }
    _ = pickle.pairs(pickle.root)
    return 0
}
