import Compiler
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
    /// What is between a layer and those that read its channels: layers that hand every channel through by itself.
    struct Channels {
        /// Layers with rows of their own for each channel, as batch norm.
        var owners: [Int] = []
        var readers: [Int] = []
    }

    private static let through: Set<String> = [
        "relu", "leaky_relu", "elu", "gelu", "tanh", "dropout", "batch_norm", "max_pool", "average_pool",
        "global_max_pool", "global_average_pool", "upsample", "crop", "flatten",
    ]
    private static let reading: Set<String> = ["conv", "conv_transpose", "dense", "lstm", "gru", "rnn"]
    private static let keepsZero: Set<String> = ["none", "relu", "leaky_relu", "elu", "gelu", "tanh"]

    /// Follows the channels of a layer; refused where a channel that says nothing would still be heard.
    func channels(of node: Int) throws -> Channels {
        var found = Channels()
        var frontier = [node], seen: Set<Int> = [node]
        if case .word(let activation) = graph.nodes[node].arguments["activation"],
            !Self.keepsZero.contains(activation)
        {
            throw RunError(
                .refused, "a unit of '\(graph.nodes[node].path)' that says nothing still gives \(activation)(0)",
                help: "a smaller network can be written where silence is 0")
        }
        while let next = frontier.popLast() {
            if let output = graph.outputs.first(where: { $0.node == next }) {
                throw RunError(
                    .refused, "the units of '\(graph.nodes[node].path)' are the output \(output.name)",
                    help: "--layer names a hidden one")
            }
            for reader in graph.nodes.indices where graph.nodes[reader].inputs.contains(next) {
                let kind = graph.nodes[reader].kind
                guard seen.insert(reader).inserted else { continue }
                if Self.reading.contains(kind), graph.nodes[reader].arguments["groups"].map({ $0 == .int(1) }) ?? true {
                    found.readers.append(reader)
                } else if Self.through.contains(kind) {
                    if !graph.nodes[reader].weights.isEmpty { found.owners.append(reader) }
                    frontier.append(reader)
                } else {
                    throw RunError(
                        .refused,
                        "'\(graph.nodes[reader].path)', a \(kind), needs every channel of "
                            + "'\(graph.nodes[node].path)': no smaller network can be written",
                        help: "inside prune without --write measures it all the same")
                }
            }
        }
        return found
    }

    /// - `base`: how the file that is written calls the one it is a variant of.
    func smaller(_ node: Int, keeping kept: Set<Int>, of count: Int, base: String, windows: Int = 16) throws
        -> SmallerNetwork
    {
        let channels = try channels(of: node)
        let path = graph.nodes[node].path
        let directions =
            weights.layout.entries.contains { $0.node == node && $0.spec.name.hasPrefix("backward.") } ? 2 : 1
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
        let setting = graph.nodes[node].kind == Conv.signature.name ? "filters" : "units"
        let made = try compiled(file.overrides + [("\(path).\(setting)", "\(width)")])
        let layout = WeightLayout(made.graph)
        guard layout.entries.count == weights.layout.entries.count,
            zip(layout.entries, weights.layout.entries).allSatisfy({ $0.name == $1.name })
        else {
            throw RunError(.refused, "'\(path)' with \(width) units is another network: its arrays have other names")
        }
        var small = Weights(initializing: made.graph, seed: 0)
        for (new, old) in zip(layout.entries, weights.layout.entries) {
            let places = try axes(old, new, node, byDirection, channels, one: one)
            for (place, index) in Self.indices(old.shape, places).enumerated() {
                small.values[new.offset + place] = weights.values[old.offset + index]
            }
        }
        let silent = try silenced(node, Set(0..<count).subtracting(kept), of: count)
        let (difference, looked) = try difference(made, small, silent, windows)
        return SmallerNetwork(
            text: text(base, path, setting, width), weights: small, kept: kept.sorted(),
            parameters: layout.trainableCount, before: weights.layout.trainableCount, difference: difference,
            windows: looked)
    }

    /// Which numbers of each axis stay.
    private func axes(
        _ old: WeightLayout.Entry, _ new: WeightLayout.Entry, _ node: Int, _ byDirection: [[Int]],
        _ channels: Channels, one: Int
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
                throw RunError(.refused, "'\(old.name)' does not follow the units of '\(graph.nodes[node].path)'")
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

    private func compiled(_ settings: [(key: String, value: String)]) throws -> (graph: Graph, overrides: Int) {
        guard let first = file.sources.first?.path else {
            throw RunError(.badData, "the run's record holds no architecture")
        }
        let compilation = compile(
            path: first, registry: session.registry, settings: settings,
            allowedPlugins: Set(file.plugins.map(\.path))
        ) { wanted in
            guard let source = file.sources.first(where: { $0.path == wanted }) else {
                throw CocoaError(.fileNoSuchFile)
            }
            return Array(source.text.utf8)
        }
        guard let network = compilation.network else {
            let error = compilation.diagnostics.first { $0.severity == .error }
            throw RunError(
                .refused,
                "with \(settings.last?.key ?? "") = \(settings.last?.value ?? "") the network does not fit: "
                    + (error?.message ?? "it declares none"))
        }
        // What a file expects of its own size is no longer so, and the variant says what is.
        return (network.graph, settings.count)
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
        _ made: (graph: Graph, overrides: Int), _ small: Weights, _ silent: Weights, _ windows: Int
    ) throws -> (Double, Int) {
        var machines: (whole: Machine, small: Machine)?
        var symbols: [String: Int] = [:]
        var largest = 0.0, looked = 0
        try look(Array(traces("test").prefix(windows))) { seen in
            if machines == nil || symbols != seen.symbols {
                var options = PlanOptions()
                options.lengths = seen.symbols
                options.threads = 1
                machines = (
                    try Machine(graph.withDropoutOff, registry: session.registry, options: options),
                    try Machine(made.graph.withDropoutOff, registry: session.registry, options: options)
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
