import GraphIR

/// What every schedule keeps: a rate that is a number and not negative, and the same whenever it is asked.
enum ScheduleLaws {
    static func violations(of type: any Schedule.Type) -> [String] {
        guard let schedule = LawArguments.first(type.signature, { try type.init($0) }),
            let again = LawArguments.first(type.signature, { try type.init($0) })
        else { return ["it refuses everything that was tried; its laws cannot be checked"] }
        var found: Set<String> = []
        for clock in clocks {
            for base in [0, 1e-6, 1e-3, 1000] {
                let rate = schedule.rate(at: clock, base: base)
                let place = "in epoch \(clock.epoch + 1) of \(clock.epochs)"
                if !rate.isFinite || rate < 0 { found.insert("its rate is \(rate) \(place) for a base of \(base)") }
                if schedule.rate(at: clock, base: base) != rate || again.rate(at: clock, base: base) != rate {
                    found.insert("it gives another rate when asked again \(place): a resumed run would differ")
                }
            }
        }
        return found.sorted().prefix(4).map { $0 }
    }

    /// Short and long trainings, at their beginning, middle and end, with losses that fall, rise, and are missing.
    private static var clocks: [TrainingClock] {
        [1, 3, 200].flatMap { epochs in
            [0, epochs / 2, epochs - 1, epochs].flatMap { epoch in
                [0, 1, 9].flatMap { step in
                    let falling = (0..<epoch).map { 1 / Double($0 + 1) }
                    return [falling, falling.reversed(), [Double](repeating: .nan, count: epoch)].map { losses in
                        TrainingClock(
                            epoch: epoch, epochs: epochs, step: step, steps: 10, trainLosses: losses,
                            devLosses: losses)
                    }
                }
            }
        }
    }
}
