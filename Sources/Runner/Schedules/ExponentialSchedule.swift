import Foundation
import GraphIR

/// A rate that shrinks by the same factor again and again.
struct ExponentialSchedule: Schedule {
    static let factor = Setting<Double>("factor", "What the rate is multiplied by.", standard: 0.9, in: 0...1)
    static let every = Setting<Double>(
        "every", "After how many epochs; parts of an epoch count.", standard: 1, in: 0.000001...1_000_000)
    static let staircase = Setting<Bool>(
        "staircase", "Only after whole periods, rather than a little at every step.", standard: false)

    static let signature = Signature(
        .schedule, "exponential", "rate = base * factor^(epochs done / every).", [factor, every, staircase],
        example: "schedule: exponential(factor: 0.9, every: 1)")

    private let factor: Double
    private let every: Double
    private let isStaircase: Bool

    init(_ arguments: Arguments) {
        factor = arguments[Self.factor]
        every = arguments[Self.every]
        isStaircase = arguments[Self.staircase]
    }

    func rate(at clock: TrainingClock, base: Double) -> Double {
        let periods = clock.time / every
        return base * pow(factor, isStaircase ? periods.rounded(.down) : periods)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ExponentialSchedule.self, $0) }
