import GraphIR
import Testing

@testable import Runner

@Suite struct ScheduleTests {
    @Test func stepsHoldFromTheirEpochOn() throws {
        let steps = try StepsSchedule(
            Arguments(["at": .list([.int(21), .int(41)]), "rates": .list([.float(1e-4), .float(1e-5)])]))
        let rates = [0, 20, 21, 40, 41, 199].map { steps.rate(at: TrainingClock(epoch: $0, epochs: 200), base: 1e-3) }
        #expect(rates == [1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5])
    }

    @Test func stepsRefuseWhatDoesNotPair() {
        #expect(throws: Complaint.self) {
            try StepsSchedule(Arguments(["at": .list([.int(1), .int(2)]), "rates": .list([.float(1)])]))
        }
        #expect(throws: Complaint.self) {
            try StepsSchedule(Arguments(["at": .list([.int(2), .int(1)]), "rates": .list([.float(1), .float(2)])]))
        }
    }

    @Test func exponentialShrinksAlongOrInStairs() {
        let clock = TrainingClock(epoch: 2, epochs: 10, step: 1, steps: 2)
        let smooth = ExponentialSchedule(Arguments(["factor": .float(0.25)]))
        #expect(abs(smooth.rate(at: clock, base: 1) - 0.03125) < 1e-15)
        let stairs = ExponentialSchedule(Arguments(["factor": .float(0.25), "staircase": .bool(true)]))
        #expect(stairs.rate(at: clock, base: 1) == 0.0625)
    }

    @Test func cosineClimbsThenFalls() {
        let cosine = CosineSchedule(Arguments(["warm_up": .float(2), "lowest": .float(0.1)]))
        func rate(_ epoch: Int, _ step: Int = 0) -> Double {
            cosine.rate(at: TrainingClock(epoch: epoch, epochs: 12, step: step, steps: 4), base: 1)
        }
        #expect(rate(0) == 0.125 && rate(1, 3) == 1)
        #expect(rate(2) == 1)
        #expect(abs(rate(7) - 0.55) < 1e-12)
        #expect(rate(11, 3) > 0.1 && rate(11, 3) < 0.11)
    }

    @Test(arguments: [
        ("plateau(factor: 0.5, patience: 2)", Arguments(["factor": .float(0.5), "patience": .int(2)])),
        (
            "plateau(factor: 0.1, patience: 2, cooldown: 2, lowest: 2e-3)",
            Arguments(["factor": .float(0.1), "patience": .int(2), "cooldown": .int(2), "lowest": .float(2e-3)])
        ),
    ])
    func plateauIsKeras(name: String, arguments: Arguments) throws {
        let fixture = try Fixture.json("optimizers.json")
        let losses = try #require(fixture["losses"]).doubles
        let expected = try #require(fixture["plateau"]?[name]).doubles
        let plateau = PlateauSchedule(arguments)
        for (epoch, rate) in expected.enumerated() {
            let clock = TrainingClock(epoch: epoch, epochs: 20, devLosses: Array(losses.prefix(epoch)))
            #expect(abs(plateau.rate(at: clock, base: 0.1) - rate) < 1e-7)
        }
    }
}
