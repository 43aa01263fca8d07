import Foundation
import Testing

@testable import Datasets
@testable import Seismic

/// The conversation with a SeedLink server, in both versions, without a line.
@Suite struct SeedLinkTests {
    static func link(
        _ streams: String = "XX_ABC:HH? 00BHZ.D,YY_D*", scheme: String = "seedlink", from: Instant? = nil,
        sequences: [String: UInt64] = [:]
    ) throws -> SeedLink {
        SeedLink(
            try SeedLinkAddress("\(scheme)://localhost/\(streams)"), agent: "strata/0", from: from,
            sequences: sequences)
    }

    /// What a server answers to a command, in the words of a version.
    static func answer(_ command: String, version: Int) -> String {
        switch command {
        case "HELLO\r\n":
            "SeedLink v\(version).0 (test) :: SLPROTO:3.1 SLPROTO:\(version).0 CAP\r\nA site\r\n"
        case "END\r\n": ""
        default: "OK\r\n"
        }
    }

    /// Goes through the conversation up to the packets; all that was sent.
    static func agree(_ link: inout SeedLink, version: Int, answer: (String) -> String) -> [SeedLink.Event] {
        var told: [SeedLink.Event] = []
        var events = link.opened()
        while !events.isEmpty {
            told += events
            let sent = events.compactMap { if case .send(let text) = $0 { text } else { nil } }
            events = sent.flatMap { link.take([UInt8](answer($0).utf8)) }
        }
        return told
    }

    static func sent(_ events: [SeedLink.Event]) -> [String] {
        events.compactMap { if case .send(let text) = $0 { String(text.dropLast()) } else { nil } }
    }

    static func packets(_ events: [SeedLink.Event]) -> [SeedLink.Packet] {
        events.compactMap { if case .packet(let packet) = $0 { packet } else { nil } }
    }

    static func records(_ count: Int) throws -> [[UInt8]] {
        let samples = (0..<count * 80).map { Int32(truncatingIfNeeded: $0 * 7919 % 1000) << 16 }
        let segment = Segment(
            id: "XX.ABC..HHZ", start: Instant("2024-05-06T07:08:09Z")!, rate: 100, samples: .int32(samples))
        var number = 1
        return Array(try MiniSEED.records(of: segment, from: &number, recordLength: 512, path: "a").prefix(count))
    }

    static func packet3(_ sequence: Int, _ record: [UInt8]) -> [UInt8] {
        let digits = String(sequence, radix: 16, uppercase: true)
        return [UInt8](("SL" + String(repeating: "0", count: 6 - digits.count) + digits).utf8) + record
    }

    static func packet4(_ sequence: UInt64, _ payload: [UInt8], station: String = "XX_ABC", format: String = "2D")
        -> [UInt8]
    {
        func bytes(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        return [UInt8](("SE" + format).utf8) + bytes(UInt64(payload.count), 4) + bytes(sequence, 8)
            + [UInt8(station.utf8.count)] + [UInt8](station.utf8) + payload
    }

    @Test func speaksVersionThree() throws {
        var link = try Self.link(from: Instant("2024-01-02T03:04:05Z"), sequences: ["XX_ABC": 0xFF_FFFF])
        let told = Self.agree(&link, version: 3) { Self.answer($0, version: 3) }
        #expect(
            Self.sent(told) == [
                "HELLO", "STATION ABC XX", "SELECT HH?", "SELECT 00BHZ.D", "DATA 000000", "STATION D* YY",
                "TIME 2024,01,02,03,04,05", "END",
            ])
        #expect(told.contains(.streaming) && link.version == 3)
    }

    @Test func speaksVersionFour() throws {
        var link = try Self.link(from: Instant("2024-01-02T03:04:05Z"), sequences: ["XX_ABC": 41])
        let told = Self.agree(&link, version: 4) { Self.answer($0, version: 4) }
        #expect(
            Self.sent(told) == [
                "HELLO", "SLPROTO 4.0", "USERAGENT strata/0", "STATION XX_ABC", "SELECT *_H_H_?", "SELECT 00_B_H_Z",
                "DATA 42", "STATION YY_D*", "DATA ALL 2024-01-02T03:04:05Z", "END",
            ])
        var older = try Self.link(scheme: "seedlink3")
        _ = Self.agree(&older, version: 4) { Self.answer($0, version: 4) }
        #expect(older.version == 3)
        // A server that offers what it does not keep is spoken to as the older ones are.
        var fickle = try Self.link()
        let fallen = Self.agree(&fickle, version: 4) {
            $0.hasPrefix("SLPROTO") ? "ERROR UNSUPPORTED no\r\n" : Self.answer($0, version: 4)
        }
        #expect(fickle.version == 3 && fallen.contains(.streaming))
    }

    /// Whole conversations cut at any byte, and in single bytes, are understood alike.
    @Test(arguments: [3, 4]) func cutsDoNotMatter(version: Int) throws {
        let records = try Self.records(5)
        let info = version == 3 ? [UInt8]("SLINFO  ".utf8) + [UInt8](repeating: 32, count: 512) : []
        var wire: [UInt8] = []
        for (number, record) in records.enumerated() {
            wire +=
                version == 3
                ? Self.packet3((0xFF_FFFE + number) & 0xFF_FFFF, record)
                : Self.packet4(UInt64(number) << 40 | 7, record)
            if number == 2 {
                wire += version == 3 ? info : Self.packet4(0, [UInt8]("{}".utf8), station: "", format: "JI")
            }
        }
        func told(_ cut: (Int) -> Int) throws -> ([SeedLink.Packet], [String: UInt64]) {
            var link = try Self.link("XX_ABC")
            _ = Self.agree(&link, version: version) { Self.answer($0, version: version) }
            var events: [SeedLink.Event] = []
            var place = 0
            while place < wire.count {
                let end = min(wire.count, place + cut(place))
                events += link.take(Array(wire[place..<end]))
                place = end
            }
            return (Self.packets(events), link.sequences)
        }
        let (whole, sequences) = try told { _ in wire.count }
        #expect(whole.map(\.payload) == records && whole.allSatisfy { $0.station == "XX_ABC" })
        #expect(sequences == ["XX_ABC": whole[4].sequence])
        #expect(try told { _ in 1 } == (whole, sequences))
        for cut in 1..<wire.count where cut % 13 == 0 || cut < 40 {
            #expect(try told { $0 == 0 ? cut : wire.count } == (whole, sequences))
        }
        #expect(try whole.compactMap { try $0.segment()?.id } == [String](repeating: "XX.ABC..HHZ", count: 5))
    }

    /// A line that breaks anywhere is taken up behind the last packet that was whole.
    @Test(arguments: [3, 4]) func brokenLinesAreTakenUpBehindTheLastPacket(version: Int) throws {
        let records = try Self.records(6)
        let wire = records.enumerated().map { number, record in
            version == 3 ? Self.packet3(10 + number, record) : Self.packet4(UInt64(10 + number), record)
        }
        for cut in stride(from: 0, to: wire.joined().count, by: 97) {
            var link = try Self.link("XX_ABC")
            _ = Self.agree(&link, version: version) { Self.answer($0, version: version) }
            var got = Self.packets(link.take(Array(wire.joined().prefix(cut))))
            let asked = Self.sent(Self.agree(&link, version: version) { Self.answer($0, version: version) })
            let data = try #require(asked.first { $0.hasPrefix("DATA") })
            let next = data.split(separator: " ").dropFirst().first.flatMap { Int($0, radix: version == 3 ? 16 : 10) }
            #expect(got.isEmpty == (next == nil))
            got += Self.packets(link.take(Array(wire.dropFirst((next ?? 10) - 10).joined())))
            #expect(got.map(\.payload) == records)
        }
    }

    @Test func aStationThatThereIsNotCostsItselfOnly() throws {
        var link = try Self.link()
        let told = Self.agree(&link, version: 3) {
            $0.contains("ABC") ? "ERROR\r\n" : Self.answer($0, version: 3)
        }
        #expect(told.contains(.streaming) && told.contains { "\($0)".contains("XX_ABC") })
        var none = try Self.link()
        let refused = Self.agree(&none, version: 4) {
            $0.hasPrefix("STATION") ? "ERROR ARGUMENTS no such station\r\n" : Self.answer($0, version: 4)
        }
        #expect(refused.contains { if case .refused(let why) = $0 { why.contains("no such station") } else { false } })
    }

    /// Whatever comes, there is an answer and no end of the program: other servers, noise, lengths without end.
    @Test func noiseBreaksALineAndNothingElse() throws {
        var web = try Self.link()
        _ = web.opened()
        #expect(web.take([UInt8]("HTTP/1.1 400 Bad Request\r\n".utf8)).contains { "\($0)".contains("no SeedLink") })
        var endless = try Self.link()
        _ = endless.opened()
        #expect(endless.take([UInt8](repeating: 65, count: 5000)).contains { "\($0)".contains("broken") })
        for version in [3, 4] {
            var huge = try Self.link("XX_ABC")
            _ = Self.agree(&huge, version: version) { Self.answer($0, version: version) }
            let long = [UInt8]("SE2D".utf8) + [UInt8](repeating: 0xFF, count: 13)
            let noise = version == 4 ? long : [UInt8]("SLnotanumber".utf8) + [UInt8](repeating: 0, count: 600)
            let events = huge.take(noise)
            #expect(events.count == 1 && "\(events)".contains("broken"))
            // What comes on a line that was given up is nothing.
            #expect(huge.take(Self.packet3(1, try Self.records(1)[0])).isEmpty)
            var ended = try Self.link("XX_ABC")
            _ = Self.agree(&ended, version: version) { Self.answer($0, version: version) }
            #expect("\(ended.take([UInt8]("END".utf8)))".contains("ended"))
        }
        var state: UInt64 = 1
        for _ in 0..<300 {
            var link = try Self.link("XX_ABC")
            _ = Self.agree(&link, version: 4) { Self.answer($0, version: 4) }
            var bytes = Self.packet4(7, try Self.records(1)[0])
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            for packet in Self.packets(link.take(bytes)) { _ = try? packet.segment() }
        }
    }

    @Test func addressesAreReadOrRefused() throws {
        let address = try SeedLinkAddress("seedlink://geofon.gfz.de:18001/GE_WLF,IU_KONO:BHE BHN")
        #expect(address.host == "geofon.gfz.de" && address.port == 18001)
        #expect(
            address.streams.map(\.name) == ["GE_WLF", "IU_KONO"] && address.streams[1].selectors == ["BHE", "BHN"])
        #expect(try SeedLinkAddress("seedlink://[::1]:18002/XX_A").host == "::1")
        #expect(try SeedLinkAddress("seedlink://[::1]/XX_A").port == 18000)
        for wrong in [
            "seedlink://", "seedlink://host", "seedlink://host/", "seedlink://host:0/XX_A", "seedlink://host:x/XX_A",
            "seedlink://host/XXA", "seedlinks://host/XX_A", "seedlink://host/XX_A:HHZ\r\nBYE",
            "seedlink5://host/XX_A", "seedlink:///XX_A", "seedlink://host/XX_A;B",
        ] {
            #expect(throws: (any Error).self, "\(wrong)") { try SeedLinkAddress(wrong) }
        }
    }

    /// A record says how long it is, whichever way round its numbers stand.
    @Test func lengthsOfRecordsAreFound() throws {
        for length in [512, 1024, 4096] {
            let segment = Segment(
                id: "XX.ABC..HHZ", start: Instant("2024-05-06T07:08:09Z")!, rate: 100,
                samples: .int32((0..<5000).map { Int32($0) }))
            var number = 1
            let records = try MiniSEED.records(of: segment, from: &number, recordLength: length, path: "a")
            #expect(SeedLink.recordLength(records[0][...]) == length)
        }
        #expect(SeedLink.recordLength([UInt8](repeating: 0, count: 64)[...]) == 512)
    }
}
