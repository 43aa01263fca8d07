@testable import Datasets

/// Any bytes as what `data split` writes. What is believed has each trace on one side.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let manifest = try? SplitManifest(bytes, path: "fuzz") else { return 0 }
    let indices = Split.allCases.flatMap { manifest.traces[$0]?.map(\.index) ?? [] }
    precondition(Set(indices).count == indices.count, "a trace on two sides")
    return 0
}
