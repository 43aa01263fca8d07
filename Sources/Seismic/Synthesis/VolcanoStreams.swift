import Foundation

/// Streams of a volcano's vertical component with every event in it named: tremor (TRE), long-period events (LP),
/// volcano-tectonic earthquakes (VTE), hybrids (HYB), and silence (SIL) between them. Streams differ in length.
public struct VolcanoStreams: SyntheticKind {
    public static let name = "volcano"
    /// Two minutes on average.
    public static let standardLength = 12_000
    public static let standardRate = 100.0
    public static let columns = [
        "trace_name", "split", "trace_category", "trace_start_time", "trace_sampling_rate_hz", "trace_npts",
        "trace_channel", "station_network_code", "station_code", "trace_class_spans",
    ]
    public static let measuredColumns: Set<String> = []

    enum Event: String, CaseIterable, Sendable {
        case tremor = "TRE", longPeriod = "LP", volcanoTectonic = "VTE", hybrid = "HYB"
    }

    public let count: Int
    private let length: Int
    private let rate: Double
    private let seed: UInt64

    public init(count: Int, length: Int, rate: Double, seed: UInt64) {
        (self.count, self.length, self.rate, self.seed) = (count, length, rate, seed)
    }

    private struct Plan {
        var length: Int
        var events: [(kind: Event, samples: Range<Int>)]
        var dice: Dice
    }

    /// Events one after the other with silence between; the frequent ones are as frequent as at Deception Island.
    private func plan(_ index: Int) -> Plan {
        var dice = Dice(seed: seed, purpose: "synthesis.volcano", subject: index)
        let length = Int(Double(self.length) * dice.uniform(0.6, 1.4))
        var events: [(kind: Event, samples: Range<Int>)] = []
        var sample = Int(dice.uniform(2, 12) * rate)
        while true {
            let kind = dice.pick([(77, Event.tremor), (765, .longPeriod), (75, .volcanoTectonic), (54, .hybrid)])
            let seconds =
                switch kind {
                case .tremor: dice.uniform(15, 60)
                case .longPeriod: dice.uniform(6, 20)
                case .volcanoTectonic: dice.uniform(5, 14)
                case .hybrid: dice.uniform(8, 22)
                }
            let end = sample + Int(seconds * rate)
            guard end < length - Int(rate) else { break }
            events.append((kind, sample..<end))
            sample = end + Int(dice.logUniform(3, 40) * rate)
        }
        return Plan(length: length, events: events, dice: dice.part(0))
    }

    public func settled(_ index: Int) -> TraceMetadata {
        let plan = plan(index)
        var row = TraceMetadata()
        row["trace_name"] = "DEC.VS_\(index)_ST"
        row["split"] = Split.drawn(seed: seed, subject: index).rawValue
        row["trace_category"] = "volcano_stream"
        row["trace_start_time"] = Instant(seconds: 1_420_070_400 + Double(index) * 600).description
        row.set("trace_sampling_rate_hz", rate)
        row.set("trace_npts", Double(plan.length))
        row["trace_channel"] = "EH"
        row["station_network_code"] = "VS"
        row["station_code"] = "DEC"
        let spans = plan.events.map { Window.Span($0.samples, $0.kind.rawValue) }
        row["trace_class_spans"] = spans.isEmpty ? nil : Window.text(of: spans)
        return row
    }

    public func measured(_ index: Int, samples: [[Float]]) -> [(name: String, value: String?)] { [] }

    public func seismogram(_ index: Int) -> (samples: [[Float]], components: String) {
        let plan = plan(index)
        var dice = plan.dice
        var stream = GroundMotion(noise: dice.part(1), count: plan.length, rate: rate)
        stream.filter(.lowpass(dice.uniform(2, 6), rate: rate))
        var sea = GroundMotion(noise: dice.part(2), count: plan.length, rate: rate)
        sea.filter(.resonance(dice.uniform(0.2, 0.5), q: 1.5, rate: rate))
        sea.scale(to: 0.6)
        stream.scale(to: 1)
        stream += sea
        for (number, event) in plan.events.enumerated() {
            let loudness = Float(dice.logUniform(1.6, 14))
            add(event.kind, at: event.samples, loudness: loudness, to: &stream, dice: dice.part(10 + number))
        }
        stream *= 100
        return ([stream.channels()[0].map { $0.rounded() }], "Z")
    }

    private func add(_ kind: Event, at place: Range<Int>, loudness: Float, to stream: inout GroundMotion, dice: Dice) {
        var dice = dice
        let seconds = Double(place.count) / rate
        var wave: GroundMotion
        switch kind {
        case .tremor:
            wave = resonator(
                place.count, frequency: dice.uniform(1, 3.5), overtones: dice.int(1..<4), q: 14, dice: dice.part(0))
            wave.shape { time in min(1, time / 3, (seconds - time) / 3) * (0.75 + 0.25 * sin(time * 0.9)) }
        case .longPeriod:
            let onset = dice.uniform(0.8, 2.5)
            wave = resonator(place.count, frequency: dice.uniform(0.8, 4), overtones: 1, q: 7, dice: dice.part(0))
            wave.shape { time in min(1, time / onset) * exp(-max(0, time - onset) / (0.28 * seconds)) }
        case .volcanoTectonic:
            wave = shear(
                place.count, corner: dice.uniform(7, 16), delay: dice.uniform(0.4, 2), decay: 0.18 * seconds,
                dice: dice.part(0))
        case .hybrid:
            wave = shear(
                place.count, corner: dice.uniform(6, 14), delay: 0.3, decay: 0.06 * seconds, dice: dice.part(0))
            wave.scale(to: 0.7)
            var tail = resonator(place.count, frequency: dice.uniform(1, 4), overtones: 1, q: 8, dice: dice.part(1))
            tail.shape { time in min(1, time / 1.5) * exp(-time / (0.3 * seconds)) }
            tail.scale(to: 1)
            wave += tail
        }
        wave.scale(to: loudness)
        for (offset, sample) in wave.samples.enumerated() { stream.samples[place.lowerBound + offset] += sample }
    }

    /// Fluid in a crack: noise that rings at a frequency and its overtones.
    private func resonator(_ count: Int, frequency: Double, overtones: Int, q: Double, dice: Dice) -> GroundMotion {
        var sum = GroundMotion(count: count, rate: rate)
        for overtone in 1...overtones {
            var line = GroundMotion(noise: dice.part(overtone), count: count, rate: rate)
            line.filter(.resonance(frequency * Double(overtone), q: q, rate: rate))
            line.scale(to: 1 / Float(overtone))
            sum += line
        }
        return sum
    }

    /// Rock that breaks: sharp P, larger S, high frequencies that fade within seconds.
    private func shear(_ count: Int, corner: Double, delay: Double, decay: Double, dice: Dice) -> GroundMotion {
        var wave = GroundMotion(noise: dice, count: count, rate: rate)
        wave.filter(.resonance(corner * 0.7, q: 0.7, rate: rate))
        wave.shape { time in
            let p = 0.5 * exp(-time / (0.4 * delay + 0.3))
            let s = time < delay ? 0 : exp(-(time - delay) / decay)
            return p + s
        }
        return wave
    }
}

extension GroundMotion {
    /// Multiplies by an envelope of the time in seconds.
    mutating func shape(_ envelope: (Double) -> Double) {
        for index in samples.indices { samples[index] *= Float(max(0, envelope(Double(index) / rate))) }
    }
}
