import Files
@testable import Datasets
@testable import Seismic

/// Reads any bytes as an array and as an archive of arrays; an array that was read must survive being written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    if let array = try? NPY.read(file) {
        guard let again = try? NPY.read(FileBytes(NPY.bytes(of: array), name: "again")) else {
            preconditionFailure("what was written cannot be read")
        }
        precondition(again.shape == array.shape && again.bytes == array.bytes, "another array came back")
        _ = array.floats
        _ = array.integers
    }
    _ = try? NPY.texts(file)
    _ = try? NPZ.read(file)
    return 0
}
