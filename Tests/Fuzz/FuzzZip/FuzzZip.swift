import Files

/// Any bytes as a zip of a stranger: members that agree with themselves, unpacked within a limit, or an error.
/// The limit is low: what is found by unpacking more is found by unpacking little.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: start, count: count)), name: "fuzz")
    guard let members = try? ZipArchive.checkedMembers(of: file) else { return 0 }
    for member in members.prefix(4) { _ = try? ZipArchive.contents(of: member, in: file, limit: 1 << 14) }
    return 0
}
