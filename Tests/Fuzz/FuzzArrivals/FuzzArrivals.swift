import Files
@testable import Datasets
@testable import Seismic

/// Any bytes as picks.csv: rows become arrivals and arrivals earthquakes, of which none may lose or gain one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    guard let picks = try? StationPick.table(file) else { return 0 }
    let events = StationEvent.events(of: picks)
    precondition(events.reduce(0) { $0 + $1.picks.count } == picks.count, "an arrival of no earthquake, or of two")
    for event in events.prefix(8) { _ = (event.name, event.start) }
    _ = KnownArrivals.arrivals(of: picks)
    return 0
}
