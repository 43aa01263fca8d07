import Foundation

/// Waves that are no local earthquake and yet make a network look twice.
enum Disturbance: String, CaseIterable, Sendable {
    case ambient, traffic, footsteps, teleseism

    static func draw(dice: inout Dice) -> Disturbance {
        dice.pick([(0.49, .ambient), (0.24, .traffic), (0.12, .footsteps), (0.15, .teleseism)])
    }

    func add(to ground: inout GroundMotion, at station: SyntheticRegion.Station, dice: Dice) {
        var dice = dice
        let duration = Double(ground.samples.count) / ground.rate
        let noise = Float(station.noise)
        switch self {
        case .ambient: return
        case .traffic:
            for passage in 0..<dice.int(1..<4) {
                let road = Road(
                    distance: dice.logUniform(20, 400), speed: dice.uniform(8, 30), quality: dice.uniform(3, 40))
                let frequency = dice.uniform(4, 18)
                let loudness = Float(dice.logUniform(Road.loudest.lowerBound, Road.loudest.upperBound))
                ground.addPassage(
                    at: dice.uniform(0, duration), on: road, frequency: frequency,
                    loudness: noise * loudness * road.reach(frequency: frequency), dice: dice.part(passage))
            }
        case .footsteps:
            let start = dice.uniform(0, 0.5 * duration)
            ground.addFootsteps(
                from: start, to: start + dice.uniform(4, 20), loudness: noise * Float(dice.logUniform(3, 40)),
                dice: dice.part(0))
        case .teleseism: ground.addTeleseism(dice: dice)
        }
    }
}

extension GroundMotion {
    /// P of an earthquake far away: nothing above two hertz, steep incidence, minutes of coda.
    fileprivate mutating func addTeleseism(dice: Dice) {
        var dice = dice
        let duration = Double(samples.count) / rate
        let onset = dice.uniform(-0.3, 0.7) * duration
        let length = dice.uniform(6, 30)
        let azimuth = dice.uniform(0, 2 * .pi)
        let (tilt, corner) = (dice.uniform(0.2, 0.45), dice.uniform(0.5, 1.6))
        let direction = SIMD4<Float>(1, Float(tilt * cos(azimuth)), Float(tilt * sin(azimuth)), 0)
        var waves = GroundMotion(noise: dice.part(0), count: samples.count, rate: rate)
        for index in waves.samples.indices {
            let time = Double(index) / rate - onset
            let envelope = time <= 0 ? 0 : min(1, time / 1.2) * (exp(-time / length) + 0.15 * exp(-time / 90))
            let along = direction * waves.samples[index].x
            waves.samples[index] = (along + 0.2 * waves.samples[index]) * Float(envelope)
        }
        for _ in 0..<3 { waves.filter(.lowpass(corner, rate: rate)) }
        waves.filter(.highpass(0.3, rate: rate))
        waves.scale(to: Float(dice.logUniform(6e-8, 4e-6)))
        self += waves
    }
}
