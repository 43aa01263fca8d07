import Foundation

/// Pairs of an observed and a synthetic long-period record, as a full-waveform inversion compares them, with a misfit
/// that is known: the synthetic one is the observed one in a slightly wrong Earth, as wrong as the misfit asks.
public struct RecordPairs: SyntheticKind {
    public static let name = "fwi"
    /// Half an hour.
    public static let standardLength = 1024
    public static let standardRate = 1024.0 / 1800
    public static let columns = [
        "trace_name", "split", "trace_category", "trace_start_time", "trace_sampling_rate_hz", "trace_npts",
        "trace_component_order", "station_network_code", "station_code", "source_id", "source_magnitude",
        "source_distance_km", "trace_envelope_misfit", "trace_phase_misfit",
    ]
    public static let measuredColumns: Set<String> = ["trace_envelope_misfit", "trace_phase_misfit"]

    public let count: Int
    private let length: Int
    private let rate: Double
    private let seed: UInt64
    private let misfit: Misfit
    private let band: (low: Double, high: Double)

    public init(count: Int, length: Int, rate: Double, seed: UInt64) {
        (self.count, self.length, self.rate, self.seed) = (count, length, rate, seed)
        // Periods from 50 to 250 s of half an hour; the same part of the spectrum for other rates.
        band = (0.007 * rate, 0.035 * rate)
        misfit = Misfit(length: length, rate: rate, low: band.low, high: band.high, frequencies: 16)
    }

    /// A wave that disperses: when each frequency arrives, and how strong it is.
    private struct Train: Sendable {
        var arrival, spread, strength, phase: Double
    }

    /// Four stations of each earthquake.
    private func dice(_ index: Int) -> Dice { Dice(seed: seed, purpose: "synthesis.pair", subject: index) }

    public func settled(_ index: Int) -> TraceMetadata {
        var event = Dice(seed: seed, purpose: "synthesis.pair.event", subject: index / 4)
        var row = TraceMetadata()
        row["trace_name"] = "PAIR_\(index)"
        row["split"] = Split.drawn(seed: seed, subject: index / 4).rawValue
        row["trace_category"] = "record_pair"
        row["trace_start_time"] = Instant(seconds: 1_293_840_000 + Double(index / 4) * 7200).description
        row.set("trace_sampling_rate_hz", rate)
        row.set("trace_npts", Double(length))
        row["trace_component_order"] = "OS"
        row["station_network_code"] = "SY"
        row["station_code"] = "P\(index % 4)"
        row["source_id"] = "pair-\(seed)-\(index / 4)"
        row.set("source_magnitude", event.uniform(5.4, 7).rounded(decimals: 1))
        row.set("source_distance_km", (1000 * event.uniform(1.5, 4) * (1 + 0.2 * Double(index % 4))).rounded())
        return row
    }

    public func seismogram(_ index: Int) -> (samples: [[Float]], components: String) {
        var dice = dice(index)
        let trains = (0..<dice.int(2..<5)).map { _ in
            Train(
                arrival: dice.uniform(0.15, 0.6), spread: dice.uniform(0.02, 0.2), strength: dice.logUniform(0.3, 1),
                phase: dice.uniform(0, 2 * .pi))
        }
        let observed = record(trains, error: 0, dice: dice.part(1))
        // The wanted misfit: as often in each of the grades I, II and III of the study, and beyond.
        let wanted = dice.pick([(1, 0.9...1.1), (1, 1.1...1.2), (1, 1.2...1.3), (0.6, 1.3...1.5)])
        let target = dice.uniform(wanted.lowerBound, wanted.upperBound)
        var (low, high) = (0.0, 1.0)
        var synthetic = observed
        for _ in 0..<9 {
            let error = (low + high) / 2
            synthetic = record(trains, error: error, dice: dice.part(1))
            if misfit.of(synthetic, reference: observed).sum < target { low = error } else { high = error }
        }
        return ([observed, synthetic], "OS")
    }

    public func measured(_ index: Int, samples: [[Float]]) -> [(name: String, value: String?)] {
        guard samples.count == 2 else { return [] }
        let value = misfit.of(samples[1], reference: samples[0])
        return [
            ("trace_envelope_misfit", "\(value.envelope.rounded(decimals: 5))"),
            ("trace_phase_misfit", "\(value.phase.rounded(decimals: 5))"),
        ]
    }

    /// A record as a sum of frequencies, each wave train delayed by its dispersion; `error` is how wrong the Earth is.
    private func record(_ trains: [Train], error: Double, dice: Dice) -> [Float] {
        var dice = dice
        let duration = Double(length) / rate
        var samples = [Double](repeating: 0, count: length)
        for train in trains {
            // What is wrong differs from train to train and is the same direction for every size of error.
            let (late, weak, wide) = (dice.normal(), dice.normal(), dice.normal())
            let arrival = (train.arrival + error * 0.05 * late) * duration
            let strength = train.strength * exp(error * 0.9 * weak)
            let spread = max(0.005, train.spread * (1 + 0.5 * error * wide)) * duration
            for step in 0..<40 {
                let share = (Double(step) + 0.5) / 40
                let frequency = band.low * 0.8 + (band.high * 1.1 - band.low * 0.8) * share
                let group = arrival + spread * (share - 0.5)
                let turn = train.phase + error * 1.5 * (wide + late * share)
                let width = 0.8 / (band.high - band.low)
                addPacket(to: &samples, at: group, width: width, frequency: frequency, strength: strength, phase: turn)
            }
        }
        let peak = samples.reduce(0) { max($0, abs($1)) }
        return samples.map { Float($0 / max(peak, 1e-12)) }
    }

    private func addPacket(
        to samples: inout [Double], at time: Double, width: Double, frequency: Double, strength: Double, phase: Double
    ) {
        let reach = 3.5 * width
        let first = max(0, Int(clampingTruncated: (time - reach) * rate))
        let end = min(samples.count, Int(clampingTruncated: (time + reach) * rate) + 1)
        for index in stride(from: first, to: end, by: 1) {
            let offset = Double(index) / rate - time
            let envelope = exp(-offset * offset / (2 * width * width))
            samples[index] += strength * envelope * cos(2 * .pi * frequency * offset + phase)
        }
    }
}
