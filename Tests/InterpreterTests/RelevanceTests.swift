import Compiler
import Foundation
import GraphIR
import Layers
import Testing

@testable import Interpreter

/// What came in, and what constants added, is what comes out: of every network of the catalogue, whatever the rule.
@Suite struct RelevanceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("architectures").path
    static let networks: [String] = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
        .filter { $0.hasSuffix(".arch") && !$0.hasSuffix("_blocks.arch") }.sorted()

    static func graph(_ name: String) throws -> Graph {
        let result = compile(path: root + "/" + name) { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
        return try #require(result.network?.graph)
    }

    /// As a network starts, with constants and running statistics that are not zero.
    static func weights(_ graph: Graph) -> Weights {
        var weights = Weights(initializing: graph, seed: 1)
        let random = CounterRandom(seed: 3)
        for entry in weights.layout.entries where entry.spec.isConstant || !entry.isTrainable {
            for index in entry.range { weights.values[index] += 0.2 * (random.uniform(index) - 0.3) }
        }
        return weights
    }

    /// The middle number of each output, explained.
    private func explanations(_ name: String, _ rule: RelevanceRule) throws -> [Explainer.Explanation] {
        let graph = try Self.graph(name)
        let lengths = Dictionary(uniqueKeysWithValues: graph.symbols.map { ($0, 3000) })
        let explainer = try Explainer(graph, weights: Self.weights(graph), rule: rule, lengths: lengths)
        let window = explainer.inputCounts.enumerated().map { normal($0.element, UInt64($0.offset)) }
        return try explainer.explained.ends.indices.map { output in
            try explainer.look(at: window, baseline: window.map { $0.map { 0.1 * $0 + 0.01 } })
            var weights = [Float](repeating: 0, count: explainer.count(ofNode: explainer.explained.ends[output].logit))
            weights[weights.count / 2] = 1
            return try explainer.explain(output: output, weights: weights)
        }
    }

    @Test func theWholeCatalogueIsThere() { #expect(Self.networks.count == 56) }

    @Test(arguments: networks) func theBooksClose(network: String) throws {
        for explanation in try explanations(network, .standard) {
            #expect(explanation.account.error < 1e-5, "\(explanation.account)")
            #expect(explanation.account.fromConstants != 0)
        }
    }

    @Test(
        arguments: [RelevanceRule.epsilon(0.01), .beta(0), .beta(1), .beta(-1), .gamma(0.25)],
        [
            "tutorial/branches.arch", "picker/phasenet.arch", "detector/majstorovic.arch", "eqt/eqt.arch",
        ])
    func theBooksCloseByEveryRule(rule: RelevanceRule, network: String) throws {
        for explanation in try explanations(network, rule) {
            #expect(explanation.account.error < 1e-5, "\(explanation.account)")
            #expect((explanation.account.stabiliser != 0) == (rule == .epsilon(0.01)))
        }
    }

    /// Between two windows constants cancel, where no gate and no largest sample decides.
    @Test func differencesHaveNoConstants() throws {
        for explanation in try explanations("picker/phasenet.arch", .difference) {
            #expect(explanation.account.fromConstants == 0)
            #expect(explanation.account.error < 1e-5)
        }
    }

    /// Products of a convolution told apart one by one, in double precision, with one input at a time.
    @Test(
        arguments: [RelevanceRule.beta(0), .beta(1), .beta(-1), .gamma(0.25), .epsilon(0.05)],
        [
            "conv", "conv_transpose", "dense",
        ])
    func rulesAreThoseOfEachProduct(rule: RelevanceRule, kind: String) throws {
        var maker = GraphMaker()
        let x = maker.input(kind == "dense" ? [7] : [2, 9])
        let settings: KeyValuePairs<String, Value> =
            switch kind {
            case "conv": ["filters": 3, "kernel": 3, "stride": 2]
            case "conv_transpose": ["filters": 3, "kernel": 4, "stride": 2]
            default: ["units": 5]
            }
        maker.output(try maker.add(kind, settings, to: [x]))
        let graph = maker.graph
        let weights = Self.weights(graph)
        let explainer = try Explainer(graph, weights: weights, rule: rule)
        let count = explainer.inputCounts[0]
        let signal = normal(count, 4), results = explainer.count(ofNode: 1)
        func run(_ x: [Float]) throws -> [Double] {
            try explainer.look(at: [x])
            return explainer.result(ofNode: 1).map(Double.init)
        }
        let bias = try run([Float](repeating: 0, count: count))
        let products = try (0..<count).map { index -> [Double] in
            var alone = [Float](repeating: 0, count: count)
            alone[index] = signal[index]
            return zip(try run(alone), bias).map { $0 - $1 }
        }
        let c = normal(results, 9)
        let z = try run(signal)
        let found = try explainer.explain(output: 0, weights: c).relevance[0]
        for index in 0..<count {
            var right = 0.0
            for j in 0..<results {
                right += z[j] * Double(c[j]) * share(rule, products[index][j], products.map { $0[j] }, bias[j])
            }
            #expect(abs(Double(found[index]) - right) < 2e-4 * max(1, abs(right)), "\(index): \(found[index]) \(right)")
        }
    }

    /// The share of one product in what its sum is worth.
    private func share(_ rule: RelevanceRule, _ product: Double, _ all: [Double], _ bias: Double) -> Double {
        let plus = all.reduce(max(0, bias)) { $0 + max(0, $1) }, minus = all.reduce(min(0, bias)) { $0 + min(0, $1) }
        let (up, down) = (max(0, product), min(0, product))
        switch rule {
        case .epsilon(let epsilon): return product / (plus + minus + (plus + minus < 0 ? -epsilon : epsilon))
        case .beta(let beta):
            if minus == 0 { return up / plus }
            if plus == 0 { return down / minus }
            return (1 + beta) * up / plus - beta * down / minus
        case .gamma(let gamma):
            return plus + minus > 0
                ? (product + gamma * up) / (plus + minus + gamma * plus)
                : (product + gamma * down) / (plus + minus + gamma * minus)
        case .difference: return product
        }
    }

    /// Frozen gates and chords, walked in double precision by the published rules (Arras et al. 2017).
    @Test func anLstmIsWalkedAsPublished() throws {
        var maker = GraphMaker()
        let x = maker.input([3, 8])
        maker.output(try maker.add("lstm", ["units": 4], to: [x]))
        let graph = maker.graph
        let weights = Self.weights(graph)
        let explainer = try Explainer(graph, weights: weights)
        let signal = normal(24, 2)
        try explainer.look(at: [signal])
        var target = [Float](repeating: 0, count: 32)
        target[1 * 8 + 6] = 1
        let found = try explainer.explain(output: 0, weights: target).relevance[0]
        let right = LstmByHand(weights, units: 4, features: 3, length: 8).relevance(signal, unit: 1, step: 6)
        for index in found.indices { #expect(abs(Double(found[index]) - right[index]) < 1e-6, "\(index)") }
    }

    /// Both directions, where the arrays of the second are kept mirrored.
    @Test func gatesAreShownInTheOrderOfTime() throws {
        var maker = GraphMaker()
        let x = maker.input([1, 20])
        maker.output(try maker.add("lstm", ["units": 3, "bidirectional": true], to: [x]))
        let explainer = try Explainer(maker.graph, weights: Self.weights(maker.graph))
        var impulse = [Float](repeating: 0, count: 20)
        impulse[13] = 5
        try explainer.look(at: [impulse])
        let insides = explainer.insides(ofNode: 1)
        #expect(insides.map(\.name).contains("backward cell") && insides.map(\.name).contains("forward forget"))
        let told = explainer.result(ofNode: 1)
        for (direction, prefix) in [(0, "forward "), (1, "backward ")] {
            let output = try #require(insides.first { $0.name == prefix + "output" })
            let cell = try #require(insides.first { $0.name == prefix + "cell" })
            for place in 0..<60 {
                let value = output.values[place] * Float(tanh(Double(cell.values[place])))
                #expect(abs(value - told[direction * 60 + place]) < 1e-5)
            }
        }
    }

    @Test func attentionIsARowForEachThatLooks() throws {
        for (kind, settings) in [("self_attention", KeyValuePairs<String, Value>()), ("attention", ["heads": 2])] {
            var maker = GraphMaker()
            let x = maker.input([4, 12])
            maker.output(try maker.add(kind, settings, to: [x]))
            let explainer = try Explainer(maker.graph, weights: Self.weights(maker.graph))
            try explainer.look(at: [normal(48, 3)])
            for inside in explainer.insides(ofNode: 1) {
                for row in 0..<12 {
                    #expect(abs(inside.values[row * 12..<row * 12 + 12].reduce(0, +) - 1) < 1e-5, "\(inside.name)")
                }
            }
        }
    }
}

/// An LSTM and its layer-wise relevance, written out from the equations.
private struct LstmByHand {
    let (w, u, b): ([Float], [Float], [Float])
    let (units, features, length): (Int, Int, Int)

    init(_ weights: Weights, units: Int, features: Int, length: Int) {
        let names = weights.layout.entries.map(\.name)
        func array(_ end: String) -> [Float] { names.first { $0.hasSuffix(end) }.flatMap { weights[$0] } ?? [] }
        (w, u, b) = (array("weight_ih"), array("weight_hh"), array("bias"))
        (self.units, self.features, self.length) = (units, features, length)
    }

    func relevance(_ x: [Float], unit: Int, step: Int) -> [Double] {
        func sigmoid(_ v: Double) -> Double { 1 / (1 + exp(-v)) }
        var h = [[Double]](repeating: [Double](repeating: 0, count: units), count: length + 1), c = h
        var sums: [[Double]] = []
        for t in 0..<length {
            let sum = (0..<4 * units).map { row -> Double in
                var sum = Double(b[row])
                for k in 0..<features { sum += Double(w[row * features + k]) * Double(x[k * length + t]) }
                for k in 0..<units { sum += Double(u[row * units + k]) * h[t][k] }
                return sum
            }
            sums.append(sum)
            for k in 0..<units {
                c[t + 1][k] =
                    sigmoid(sum[units + k]) * c[t][k] + sigmoid(sum[k]) * tanh(sum[2 * units + k])
                h[t + 1][k] = sigmoid(sum[3 * units + k]) * tanh(c[t + 1][k])
            }
        }
        // In relevance, as published: what is told is the cell's, and sums divide by the products in them.
        var result = [Double](repeating: 0, count: features * length)
        var ofTold = [Double](repeating: 0, count: units), ofCell = ofTold
        ofTold[unit] = h[step + 1][unit]
        for t in (0...step).reversed() {
            var before = [Double](repeating: 0, count: units)
            for k in 0..<units {
                ofCell[k] += ofTold[k]
                let proposal = sigmoid(sums[t][k]) * tanh(sums[t][2 * units + k])
                let worth = proposal / c[t + 1][k] * ofCell[k] / sums[t][2 * units + k]
                for i in 0..<features {
                    result[i * length + t] +=
                        Double(w[(2 * units + k) * features + i]) * Double(x[i * length + t]) * worth
                }
                for i in 0..<units { before[i] += Double(u[(2 * units + k) * units + i]) * h[t][i] * worth }
                ofCell[k] *= sigmoid(sums[t][units + k]) * c[t][k] / c[t + 1][k]
            }
            ofTold = before
        }
        return result
    }
}
