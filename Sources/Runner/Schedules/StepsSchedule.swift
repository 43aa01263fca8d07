import GraphIR

/// Another rate from certain epochs on, as EQTransformer's trainer has it.
struct StepsSchedule: Schedule {
    static let at = Setting<[Int]>("at", "The epochs, counted from 0, from which each rate holds.", in: 0...1_000_000)
    static let rates = Setting<[Double]>("rates", "The rate from each of these epochs on.", in: 0...1000)

    static let signature = Signature(
        .schedule, "steps",
        """
        The optimizer's own rate at first, and from each epoch in `at` on the rate at the same place in `rates`.

        EQTransformer's trainer changes at 21, 41, 61 and 91 (its comment says otherwise).
        """, [at, rates], example: "schedule: steps(at: [21, 41], rates: [1e-4, 1e-5])")

    private let at: [Int]
    private let rates: [Double]

    init(_ arguments: Arguments) throws(Complaint) {
        at = arguments[Self.at]
        rates = arguments[Self.rates]
        if at.count != rates.count {
            throw Complaint(.argument("rates"), "\(rates.count) rates for \(at.count) epochs: each epoch needs its own")
        }
        if zip(at, at.dropFirst()).contains(where: { $0 >= $1 }) {
            throw Complaint(.argument("at"), "the epochs must ascend: \(at)")
        }
    }

    func rate(at clock: TrainingClock, base: Double) -> Double {
        at.lastIndex { $0 <= clock.epoch }.map { rates[$0] } ?? base
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(StepsSchedule.self, $0) }
