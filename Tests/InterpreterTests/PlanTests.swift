import GraphIR
@testable import Interpreter
import Layers
import Testing

/// The fused plan and the plain one give the same, whatever is fused.
@Suite struct PlanTests {
    private func options(_ style: PlanOptions.Style, _ mode: Mode, threads: Int = 2) -> PlanOptions {
        var options = PlanOptions(batch: 5, mode: mode, gradients: .weightsAndInputs)
        options.style = style
        options.threads = threads
        return options
    }

    private func expectAgreement(_ graph: Graph, _ comment: String = "") throws {
        for mode in Mode.allCases {
            let plain = try Outcome(graph, options: options(.plain, mode))
            let fused = try Outcome(graph, options: options(.fused, mode))
            #expect(plain.distance(to: fused) < 2e-5, "\(comment) \(mode)")
            #expect(try Outcome(graph, options: options(.fused, mode, threads: 1)) == fused, "\(comment) \(mode)")
        }
        // What predicts only may join more layers, and leaves no gaps for gradients.
        var predicting = options(.plain, .inference)
        predicting.gradients = .none
        let plain = try Outcome(graph, options: predicting)
        predicting.style = .fused
        #expect(try plain.distance(to: Outcome(graph, options: predicting)) < 2e-5, "\(comment) predicting")
        #expect(try plain.outputs == Outcome(graph, options: options(.plain, .inference)).outputs, "\(comment) gaps")
    }

    @Test(arguments: [true, false]) func normsBehindConvolutions(isScaled: Bool) throws {
        for (groups, hasBias, activation) in [(1, true, "relu"), (2, false, "relu"), (1, false, "tanh")] {
            var maker = GraphMaker()
            let x = maker.input([4, 33])
            var node = try maker.add(
                "conv", ["filters": .int(6), "kernel": .int(5), "groups": .int(groups), "bias": .bool(hasBias)], to: [x]
            )
            node = try maker.add("batch_norm", ["scale": .bool(isScaled)], to: [node])
            node = try maker.add(activation, to: [node])
            node = try maker.add("batch_norm", to: [node])
            maker.output(try maker.add("relu", to: [node]))
            var predicting = options(.fused, .inference)
            predicting.gradients = .none
            #expect(try Plan(maker.graph, options: predicting).fused.map(\.count) == [3, 2])
            try expectAgreement(maker.graph, "\(groups) \(hasBias) \(activation)")
        }
    }

    /// Whole rows of sixteen leave no gap between them: nothing may be written before a row.
    @Test func stridedTransposesStayInTheirRows() throws {
        for (kernel, stride, samples, padding) in [(7, 4, 64, "same"), (5, 2, 8, "same"), (8, 4, 16, "same")] {
            var maker = GraphMaker()
            let x = maker.input([3, samples])
            let node = try maker.add(
                "conv_transpose",
                [
                    "filters": .int(5), "kernel": .int(kernel), "stride": .int(stride), "padding": .word(padding),
                ], to: [x])
            maker.output(try maker.add("softmax", to: [node]))
            try expectAgreement(maker.graph, "\(kernel) \(stride)")
        }
    }

    /// Doubling folded into the convolution behind it, with every crop that leaves something at the ends.
    @Test(arguments: [2, 3, 4, 5, 7, 11], [(0, 0), (1, 1), (0, 1), (1, 0), (2, 3)])
    func doublingBeforeAConvolution(kernel: Int, crop: (Int, Int)) throws {
        for (channels, samples, activation) in [(3, 30, "relu"), (16, 23, "none"), (32, 600, "relu"), (2, 9, "gelu")] {
            for padding in ["same", "causal"] {
                var maker = GraphMaker()
                let x = maker.input([channels, samples])
                var node = try maker.add("upsample", ["factor": .int(2)], to: [x])
                if crop != (0, 0) {
                    node = try maker.add("crop", ["left": .int(crop.0), "right": .int(crop.1)], to: [node])
                }
                node = try maker.add(
                    "conv",
                    [
                        "filters": .int(6), "kernel": .int(kernel), "activation": .word(activation),
                        "padding": .word(padding),
                    ], to: [node])
                maker.output(node)
                let plan = try Plan(maker.graph, options: options(.fused, .training))
                #expect(plan.fused.count == 1)
                try expectAgreement(maker.graph, "\(channels)x\(samples) \(activation) \(padding)")
            }
        }
    }

    @Test(arguments: 0..<25) func randomGraphs(seed: Int) throws {
        try expectAgreement(RandomGraph.make(seed: UInt64(seed)))
    }

    @Test func shortRowsOfManyChannels() throws {
        for (channels, filters, kernel, samples) in [(16, 5, 3, 47), (64, 64, 3, 47), (32, 7, 2, 5), (16, 16, 1, 33)] {
            var maker = GraphMaker()
            let x = maker.input([channels, samples])
            let node = try maker.add("conv", ["filters": .int(filters), "kernel": .int(kernel)], to: [x])
            maker.output(node)
            let check = try GradientCheck(maker.graph, options(.fused, .training))
            for direction in 0..<3 {
                let (found, right) = try check.slopes(direction, step: 1e-3)
                #expect(abs(found - right) < 4e-3 * (abs(right) + check.size))
            }
        }
    }

    @Test func tooMuchMemoryIsRefusedBeforeItIsAskedFor() throws {
        var maker = GraphMaker()
        let x = maker.input([3, 6000])
        maker.output(try maker.add("conv", ["filters": .int(64), "kernel": .int(5)], to: [x]))
        var options = PlanOptions(batch: 1_000_000)
        options.memoryLimit = 1 << 30
        let error = #expect(throws: PlanError.self) { try Plan(maker.graph, options: options) }
        guard case .tooLarge(let bytes, let limit, let costliest) = error else { return #expect(Bool(false)) }
        #expect(bytes > 1_000_000 * 64 * 6000 * 4 && limit == 1 << 30 && costliest.first?.path == "conv_1")
    }

    /// Finite forwards, too large on the way back in one sample: the layer and the sample are named, in both plans.
    @Test(arguments: [PlanOptions.Style.fused, .plain]) func aGradientThatIsNotFiniteIsTraced(style: PlanOptions.Style)
        throws
    {
        var maker = GraphMaker()
        let x = maker.input([2, 20])
        let first = try maker.add("conv", ["filters": .int(2), "kernel": .int(3)], to: [x])
        let normed = try maker.add("batch_norm", to: [first])
        maker.output(try maker.add("conv", ["filters": .int(1), "kernel": .int(3)], to: [normed]))
        let machine = try Machine(maker.graph, options: options(style, .training))
        var weights = Weights(testing: maker.graph)
        weights["conv_3.weight"] = [Float](repeating: 1e3, count: 6)
        machine.load(weights)
        try machine.setInput(0, to: normal(5 * 40, 1))
        try machine.forward()
        var slopes = [Float](repeating: 1, count: 5 * 20)
        slopes[3 * 20 + 7] = 1e37
        try machine.setCotangent(0, to: slopes)
        #expect(throws: MachineError.notFinite(path: "conv_3", sample: 3, .backward)) { try machine.backward() }
    }

    @Test func openLengthsMustBeGiven() throws {
        var maker = GraphMaker()
        let x = maker.input(Shape(.number(2), .symbol("T")))
        maker.output(try maker.add("relu", to: [x]))
        #expect(throws: PlanError.unknownLength(symbol: "T")) { try Plan(maker.graph, options: PlanOptions()) }
    }

    /// A short sample among longer ones gets the numbers that it gets alone.
    @Test func shortSamplesAmongLongOnes() throws {
        var maker = GraphMaker()
        let x = maker.input(Shape(.number(3), .symbol("T")))
        var node = try maker.add(
            "conv", ["filters": .int(6), "kernel": .int(5), "stride": .int(2), "activation": .word("tanh")], to: [x])
        node = try maker.add("upsample", ["factor": .int(2)], to: [node])
        node = try maker.add(
            "crop", ["to": .size(maker.graph.nodes[x].type.shape.time), "keep": .word("start")], to: [node])
        node = try maker.add("conv", ["filters": .int(4), "kernel": .int(3), "activation": .word("relu")], to: [node])
        node = try maker.add("max_pool", ["size": .int(2)], to: [node])
        maker.output(try maker.add("global_average_pool", to: [node]))
        let weights = Weights(testing: maker.graph)
        for length in [9, 20, 37] {
            let values = normal(3 * length, 4)
            var options = PlanOptions(batch: 1)
            options.lengths = ["T": length]
            let alone = try Machine(maker.graph, options: options)
            alone.load(weights)
            try alone.setInput(0, to: values)
            try alone.forward()
            options.batch = 2
            options.lengths = ["T": 40]
            let among = try Machine(maker.graph, options: options)
            among.load(weights)
            var padded = [Float](repeating: 7, count: 2 * 3 * 40)
            for channel in 0..<3 {
                for t in 0..<length { padded[3 * 40 + channel * 40 + t] = values[channel * length + t] }
            }
            try among.setLengths(["T": length], ofSample: 1)
            try among.setInput(0, to: padded)
            try among.forward()
            let (short, right) = (Array(among.output(0)[4...]), alone.output(0))
            for (a, b) in zip(short, right) { #expect(abs(a - b) < 1e-6) }
        }
    }

    @Test func roomsInUseNeverOverlap() {
        let random = CounterRandom(seed: 8)
        let requests = (0..<60).map { index in
            let first = random.int(3 * index, in: 0..<20), length = random.int(3 * index + 1, in: 0..<6)
            return Packing.Request(
                count: random.int(3 * index + 2, in: 1..<500),
                lifetime: Lifetime(
                    first: .init(stage: first, work: 0), last: .init(stage: first + length, work: 0)))
        }
        let packing = Packing(requests)
        for a in requests.indices {
            #expect(packing.offsets[a] + requests[a].count <= packing.count)
            for b in 0..<a where requests[a].lifetime.overlaps(requests[b].lifetime) {
                let apart =
                    packing.offsets[a] + requests[a].count <= packing.offsets[b]
                    || packing.offsets[b] + requests[b].count <= packing.offsets[a]
                #expect(apart)
            }
        }
        #expect(packing.count < requests.reduce(0) { $0 + $1.count })
    }
}

/// Graphs put together by chance: chains with branches, sums and joins of what fits.
enum RandomGraph {
    static func make(seed: UInt64) throws -> Graph {
        let random = CounterRandom(seed: seed, stream: "graph")
        var maker = GraphMaker()
        var nodes = [maker.input([3, 40 + random.int(0, in: 0..<30)])]
        for index in 1..<14 {
            let from = nodes[max(0, nodes.count - 1 - random.int(10 * index, in: 0..<3))]
            nodes.append(try layer(random.int(10 * index + 1, in: 0..<11), from, nodes, index, random, &maker))
        }
        maker.output(nodes[nodes.count - 1])
        maker.output(nodes[nodes.count / 2])
        return maker.graph
    }

    private static func layer(
        _ choice: Int, _ from: Int, _ nodes: [Int], _ index: Int, _ random: CounterRandom, _ maker: inout GraphMaker
    ) throws -> Int {
        let kernel = 1 + random.int(10 * index + 2, in: 0..<7), filters = 1 + random.int(10 * index + 3, in: 0..<17)
        switch choice {
        case 0, 1:
            return try maker.add(
                "conv", ["filters": .int(filters), "kernel": .int(kernel), "activation": .word("tanh")], to: [from])
        case 2: return try maker.add("upsample", ["factor": .int(2)], to: [from])
        case 3:
            let long = try maker.add("upsample", ["factor": .int(2)], to: [from])
            let cut = try maker.add("crop", ["left": .int(kernel % 2), "right": .int(1)], to: [long])
            return try maker.add("conv", ["filters": .int(filters), "kernel": .int(kernel)], to: [cut])
        case 4: return try maker.add("average_pool", ["size": .int(2)], to: [from])
        case 5: return try maker.add("batch_norm", to: [from])
        case 6: return try maker.add("sigmoid", to: [from])
        case 7: return try maker.add("dropout", ["rate": .float(0.2)], to: [from])
        case 8:
            return try maker.add(
                "conv", ["filters": .int(filters), "kernel": .int(kernel), "stride": .int(2)], to: [from])
        default:
            let shape = maker.graph.nodes[from].type.shape
            let partner = nodes.last { maker.graph.nodes[$0].type.shape == shape } ?? from
            return try maker.add(choice == 9 ? "add" : "concat", to: [from, partner])
        }
    }
}
