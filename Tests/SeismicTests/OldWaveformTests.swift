import Files
import Foundation
import GraphIR
import Testing

@testable import Datasets
@testable import Seismic

/// What old archives hold: encodings of the first digital networks, records that do not say how they are stored, full
/// SEED volumes, SAC in letters, gzip; and what is not read is said.
struct OldWaveformTests {
    static let names = (try? Fixture.files("old_waveforms", ending: ""))?.filter {
        !["expected.json", "log.mseed"].contains($0)
    }

    @Test(arguments: names ?? []) func readsWhatObsPyReads(name: String) throws {
        let expected = try #require(try Fixture.json("old_waveforms/expected.json")[name]?.array)
        let segments = try WaveformFile.read(Fixture.path("old_waveforms/\(name)")).segments
        #expect(segments.count == expected.count && !segments.isEmpty)
        for (segment, what) in zip(segments, expected) {
            #expect(segment.id == what["id"]?.string)
            let start = try #require(what["start"]?.string.flatMap { Instant($0) })
            #expect(abs(segment.start.nanoseconds - start.nanoseconds) < 1000, "\(segment.start) \(start)")
            let rate = try #require(what["rate"]?.double)
            #expect(abs(segment.rate / rate - 1) < 1e-6)
            #expect(WaveformTests.bits(segment.samples) == what["bits"]?.ints)
        }
    }

    @Test func thereIsSomethingToRead() { #expect((OldWaveformTests.names ?? []).count == 13) }

    @Test func headersOfVolumesAndLogsAreCounted() throws {
        let volume = try WaveformFile.read(Fixture.path("old_waveforms/volume.seed"))
        #expect(volume.leftOut == [LeftOut("control headers of a SEED volume", count: 4)])
        let log = try WaveformFile.read(Fixture.path("old_waveforms/log.mseed"))
        #expect(log.segments.isEmpty && log.leftOut.map(\.count) == [1])
    }

    /// A folder as it comes from a disk: what is no recording is said, and a folder of logs alone is no dataset.
    @Test func foldersSayWhatTheyLeaveOut() throws {
        try withTemporaryFolder { folder in
            for name in ["bare_steim1.mseed", "log.mseed", "steim2.mseed.gz"] {
                try FileManager.default.copyItem(
                    atPath: Fixture.path("old_waveforms/\(name)"), toPath: folder.path + "/" + name)
            }
            for name in ["notes.txt", "odd\u{1B}[31m.pdf"] {
                try "nothing".write(toFile: folder.path + "/" + name, atomically: true, encoding: .utf8)
            }
            let dataset = try openDataset(folder.path)
            let texts = dataset.leftOut.map(\.description)
            #expect(dataset.leftOut.map(\.count) == [1, 2] && texts[1].contains("notes.txt"))
            #expect(texts[1].contains("odd\\u{1B}[31m.pdf") && !texts[1].contains("\u{1B}"))
            let trace = try dataset.trace(0)
            #expect(trace.length == 900 && !trace.samples.contains { $0.isNaN })
            let summary = try DatasetSummary(dataset, readingAll: true, collectingBad: false)
            #expect(summary.lines.contains { $0.contains("not read") && $0.contains("2 files") })

            for name in ["bare_steim1.mseed", "steim2.mseed.gz"] {
                try FileManager.default.removeItem(atPath: folder.path + "/" + name)
            }
            let error = try #require(throws: DataError.self) { try openDataset(folder.path) }
            #expect(error.found.contains("records without samples"))
        }
    }

    @Test(arguments: ["sro.mseed", "geoscope24.mseed", "bare_one_record.mseed", "text.sac", "text.sac.gz"])
    func damageIsFoundOrHarmless(name: String) throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("damaged").path
            func read(_ bytes: [UInt8]) throws {
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                _ = try WaveformFile.read(path)
            }
            let bytes = Array(try Fixture.bytes("old_waveforms/\(name)").prefix(4000))
            Damage.everyFlippedBit(of: bytes, first: 160, read)
            Damage.everyTruncation(of: Array(bytes.prefix(700)), read)
        }
    }

    /// A packed file that would unpack to more than it may.
    @Test func bombsAreRefused() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("bomb.gz").path
            // Members of stored nothing, then one whose end is missing.
            let empty: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            let cut = Array(empty.prefix(14))
            try Data((0..<1000).flatMap { _ in empty } + cut).write(to: URL(fileURLWithPath: path))
            #expect(throws: DataError.self) { try WaveformFile.read(path) }
            let file = FileBytes([0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF], name: "cut")
            #expect(throws: DataError.self) { try Gzip.unpack(file, limit: 1000) }
            let real = FileBytes(try Fixture.bytes("old_waveforms/steim2.mseed.gz"), name: "small")
            #expect(throws: DataError.self) { try Gzip.unpack(real, limit: 1000) }
        }
    }
}
