import Files
@testable import Datasets
@testable import Seismic

/// Reads any bytes as miniSEED, strictly and leniently; whole numbers that come out must survive being written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    _ = try? MiniSEED.read(file, skippingBad: false)
    guard let segments = try? MiniSEED.read(file, skippingBad: true).segments else { return 0 }
    for segment in segments.prefix(4) {
        var again = segment
        again.id = "XX.FUZZ.00.HHZ"
        (again.rate, again.start) = (100, Instant(nanoseconds: 0))
        var number = 1
        guard let records = try? MiniSEED.records(of: again, from: &number, recordLength: 512, path: "fuzz") else {
            preconditionFailure("samples that were read cannot be written")
        }
        let written = FileBytes(Array(records.joined()), name: "again")
        guard let read = try? MiniSEED.read(written, skippingBad: false).segments else {
            preconditionFailure("what was written cannot be read")
        }
        let found = read.flatMap { $0.samples.floats.map(\.bitPattern) }
        precondition(found == segment.samples.floats.map(\.bitPattern), "other samples came back")
    }
    return 0
}
