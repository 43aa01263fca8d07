import Foundation

/// What one station of a made network records, block after block: noise without seams, and the earthquakes in it.
struct SyntheticStream {
    private let network: SyntheticNetwork
    private let place: Int
    private let station: SyntheticRegion.Station
    private let rate: Double
    /// Samples of a block of noise, and of half the stretch in which one fades into the next.
    private let block: Int
    private let fade: Int
    private let offsets: [Float]
    private var number = 0
    /// The last samples of the block before, which fade out over the first of the next.
    private var tail: [SIMD4<Float>] = []
    /// Earthquakes that are under way: from which sample on, and their ground motion.
    private var waves: [(first: Int, motion: GroundMotion)] = []
    private var upcoming: ArraySlice<SyntheticNetwork.Event>

    /// Digitizers of 24 bits.
    private static let limit: Float = 8_388_607
    /// Counts for each m/s.
    static let gain: Float = 6.3e8
    /// Before P and behind S, in seconds.
    private static let (lead, coda) = (2.0, 150.0)

    init(_ network: SyntheticNetwork, station place: Int) {
        self.network = network
        self.place = place
        station = network.stations[place]
        rate = network.order.rate
        block = Int((600 * rate).rounded())
        fade = Int((10 * rate).rounded())
        var dice = Dice(seed: network.order.seed, purpose: "synthesis.network.recorder", subject: place)
        offsets = (0..<3).map { _ in Float((200 * dice.normal()).rounded()) }
        upcoming = network.events[...]
    }

    /// The next samples in counts, Z, N and E, and the number of the first; `nil` at the end.
    mutating func next() -> (first: Int, channels: [[Int32]])? {
        let first = number * block - fade
        guard first < network.count else { return nil }
        let noise = noise()
        var ground = Array(noise.samples.prefix(block))
        for index in tail.indices {
            // Of two noises that know nothing of each other squares add up: the sum is as loud as either.
            let share = (Double(index) + 0.5) / Double(tail.count) * .pi / 2
            ground[index] = ground[index] * Float(sin(share)) + tail[index] * Float(cos(share))
        }
        tail = Array(noise.samples.suffix(2 * fade))
        number += 1
        addWaves(to: &ground, first: first)
        let begin = max(0, -first)
        let end = min(ground.count, network.count - first)
        guard begin < end else { return next() }
        let channels = (0..<3).map { component in
            ground[begin..<end].map { sample -> Int32 in
                let counts = (sample[component] * Self.gain).rounded() + offsets[component]
                return Int32(max(-Self.limit, min(Self.limit, counts)))
            }
        }
        return (first + begin, channels)
    }

    /// The noise of a block and of a fade before and behind: louder by day, and now and then a car, steps, or an
    /// earthquake far away.
    private func noise() -> GroundMotion {
        var dice = Dice(seed: network.order.seed, purpose: "synthesis.network.noise", round: place, subject: number)
        let hour = Double(number) * Double(block) / rate / 3600
        let level = (1 + 0.4 * sin(2 * .pi * (hour - 9) / 24)) * dice.logUniform(0.8, 1.25)
        let isQuiet = dice.chance(0.5)
        var ground = GroundMotion(count: block + 2 * fade, rate: rate)
        AmbientNoise(station: station, level: level).add(to: &ground, dice: dice.part(1))
        if !isQuiet {
            Disturbance.draw(dice: &dice).add(to: &ground, at: station, dice: dice.part(2))
        }
        // As windows of `local` are: networks that learned from those meet what they know.
        for _ in 0..<2 { ground.filter(.highpass(0.8, rate: rate)) }
        return ground
    }

    private mutating func addWaves(to ground: inout [SIMD4<Float>], first: Int) {
        let end = first + ground.count
        while let event = upcoming.first, event.seconds * rate < Double(end) {
            upcoming.removeFirst()
            if let wave = wave(of: event) { waves.append(wave) }
        }
        for wave in waves {
            let from = max(first, wave.first)
            let to = min(end, wave.first + wave.motion.samples.count)
            for sample in stride(from: from, to: to, by: 1) {
                ground[sample - first] += wave.motion.samples[sample - wave.first]
            }
        }
        waves.removeAll { $0.first + $0.motion.samples.count <= end }
    }

    private func wave(of event: SyntheticNetwork.Event) -> (first: Int, motion: GroundMotion)? {
        let path = RayPath(event.source, to: station, in: network.region)
        guard path.compressionalPeak(event.source, in: network.region) > 0.02 * station.noise else { return nil }
        let arrival = (event.seconds + path.p) * rate
        let lead = Int(Self.lead * rate)
        let first = Int(arrival) - lead
        let count = Int((Self.lead + path.s - path.p + Self.coda) * rate)
        var motion = GroundMotion(count: count, rate: rate)
        let dice = Dice(
            seed: network.order.seed, purpose: "synthesis.network.waves", round: place, subject: event.number)
        Earthquake(source: event.source, path: path, station: station, region: network.region)
            .add(to: &motion, onset: arrival - Double(first), dice: dice)
        for _ in 0..<2 { motion.filter(.highpass(0.8, rate: rate)) }
        let end = Double(count) / rate
        motion.shape { min(1, (end - $0) / 10) }
        return (first, motion)
    }
}
