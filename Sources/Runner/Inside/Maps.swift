import Files
import Foundation
import GraphIR
import Interpreter

/// What each layer makes of some traces, channel by channel.
public struct MapFinding: Sendable {
    public struct Layer: Sendable {
        public var path: String
        public var kind: String
        public var channels: Int
        public var time: Int
        /// Channels that are 0 throughout, that never change, and that stay above 99 % of the layer's largest value.
        public var dead: Int
        public var constant: Int
        public var saturated: Int
        /// By trace, `[channels, time]`.
        public var values: [[Float]]
        /// The largest of |values| over all traces: one scale.
        public var limit: Float
        /// By how many samples of the window its samples lie apart.
        public var jump: Double
    }
    public var traces: [Subject.Seen]
    public var layers: [Layer]
    public var rate: Double
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    /// The results of all layers, or of one, for some traces.
    public func maps(_ traces: [Int], layer: String? = nil) throws -> MapFinding {
        var seen: [Seen] = []
        try look(traces) { seen.append($0) }
        guard let first = seen.first else {
            throw RunError(
                .badData, "none of these traces can be used", help: "strata data audit says what is wrong with them")
        }
        let wanted = try layer.map { [try node($0)] } ?? graph.nodes.indices.filter { !graph.nodes[$0].isInput }
        let explainer = try explainer(.standard, symbols: first.symbols)
        let jumps = jumps
        var layers = wanted.map { index -> MapFinding.Layer in
            let shape = explainer.shape(ofNode: explainer.explained.places[index])
            return MapFinding.Layer(
                path: graph.nodes[index].path, kind: graph.nodes[index].kind, channels: shape.first ?? 1,
                time: max(1, shape.dropFirst().reduce(1, *)), dead: 0, constant: 0, saturated: 0, values: [], limit: 0,
                jump: jumps[index])
        }
        for window in seen where window.symbols == first.symbols {
            try explainer.look(at: window.inputs)
            for (place, index) in wanted.enumerated() {
                layers[place].values.append(explainer.result(ofNode: explainer.explained.places[index]))
            }
        }
        for place in layers.indices { layers[place].count() }
        return MapFinding(
            traces: seen.filter { $0.symbols == first.symbols }, layers: layers, rate: rate, run: note)
    }
}

extension Subject {
    /// By node, how many samples of the window lie between two of its own: strides widen it, upsampling narrows it.
    private var jumps: [Double] {
        var jumps: [Double] = []
        for node in graph.nodes {
            let before = node.inputs.map { jumps[$0] }.max() ?? 1
            if case .local(_, let step, let rise) = node.reach {
                jumps.append(before * Double(step) / Double(max(1, rise)))
            } else {
                jumps.append(before)
            }
        }
        return jumps
    }
}

extension MapFinding.Layer {
    fileprivate mutating func count() {
        limit = values.flatMap { $0 }.map { abs($0) }.max() ?? 0
        for channel in 0..<channels {
            let rows = values.map { $0[channel * time..<(channel + 1) * time] }
            if rows.allSatisfy({ $0.allSatisfy { $0 == 0 } }) {
                dead += 1
            } else if time > 1, rows.allSatisfy({ row in row.allSatisfy { $0 == row.first } }) {
                constant += 1
            } else if limit > 0, rows.allSatisfy({ $0.allSatisfy { abs($0) > 0.99 * limit } }) {
                saturated += 1
            }
        }
    }
}

extension MapFinding {
    public var text: String {
        let width = (layers.map(\.path.count).max() ?? 0) + 2
        return layers.map { layer in
            layer.path.padding(toLength: width, withPad: " ", startingAt: 0)
                + "\(layer.channels) channels of \(layer.time)"
                + (layer.dead > 0 ? ", \(layer.dead) dead" : "")
                + (layer.constant > 0 ? ", \(layer.constant) constant" : "")
                + (layer.saturated > 0 ? ", \(layer.saturated) saturated" : "")
        }.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1, "traces": .array(traces.map { .string($0.name) }),
            "layers": .array(
                layers.map {
                    [
                        "path": .string($0.path), "kind": .string($0.kind), "channels": .int($0.channels),
                        "time": .int($0.time), "dead": .int($0.dead), "constant": .int($0.constant),
                        "saturated": .int($0.saturated),
                    ]
                }),
        ]
    }

    public var arrays: [NPZ.Entry] {
        layers.map { layer in
            .init(
                layer.path,
                NumberArray(
                    shape: [layer.values.count, layer.channels, layer.time], floats: layer.values.flatMap { $0 }))
        }
    }
}
