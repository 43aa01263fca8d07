import Files

/// Reads any bytes as a JPEG: the size is what the frame says, and every way to hold it has as many numbers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    guard let picture = try? JPEG.read(file) else { return 0 }
    precondition(picture.values.count == picture.width * picture.height * picture.channels, "numbers are missing")
    precondition(picture.upright.values.count == picture.values.count, "numbers were lost in turning")
    return 0
}
