import Foundation
import Interpreter
import Seismic
import Testing

@testable import Runner

/// Who works beside whom, and what is asked together, changes nothing.
@Suite struct SideBySideTests {
    /// Eleven stations, one of them with two instruments and one damaged, by one, two and five at once.
    @Test func placesSideBySideAreAsOneAfterTheOther() throws {
        let fixture = try StreamFixture(hours: 0.3)
        defer { fixture.remove() }
        for number in 0..<11 {
            let samples = (number * 100..<fixture.count).map { fixture.value("Z", $0) }
            for band in number == 4 ? ["HH", "HN"] : ["HH"] {
                let segment = Segment(
                    id: "XX.S\(number)..\(band)Z",
                    start: StreamFixture.start.advanced(bySeconds: Double(number * 100) / StreamFixture.rate),
                    rate: StreamFixture.rate, samples: .int32(samples))
                try MiniSEED.write([segment], to: "\(fixture.folder)/\(number)\(band).mseed", recordLength: 512)
            }
        }
        let path = fixture.folder + "/7HH.mseed"
        var bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        for place in 2600..<2640 { bytes[place] ^= 0x5A }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        func pick(_ count: Int) throws -> PickSummary {
            let request = PickRequest(words: [fixture.folder], out: fixture.folder + "-out\(count)")
            defer { try? FileManager.default.removeItem(atPath: request.out) }
            return try PickStreams(source: JumpSource(), settings: PickingTests.settings(), request: request) {
                places in
                #expect(places == 11)
                return (0..<count).map { _ in JumpSource() }
            }.run()
        }
        let alone = try pick(1)
        #expect(alone.groups == 12 && alone.picks.count > 60 && alone.damage.count == 1 && alone.notes.count == 2)
        #expect(alone.notes[0] == "XX.S0..HH, XX.S1..HH, XX.S10..HH and 9 more: N and E missing, taken as zero")
        for count in [2, 5] {
            let together = try pick(count)
            #expect(together.picks == alone.picks && together.coverage.rows == alone.coverage.rows)
            #expect(together.notes == alone.notes && together.damage == alone.damage)
            #expect(together.windows == alone.windows && together.groups == alone.groups)
        }
    }

    /// Passes with dropout have dice that belong to what a window holds, not to its place among others.
    @Test func passesDoNotDependOnWhatIsAskedTogether() throws {
        let text = ToyStudy.text.replacing("dropout(0.1)", with: "dropout(0.5, always: true)")
        let file = try ToyStudy.file(text: text)
        let weights = Weights(initializing: file.network.graph, seed: 3)
        let windows = (0..<4).map { number in
            let samples = (0..<96).map { Float(($0 * 7 + number * 13) % 29) }
            return Window(samples: [samples], components: "Z", rate: 100)
        }
        let source = try NetworkCurves(file, weights: weights, passes: 5, threads: 1)
        let whole = try source.curves(of: windows)
        #expect(whole.count == 4 && whole.allSatisfy { $0.spread?.first?.contains { $0 > 0 } == true })
        for number in windows.indices {
            let alone = try source.curves(of: [windows[number]])[0]
            #expect(alone.curves == whole[number].curves && alone.spread == whole[number].spread)
        }
    }
}
