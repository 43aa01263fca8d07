import Foundation

/// Waves that are no local earthquake and yet make a network look twice.
enum Disturbance: String, CaseIterable, Sendable {
    case ambient, traffic, footsteps, teleseism, quarryBlast = "quarry_blast"

    static func draw(dice: inout Dice) -> Disturbance {
        dice.pick([(0.42, .ambient), (0.2, .traffic), (0.1, .footsteps), (0.13, .teleseism), (0.15, .quarryBlast)])
    }

    func add(to ground: inout GroundMotion, at station: SyntheticRegion.Station, in region: SyntheticRegion, dice: Dice)
    {
        var dice = dice
        let duration = Double(ground.samples.count) / ground.rate
        let noise = Float(station.noise)
        switch self {
        case .ambient: return
        case .traffic:
            for passage in 0..<dice.int(1..<4) {
                ground.addPassage(
                    at: dice.uniform(0, duration), width: dice.uniform(1.5, 8), frequency: dice.uniform(4, 18),
                    loudness: noise * Float(dice.logUniform(3, 60)), dice: dice.part(passage))
            }
        case .footsteps:
            let start = dice.uniform(0, 0.5 * duration)
            ground.addFootsteps(
                from: start, to: start + dice.uniform(4, 20), loudness: noise * Float(dice.logUniform(3, 40)),
                dice: dice.part(0))
        case .teleseism: ground.addTeleseism(dice: dice)
        case .quarryBlast: ground.addQuarryBlast(at: station, in: region, dice: dice)
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

    /// Charges in a quarry: P all around, hardly any S, and Rg because it is at the surface.
    fileprivate mutating func addQuarryBlast(
        at station: SyntheticRegion.Station, in region: SyntheticRegion, dice: Dice
    ) {
        var dice = dice
        let duration = Double(samples.count) / rate
        var source = Source.draw(in: region, dice: &dice)
        let reach = min(45, duration)
        let place = SyntheticRegion.moved(
            latitude: station.latitude, longitude: station.longitude, north: dice.uniform(-reach, reach),
            east: dice.uniform(-reach, reach))
        (source.latitude, source.longitude, source.depth) = (place.latitude, place.longitude, 0.1)
        source.magnitude = 0.5
        source.stressDrop = 0.6
        let path = RayPath(source, to: station, in: region)
        let wanted = station.noise * dice.logUniform(3, 80)
        source.magnitude += log10(max(1e-3, wanted / max(1e-15, path.shearPeak(source, in: region))))
        let style = Earthquake.Style(
            p: dice.uniform(1.6, 3), s: dice.uniform(0.1, 0.3), surface: dice.uniform(0.5, 1.6),
            ripple: (dice.uniform(0.02, 0.06), dice.int(3..<12)))
        let blast = Earthquake(source: source, path: path, station: station, region: region, style: style)
        blast.add(to: &self, onset: dice.uniform(0.05, 0.5) * Double(samples.count), dice: dice.part(0))
    }
}
