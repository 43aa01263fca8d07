import Files

/// Reads any bytes as a PNG; what was read must survive being written. The checksums of chunks are mended first, or no
/// change would come past them. A large picture is not written again: packing it would take the time of a thousand tries.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    _ = try? PictureFile.read(FileBytes(bytes, name: "fuzz"))
    guard let picture = try? PNG.read(FileBytes(mended(bytes), name: "fuzz")) else { return 0 }
    guard picture.values.count <= 4096 else { return 0 }
    _ = picture.upright.planes
    guard let again = try? PNG.read(FileBytes(PNG.bytes(of: picture), name: "again")) else {
        preconditionFailure("what was written cannot be read")
    }
    precondition(again == picture, "another picture came back")
    return 0
}

/// The same with the checksum of every chunk as it should be.
private func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 8
    while place + 12 <= bytes.count {
        let count = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        guard count <= bytes.count - place - 12 else { break }
        let sum = CRC32.checksum(Array(bytes[place + 4..<place + 8 + count]))
        for index in 0..<4 {
            bytes[place + 8 + count + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
        }
        place += 12 + count
    }
    return bytes
}
