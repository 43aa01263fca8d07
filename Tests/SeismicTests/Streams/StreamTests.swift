import Foundation
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

@Suite struct StreamTests {
    @Test(arguments: [
        ("*", "anything", true), ("HH?", "HHZ", true), ("HH?", "HH", false), ("[HB]H*", "BHZ", true),
        ("[!H]H*", "HHZ", false), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false), ("", "", true),
    ]) func patternsAreAShells(pattern: String, text: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(text) == matches)
    }

    /// A star that may stand for anything costs no more than the text is long, whatever was written.
    @Test func noPatternTakesLong() {
        let pattern = NamePattern(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    }

    @Test func theGridHoldsEverySampleOfThisCentury() {
        for rate in [1.0, 20, 62.5, 100, 200] {
            let grid = Grid(rate: rate)
            for start in ["1970-01-01", "2024-02-29T12:34:56.789", "2099-12-31T23:59:59.99"] {
                let (sample, late) = grid.place(Instant(start)!)
                #expect(grid.time(sample).nanoseconds + late == Instant(start)!.nanoseconds)
                #expect(abs(Double(late)) <= 0.5e9 / rate + 1)
                #expect(grid.place(grid.time(sample)).sample == sample)
            }
        }
    }

    @Test func windowsStandOnTheClock() {
        let grid = WindowGrid(.clock, length: 100, hop: 50)
        #expect(grid.begins(in: 210..<460) == [210, 250, 300, 350, 360])
        #expect(grid.begins(in: 200..<300) == [200])
        #expect(grid.begins(in: 210..<309).isEmpty)
        #expect(WindowGrid(.start, length: 100, hop: 50).begins(in: 210..<460) == [210, 260, 310, 360])
        let coarse = WindowGrid(.clock, length: 100, hop: 50, step: 8)
        #expect(coarse.begins(in: 210..<460).allSatisfy { $0 % 8 == 0 })
    }

    @Test(arguments: [
        "<a><b></a>", "<a", "<a>&bomb;</a>", "<!DOCTYPE x [<!ENTITY a \"b\">]><a/>", "<a b=c/>", "</a>", "<a>",
    ]) func badMarkupIsRefused(text: String) {
        #expect(throws: DataError.self) {
            var reader = XMLReader(Array(text.utf8), name: "x")
            while try reader.next() != nil {}
        }
    }

    @Test func stationsAreReadFromStationXML() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).xml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = """
            <?xml version="1.0"?>
            <FDSNStationXML xmlns="http://www.fdsn.org/xml/station/1"><Network code="CX"><Station code="PB01">
            <Latitude>-21.04</Latitude><Longitude>-69.49</Longitude><Elevation>900</Elevation>
            <Channel code="HHZ" locationCode="" startDate="2010-01-01T00:00:00" endDate="2020-01-01T00:00:00">
            <Response><InstrumentSensitivity><Value>6e8</Value><InputUnits><Name>M/S</Name></InputUnits>
            </InstrumentSensitivity></Response></Channel></Station></Network></FDSNStationXML>
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let inventory = try Inventory(path)
        let group = StreamGroup(network: "CX", station: "PB01", location: "", band: "HH")
        let (then, now) = (Instant("2015-06-01")!, Instant("2024-06-01")!)
        #expect(inventory.site(of: group, at: then)?.elevation == 900)
        #expect(inventory.gain(of: group, component: "Z", at: then)?.gain == 6e8)
        #expect(inventory.gain(of: group, component: "Z", at: now) == nil)
    }

    @Test func anArchiveIsOpenedOnlyWhereItIsAsked() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (day, start) in [(59, "2024-02-28"), (60, "2024-02-29"), (80, "2024-03-20")] {
            let folder = "\(root)/2024/CX/PB01/HHZ.D"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try MiniSEED.write(
                [Segment(id: "CX.PB01..HHZ", start: Instant(start)!, rate: 20, samples: .int32([1, 2, 3]))],
                to: "\(folder)/CX.PB01..HHZ.D.2024.0\(day)")
        }
        let span = Instant("2024-02-29")!..<Instant("2024-03-01")!
        #expect(StreamFiles(["sds:\(root)"], span: span).paths.count == 2)
        #expect(StreamFiles(["sds:\(root)"]).paths.count == 3)
        #expect(StreamFiles(["sds:\(root)"], stations: [NamePattern("CX.PB0*")]).paths.count == 3)
        #expect(StreamFiles(["sds:\(root)"], stations: [NamePattern("AA.*")]).fruitless == ["sds:\(root)"])
        #expect(StreamFiles(["\(root)/**/*HHZ*"]).paths.count == 3)
    }
}
