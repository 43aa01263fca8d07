import Files
import Foundation
import GraphIR
import Interpreter

/// Relevance at the array that a layer made: what of the number stands there.
public struct RelevanceAtLayer: Sendable {
    public var path: String
    public var shape: [Int]
    public var x: [Float]
    public var relevance: [Float]
    public var coefficients: [Float]
    /// What constants of the layers behind it add to the number.
    public var behind: Double
    /// What comes by ways that do not pass it, before whatever is behind it.
    public var otherWays: Double

    var sum: Double { relevance.reduce(0) { $0 + Double($1) } }
    private var channels: Int { max(1, shape.first ?? 1) }
    private var width: Int { relevance.count / channels }

    /// By channel, of the sum of |R|, the largest first.
    var shares: [(channel: Int, share: Double)] {
        let sizes = (0..<channels).map { channel in
            relevance[channel * width..<(channel + 1) * width].reduce(0) { $0 + Double(abs($1)) }
        }
        let all = sizes.reduce(0, +)
        return sizes.indices.map { ($0, all > 0 ? sizes[$0] / all : 0) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    var words: String {
        let most = shares.prefix(3).map { "\($0.channel) (\(RelevanceFinding.percent($0.share)))" }
        return "at \(path): \(RelevanceFinding.signed(sum)) stands there, constants behind it add "
            + "\(RelevanceFinding.signed(behind)), \(RelevanceFinding.signed(otherWays)) comes by other ways; most in "
            + "channel\(most.count == 1 ? "" : "s") " + most.joined(separator: ", ")
    }

    var json: JSON {
        [
            "layer": .string(path), "shape": .array(shape.map { .int($0) }), "relevance": .number(sum),
            "constants_behind": .number(behind), "other_ways": .number(otherWays),
            "channels": .array(
                shares.sorted { $0.channel < $1.channel }.map { .number($0.share) }),
        ]
    }

    var arrays: [NPZ.Entry] {
        [("x", x), ("relevance", relevance), ("coefficient", coefficients)].map {
            .init("\(path).\($0.0)", NumberArray(shape: shape, floats: $0.1))
        }
    }

    /// Channels downwards, time across.
    func figure(seconds: Double) -> String {
        let limit = RelevanceFinding.quantile(relevance.map { abs($0) }, 0.995)
        let table = HTML.table(
            ["channel", "of |R|"], shares.prefix(60).map { ["\($0.channel)", RelevanceFinding.percent($0.share)] },
            caption: "Shares by channel", style: "numbers")
        return HTML.figure(
            [
                InsidePage.heat(
                    // Red speaks for the number, as beside the waveform; maps are red below zero.
                    relevance.map { -$0 }, rows: channels, columns: width, limit: limit,
                    description: "relevance of \(path), channels downwards, time across",
                    rowNames: (0..<channels).map { "\($0)" }, seconds: width > 1 ? 0...seconds : nil)
            ],
            caption: words.prefix(1).uppercased() + words.dropFirst()
                + ". Channels downwards, time across: red speaks for the number, blue against it, strength by |R| "
                + "against its 99.5 % quantile.", data: table,
            wide: true)
    }
}

extension Subject {
    /// What stands at a layer after an explanation.
    func atLayer(_ path: String, _ explainer: Explainer, _ account: Account) throws -> RelevanceAtLayer {
        let node = try node(path), explained = explainer.explained, place = explained.places[node]
        let c = explainer.coefficient(ofNode: place)
        guard c.contains(where: { $0 != 0 }) else {
            throw RunError(
                .refused, "'\(graph.nodes[node].path)' has no part in that number",
                help: "a layer that comes before it has")
        }
        var isBehind = Set([place])
        for index in explained.graph.nodes.indices.dropFirst(place + 1)
        where explained.graph.nodes[index].inputs.contains(where: isBehind.contains) { isBehind.insert(index) }
        isBehind.remove(place)
        let paths = Set(isBehind.map { explained.graph.nodes[$0].path })
        let inside = account.constants.filter { paths.contains($0.name) || $0.name == "the logarithm" }
        var found = RelevanceAtLayer(
            path: graph.nodes[node].path, shape: explainer.shape(ofNode: place), x: explainer.result(ofNode: place),
            relevance: explainer.relevance(ofNode: place), coefficients: c,
            behind: inside.reduce(0) { $0 + $1.value }, otherWays: 0)
        found.otherWays = account.value - found.sum - found.behind
        return found
    }
}
