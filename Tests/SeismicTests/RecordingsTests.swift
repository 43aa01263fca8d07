import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Folders of waveform files as datasets: components side by side, gaps, windows, arrivals from headers and tables.
@Suite struct RecordingsTests {
    private static let start = Instant("2024-03-05T06:07:08Z") ?? Instant(nanoseconds: 0)

    private static func segment(
        _ id: String, after seconds: Double = 0, _ values: Range<Int>, rate: Double = 100, picks: [Segment.Pick] = []
    ) -> Segment {
        Segment(
            id: id, start: start.advanced(bySeconds: seconds), rate: rate, samples: .int32(values.map(Int32.init)),
            picks: picks)
    }

    /// Three components in two files, the vertical one with a hole of two seconds that the others do not have.
    private static func recorded(_ folder: URL) throws -> String {
        let vertical = [segment("XX.ABC..HHZ", 0..<1000), segment("XX.ABC..HHZ", after: 12, 1200..<2000)]
        try MiniSEED.write(vertical, to: folder.path + "/b.mseed", recordLength: 512)
        try FileManager.default.createDirectory(atPath: folder.path + "/deep", withIntermediateDirectories: true)
        let horizontal = [segment("XX.ABC..HHE", 0..<2000), segment("XX.ABC..HHN", after: 0.5, 5000..<6950)]
        try MiniSEED.write(horizontal, to: folder.path + "/deep/a.mseed")
        return folder.path
    }

    @Test func componentsStandSideBySide() throws {
        try withTemporaryFolder { folder in
            let dataset = try openDataset(Self.recorded(folder))
            #expect(dataset.format == "waveforms" && dataset.count == 1)
            let trace = try dataset.trace(0)
            #expect(trace.components == "ZNE" && trace.length == 2000 && trace.rate == 100)
            #expect(trace.start == Self.start && trace.metadata["station_code"] == "ABC")
            let (z, n, e) = (Array(trace.channel(0)), Array(trace.channel(1)), Array(trace.channel(2)))
            #expect(z[..<1000].elementsEqual((0..<1000).map(Float.init)))
            #expect(z[1000..<1200].allSatisfy { $0.isNaN })
            #expect(z[1200...].elementsEqual((1200..<2000).map(Float.init)))
            #expect(n[..<50].allSatisfy { $0.isNaN } && n[50...].elementsEqual((5000..<6950).map(Float.init)))
            #expect(e.elementsEqual((0..<2000).map(Float.init)))
        }
    }

    @Test func windowsCoverEverySample() throws {
        try withTemporaryFolder { folder in
            let path = try Self.recorded(folder)
            let dataset = try openDataset("waveforms:\(path),window=6,overlap=0.5")
            #expect(dataset.count == 6)
            let firsts = [0, 300, 600, 900, 1200, 1400]
            for (index, first) in firsts.enumerated() {
                let trace = try dataset.trace(index)
                #expect(trace.length == 600 && trace.start == Self.start.advanced(bySeconds: Double(first) / 100))
                #expect(trace.channel(2).elementsEqual((first..<first + 600).map(Float.init)))
            }
            #expect(try openDataset("waveforms:\(path),window=60").count == 1)
            #expect(try openDataset("waveforms:\(path),window=6s,overlap=0.5").count == 6)
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),window=6m") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),window=6,overlap=0.5s") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),windw=6") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),window=0") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),window=0.01") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),overlap=0.5") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path),window=6,window=7") }
            #expect(throws: DataError.self) { try openDataset("waveforms:\(path)/none") }
        }
    }

    @Test func aSilenceEndsARecording() throws {
        try withTemporaryFolder { folder in
            let parts = [Self.segment("XX.A..HHZ", 0..<500), Self.segment("XX.A..HHZ", after: 9, 0..<300)]
            try MiniSEED.write(parts, to: folder.path + "/a.mseed")
            try MiniSEED.write([Self.segment("XX.A..BHZ", 0..<90, rate: 20)], to: folder.path + "/b.mseed")
            let dataset = try openDataset(folder.path)
            let lengths = try (0..<dataset.count).map { try dataset.trace($0).length }
            #expect(lengths == [90, 500, 300])
        }
    }

    /// A manifest finds a folder of windows again, from another folder too.
    @Test func aManifestFindsItsWindows() throws {
        try withTemporaryFolder { folder in
            let path = try Self.recorded(folder)
            let dataset = try openDataset("waveforms:\(path),window=2")
            let place = DatasetPlace.absolute("waveforms:deep/..,window=2", in: path)
            #expect(place == "waveforms:\(URL(fileURLWithPath: path).standardizedFileURL.path),window=2")
            let manifest = SplitManifest(dataset, path: place, rule: SplitRule(.time))
            let file = folder.appendingPathComponent("split.json")
            try Data(manifest.json.text().utf8).write(to: file)
            let divided = try openDataset(file.path)
            #expect(divided.count == 10 && divided.split(0) == .train && divided.split(9) == .test)
        }
    }

    /// Loggers write measured rates; stations change their components; names may be anything.
    @Test func oddRecords() throws {
        try withTemporaryFolder { folder in
            let records = [
                Self.segment("XX.A..HHZ", 0..<500, rate: 100.001),
                Self.segment("XX.A..HHZ", after: 5, 500..<900, rate: 99.999),
                Self.segment("XX.A..HHE", after: 60, 0..<300), Self.segment("XX.A..HHZ", after: 60.005, 0..<300),
            ]
            for (number, record) in records.enumerated() {
                try SAC.write(record, to: folder.path + "/\(number).sac")
            }
            let dataset = try openDataset(folder.path)
            #expect(dataset.count == 2)
            let (first, second) = (try dataset.trace(0), try dataset.trace(1))
            #expect(first.components == "Z" && first.samples == (0..<900).map(Float.init))
            #expect(second.components == "ZE" && second.length == 301 && second.channel(0)[0].isNaN)
            for id in ["XX.A..", "XX"] {
                try SAC.write(Self.segment(id, 0..<10), to: folder.path + "/odd.sac", overwrite: true)
                #expect(throws: DataError.self) { try openDataset(folder.path) }
            }
            try SAC.write(Self.segment("XX.A..HHZ", 0..<10, rate: 1e9), to: folder.path + "/odd.sac", overwrite: true)
            #expect(throws: DataError.self) { try openDataset(folder.path) }
        }
    }

    /// Each S belongs to the latest P that has none; what three headers say is said once; a window between P and S
    /// knows both.
    @Test func arrivalsAreSortedIntoEarthquakes() throws {
        func pick(_ phase: Phase, _ seconds: Double, _ event: String? = nil) -> StationPick {
            StationPick(
                network: "XX", station: "A", phase: phase, time: Self.start.advanced(bySeconds: seconds), event: event)
        }
        let events = StationEvent.events(of: [
            pick(.P, 5), pick(.P, 40), pick(.S, 45), pick(.P, 40.01), pick(.Pn, 39), pick(.S, 900), pick(.P, 2000, "a"),
            pick(.P, 2001, "b"), pick(.S, 2003, "a"), pick(.S, 2004, "b"),
        ])
        #expect(events.map { $0.picks.map(\.phase) } == [[.P, .Pn], [.P, .S], [.S], [.P, .S], [.P, .S]])
        #expect(events.suffix(2).map(\.name) == ["a", "b"])
        try withTemporaryFolder { folder in
            try SAC.write(Self.segment("XX.A..HHZ", 0..<3000), to: folder.path + "/a.sac")
            let table = "network,station,phase,time\nXX,A,P,2024-03-05T06:07:12Z\nXX,A,S,2024-03-05T06:07:27Z\n"
            try Data(table.utf8).write(to: folder.appendingPathComponent("picks.csv"))
            let dataset = try openDataset("waveforms:\(folder.path),window=10")
            #expect(dataset.metadata(1).double("trace_p_arrival_sample") == -600)
            #expect(dataset.metadata(1).double("trace_s_arrival_sample") == 900)
            #expect(dataset.metadata(2)["trace_category"] == "earthquake_local")
            let elsewhere = table.replacingOccurrences(of: "XX,A", with: "XX,B")
            try Data(elsewhere.utf8).write(to: folder.appendingPathComponent("picks.csv"))
            #expect(throws: DataError.self) { try openDataset(folder.path) }
        }
    }

    @Test func arrivalsComeFromHeadersAndTables() throws {
        try withTemporaryFolder { folder in
            let picks = [
                Segment.Pick(name: "A", time: Self.start.advanced(bySeconds: 1.5)),
                Segment.Pick(name: "S", time: Self.start.advanced(bySeconds: 4)),
            ]
            try SAC.write(Self.segment("XX.ABC..HHZ", 0..<1000, picks: picks), to: folder.path + "/a.sac")
            let table = """
                network,station,phase,time
                XX,ABC,P,2024-03-05T06:07:14.25Z
                XX,ABC,Pn,2024-03-05T06:07:09Z
                XX,OTHER,P,2024-03-05T06:07:10Z
                XX,ABC,S,2024-03-05T07:00:00Z

                """
            try Data(table.utf8).write(to: folder.appendingPathComponent("picks.csv"))
            let dataset = try openDataset(folder.path)
            let row = dataset.metadata(0)
            #expect(row.double("trace_p_arrival_sample") == 150 && row.double("trace_p2_arrival_sample") == 625)
            #expect(row.double("trace_s_arrival_sample") == 400 && row.double("trace_s2_arrival_sample") == nil)
            #expect(row.double("trace_Pn_arrival_sample") == 100 && row["trace_category"] == "earthquake_local")
            #expect(Set(dataset.picks(0).map(\.event)) == [0, 1])
            let noPhase = table + "XX,ABC,Q,2024-03-05T07:00:00Z\n"
            for wrong in ["network,station,phase\nXX,ABC,P\n", noPhase, table + "a,b\n"] {
                try Data(wrong.utf8).write(to: folder.appendingPathComponent("picks.csv"))
                #expect(throws: DataError.self) { try openDataset(folder.path) }
            }
        }
    }

    @Test func damageIsFoundWhenItIsOpened() throws {
        try withTemporaryFolder { folder in
            let path = try Self.recorded(folder)
            let file = folder.appendingPathComponent("b.mseed")
            let bytes = try Data(contentsOf: file)
            try bytes.dropLast(100).write(to: file)
            let error = try #require(throws: DataError.self) { try openDataset(path) }
            #expect(error.file == file.path && error.help?.contains("--skip-bad") == true)
        }
    }

    /// What is whole is read, what is damaged counted and named by its place; a manifest of the rest finds it again.
    @Test func damageIsLeftOutWhereThatIsAskedFor() throws {
        try withTemporaryFolder { folder in
            let path = try Self.recorded(folder)
            let file = folder.appendingPathComponent("b.mseed")
            let bytes = try Data(contentsOf: file)
            try bytes.dropLast(100).write(to: file)
            let sac = folder.appendingPathComponent("cut.sac")
            try SAC.write(Self.segment("XX.CUT..HHZ", 0..<300), to: sac.path)
            try Data(contentsOf: sac).dropLast(10).write(to: sac)
            let place = "waveforms:\(path),window=2"
            let dataset = try openDataset(place, skippingBad: true)
            #expect(
                dataset.leftOut == [
                    LeftOut(
                        "damaged records", count: 2,
                        examples: ["\(file.path) at byte \(bytes.count - 512)", "\(path)/cut.sac at byte 316"])
                ])
            #expect(try dataset.trace(0).channel(0).elementsEqual((0..<200).map(Float.init)))
            let manifest = SplitManifest(dataset, path: place, rule: SplitRule(.time))
            let divided = folder.appendingPathComponent("split.json")
            try Data(manifest.json.text().utf8).write(to: divided)
            #expect(throws: DataError.self) { try openDataset(divided.path) }
            #expect(try openDataset(divided.path, skippingBad: true).count == dataset.count)
        }
    }
}
