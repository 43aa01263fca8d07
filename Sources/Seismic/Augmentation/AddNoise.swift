import GraphIR

/// `noise`: white noise on top.
public struct AddNoise: Augmentation {
    enum Reference: String, Word { case peak, std }

    static let low = Setting<Double>(
        "low", "The smallest deviation, in parts of the reference.", standard: 0.01, in: 0...100)
    static let high = Setting<Double>("high", "The largest.", standard: 0.15, in: 0...100)
    static let reference = Setting<Reference>(
        "of", "The channel's highest sample, or its standard deviation.", standard: .peak)
    static let only = Chance.only(.earthquake)

    public static let signature = Signature(
        .augmentation, "noise",
        """
        Adds Gaussian white noise, of another strength on each channel.
        EQTransformer adds it to clear earthquakes, with a deviation from 1 to 15 % of the channel's highest sample. \
        ConvNetQuake adds a share of the standard deviation to any window: \
        noise(p: 1.0, of: std, low: 0.1, high: 0.1, only: all, snr: none).
        """, [Chance.share, low, high, reference, only, Chance.clarity], example: "augment { noise(p: 0.3) }")

    private let chance: Chance
    private let low: Double
    private let high: Double
    private let reference: Reference
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        chance = Chance(
            share: arguments[Chance.share].number, only: arguments[Self.only], clarity: arguments[Chance.clarity])
        low = arguments[Self.low]
        high = arguments[Self.high]
        reference = arguments[Self.reference]
        guard low <= high else { throw Complaint(.argument("high"), "high is \(high), below low, which is \(low)") }
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard chance.falls(on: window, dice: &dice) else { return .goesOn }
        for channel in window.samples.indices {
            let size = size(of: window.samples[channel][window.valid])
            let deviation = Float(dice.uniform(low, high) * max(0, size))
            let noise = dice.part(channel).whiteNoise(window.valid.count)
            window.samples[channel].add(noise[...], times: deviation, at: window.valid.lowerBound)
        }
        return .goesOn
    }

    private func size(of part: ArraySlice<Float>) -> Double {
        reference == .peak ? Double(part.largest ?? 0) : part.deviation
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(AddNoise.self, $0) }
}
