import Files
import Foundation
import GraphIR
import Interpreter
import Layers

/// Who looks at whom in the attention layers of a network, for one trace.
public struct AttentionFinding: Sendable {
    public struct Map: Sendable {
        /// The layer's path and, where it has several, the head.
        public var name: String
        public var frames: Int
        /// `[who looks][who is looked at]`
        public var weights: [Float]
        /// The mean over all that look: who is looked at.
        public var received: [Double]
        /// The mean entropy of a row as a share of the most there can be; 0: each looks at one frame.
        public var entropy: Double
        /// The share of weight within one frame of the diagonal.
        public var diagonal: Double
        /// The three frames that are looked at most, in seconds of the window.
        public var top: [Double]
    }
    public var seen: Subject.Seen
    public var maps: [Map]
    public var rate: Double
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    public func attention(_ seen: Seen) throws -> AttentionFinding {
        let explainer = try explainer(.standard, symbols: seen.symbols)
        try explainer.look(at: seen.inputs)
        let length = Double(seen.shapes[0].last ?? 1) / rate
        var maps: [AttentionFinding.Map] = []
        // What follows at once from the block before: who looks at whom through both.
        var rolled: [Int: (name: String, weights: [Double])] = [:]
        for (index, node) in graph.nodes.enumerated() where !node.isInput {
            let insides = explainer.insides(ofNode: explainer.explained.places[index]).filter { $0.kind == .attention }
            for inside in insides {
                let name = insides.count > 1 ? "\(node.path), \(inside.name)" : node.path
                maps.append(Self.map(name, inside.values, inside.rows, length: length))
            }
            guard let first = insides.first else { continue }
            var mean = [Double](repeating: 0, count: first.rows * first.rows)
            for inside in insides where inside.values.count == mean.count {
                for place in mean.indices { mean[place] += Double(inside.values[place]) / Double(insides.count) }
            }
            let own = Rollout.half(mean, first.rows)
            guard let before = attentionBefore(index), let earlier = rolled[before],
                earlier.weights.count == own.count
            else {
                rolled[index] = (node.path, own)
                continue
            }
            let both = Rollout.product(own, earlier.weights, first.rows)
            rolled[index] = ("\(earlier.name) and \(node.path)", both)
            maps.append(
                Self.map(
                    "rollout of \(earlier.name) and \(node.path)", both.map(Float.init), first.rows, length: length))
        }
        guard !maps.isEmpty else {
            throw RunError(
                .refused, "\(name) has no attention layer",
                help: "strata inside maps shows what its layers make of a trace")
        }
        return AttentionFinding(seen: seen, maps: maps, rate: rate, run: note)
    }

    /// The attention layer whose block this one's follows, with nothing between them that mixes times.
    private func attentionBefore(_ index: Int) -> Int? {
        var waiting = graph.nodes[index].inputs
        var looked: Set<Int> = []
        while let next = waiting.popLast() {
            guard looked.insert(next).inserted, !graph.nodes[next].isInput else { continue }
            let node = graph.nodes[next]
            if [SelfAttention.signature.name, Attention.signature.name].contains(node.kind) { return next }
            if case .local(let span, let step, let rise) = node.reach, span == 1, step == 1, rise == 1 {
                waiting += node.inputs
            }
        }
        return nil
    }

    private static func map(_ name: String, _ values: [Float], _ n: Int, length: Double) -> AttentionFinding.Map {
        var received = [Double](repeating: 0, count: n)
        var (entropy, diagonal) = (0.0, 0.0)
        for row in 0..<n {
            for column in 0..<n {
                let w = Double(values[row * n + column])
                received[column] += w / Double(n)
                if abs(row - column) <= 1 { diagonal += w / Double(n) }
                if w > 0 { entropy -= w * log(w) / Double(n) }
            }
        }
        let most = received.indices.sorted { received[$0] > received[$1] }.prefix(3)
        return .init(
            name: name, frames: n, weights: values, received: received,
            entropy: n > 1 ? entropy / log(Double(n)) : 0, diagonal: diagonal,
            top: most.map { (Double($0) + 0.5) * length / Double(n) })
    }
}

extension AttentionFinding {
    public var text: String {
        let length = Double(seen.shapes[0].last ?? 1) / rate
        return maps.map { map in
            "\(map.name): \(map.frames) frames of "
                + "\(Figures.fixed(length / Double(max(1, map.frames)), places: 2)) s, looks most at "
                + map.top.map { "\(Figures.fixed($0, places: 1)) s" }.joined(separator: ", ")
                + "; entropy \(RelevanceFinding.percent(map.entropy)) of the most, "
                + "\(RelevanceFinding.percent(map.diagonal)) within a frame of itself"
        }.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1, "trace": .string(seen.name),
            "maps": .array(
                maps.map {
                    [
                        "layer": .string($0.name), "frames": .int($0.frames), "entropy": .number($0.entropy),
                        "diagonal": .number($0.diagonal), "top_seconds": .array($0.top.map { .number($0) }),
                        "received": .array($0.received.map { .number($0) }),
                    ]
                }),
        ]
    }

    public var arrays: [NPZ.Entry] {
        maps.map { .init($0.name, NumberArray(shape: [$0.frames, $0.frames], floats: $0.weights)) }
    }
}

/// Attention through several blocks: each hands on half of what it looks at and half of itself (Abnar and Zuidema,
/// 2020).
enum Rollout {
    /// `(W + I) / 2`, rows adding up to 1.
    static func half(_ weights: [Double], _ n: Int) -> [Double] {
        var out = weights.map { $0 / 2 }
        for row in 0..<n {
            out[row * n + row] += 0.5
            let sum = out[row * n..<(row + 1) * n].reduce(0, +)
            for column in 0..<n where sum > 0 { out[row * n + column] /= sum }
        }
        return out
    }

    static func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
        var out = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for middle in 0..<n where a[row * n + middle] != 0 {
                for column in 0..<n { out[row * n + column] += a[row * n + middle] * b[middle * n + column] }
            }
        }
        return out
    }
}
