import Foundation
import GraphIR
import Testing

@testable import Datasets
@testable import Seismic

/// Filters, resampling and misfits against SciPy and ObsPy; `Fixtures/make_signals.py` made the numbers.
struct SignalTests {
    static let fixture: JSON = {
        let bytes = FileManager.default.contents(atPath: Fixture.folder.appendingPathComponent("signals.json").path)
        return (try? JSON(parsing: Array(bytes ?? Data()))) ?? .null
    }()
    static func numbers(_ json: JSON?) -> [Float] { (json?.array ?? []).compactMap { $0.double.map { Float($0) } } }
    static let input = numbers(fixture["input"])

    private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
        a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }

    @Test func filtersAgreeWithObsPy() throws {
        let cases = try #require(Self.fixture["filters"]?.array)
        #expect(cases.count == 20)
        for entry in cases {
            let (low, high) = (entry["low"]?.double, entry["high"]?.double)
            let band: Butterworth.Band =
                if let low, let high { .between(low, high) } else if let low { .above(low) } else { .below(high ?? 0) }
            let corners = try #require(entry["corners"]?.int)
            let rate = try #require(entry["rate"]?.double)
            let filter = Butterworth(band, corners: corners, rate: rate)
            var samples = Self.input
            if entry["zero_phase"]?.bool == true { filter.filterZeroPhase(&samples) } else { filter.filter(&samples) }
            #expect(largestDifference(samples, Self.numbers(entry["output"])) < 2e-6, "\(band) \(corners)")
        }
    }

    @Test func cornersAreThreeDecibelsDown() {
        for corners in 1...12 {
            let filter = Butterworth(.between(1, 20), corners: corners, rate: 100)
            #expect(abs(filter.gain(at: 1, rate: 100) - 0.5.squareRoot()) < 1e-6)
            #expect(abs(filter.gain(at: 20, rate: 100) - 0.5.squareRoot()) < 1e-6)
            #expect(filter.gain(at: 4, rate: 100) <= 1 + 1e-9)
        }
    }

    @Test func resamplingAgreesWithSciPy() throws {
        let cases = try #require(Self.fixture["resampled"]?.array)
        #expect(cases.count == 7)
        for entry in cases {
            let (up, down) = (try #require(entry["up"]?.int), try #require(entry["down"]?.int))
            let ratio = try #require(Resampler.ratio(from: Double(down), to: Double(up)))
            let output = Resampler(up: ratio.up, down: ratio.down).run(Self.input)
            #expect(largestDifference(output, Self.numbers(entry["output"])) < 2e-6, "\(up)/\(down)")
        }
    }

    @Test func ratiosAreTheSmallest() {
        #expect(Resampler.ratio(from: 250, to: 100).map { [$0.up, $0.down] } == [2, 5])
        #expect(Resampler.ratio(from: 18.2, to: 100).map { [$0.up, $0.down] } == [500, 91])
        #expect(Resampler.ratio(from: 99.98765, to: 100) == nil)
        #expect(Resampler.ratio(from: 0, to: 100) == nil)
    }

    @Test func detrendAgreesWithSciPy() throws {
        var window = Window(samples: [Self.input], components: "Z", rate: 100)
        try Detrend(Arguments(), window: TensorType(Shape(1, 240))).apply(to: &window)
        #expect(largestDifference(window.samples[0], Self.numbers(Self.fixture["detrended"])) < 2e-6)
    }

    @Test func misfitsAgreeWithObsPy() throws {
        let pairs = try #require(Self.fixture["pairs"]?.array)
        #expect(pairs.count == 5)
        let misfit = Misfit(length: 256, rate: 256.0 / 1800, low: 0.004, high: 0.02)
        for pair in pairs {
            let value = misfit.of(Self.numbers(pair["record"]), reference: Self.numbers(pair["reference"]))
            #expect(abs(value.envelope - (pair["envelope"]?.double ?? .nan)) < 1e-6)
            #expect(abs(value.phase - (pair["phase"]?.double ?? .nan)) < 1e-6)
        }
    }
}
