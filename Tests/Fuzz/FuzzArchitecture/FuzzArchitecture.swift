import Compiler
import Layers

/// The door of libFuzzer: any bytes as an architecture file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchitecture(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let broken = ArchitectureProperties.broken(by: text) { fatalError(broken) }
    return 0
}
