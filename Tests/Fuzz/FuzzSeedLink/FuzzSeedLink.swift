import Files
@testable import Datasets
@testable import Seismic

/// Any bytes as what a SeedLink server sends, in parts whose lengths the bytes say. Packets are read as the picker reads
/// them; the line breaks off once, and is taken up again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    var bytes = Array(UnsafeBufferPointer(start: data, count: size))[...]
    guard let first = bytes.popFirst() else { return 0 }
    let words = ["seedlink://h/XX_A", "seedlink4://h/XX_A:HHZ,XX_B", "seedlink3://h/XX_*", "seedlink://h/*_*:HH?"]
    guard let address = try? SeedLinkAddress(words[Int(first) % words.count]) else { preconditionFailure("no address") }
    var line = SeedLink(address, agent: "fuzz")
    hear(line.opened(), &line)
    let breaks = first & 0x80 != 0 ? bytes.count / 2 : -1
    while let length = bytes.first.map({ 1 + Int($0) % 64 * 8 }) {
        hear(line.take(Array(bytes.prefix(length))), &line)
        let before = bytes.count
        bytes = bytes.dropFirst(length)
        if before > breaks, bytes.count <= breaks {
            hear(line.idle(), &line)
            hear(line.opened(), &line)
        }
    }
    // The address of a server is a word that somebody types.
    _ = try? SeedLinkAddress(
        "seedlink://" + String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self))
    return 0
}

private func hear(_ events: [SeedLink.Event], _ line: inout SeedLink) {
    for case .packet(let packet) in events {
        guard let segment = try? packet.segment() else { continue }
        precondition(segment.samples.count > 0 && segment.rate > 0, "a record without samples")
        line.heard(packet.station, at: segment.start)
    }
}
