import Foundation

@testable import Runner

/// Any text as a study: read, drawn from, and its grid counted out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    guard let study = try? StudyFile.read(text, path: "fuzz") else { return 0 }
    guard let points = try? study.points() else { return 0 }
    precondition(points.count <= 100_000, "more points than a study may have")
    return 0
}
