import GraphIR

/// A rate that shrinks whenever the loss has not improved for a while, as Keras's ReduceLROnPlateau.
struct PlateauSchedule: Schedule {
    static let factor = Setting<Double>("factor", "What the rate is multiplied by.", standard: 0.1, in: 0...1)
    static let patience = Setting<Int>(
        "patience", "How many epochs without improvement are waited for.", standard: 10, in: 1...1_000_000)
    static let improvement = Setting<Double>(
        "improvement", "By how much the loss must fall to count as better.", standard: 1e-4, in: 0...1_000_000)
    static let cooldown = Setting<Int>(
        "cooldown", "How many epochs after a reduction do not count.", standard: 0, in: 0...1_000_000)
    static let lowest = Setting<Double>("lowest", "Below this the rate does not fall.", standard: 0, in: 0...1000)
    static let watch = Setting<WatchedLoss>("watch", "Which loss.", standard: .dev)

    static let signature = Signature(
        .schedule, "plateau",
        "Multiplies the rate by a factor when the loss has not improved for some epochs (Keras: ReduceLROnPlateau).",
        [factor, patience, improvement, cooldown, lowest, watch],
        example: "schedule: plateau(factor: 0.5, patience: 50, lowest: 1e-4)")

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func rate(at clock: TrainingClock, base: Double) -> Double {
        let losses = arguments[Self.watch] == .dev ? clock.devLosses : clock.trainLosses
        let lowest = arguments[Self.lowest]
        var rate = base
        var best = Double.infinity
        var waited = 0
        var cooling = 0
        for loss in losses {
            if cooling > 0 { (cooling, waited) = (cooling - 1, 0) }
            if loss < best - arguments[Self.improvement] {
                (best, waited) = (loss, 0)
            } else if cooling == 0 {
                waited += 1
                if waited >= arguments[Self.patience] {
                    rate = min(rate, max(rate * arguments[Self.factor], lowest))
                    (cooling, waited) = (arguments[Self.cooldown], 0)
                }
            }
        }
        return rate
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PlateauSchedule.self, $0) }
