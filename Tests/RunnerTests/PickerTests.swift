import GraphIR
import Testing

@testable import Runner

@Suite struct PickerTests {
    /// EQTransformer's own `picker` on forty windows: starts, ends, picks, probabilities and uncertainties.
    @Test func eventsOfEQTransformersEQTRule() throws {
        var count = 0
        for window in try #require(Fixture.json("picker.json").array) {
            let values = try #require(window["curves"]?.array).map { $0.floats.map { $0 / 1000 } }
            let spreads = window["spreads"]?.array?.map { $0.floats.map { $0 / 1000 } }
            let curves = values.indices.map { ProbabilityCurve(values[$0], spread: spreads?[$0]) }
            let picker = EQTRule(.eqt(phases: ["P", "S"]), rate: 100)
            let events = picker.events(detection: curves[0], p: curves[1], s: curves[2])
            let expected = try #require(window["events"]?.array)
            #expect(events.count == expected.count)
            for (event, row) in zip(events, expected) {
                let numbers = try #require(row.array).map(\.double)
                let detection = try #require(event.detection)
                #expect([Double(detection.lowerBound), Double(detection.upperBound)] == [numbers[0], numbers[1]])
                #expect(event.probability == numbers[2] && event.uncertainty == numbers[3])
                let p = [event.p?.sample, event.p?.probability, event.p?.uncertainty]
                let s = [event.s?.sample, event.s?.probability, event.s?.uncertainty]
                #expect(p == Array(numbers[4...6]) && s == Array(numbers[7...9]))
                count += 1
            }
        }
        #expect(count > 30)
    }

    @Test func withoutADetectionOutputTheHighestPeaksArePicked() {
        var p = [Float](repeating: 0, count: 50)
        (p[10], p[20], p[30]) = (0.4, 0.9, 0.9)
        let picker = EQTRule(.eqt(phases: ["P", "S"]), rate: 100)
        let events = picker.events(
            detection: nil, p: ProbabilityCurve(p), s: ProbabilityCurve([Float](repeating: 0, count: 50)))
        #expect(events.count == 1 && events.first?.p?.sample == 20 && events.first?.s == nil)
        #expect(picker.events(detection: nil, p: ProbabilityCurve([1, 1, 1]), s: nil).isEmpty)
    }

    @Test func theRulesScaleWithTheRate() {
        // 0.1 s is one sample at 10 Hz, so three samples above the threshold are long enough.
        let detection: [Float] = [0, 1, 1, 1, 0, 0]
        let at10 = EQTRule(.eqt(phases: []), rate: 10).events(detection: ProbabilityCurve(detection), p: nil, s: nil)
        let at100 = EQTRule(.eqt(phases: []), rate: 100).events(detection: ProbabilityCurve(detection), p: nil, s: nil)
        #expect(at10.count == 1 && at100.isEmpty)
    }
}
