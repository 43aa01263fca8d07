import Foundation

/// What a station records when no earthquake is near: microseisms of the sea, wind, people and their machines.
struct AmbientNoise: Sendable {
    let station: SyntheticRegion.Station
    /// How loud it is now: by night or by day, in calm or storm.
    var level = 1.0

    /// Adds ground velocity. It has been going on for a while, so nothing begins at the window's start.
    func add(to ground: inout GroundMotion, dice: Dice) {
        let rate = ground.rate
        let lead = min(2000, Int(8 * rate))
        let count = ground.samples.count + lead
        let noise = Float(station.noise * level)
        var dice = dice

        var high = GroundMotion(noise: dice.part(1), count: count, rate: rate)
        high.filter(.lowpass(dice.uniform(2, 12), rate: rate))
        high.scale(to: noise)
        var low = GroundMotion(noise: dice.part(2), count: count, rate: rate)
        low.filter(.lowpass(0.3, rate: rate))
        low.filter(.lowpass(1.2, rate: rate))
        low.scale(to: noise * Float(dice.logUniform(0.5, 2.5)))
        high += low

        // The sea: a band around a fifth of a hertz, far above the rest on broadband stations.
        let sea = Float(dice.logUniform(8e-8, 9e-7))
        if station.corner < 0.5 {
            var swell = GroundMotion(noise: dice.part(3), count: count, rate: rate)
            swell.filter(.resonance(dice.uniform(0.14, 0.3), q: 1.6, rate: rate))
            swell.scale(to: sea)
            high += swell
        }
        addMachines(to: &high, loudness: noise, dice: &dice)
        for index in ground.samples.indices { ground.samples[index] += high.samples[index + lead] }
    }

    private func addMachines(to ground: inout GroundMotion, loudness: Float, dice: inout Dice) {
        for frequency in station.machines where frequency < 0.45 * ground.rate {
            let size = loudness * Float(dice.logUniform(0.1, 1.2))
            let direction =
                SIMD4<Float>(
                    Float(dice.normal()), Float(dice.normal()), Float(dice.normal()), 0) * size
            let drift = dice.uniform(0.02, 0.2)
            let start = dice.uniform(0, 2 * .pi)
            for index in ground.samples.indices {
                let time = Double(index) / ground.rate
                let sway = 1 + 0.3 * sin(2 * .pi * drift * time + start)
                ground.samples[index] += direction * Float(sway * sin(2 * .pi * frequency * time + start))
            }
        }
    }
}

/// A road that leads past a station.
struct Road: Sendable {
    /// From the station, in metres.
    var distance: Double
    /// Of what drives on it, in m/s.
    var speed: Double
    /// Of the ground for surface waves; 3 to 40 beside two roads (Meng, Ben-Zion and Johnson 2021).
    var quality: Double
    /// Of surface waves in the last metres, m/s.
    static let velocity = 300.0

    /// How many times the noise a car is on a road 20 m away: 20 to 30 dB (McNamara and Buland 2004).
    static let loudest = 10.0...31.6
    static let nearest = 20.0

    /// How loud a vehicle is so many seconds after it was nearest, as part of what it then was: surface waves spread
    /// and are attenuated on their way, which makes the bells in the spectrograms of cars (Meng and others 2021).
    func loudness(_ seconds: Double, frequency: Double) -> Float {
        Road.decay(from: distance, to: hypot(distance, speed * seconds), frequency: frequency, quality: quality)
    }

    /// What is left at this distance of what a road 20 m away would bring.
    func reach(frequency: Double) -> Float {
        Road.decay(from: Road.nearest, to: distance, frequency: frequency, quality: quality)
    }

    private static func decay(from near: Double, to far: Double, frequency: Double, quality: Double) -> Float {
        Float((near / far).squareRoot() * exp(-.pi * frequency * (far - near) / (quality * velocity)))
    }
}

extension GroundMotion {
    /// Gives all components together this root mean square.
    mutating func scale(to size: Float) {
        let now = self.size
        if now > 0 { self *= size / now }
    }

    /// A car or a truck on a road: noise in a band that swells and fades as it comes and goes, so loud when it is
    /// nearest.
    mutating func addPassage(
        at middle: Double, on road: Road, frequency: Double, loudness: Float, dice: Dice
    ) {
        var burst = GroundMotion(noise: dice, count: samples.count, rate: rate)
        burst.filter(.resonance(frequency, q: 1.3, rate: rate))
        burst.scale(to: loudness)
        for index in samples.indices {
            samples[index] += burst.samples[index] * road.loudness(Double(index) / rate - middle, frequency: frequency)
        }
    }

    /// Steps beside the station: short knocks, nearly regular.
    mutating func addFootsteps(from start: Double, to end: Double, loudness: Float, dice: Dice) {
        var dice = dice
        var knocks = GroundMotion(count: samples.count, rate: rate)
        var time = start
        while time < end {
            let index = Int(time * rate)
            if samples.indices.contains(index) {
                let size = loudness * Float(dice.uniform(0.5, 1) * sin(.pi * (time - start) / (end - start))) * 6
                knocks.samples[index] = SIMD4(
                    size, size * 0.4 * Float(dice.normal()), size * 0.4 * Float(dice.normal()), 0)
            }
            time += dice.uniform(0.5, 0.62)
        }
        knocks.filter(.resonance(dice.uniform(8, 22), q: 2, rate: rate))
        knocks *= Float(rate / 15)
        self += knocks
    }
}
