import Foundation
import Seismic

/// How strongly the ground moved at a pick: the largest deviation within two seconds behind it from the mean of the
/// five before, and, as EQTransformer has it, 95 % of what five seconds behind it hold over 95 % of what five before
/// do.
struct GroundMotionAtPick {
    var amplitude: Double?
    var signalToNoise: Double?
    private static let before = 5.0
    /// Seconds behind a pick that are looked at.
    static let behind = 5.0
    private static let peak = 2.0

    init(_ reader: any Recording, at sample: Int) {
        let rate = reader.grid.rate
        let (lead, tail) = (Int(Self.before * rate), Int(Self.behind * rate))
        let channels = reader.samples(sample - lead..<sample + tail, keep: 1 << 16)
        var ratios: [Double] = []
        for channel in channels {
            let noise = channel[..<lead].filter { !$0.isNaN }.map(Double.init)
            let signal = channel[lead...].filter { !$0.isNaN }.map(Double.init)
            guard noise.count > lead / 2, signal.count > tail / 2 else { continue }
            let mean = noise.reduce(0, +) / Double(noise.count)
            let largest = signal.prefix(Int(Self.peak * rate)).map { abs($0 - mean) }.max() ?? 0
            amplitude = max(amplitude ?? 0, largest)
            let (quiet, loud) = (Self.high(noise, mean), Self.high(signal, mean))
            if quiet > 0, loud > 0 { ratios.append(20 * log10(loud / quiet)) }
        }
        signalToNoise = ratios.max()
    }

    private static func high(_ values: [Double], _ mean: Double) -> Double {
        let sorted = values.map { abs($0 - mean) }.sorted()
        return sorted[min(sorted.count - 1, Int(0.95 * Double(sorted.count)))]
    }
}
