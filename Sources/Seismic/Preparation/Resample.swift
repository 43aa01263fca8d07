import Foundation
import GraphIR

/// `resample`: another sampling rate, with a filter against aliasing that is stated.
public struct Resample: Preparation {
    static let rate = Setting<Hertz?>("rate", "Samples a second; with `none`, the network's own.", standard: .some(nil))

    public static let signature = Signature(
        .preparation, "resample",
        """
        Changes the sampling rate by a ratio of whole numbers, up / down.
        The anti-alias filter is a windowed sinc: corner at half of the lower rate, 20 * max(up, down) + 1 taps, \
        Kaiser window with beta 5; SciPy's resample_poly agrees. Picks move along. Traces at the wanted rate are left \
        alone; rates whose ratio is no fraction of numbers up to 1000 are refused.
        """, [rate], example: "prepare { demean -> resample(100 Hz) -> normalize(std) }")

    private let rate: Double
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        guard let rate = arguments[Self.rate]?.number ?? window.rate else {
            throw Complaint(
                .argument("rate"), "the network's input names no rate to resample to",
                help: "write resample(100 Hz), or `at 100 Hz` behind the input")
        }
        guard rate > 0 else { throw Complaint(.argument("rate"), "a sampling rate must be above 0 Hz") }
        self.rate = rate
    }
    public var statement: String {
        "resample: to \(rate) Hz, windowed sinc against aliasing (Kaiser, beta 5, corner at half of the lower rate)"
    }

    public func apply(to window: inout Window) throws {
        guard window.rate != rate else { return }
        guard let ratio = Resampler.ratio(from: window.rate, to: rate) else {
            throw PreparationError(
                "\(window.rate) Hz to \(rate) Hz is no ratio of whole numbers up to 1000",
                help: "resample the traces by other means first")
        }
        let resampler = Resampler(up: ratio.up, down: ratio.down)
        window.samples = window.samples.map(resampler.run)
        let scale = Double(ratio.up) / Double(ratio.down)
        let length = window.length
        func moved(_ position: Int) -> Int { max(0, min(length, Int((Double(position) * scale).rounded()))) }
        window.valid = moved(window.valid.lowerBound)..<moved(window.valid.upperBound)
        for index in window.picks.indices { window.picks[index].sample *= scale }
        window.spans = window.spans.map {
            .init(moved($0.samples.lowerBound)..<moved($0.samples.upperBound), $0.name)
        }
        window.codaEnd = window.codaEnd.map { $0 * scale }
        window.rate = rate
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Resample.self, $0) }
}

/// Resampling by a ratio: zeros between samples, a low-pass, every so manieth sample; only what is kept is computed.
struct Resampler: Sendable {
    let up: Int
    let down: Int
    private let taps: [Double]

    init(up: Int, down: Int) {
        self.up = up
        self.down = down
        let half = 10 * max(up, down)
        let corner = 1 / Double(max(up, down))
        let raw = (-half...half).map { tap -> Double in
            let position = Double(tap) * corner
            let sinc = tap == 0 ? 1 : sin(.pi * position) / (.pi * position)
            let edge = Double(tap) / Double(half)
            return sinc * Resampler.bessel(5 * max(0, 1 - edge * edge).squareRoot()) / Resampler.bessel(5)
        }
        let sum = raw.reduce(0, +)
        taps = raw.map { $0 / sum * Double(up) }
    }

    /// The smallest whole numbers with `from * up / down == to`.
    static func ratio(from: Double, to: Double) -> (up: Int, down: Int)? {
        guard from > 0, to > 0, from.isFinite, to.isFinite else { return nil }
        for down in 1...1000 {
            let up = to / from * Double(down)
            let whole = up.rounded()
            if whole >= 1, whole <= 1000, abs(up - whole) < 1e-9 * whole { return (Int(whole), down) }
        }
        return nil
    }

    func run(_ samples: [Float]) -> [Float] {
        let count = (samples.count * up + down - 1) / down
        return (0..<count).map { value(at: $0 * down, of: samples) }
    }

    /// How far the filter reaches on the grid with zeros in between.
    var half: Int { (taps.count - 1) / 2 }

    /// The filtered signal at a place on the grid with zeros in between; only every `up`th of that grid is a sample.
    func value(at centre: Int, of samples: [Float]) -> Float {
        let first = max(0, (centre - half + up - 1) / up)
        let last = min(samples.count - 1, (centre + half) / up)
        var sum = 0.0
        for sample in stride(from: first, through: last, by: 1) {
            sum += Double(samples[sample]) * taps[centre - sample * up + half]
        }
        return Float(sum)
    }

    /// The modified Bessel function of order 0, by its power series.
    private static func bessel(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for order in 1..<50 {
            term *= (x / 2) * (x / 2) / Double(order * order)
            sum += term
        }
        return sum
    }
}
