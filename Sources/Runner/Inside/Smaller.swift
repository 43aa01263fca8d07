import Files
import Foundation
import GraphIR
import Interpreter
import Layers

/// A network with some units of one layer left out: its text, its weights, and how far it is from the one whose units
/// are silenced.
public struct SmallerNetwork: Sendable {
    /// A variant of the run's own file.
    public var text: String
    public var weights: Weights
    public var kept: [Int]
    public var parameters: Int
    public var before: Int
    /// The largest difference of any output between it and the network whose units are silenced, over the windows that
    /// were looked at.
    public var difference: Double
    public var windows: Int
}

extension Subject {
    private static let through: Set<String> = [
        "relu", "leaky_relu", "elu", "gelu", "silu", "mish", "tanh", "dropout", "batch_norm", "max_pool",
        "average_pool", "global_max_pool", "global_average_pool", "upsample", "crop", "flatten",
    ]
    private static let reading: Set<String> = ["conv", "conv_transpose", "dense", "lstm", "gru", "rnn"]
    private static let keepsZero: Set<String> = ["none", "relu", "leaky_relu", "elu", "gelu", "silu", "mish", "tanh"]

    /// Follows the channels of a layer through those that hand every channel on by itself, to those that do not.
    func following(_ node: Int) -> (handing: [Int], readers: [Int]) {
        var (handing, readers) = ([node], [Int]())
        var next = 0
        while next < handing.count {
            for reader in graph.nodes.indices where graph.nodes[reader].inputs.contains(handing[next]) {
                if Self.through.contains(graph.nodes[reader].kind) {
                    if !handing.contains(reader) { handing.append(reader) }
                } else if !readers.contains(reader) {
                    readers.append(reader)
                }
            }
            next += 1
        }
        return (handing, readers)
    }

    /// Refuses where a channel that says nothing would still be heard.
    private func requireSeparable(_ node: Int) throws {
        let path = graph.nodes[node].path
        if case .word(let activation) = graph.nodes[node].arguments["activation"],
            !Self.keepsZero.contains(activation)
        {
            throw RunError(
                .refused, "a unit of '\(path)' that says nothing still gives \(activation)(0)",
                help: "a smaller network can be written where silence is 0")
        }
        let (handing, readers) = following(node)
        if let output = graph.outputs.first(where: { handing.contains($0.node) }) {
            throw RunError(
                .refused, "the units of '\(path)' are the output \(output.name)", help: "--layer names a hidden one")
        }
        for reader in readers.map({ graph.nodes[$0] }) {
            let isWhole = reader.arguments["groups"].map { $0 == .int(1) } ?? true
            guard !Self.reading.contains(reader.kind) || !isWhole else { continue }
            throw RunError(
                .refused,
                "'\(reader.path)', a \(reader.kind), needs every channel of '\(path)': "
                    + "no smaller network can be written",
                help: "inside prune without --write measures it all the same")
        }
    }

    /// - `base`: how the file that is written calls the one it is a variant of.
    func smaller(_ node: Int, keeping kept: Set<Int>, of count: Int, base: String, windows: Int = 16) throws
        -> SmallerNetwork
    {
        let (made, small, width) = try cut(node, keeping: kept, of: count)
        let silent = try silenced(node, Set(0..<count).subtracting(kept), of: count)
        let (difference, looked) = try difference(made.graph, small, silent, windows)
        return SmallerNetwork(
            text: text(base, graph.nodes[node].path, unitsSetting(node), width), weights: small, kept: kept.sorted(),
            parameters: small.layout.trainableCount, before: weights.layout.trainableCount, difference: difference,
            windows: looked)
    }

    /// The network with some units of a layer and nothing else changed: what it is, its weights, and how many units the
    /// layer has in each direction.
    ///
    /// - `known`: what was made for as many units before.
    func cut(
        _ node: Int, keeping kept: Set<Int>, of count: Int, known: (Int) -> Network? = { _ in nil }
    ) throws -> (network: Network, weights: Weights, width: Int) {
        try requireSeparable(node)
        let path = graph.nodes[node].path
        let directions = directions(of: node)
        let one = count / directions
        let byDirection = (0..<directions).map { direction in
            kept.filter { $0 / one == direction }.map { $0 % one }.sorted()
        }
        guard let width = byDirection.first?.count, width > 0, byDirection.allSatisfy({ $0.count == width }) else {
            throw RunError(
                .refused,
                "of '\(path)' \(byDirection.map { "\($0.count)" }.joined(separator: " and ")) units would stay "
                    + "forward and backward", help: "both directions need as many")
        }
        let made =
            try known(width)
            ?? NetworkFile.compiled(
                file.sources, settings: file.overrides + [("\(path).\(unitsSetting(node))", "\(width)")],
                plugins: file.plugins, registry: session.registry, of: note.folder)
        let layout = WeightLayout(made.graph)
        guard layout.entries.count == weights.layout.entries.count,
            zip(layout.entries, weights.layout.entries).allSatisfy({ $0.name == $1.name })
        else {
            throw RunError(
                .refused, "'\(path)' with \(width) units is another network: its arrays have other names",
                help: "inside prune without --write measures it all the same")
        }
        var small = Weights(zerosIn: layout)
        for (new, old) in zip(layout.entries, weights.layout.entries) {
            let places = try axes(old, new, node, byDirection, one: one)
            for (place, index) in Self.indices(old.shape, places).enumerated() {
                small.values[new.offset + place] = weights.values[old.offset + index]
            }
        }
        return (made, small, width)
    }

    /// Which numbers of each axis stay.
    private func axes(
        _ old: WeightLayout.Entry, _ new: WeightLayout.Entry, _ node: Int, _ byDirection: [[Int]], one: Int
    ) throws -> [[Int]] {
        let backward = old.spec.name.hasPrefix("backward.") ? 1 : 0
        let all = byDirection.enumerated().flatMap { direction, units in units.map { direction * one + $0 } }
        let own = byDirection[min(backward, byDirection.count - 1)]
        return try old.shape.indices.map { axis in
            let (before, after) = (old.shape[axis], new.shape[axis])
            if before == after, old.node != node || axis > 0 { return Array(0..<before) }
            // Of the layer itself: rows gate by gate, and what it reads of its own state.
            let (units, group) = old.node == node ? (own, one) : (all, one * byDirection.count)
            guard before % group == 0, after == before / group * units.count else {
                throw RunError(
                    .refused, "'\(old.name)' does not follow the units of '\(graph.nodes[node].path)'",
                    help: "inside prune without --write measures it all the same")
            }
            if old.node == node {
                return (0..<before / group).flatMap { gate in units.map { gate * group + $0 } }
            }
            // A reader of flattened channels has a column for every sample of each.
            let wide = before / group
            return units.flatMap { unit in (0..<wide).map { unit * wide + $0 } }
        }
    }

    /// Places in an array, row by row, of what stays of each axis.
    private static func indices(_ shape: [Int], _ places: [[Int]]) -> [Int] {
        var indices = [0]
        for (axis, kept) in places.enumerated() {
            indices = indices.flatMap { start in kept.map { start * shape[axis] + $0 } }
        }
        return indices
    }

    private func text(_ base: String, _ path: String, _ setting: String, _ width: Int) -> String {
        let settings = file.overrides.map { "    set \($0.key) = \($0.value)\n" }.joined()
        return """
            /// \(name) with \(width) of the units of `\(path)`; the others were pruned by `strata inside prune`.
            variant \(name)Pruned of "\(base)" {
            \(settings)    set \(path).\(setting) = \(width)
            }

            """
    }

    private func difference(
        _ made: Graph, _ small: Weights, _ silent: Weights, _ windows: Int
    ) throws -> (Double, Int) {
        var machines: (whole: Machine, small: Machine)?
        var symbols: [String: Int] = [:]
        var largest = 0.0, looked = 0
        try look(Array(traces(.test).prefix(windows))) { seen in
            if machines == nil || symbols != seen.symbols {
                var options = PlanOptions()
                options.lengths = seen.symbols
                options.threads = 1
                machines = (
                    try Machine(graph.withDropoutOff, registry: session.registry, options: options),
                    try Machine(made.withDropoutOff, registry: session.registry, options: options)
                )
                machines?.whole.load(silent)
                machines?.small.load(small)
                symbols = seen.symbols
            }
            guard let machines else { return }
            for machine in [machines.whole, machines.small] {
                for (index, input) in seen.inputs.enumerated() { try machine.setInput(index, to: input) }
                try machine.forward()
            }
            for index in graph.outputs.indices {
                for (a, b) in zip(machines.whole.output(index), machines.small.output(index)) {
                    largest = max(largest, Double(abs(a - b)))
                }
            }
            looked += 1
        }
        return (largest, looked)
    }
}
