import Files
import Foundation
@testable import Datasets
@testable import Seismic

/// A folder with one file of records and, behind a line of dashes, a table of arrivals; opened strictly and leniently,
/// every trace of it read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let mark = Array("-----".utf8)
    let cut = size >= 5 ? (0...(size - 5)).first { bytes[$0..<($0 + 5)].elementsEqual(mark) } : nil
    put(bytes[..<(cut ?? size)], in: folder + "/records")
    if let cut { put(bytes[(cut + 5)...], in: folder + "/picks.csv") } else { unlink(folder + "/picks.csv") }
    for word in [folder, "waveforms:\(folder),window=2,overlap=0.5"] {
        _ = try? RecordingsDataset(word)
        guard let dataset = try? RecordingsDataset(word, skippingBad: true) else { continue }
        for index in 0..<min(dataset.count, 4) {
            _ = (dataset.metadata(index), dataset.identity(index), dataset.rate(index))
            guard let trace = try? dataset.trace(index) else { continue }
            precondition(trace.rate > 0, "a trace without a rate")
        }
    }
    return 0
}

/// In memory: nothing is written to a disk.
private let folder: String = {
    let path = "/dev/shm/strata-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}()

private func put(_ bytes: ArraySlice<UInt8>, in path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
