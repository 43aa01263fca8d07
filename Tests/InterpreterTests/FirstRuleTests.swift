import GraphIR
import Layers
import Testing

@testable import Interpreter

/// The rules of the layers that read the waveform, and explainers that are given other weights.
@Suite struct FirstRuleTests {
    /// Connections found one by one: which sample reaches which number with which weight.
    @Test(
        arguments: [FirstRule.flat, .squares], ["conv", "strided", "conv_transpose", "dense"])
    func sharesAreThoseOfEachConnection(rule: FirstRule, kind: String) throws {
        var maker = GraphMaker()
        let x = maker.input(kind == "dense" ? [7] : [2, 9])
        let layer: (name: String, settings: KeyValuePairs<String, Value>) =
            switch kind {
            case "conv": ("conv", ["filters": 3, "kernel": 3])
            case "strided": ("conv", ["filters": 3, "kernel": 4, "stride": 2, "padding": .word("valid")])
            case "conv_transpose": ("conv_transpose", ["filters": 3, "kernel": 4, "stride": 2])
            default: ("dense", ["units": 5])
            }
        maker.output(try maker.add(layer.name, layer.settings, to: [x]))
        let graph = maker.graph, weights = RelevanceTests.weights(maker.graph)
        let explainer = try Explainer(graph, weights: weights, first: rule)
        let count = explainer.inputCounts[0], results = explainer.count(ofNode: 1)
        func run(_ x: [Float]) throws -> [Double] {
            try explainer.look(at: [x])
            return explainer.result(ofNode: 1).map(Double.init)
        }
        let bias = try run([Float](repeating: 0, count: count))
        let factors = try (0..<count).map { index -> [Double] in
            var one = [Float](repeating: 0, count: count)
            one[index] = 1
            return zip(try run(one), bias).map { $0 - $1 }
        }
        // Silent samples have their share, too, and those so quiet that no factor of them can say it.
        var signal = normal(count, 4)
        (signal[2], signal[3]) = (0, 700 * .leastNonzeroMagnitude)
        let z = try run(signal), c = normal(results, 9)
        let found = try explainer.explain(output: 0, weights: c)
        func part(_ index: Int, _ j: Int) -> Double {
            let factor = factors[index][j]
            return rule == .squares ? factor * factor : abs(factor) > 1e-6 ? 1 : 0
        }
        for index in 0..<count {
            let right = (0..<results).reduce(0.0) { sum, j in
                let whole = (0..<count).reduce(0) { $0 + part($1, j) }
                return sum + z[j] * Double(c[j]) * part(index, j) / whole
            }
            #expect(abs(Double(found.relevance[0][index]) - right) < 2e-4 * max(1, abs(right)), "\(index)")
        }
        #expect(found.relevance[0][2] != 0)
        #expect(found.account.error < 1e-6 && found.account.fromConstants == 0, "\(found.account)")
    }

    /// Behind the first layers everything is as it was, and the books close.
    @Test(
        arguments: [FirstRule.flat, .squares], ["tutorial/branches.arch", "picker/phasenet.arch", "eqt/eqt.arch"])
    func theBooksClose(rule: FirstRule, network: String) throws {
        let graph = try RelevanceTests.graph(network), weights = RelevanceTests.weights(graph)
        let plain = try Explainer(graph, weights: weights), other = try Explainer(graph, weights: weights, first: rule)
        #expect(other.hasFirstShares && !plain.hasFirstShares)
        let window = [normal(plain.inputCounts[0], 5)]
        var target = [Float](repeating: 0, count: plain.count(ofNode: plain.explained.ends[0].logit))
        target[target.count / 2] = 1
        let found = try [plain, other].map { explainer -> Explainer.Explanation in
            try explainer.look(at: window)
            return try explainer.explain(output: 0, weights: target)
        }
        #expect(found[1].account.error < 1e-5, "\(found[1].account)")
        #expect(found[0].account.value == found[1].account.value && found[0].relevance != found[1].relevance)
    }

    /// What is built from weights is built anew from others: an explainer with the weights of a second network says
    /// what an explainer of the second network says.
    @Test(
        arguments: [RelevanceRule.epsilon(0), .beta(0), .beta(1), .gamma(0.25)], [FirstRule.same, .flat, .squares])
    func otherWeightsAreOtherSums(rule: RelevanceRule, first: FirstRule) throws {
        var maker = GraphMaker()
        let x = maker.input([2, 12])
        let hidden = try maker.add("conv", ["filters": 3, "kernel": 3, "activation": .word("relu")], to: [x])
        maker.output(try maker.add("conv", ["filters": 1, "kernel": 3], to: [hidden]))
        let graph = maker.graph
        let (one, two) = (RelevanceTests.weights(graph), Weights(initializing: graph, seed: 8))
        let window = [normal(24, 3)]
        func explained(_ explainer: Explainer) throws -> [[Float]] {
            try explainer.look(at: window)
            return try explainer.explain(output: 0, weights: normal(12, 6)).relevance
        }
        let changed = try Explainer(graph, weights: one, rule: rule, first: first)
        let before = try explained(changed)
        try changed.load(two)
        let after = try explained(changed)
        #expect(try after == explained(Explainer(graph, weights: two, rule: rule, first: first)))
        try changed.load(one)
        #expect(try explained(changed) == before && before != after)
    }
}
