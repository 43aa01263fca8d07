import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Sides that share nothing, manifests that notice changes, and an audit that finds what was put there.
struct SplitTests {
    private struct Table: Dataset {
        var path = "table"
        var format = "table"
        var rows: [[(name: String, value: String?)]]
        var samples: [[Float]] = []
        var count: Int { rows.count }
        var columns: [String] { TraceMetadata(rows.first ?? []).columns }
        func metadata(_ index: Int) -> TraceMetadata { TraceMetadata(rows[index]) }
        func trace(_ index: Int) throws -> Trace {
            Trace(
                name: name(index), rate: 100, components: "Z", samples: samples[index], length: samples[index].count,
                metadata: metadata(index))
        }
    }

    private static let quakes = Result { try SyntheticDataset(.init(count: 900, seed: 6)) }

    @Test(arguments: SplitRule.Unit.allCases) func unitsStayTogether(unit: SplitRule.Unit) throws {
        let dataset = try Self.quakes.get()
        let sides = SplitRule(unit, seed: 3).sides(of: dataset)
        #expect(sides == SplitRule(unit, seed: 3).sides(of: dataset))
        // Cells are few and large; the other units fill their shares well.
        let tolerance = unit == .region ? 0.15 : 0.04
        for (split, share) in zip(Split.allCases, [0.7, 0.1, 0.2]) {
            #expect(abs(Double(sides.count { $0 == split }) / 900 - share) < tolerance, "\(split)")
        }
        var groups: [String: Set<Split>] = [:]
        var latest: [Split: Instant] = [:]
        for index in 0..<900 {
            let row = dataset.metadata(index)
            switch unit {
            case .trace: break
            case .event: row["source_id"].map { _ = groups[$0, default: []].insert(sides[index]) }
            case .station: groups[row["station_code"] ?? "", default: []].insert(sides[index])
            case .region:
                guard let place = Epicentre(row) else { continue }
                let cell = "\((place.latitude * 2).rounded(.down)) \((place.longitude * 2).rounded(.down))"
                groups[cell, default: []].insert(sides[index])
            case .time:
                let time = try #require(row.instant("source_origin_time") ?? row.instant("trace_start_time"))
                latest[sides[index]] = max(latest[sides[index]] ?? time, time)
            }
        }
        #expect(groups.values.allSatisfy { $0.count == 1 })
        if unit == .time { #expect(latest[.train]! < latest[.dev]! && latest[.dev]! < latest[.test]!) }
        if unit == .event { #expect(sides != SplitRule(unit, seed: 4).sides(of: dataset)) }
    }

    @Test func manifestsStandForTheirDataset() throws {
        try withTemporaryFolder { folder in
            let dataset = try SyntheticDataset(.init(count: 60, seed: 6))
            let rule = SplitRule(.event, seed: 8)
            let manifest = SplitManifest(dataset, path: dataset.path, rule: rule)
            let file = folder.appendingPathComponent("split.json").path
            let text = manifest.json.text(indented: true)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try SplitManifest(reading: file) == manifest)
            let divided = try openDataset(file)
            #expect((0..<60).map { divided.split($0) } == rule.sides(of: dataset))
            #expect(try divided.trace(7).samples == dataset.trace(7).samples)

            // Another dataset at the same place, and a name moved to another side.
            try text.replacingOccurrences(of: "synthetic:60,seed=6", with: "synthetic:60,seed=7")
                .write(toFile: file, atomically: true, encoding: .utf8)
            #expect(throws: DataError.self) { try openDataset(file) }
            try text.replacingOccurrences(of: "_0_EV", with: "_0_NO").write(
                toFile: file, atomically: true, encoding: .utf8)
            #expect(throws: DataError.self) { try SplitManifest(reading: file) }
        }
    }

    @Test func auditFindsWhatIsThere() throws {
        let noise = Dice(seed: 1, purpose: "audit").whiteNoise(200)
        func row(_ name: String, _ split: String, event: String? = nil, p: String? = nil, s: String? = nil) -> [(
            name: String, value: String?
        )] {
            [
                ("trace_name", name), ("split", split), ("source_id", event), ("trace_p_arrival_sample", p),
                ("trace_s_arrival_sample", s),
            ]
        }
        var holed = noise.map { $0 * 2 }
        holed[3] = .nan
        let clipped = noise.map { max(-0.5, min(0.5, $0 * 3)) }
        let table = Table(
            rows: [
                row("a", "train", event: "e1", p: "10", s: "20"), row("b", "test", event: "e1", p: "10", s: "20"),
                row("c", "train"), row("d", "dev"), row("e", "train", p: "250", s: "20"),
                row("f", "train", p: "30", s: "30"),
                row("g", "train"), row("h", "train"), row("i", "train"), row("c", "test"), row("k", "dev"),
            ],
            samples: [
                noise.map { $0 * 3 }, noise.map { $0 * 4 }, noise, noise, noise.map { $0 * 5 }, noise.map { $0 * 6 },
                holed,
                clipped, [Float](repeating: 2, count: 200), noise.map { $0 * 7 }, [Float](repeating: 2, count: 200),
            ])
        for threads in [1, 3] {
            let audit = Audit(table, threads: threads)
            #expect(audit.findings(.sharedEvent).map(\.subject) == ["e1"])
            #expect(audit.findings(.sharedWaveform).map(\.subject) == ["c"])
            #expect(audit.findings(.sharedName).map(\.subject) == ["c"])
            #expect(audit.findings(.pickOutside).map(\.subject) == ["e"])
            #expect(audit.findings(.sBeforeP).map(\.subject) == ["e", "f"])
            #expect(audit.findings(.notNumbers).map(\.subject) == ["g"])
            #expect(audit.findings(.clipped).map(\.subject) == ["h"])
            #expect(audit.findings(.dead).map(\.subject) == ["i", "k"])
            #expect(audit.hasErrors)
        }
        let clean = try Audit(SyntheticDataset(.init(count: 40, seed: 2)), threads: 2)
        #expect(!clean.hasErrors)
    }

    @Test func packedReadsWhatWasPacked() throws {
        try withTemporaryFolder { folder in
            let dataset = try SyntheticDataset(.init(count: 20, seed: 3, length: 500))
            let path = folder.appendingPathComponent("packed").path
            try PackedDataset.pack(dataset, to: path, overwrite: false)
            let packed = try openDataset(path)
            #expect(packed.format == "packed" && packed.count == 20)
            for index in 0..<20 {
                let (a, b) = (try packed.trace(index), try dataset.trace(index))
                #expect(a.samples == b.samples && a.rate == b.rate && a.components == b.components && a.name == b.name)
                #expect(packed.split(index) == dataset.split(index))
            }
            #expect(throws: DataError.self) { try PackedDataset.pack(dataset, to: path, overwrite: false) }
            // A file that was cut short is refused when it is opened.
            let file = FileHandle(forWritingAtPath: path + "/samples.npy")
            try file?.truncate(atOffset: 20_000)
            #expect(throws: DataError.self) { try openDataset(path) }
        }
    }

    @Test func drawingsAreWellFormed() throws {
        for path in ["synthetic:4", "synthetic:volcano:2", "synthetic:fwi:2"] {
            let dataset = try openDataset(path)
            let svg = try TracePicture(dataset.trace(0), labels: .standard(for: dataset, trace: 0)).svg
            #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n") && !svg.contains("nan") && !svg.contains("inf"))
        }
        let odd = Trace(name: "<&\">", rate: 100, components: "Z", samples: [.nan, 1, .infinity], length: 3)
        let svg = TracePicture(odd).svg
        #expect(svg.contains("&lt;&amp;&quot;&gt;") && !svg.contains("nan"))
        _ = TracePicture(Trace(name: "", rate: 100, components: "", samples: [], length: 0)).svg
    }
}
