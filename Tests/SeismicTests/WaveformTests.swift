import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// miniSEED and SAC files against what ObsPy reads from them, to the last bit; what we write, read again; damage.
@Suite struct WaveformTests {
    static let files = (try? Fixture.files("waveforms", ending: "")) ?? []

    @Test(arguments: files.filter { $0 != "expected.json" }) func readsWhatObsPyReads(name: String) throws {
        let expected = try #require(try Fixture.json("waveforms/expected.json")[name]?.array)
        let segments = try WaveformFile.read(Fixture.path("waveforms/\(name)")).segments
        #expect(segments.count == expected.count)
        for (segment, what) in zip(segments, expected) {
            #expect(segment.id == what["id"]?.string)
            let start = try #require(what["start"]?.string.flatMap { Instant($0) })
            #expect(abs(segment.start.nanoseconds - start.nanoseconds) < 1000, "\(segment.start) \(start)")
            let rate = try #require(what["rate"]?.double)
            #expect(abs(segment.rate / rate - 1) < 1e-6)
            #expect(WaveformTests.bits(segment.samples) == what["bits"]?.ints)
            #expect(WaveformTests.type(segment.samples) == what["type"]?.string)
        }
    }

    /// As NumPy widens them: floats to doubles, whole numbers to 64 bits.
    static func bits(_ samples: Segment.Samples) -> [Int] {
        switch samples {
        case .int32(let values): values.map(Int.init)
        case .float32(let values): values.map { Int(bitPattern: UInt(Double($0).bitPattern)) }
        case .float64(let values): values.map { Int(bitPattern: UInt($0.bitPattern)) }
        }
    }
    static func type(_ samples: Segment.Samples) -> String {
        switch samples {
        case .int32: "int32"
        case .float32: "float32"
        case .float64: "float64"
        }
    }

    @Test func picksOfSAC() throws {
        let segment = try SAC.read(Fixture.path("waveforms/big.sac"))
        let times = segment.picks.map { "\($0.name) \($0.time)" }
        #expect(
            times == [
                "P 2011-03-11T05:46:24.500000Z", "S 2011-03-11T05:46:25.750000Z", "T3 2011-03-11T05:46:26.000000Z",
            ])
    }

    /// Whole numbers that need every width of difference that there is.
    static let wild: [Int32] = (0..<9000).map { index in
        let size = index / 300 % 30
        return Int32(truncatingIfNeeded: (index &* 2_654_435_761) >> 7) >> Int32(31 - size)
    }

    @Test(arguments: [512, 4096]) func steimWrittenIsRead(recordLength: Int) throws {
        try withTemporaryFolder { folder in
            let start = Instant(nanoseconds: 1_600_000_000_123_456_000)
            let path = folder.appendingPathComponent("a.mseed").path
            let segments = [
                Segment(id: "XX.ABC.00.HHE", start: start, rate: 100, samples: .float32([1, -0.5, .infinity])),
                Segment(id: "XX.ABC.00.HHN", start: start, rate: 99.97, samples: .float64([1, 0.1])),
                Segment(id: "XX.ABC.00.HHZ", start: start, rate: 0.1, samples: .int32(WaveformTests.wild)),
                Segment(id: "XX.ABC..LHZ", start: start, rate: 1, samples: .int32([Int32.min, Int32.max, 0, 7])),
            ]
            try MiniSEED.write(segments, to: path, recordLength: recordLength)
            let read = try MiniSEED.read(path).segments
            #expect(read.count == 4)
            for (found, written) in zip(read, [segments[3]] + segments[..<3]) {
                #expect(found.id == written.id && found.start == written.start && found.samples == written.samples)
                #expect(abs(found.rate / written.rate - 1) < 1e-7)
            }
        }
    }

    @Test func sacWrittenIsRead() throws {
        try withTemporaryFolder { folder in
            let start = Instant(nanoseconds: 1_600_000_000_123_456_000)
            var segment = Segment(id: "XX.ABC.00.HHZ", start: start, rate: 100, samples: .float32([1, -2, 3]))
            segment.picks = [.init(name: "P", time: start.advanced(bySeconds: 0.01))]
            let path = folder.appendingPathComponent("a.sac").path
            try SAC.write(segment, to: path)
            let read = try SAC.read(path)
            #expect(read.id == segment.id && read.samples == segment.samples && read.rate == 100)
            #expect(abs(read.start.nanoseconds - start.nanoseconds) < 1000 && read.picks.map(\.name) == ["P"])
        }
    }

    @Test func aBadRecordIsNamedOrLeftOut() throws {
        var bytes = try Fixture.bytes("waveforms/reclen256.mseed")
        let whole = try MiniSEED.read(FileBytes(bytes, name: "whole"), skippingBad: false).segments[0]
        bytes[512 + 64 + 5] ^= 1  // a bit of the first sample of the third record, which its last sample betrays
        let file = FileBytes(bytes, name: "broken")
        let error = try #require(throws: DataError.self) { try MiniSEED.read(file, skippingBad: false) }
        #expect(error.file == "broken" && error.byte == 512 + 64 + 8)
        let contents = try MiniSEED.read(file, skippingBad: true)
        let (segments, bad) = (contents.segments, contents.bad)
        #expect(bad == [error] && segments.count == 2)
        #expect(segments.reduce(0) { $0 + $1.samples.count } < whole.samples.count)
    }

    static let damaged = [
        "steim1_big.mseed", "steim2_little.mseed", "float64_big.mseed", "rate_0.033.mseed", "v3_int16.mseed3",
        "v3_steim2.mseed3", "big.sac", "seven.sac",
    ]

    @Test(arguments: damaged) func damageIsFoundOrHarmless(name: String) throws {
        let bytes = try Fixture.bytes("waveforms/\(name)")
        func read(_ bytes: [UInt8]) throws {
            let file = FileBytes(bytes, name: name)
            if name.hasSuffix("sac") { _ = try SAC.read(file) } else { _ = try MiniSEED.read(file, skippingBad: false) }
        }
        Damage.everyTruncation(of: bytes, read)
        Damage.everyFlippedBit(of: bytes, first: 640, read)
    }

    @Test(arguments: ["v3_int16.mseed3", "v3_steim2.mseed3"]) func everyFlippedBitOfVersion3IsFound(name: String) throws
    {
        var bytes = try Fixture.bytes("waveforms/\(name)")
        for index in bytes.indices {
            bytes[index] ^= 0x10
            #expect(throws: DataError.self) { try MiniSEED.read(FileBytes(bytes, name: name), skippingBad: false) }
            bytes[index] ^= 0x10
        }
    }
}
