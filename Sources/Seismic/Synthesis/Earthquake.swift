import Foundation

/// A local earthquake at one station: P, what scatters after it, a reflection from the Moho, S, its coda, and surface
/// waves of shallow sources.
///
/// Each wave is a train of impulses: the direct one, and behind it what the crust scatters forwards (with an envelope
/// that broadens with distance) and all around (the coda). The train goes through the source's spectrum (Brune 1970:
/// two poles at the corner), the attenuation of the path and the layer under the station, and becomes ground velocity.
struct Earthquake: Sendable {
    let source: Source
    let path: RayPath
    let station: SyntheticRegion.Station
    let region: SyntheticRegion

    /// Adds the ground velocity to a window whose sample at `onset` is P's arrival.
    func add(to ground: inout GroundMotion, onset: Double, dice: Dice) {
        let shear = region.velocity / region.ratio
        let corner = source.corner(shear: shear)
        let radiation = source.radiation(azimuth: path.azimuth, takeoff: path.takeoff)
        let back = path.azimuth + .pi
        // Unit vectors (up, north, east): along the ray of P, across it in the vertical plane, and horizontally.
        let away = SIMD2(Float(cos(path.azimuth)), Float(sin(path.azimuth)))
        let (pSin, pCos) = (Float(sin(path.incidence.p)), Float(cos(path.incidence.p)))
        let (sSin, sCos) = (Float(sin(path.incidence.s)), Float(cos(path.incidence.s)))
        let ray = SIMD4<Float>(pCos, pSin * away.x, pSin * away.y, 0)
        let vertical = SIMD4<Float>(-sSin, sCos * away.x, sCos * away.y, 0)
        let across = SIMD4<Float>(0, Float(-sin(back)), Float(cos(back)), 0)

        let pLevel = path.level(moment: source.moment, radiation: 1, velocity: region.velocity)
        let sLevel = path.level(moment: source.moment, radiation: 1, velocity: shear)
        // Nodal planes are never quite silent: scattering fills them.
        let pAmplitude = pLevel * (radiation.p < 0 ? -1 : 1) * max(0.12, abs(radiation.p))
        let sv = radiation.sv + (radiation.sv < 0 ? -0.1 : 0.1)
        let sh = radiation.sh + (radiation.sh < 0 ? -0.1 : 0.1)
        let spread = max(0.03, path.range * 0.004)

        var pWaves = WaveTrain(ground, dice: dice.part(1))
        pWaves.arrive(at: onset, along: ray, level: pAmplitude, rise: spread * 0.6, forward: 1.2)
        pWaves.scatter(from: onset, level: 0.62 * abs(pLevel), energy: 0.5, decay: 0.35 * (path.s - path.p) + 0.4)
        if path.distance > 45, source.depth < 25 {
            pWaves.arrive(
                at: onset + reflectionDelay * ground.rate, along: ray, level: -0.7 * pAmplitude, rise: spread,
                forward: 1)
        }
        finish(&pWaves, corner: corner * Source.cornerRatio, tStar: path.tStar.p)
        ground += pWaves.motion

        let sOnset = onset + (path.s - path.p) * ground.rate
        var sWaves = WaveTrain(ground, dice: dice.part(2))
        let sDirection = vertical * Float(sv) + across * Float(sh)
        let convertedLead = sOnset - station.reverberation.delay * 0.9 * ground.rate
        sWaves.arrive(at: convertedLead, along: ray, level: 0.12 * sLevel * sv, rise: spread, forward: 0)
        sWaves.arrive(at: sOnset, along: sDirection, level: sLevel, rise: spread * 1.6, forward: 2.5)
        sWaves.scatter(from: sOnset, level: 0.62 * sLevel, energy: 2.2, decay: 1.2 + path.s * 0.12)
        if path.distance > 45, source.depth < 25 {
            sWaves.arrive(
                at: sOnset + reflectionDelay * region.ratio * ground.rate, along: sDirection, level: -0.6 * sLevel,
                rise: spread * 2, forward: 1.5)
        }
        finish(&sWaves, corner: corner, tStar: path.tStar.s)
        ground += sWaves.motion

        addLateCoda(to: &ground, from: sOnset, level: sLevel, corner: corner, dice: dice.part(3))
        addSurfaceWaves(to: &ground, onset: sOnset, level: sLevel, corner: corner, away: away, dice: dice.part(4))
    }

    /// How much later the reflection from a Moho 32 km deep comes than the direct wave.
    private var reflectionDelay: Double {
        let down = 2 * 32 - source.depth
        return (hypot(path.distance, down) - path.range) / region.velocity
    }

    private func finish(_ train: inout WaveTrain, corner: Double, tStar: Double) {
        let rate = train.motion.rate
        for _ in 0..<2 { train.motion.filter(.lowpass(corner, rate: rate)) }
        let cut = 1 / (.pi * tStar)
        for _ in 0..<2 { train.motion.filter(.lowpass(cut, rate: rate)) }
        train.motion.reverberate(delay: station.reverberation.delay, strength: Float(station.reverberation.strength))
        train.motion.differentiate()
    }

    /// What still arrives long after S: low frequencies from all sides.
    private func addLateCoda(
        to ground: inout GroundMotion, from onset: Double, level: Double, corner: Double, dice: Dice
    ) {
        var train = WaveTrain(ground, dice: dice)
        train.scatter(from: onset + 1.0 * ground.rate, level: 0.62 * level, energy: 5, decay: 5 + path.s * 0.25)
        for _ in 0..<2 { train.motion.filter(.lowpass(min(corner, 2.8), rate: ground.rate)) }
        train.motion.differentiate()
        ground += train.motion
    }

    /// Rg of a shallow source: low, slow, rolling, with high frequencies behind.
    private func addSurfaceWaves(
        to ground: inout GroundMotion, onset: Double, level: Double, corner: Double, away: SIMD2<Float>, dice: Dice
    ) {
        let strength = 0.35 * exp(-source.depth / 2.5)
        guard strength > 0.02, path.distance > 4 else { return }
        var dice = dice
        let rate = ground.rate
        let (low, high) = (dice.uniform(0.4, 0.7), dice.uniform(1.4, 2.6))
        let (fast, slow) = (dice.uniform(2.9, 3.1), dice.uniform(1.9, 2.4))
        let start = onset + (path.distance / fast - path.s) * rate
        let duration = max(2, path.distance * (1 / slow - 1 / fast))
        let amplitude = Float(strength * level * pow(2 * .pi * 1.2, 2) * 2.5)
        var phase = dice.uniform(0, 2 * .pi)
        // Slow waves of a far source may come after the window's end.
        for index in stride(from: max(0, Int(clampingTruncated: start.rounded(.up))), to: ground.samples.count, by: 1) {
            let time = (Double(index) - start) / rate
            guard time < 2.5 * duration else { break }
            let frequency = low + (high - low) * min(1, time / duration)
            phase += 2 * .pi * frequency / rate
            let envelope = Float(min(1, time / (0.25 * duration)) * exp(-time / (0.6 * duration))) * amplitude
            let roll = envelope * Float(sin(phase))
            ground.samples[index] += SIMD4(envelope * Float(cos(phase)), roll * away.x * 0.7, roll * away.y * 0.7, 0)
        }
    }
}

/// Impulses that arrive, before source and path have shaped them.
struct WaveTrain: Sendable {
    var motion: GroundMotion
    private let dice: Dice
    private var parts = 0

    init(_ ground: GroundMotion, dice: Dice) {
        motion = GroundMotion(count: ground.samples.count, rate: ground.rate)
        self.dice = dice
    }

    /// The direct wave, and what is scattered forwards within `rise` seconds and a few more, mostly in its direction.
    mutating func arrive(at onset: Double, along direction: SIMD4<Float>, level: Double, rise: Double, forward: Double)
    {
        let rate = motion.rate
        let first = Int(clampingTruncated: onset.rounded(.up))
        guard onset.isFinite, first >= 0, first < motion.samples.count else { return }
        let weight = Float(level * rate)
        motion.samples[first] += direction * weight
        guard forward > 0 else { return }
        let steps = min(motion.samples.count - first, Int(8 * rise * rate) + 1)
        let noise = GroundMotion(noise: part(), count: steps, rate: rate)
        // The envelope (t/rise) exp(1 - t/rise) squared sums to about 1.85 rise.
        let scale = weight * Float((forward / (1.85 * rise * rate + 1)).squareRoot())
        for step in 0..<steps {
            let time = Double(step) / (rise * rate)
            let envelope = Float(time * exp(1 - time)) * scale
            let along = direction * noise.samples[step].x
            motion.samples[first + step] += (along + 0.35 * noise.samples[step]) * envelope
        }
    }

    /// What comes from everywhere after an onset, `energy` times the direct wave's, fading within some `decay` seconds.
    mutating func scatter(from onset: Double, level: Double, energy: Double, decay: Double) {
        let rate = motion.rate
        let first = Int(clampingTruncated: onset.rounded(.up))
        guard onset.isFinite, first >= 0, first < motion.samples.count else { return }
        let steps = min(motion.samples.count - first, Int(9 * decay * rate))
        let noise = GroundMotion(noise: part(), count: steps, rate: rate)
        let scale = Float(level * rate * (energy / (decay * rate + 1)).squareRoot())
        let fade = Float(exp(-1 / (2 * decay * rate)))
        let build = Float(1 - exp(-1 / (0.06 * decay * rate + 1)))
        var level: Float = 0
        var envelope = scale
        for step in 0..<max(0, steps) {
            level += (1 - level) * build
            envelope *= fade
            motion.samples[first + step] += noise.samples[step] * (envelope * level)
        }
    }

    private mutating func part() -> Dice {
        parts += 1
        return dice.part(parts)
    }
}
