import Files
@testable import Seismic

/// Any bytes as an inventory: StationXML, or a table of stations. Every entry is asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let file = FileBytes(Array(UnsafeBufferPointer(start: data, count: size)), name: "fuzz")
    guard let inventory = try? Inventory(file) else { return 0 }
    for entry in inventory.entries.prefix(8) {
        let group = StreamGroup(
            network: entry.network, station: entry.station, location: entry.location ?? "",
            band: String((entry.channel ?? "HHZ").dropLast()))
        let time = entry.times.lowerBound
        if let site = inventory.site(of: group, at: time) {
            precondition(site.latitude.isFinite, "a place that is none")
        }
        if let gain = inventory.gain(of: group, component: "Z", at: time) {
            precondition(gain.gain != 0, "a gain of zero")
        }
    }
    return 0
}
