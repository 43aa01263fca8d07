import Files
@testable import Datasets
@testable import Seismic

/// Opens any bytes as HDF5 and looks at the first few objects: links, attributes, elements.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let file = try? HDF5File(FileBytes(bytes, name: "fuzz")) else { return 0 }
    var pending = [file.root]
    var visited = 0
    while let address = pending.popLast(), visited < 24 {
        visited += 1
        _ = try? file.attributes(of: address)
        if let dataset = try? HDF5Dataset(file, at: address) {
            _ = try? dataset.value()
            let corner = [Int](repeating: 0, count: dataset.shape.count)
            _ = try? dataset.floats(start: corner, count: dataset.shape.map { min($0, 1) })
        } else if let links = try? file.links(of: address).sorted() {
            pending += links.prefix(16).map { $0.address }
        }
    }
    return 0
}
