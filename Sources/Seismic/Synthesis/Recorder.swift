import Foundation

/// A recording with what goes wrong in one: glitches, gaps, channels that died, amplitudes beyond the digitizer.
struct Recorder: Sendable {
    private(set) var channels: [[Float]]
    private let rate: Double
    private var dice: Dice

    /// Counts for each m/s of a broadband seismometer and its digitizer.
    private static let gain: Float = 6.3e8

    /// Ground velocity in counts, rounded as digitizers do, each channel on its own offset.
    init(ground: GroundMotion, dice: Dice) {
        var own = dice
        rate = ground.rate
        let offsets = (0..<3).map { _ in Float((200 * own.normal()).rounded()) }
        channels = ground.channels().enumerated().map { component, samples in
            samples.map { ($0 * Recorder.gain).rounded() + offsets[component] }
        }
        self.dice = own
    }

    /// Lets things go wrong, rarely, but never at an arrival that someone has picked.
    mutating func spoil(sparing picks: [Double]) {
        if dice.chance(0.03) { addGlitch() }
        if dice.chance(0.02) { addGap(sparing: picks) }
        if dice.chance(0.02) { killChannel() }
        if dice.chance(0.015) { clip() }
    }

    private mutating func addGlitch() {
        let channel = dice.int(0..<channels.count)
        let start = dice.int(0..<max(1, channels[channel].count))
        let size = Float(dice.logUniform(2, 12)) * channels[channel][...].size * (dice.chance(0.5) ? 1 : -1)
        let decay = dice.uniform(0.02, 0.8) * rate
        for index in start..<channels[channel].count {
            let rest = exp(-Double(index - start) / decay)
            if rest < 1e-4 { break }
            channels[channel][index] += (size * Float(rest)).rounded()
        }
    }

    private mutating func addGap(sparing picks: [Double]) {
        let length = channels[0].count
        let start = dice.int(0..<max(1, length))
        let end = min(length, start + Int(dice.uniform(0.3, 4) * rate))
        let margin = rate
        if picks.contains(where: { $0 > Double(start) - margin && $0 < Double(end) + margin }) { return }
        for channel in channels.indices {
            for index in start..<end { channels[channel][index] = 0 }
        }
    }

    private mutating func killChannel() {
        let channel = dice.int(0..<channels.count)
        let rest: Float = dice.chance(0.5) ? 0 : channels[channel].first ?? 0
        channels[channel] = channels[channel].map { _ in rest }
    }

    /// Beyond the digitizer: only what is far larger than what came before can be.
    private mutating func clip() {
        let share = Float(dice.uniform(0.2, 0.6))
        for channel in channels.indices {
            let quiet = channels[channel].prefix(Int(rate))
            let middle = Float(quiet.mean)
            let peak = channels[channel].reduce(0) { max($0, abs($1 - middle)) }
            guard peak > 100 * quiet.size else { continue }
            let limit = (peak * share).rounded()
            channels[channel] = channels[channel].map { max(middle - limit, min(middle + limit, $0)) }
        }
    }
}

extension ArraySlice<Float> {
    /// The deviation about the mean, as a single-precision number.
    fileprivate var size: Float { Float(deviation) }
}
