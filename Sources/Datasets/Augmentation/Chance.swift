import Foundation
import GraphIR

/// What most augmentations ask before they act: how often, and on which windows.
public struct Chance: Hashable, Sendable {
    public enum Kind: String, Word { case all, earthquake, noise }

    public static let share = Setting<Share>("p", "How often it happens.", standard: 0.5, in: 0...1)
    public static func only(_ standard: Kind) -> Setting<Kind> {
        Setting("only", "The windows it may happen to: those with picks, those without, or all.", standard: standard)
    }
    public static let clarity = Setting<Double?>(
        "snr", "Earthquakes must have this signal-to-noise ratio in dB on every channel; `none`: any will do.",
        standard: .some(10), in: -100...100)

    public var share: Double
    public var only: Kind
    public var clarity: Double?

    public init(share: Double, only: Kind, clarity: Double?) {
        (self.share, self.only, self.clarity) = (share, only, clarity)
    }

    /// Whether it happens to this window. One number is drawn in any case, so that what follows draws the same.
    public func falls(on window: Window, dice: inout Dice) -> Bool {
        let drawn = dice.chance(share)
        let isEarthquake = !window.picks.isEmpty
        guard drawn, only == .all || (only == .earthquake) == isEarthquake else { return false }
        guard let clarity, isEarthquake else { return true }
        let ratios = window.signalToNoise
        return !ratios.isEmpty && ratios.allSatisfy { $0 >= clarity }
    }
}

extension Window {
    /// In dB for each channel: what the catalogue says, else measured as STEAD does, from the 95th percentiles of the
    /// magnitudes in the five seconds after S (or P) and before P. Empty where there is nothing to measure.
    public var signalToNoise: [Double] {
        let stated = metadata.numbers("trace_snr_db")
        if stated.count == samples.count, stated.allSatisfy(\.isFinite) { return stated }
        guard let p = first(.P, event: 0) else { return [] }
        let stretch = Int(clampingTruncated: 5 * rate)
        let onset = Int(clampingTruncated: p)
        let signal = Int(clampingTruncated: first(.S, event: 0) ?? p)
        return samples.map { channel in
            let before = percentile95(channel, onset - stretch..<onset)
            let after = percentile95(channel, signal..<signal + stretch)
            return before > 0 && after > 0 ? 20 * log10(after / before) : (after > 0 ? 100 : 0)
        }
    }

    private func percentile95(_ channel: [Float], _ stretch: Range<Int>) -> Double {
        let stretch = channel[stretch.clamped(to: 0..<channel.count)]
        let mean = Float(stretch.mean)
        let part = stretch.map { abs($0 - mean) }.sorted()
        return part.isEmpty ? 0 : Double(part[min(part.count - 1, part.count * 95 / 100)])
    }

    /// The sample by which the trace's own event has died away: the catalogue's, or 0.4 (S - P) after S.
    public var quietAfter: Double? {
        if let codaEnd { return codaEnd }
        guard let p = first(.P, event: 0), let s = first(.S, event: 0) else { return nil }
        return s + 0.4 * (s - p)
    }
}
