import Foundation
import GraphIR

/// Half a cosine from the full rate to the lowest, after a straight climb.
struct CosineSchedule: Schedule {
    static let warmUp = Setting<Double>(
        "warm_up", "Over how many epochs the rate climbs in a straight line from 0.", standard: 0, in: 0...1_000_000)
    static let lowest = Setting<Double>("lowest", "Where the rate ends.", standard: 0, in: 0...1000)

    static let signature = Signature(
        .schedule, "cosine",
        """
        Half a cosine from the optimizer's rate down to the lowest at the last epoch, after a warm-up.

        Loshchilov and Hutter (2017), arXiv:1608.03983, without restarts.
        """, [warmUp, lowest], example: "schedule: cosine(warm_up: 1, lowest: 1e-5)")

    private let warmUp: Double
    private let lowest: Double

    init(_ arguments: Arguments) {
        warmUp = arguments[Self.warmUp]
        lowest = arguments[Self.lowest]
    }

    func rate(at clock: TrainingClock, base: Double) -> Double {
        if clock.time < warmUp {
            // The first step moves too: it counts as done.
            return base * min(1, (clock.time + 1 / Double(max(1, clock.steps))) / warmUp)
        }
        let rest = Double(clock.epochs) - warmUp
        let done = rest > 0 ? min(1, (clock.time - warmUp) / rest) : 1
        // A rate that is below the lowest already stays.
        let lowest = min(lowest, base)
        return lowest + (base - lowest) * 0.5 * (1 + cos(.pi * done))
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(CosineSchedule.self, $0) }
