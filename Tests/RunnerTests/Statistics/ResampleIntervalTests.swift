import Kernels
import Testing

@testable import Runner

/// Intervals of one result, from drawing its events again.
@Suite struct ResampleIntervalTests {
    private static let count = 400
    private static let values = (0..<count).map { index in
        CounterRandom(seed: 4, stream: 0).uniform(index, in: 0...1)
    }
    private static var mean: Measurement {
        .sums(terms: [values, values.map { _ in 1 }]) { $0[1] == 0 ? nil : $0[0] / $0[1] }
    }
    /// The same, told as no function of sums.
    private static var whole: Measurement {
        .whole { weights in
            let total = weights.reduce(0, +)
            return total == 0 ? nil : zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        }
    }

    @Test func aMeanHasTheWidthThatIsKnown() throws {
        let names = (0..<Self.count).map { "event\($0)" }
        let resamples = EventResamples(TestEvents(names: names, isEvent: nil))
        let interval = try #require(resamples.interval(of: Self.mean, confidence: 0.95))
        let mean = Self.values.reduce(0, +) / Double(Self.count)
        let spread = (Self.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(Self.count - 1)).squareRoot()
        let width = 2 * 1.96 * spread / Double(Self.count).squareRoot()
        #expect(interval.contains(mean))
        #expect(abs((interval.upperBound - interval.lowerBound) / width - 1) < 0.15)
        let same = try #require(resamples.interval(of: Self.whole, confidence: 0.95))
        #expect(
            abs(same.lowerBound - interval.lowerBound) < 1e-12 && abs(same.upperBound - interval.upperBound) < 1e-12)
    }

    /// Twenty records of one earthquake say no more than one does.
    @Test func eventsCountAndNotTraces() throws {
        let single = EventResamples(TestEvents(names: (0..<Self.count).map { "\($0)" }, isEvent: nil))
        let shared = EventResamples(TestEvents(names: (0..<Self.count).map { "\($0 / 20)" }, isEvent: nil))
        let values = (0..<Self.count).map { Self.values[$0 / 20] }
        let measurement = Measurement.sums(terms: [values, values.map { _ in 1 }]) { $0[0] / $0[1] }
        let narrow = try #require(single.interval(of: measurement, confidence: 0.95))
        let wide = try #require(shared.interval(of: measurement, confidence: 0.95))
        #expect(wide.upperBound - wide.lowerBound > 3 * (narrow.upperBound - narrow.lowerBound))
    }

    @Test func whatIsUndefinedHasNone() {
        let resamples = EventResamples(TestEvents(names: ["a", "b"], isEvent: nil))
        #expect(resamples.interval(of: .whole { _ in nil }, confidence: 0.95) == nil)
        let rare = Measurement.sums(terms: [[1, 0]]) { $0[0] == 0 ? nil : 1 }
        #expect(resamples.interval(of: rare, confidence: 0.95) == nil)
    }
}
