import GraphIR
@testable import Interpreter
import Layers
import Testing

/// Sums over samples are cut by layer and batch alone, and finely enough for many threads.
@Suite struct SlotTests {
    private func options(batch: Int, threads: Int = 1) -> PlanOptions {
        var options = PlanOptions(batch: batch, mode: .training, gradients: .weightsAndInputs)
        options.threads = threads
        return options
    }

    /// Short rows and long ones, a vector at the end: every way that layers sum in.
    private func graph() throws -> Graph {
        var maker = GraphMaker()
        let x = maker.input([3, 64])
        var node = try maker.add("conv", ["filters": .int(6), "kernel": .int(5)], to: [x])
        node = try maker.add("batch_norm", to: [node])
        node = try maker.add("relu", to: [node])
        node = try maker.add("conv", ["filters": .int(16), "kernel": .int(3), "stride": .int(4)], to: [node])
        node = try maker.add("lstm", ["units": .int(5)], to: [node])
        node = try maker.add("flatten", to: [node])
        maker.output(try maker.add("dense", ["units": .int(7)], to: [node]))
        return maker.graph
    }

    @Test func manyThreadsFindWorkAndDoNotShow() throws {
        let graph = try graph()
        let one = try Outcome(graph, options: options(batch: 70))
        for threads in [2, 11, 70] {
            #expect(try Outcome(graph, options: options(batch: 70, threads: threads)) == one, "\(threads)")
        }
        let plan = try Plan(graph, options: options(batch: 256))
        for stage in plan.schedule.backward {
            guard case .samples(let grain) = stage.cut else { continue }
            #expect(stage.items(samples: 256) >= min(64, 256 / grain), "\(stage.works.map(\.step))")
        }
    }

    @Test func slotsFollowFromLayerAndBatch() throws {
        let graph = try graph()
        let counts = try [1, 3, 64].map { try Plan(graph, options: options(batch: 100, threads: $0)).slots.ofStep }
        #expect(counts[0] == counts[1] && counts[1] == counts[2])
        #expect(counts[0].compactMap { $0 }.allSatisfy { $0 == 64 })
        #expect(try Plan(graph, options: options(batch: 5)).slots.ofStep.compactMap { $0 }.allSatisfy { $0 == 5 })
    }

    /// A layer with many weights has few slots, or its sums would cost more than they save; and the layers beside it
    /// keep theirs.
    @Test func manyWeightsHaveFewSlots() throws {
        var maker = GraphMaker()
        let x = maker.input([64, 40])
        var node = try maker.add("conv", ["filters": .int(8), "kernel": .int(3)], to: [x])
        node = try maker.add("conv", ["filters": .int(256), "kernel": .int(31)], to: [node])
        node = try maker.add("conv", ["filters": .int(64), "kernel": .int(31)], to: [node])
        maker.output(node)
        let plan = try Plan(maker.graph, options: options(batch: 128))
        // 1,544; 63,744; 508,000 weights: four samples a slot, and no more room than there is.
        #expect(plan.slots.ofStep == [32, 32, 8])
        #expect(plan.slots.behind < 2 * SlotLayout.room + 8 * 600_000)
        // Two threads with a usual batch pay for eight, as few as there ever are.
        let usual = try Plan(maker.graph, options: options(batch: 32))
        #expect(usual.slots.ofStep == [8, 8, 8])
        let large = try Plan(maker.graph, options: options(batch: 256))
        #expect(large.slots.ofStep == [64, 32, 8])
        #expect(
            try Outcome(maker.graph, options: options(batch: 20))
                == Outcome(maker.graph, options: options(batch: 20, threads: 3)))
    }

    /// No number of threads is promised more than the work allows, and one is promised nothing.
    @Test func theBoundFollowsFromTheUnits() throws {
        let found = try Scaling.measure(graph(), options: options(batch: 12), repetitions: 2)
        #expect(abs(found.bound(threads: 1) - 1) < 1e-9)
        var last = 1.0
        for threads in [2, 4, 8, 16, 64] {
            let bound = found.bound(threads: threads)
            #expect(bound >= last - 1e-9 && bound <= Double(threads))
            last = bound
        }
        // Twelve samples are twelve units, and the recurrence's eight at a time are two.
        #expect(found.rows.contains { $0.units == 12 } && found.rows.contains { $0.units == 2 })
        #expect(last < 12)
    }
}
