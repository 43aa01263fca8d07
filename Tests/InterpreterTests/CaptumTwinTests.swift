import Compiler
import Foundation
import GraphIR
import Layers
import Testing

@testable import Files
@testable import Interpreter

/// Five networks explained by Captum 0.9: layer-wise relevance on twins of height 1, DeepLIFT from a baseline, and
/// integrated gradients. `Fixtures/relevance/captum_twins.py` made them.
@Suite struct CaptumTwinTests {
    private static let fixture: Safetensors? = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/relevance/captum_twins.safetensors").path
        return FileManager.default.contents(atPath: path).flatMap { try? Safetensors([UInt8]($0)) }
    }()

    private struct Twin {
        var graph: Graph
        var weights: Weights
        var target: Int
        var arrays: (String) throws -> [Float]
    }

    private func twin(_ number: Int) throws -> Twin {
        let fixture = try #require(Self.fixture)
        func array(_ name: String) throws -> [Float] { try #require(fixture["\(number).\(name)"]).values }
        let result = compile(text: try #require(fixture.note("network.\(number)")))
        #expect(!result.hasErrors, "\(result.diagnostics)")
        let graph = try #require(result.network?.graph)
        var weights = Weights(zerosIn: WeightLayout(graph))
        for (index, entry) in weights.layout.entries.enumerated() {
            weights[entry.name] = try array("weight.\(index)")
        }
        let target = try #require(fixture.note("target.\(number)").flatMap { Int($0) })
        return Twin(graph: graph, weights: weights, target: target, arrays: array)
    }

    private func explain(_ twin: Twin, _ rule: RelevanceRule) throws -> Explainer.Explanation {
        let explainer = try Explainer(twin.graph, weights: twin.weights, rule: rule)
        try explainer.look(at: [twin.arrays("x")], baseline: [twin.arrays("start")])
        let y = try twin.arrays("y")
        for (ours, theirs) in zip(explainer.result(ofNode: explainer.explained.ends[0].logit), y) {
            #expect(abs(ours - theirs) < 1e-5)
        }
        var one = [Float](repeating: 0, count: y.count)
        one[twin.target] = 1
        return try explainer.explain(output: 0, weights: one)
    }

    private func expectEqual(_ ours: [Float], _ theirs: [Float], within bound: Float) {
        let largest = theirs.map { abs($0) }.max() ?? 0
        #expect(largest > 0.001 && ours.count == theirs.count)
        for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= bound * max(1, largest)) }
    }

    @Test(arguments: 0..<5) func layerWiseRelevance(number: Int) throws {
        let twin = try twin(number)
        expectEqual(try explain(twin, .standard).relevance[0], try twin.arrays("lrp"), within: 1e-5)
    }

    /// Captum's DeepLIFT has a rule of its own for the largest of two; without pools of that kind the chords are the
    /// same.
    @Test(arguments: [2, 3]) func deepLift(number: Int) throws {
        let twin = try twin(number)
        expectEqual(try explain(twin, .difference).relevance[0], try twin.arrays("deeplift"), within: 1e-5)
    }
}
