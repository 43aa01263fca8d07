import Files
@testable import Datasets
@testable import Seismic

/// Reads any bytes as SAC, in numbers and in letters.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    if let segment = try? SAC.read(file) {
        precondition(segment.samples.count * 4 <= size && segment.rate > 0, "more samples than bytes")
    }
    if let binary = try? SACText.binary(file) { _ = try? SAC.read(binary) }
    return 0
}
