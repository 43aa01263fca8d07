import Foundation

/// Sines and cosines of many lengths, channel by channel.
enum PositionWaves {
    static func slowness(channel: Int, of channels: Int, base: Double) -> Double {
        pow(base, Double(channel / 2 * 2) / Double(channels))
    }
    static func values(channels: Int, time: Int, base: Double) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(channels * time)
        for channel in 0..<channels {
            let slowness = slowness(channel: channel, of: channels, base: base)
            for sample in 0..<time {
                let angle = Double(sample) / slowness
                values.append(Float(channel % 2 == 0 ? sin(angle) : cos(angle)))
            }
        }
        return values
    }
}
