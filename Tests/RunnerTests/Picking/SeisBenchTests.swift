import Foundation
import GraphIR
import Seismic
import Testing

@testable import Runner

/// SeisBench's own code over the same recording and the same toy, pick by pick (`Fixtures/Picking/seisbench_toy.py`).
@Suite struct SeisBenchTests {
    /// The vertical by the window's scale, and the less the farther from its middle.
    struct RampSource: VerticalSource {
        let batch = 7
        let model = "ramp"

        func curve(_ z: [Float], scale: Float) -> [Float] {
            z.enumerated().map { index, value in abs(value) / scale * (1 - abs(Float(index) - 300) / 400) }
        }
    }

    private static func fixture() throws -> JSON {
        let path = try #require(
            Bundle.module.url(forResource: "Fixtures/Picking/seisbench_toy.json", withExtension: nil))
        return try JSON(parsing: [UInt8](Data(contentsOf: path)))
    }

    @Test(arguments: 0..<4) func picksAreThoseOfSeisBench(number: Int) throws {
        let json = try Self.fixture()
        let entry = try #require(json["cases"]?.array?[number])
        let fixture = try StreamFixture()
        defer { fixture.remove() }
        for component in ["Z", "N", "E"] {
            let listed = json["pieces"]?[component]?.array ?? []
            for (place, range) in listed.enumerated() {
                let ends = (range.array ?? []).compactMap(\.int)
                try #require(ends.count == 2)
                try fixture.write("\(component)\(place).mseed", ends[0]..<ends[1], components: component, late: -0.013)
            }
        }
        let threshold = try #require(entry["threshold"]?.double)
        var settings = StreamSettings(thresholds: PickThresholds(detection: 0.3, phases: [.init("P", threshold)]))
        settings.anchor = .start
        settings.stack = entry["stacking"]?.string == "avg" ? .mean : .max
        settings.blind = entry["blinding"]?.int
        settings.hop = 600 - (entry["overlap"]?.int ?? 0)
        settings.bridge = 0
        settings.fillsWithZeros = true
        settings.leastShare = 0
        let request = PickRequest(words: [fixture.folder], out: fixture.folder + "/out")
        let summary = try PickStreams(source: RampSource(), settings: settings, request: request).run()
        let begin = StreamFixture.start.advanced(bySeconds: -0.013)
        func sample(_ time: Instant) -> Int { Int((time.seconds(since: begin) * StreamFixture.rate).rounded()) }
        let ours = summary.picks.map { [sample($0.begin), sample($0.time), sample($0.end)] }
        let theirs = try #require(entry["picks"]?.array)
        #expect(theirs.count > 20)
        #expect(ours == theirs.map { $0.array?.prefix(3).compactMap(\.int) ?? [] })
        for (pick, row) in zip(summary.picks, theirs) {
            #expect(abs(pick.probability - (row.array?[3].double ?? 0)) < 2e-6)
        }
    }
}
