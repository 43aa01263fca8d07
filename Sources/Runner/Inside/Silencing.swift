import GraphIR
import Interpreter
import Layers

/// A network in which some units say nothing: changed weights, and a network of its own where weights are not enough.
struct Silenced {
    var weights: Weights
    /// `nil`: the network itself.
    var session: Session?
}

/// What of a unit is taken away, and what stands in its place.
public struct Silencing: Sendable, Hashable {
    public enum Cut: String, CaseIterable, Sendable {
        /// The unit says nothing to anyone, itself included.
        case unit
        /// Those behind the layer do not hear it; its own layer does.
        case output
    }
    public enum Instead: String, CaseIterable, Sendable {
        case zero
        /// What it says on average over the dev side: a unit that rests at 0.6 moves all sums when it is set to zero.
        case mean
    }
    public var cut: Cut
    public var instead: Instead
    public init(cut: Cut = .unit, instead: Instead = .zero) { (self.cut, self.instead) = (cut, instead) }
}

/// Silences units of one layer of a network.
final class Silencer {
    private let subject: Subject
    private let node: Int
    private let count: Int
    private let way: Silencing
    /// By unit, its mean over the dev side.
    private let means: [Double]
    private let threads: Int?
    /// The network with a layer behind the units that multiplies and adds unit by unit.
    private var gated: Session?
    /// By how many units they have in each direction: networks of their own, where none is needed that says nothing.
    private var smaller: [Int: Session] = [:]

    init(_ subject: Subject, node: Int, count: Int, _ way: Silencing, means: [Double], threads: Int?) throws {
        (self.subject, self.node, self.count, self.way) = (subject, node, count, way)
        (self.means, self.threads) = (means, threads)
        let kind = subject.graph.nodes[node].kind
        if way == Silencing(cut: .unit, instead: .mean), kind == Gru.signature.name {
            throw RunError(
                .refused,
                "the reset gate of '\(subject.graph.nodes[node].path)' would scale a mean that it tells itself",
                help: "--cut output keeps what it tells itself, --instead zero needs no mean")
        }
        if way.cut == .unit { try subject.requireRows(node) }
    }

    func without(_ units: Set<Int>) throws -> Silenced {
        if way == Silencing() {
            // What says nothing costs as much as what does: many units are left out rather than silenced.
            if 8 * units.count >= count, let left = try left(units) { return left }
            return Silenced(weights: try subject.silenced(node, units, of: count))
        }
        let session =
            try gated
            ?? subject.judging(subject.file.gated(subject.graph, behind: node, count: count), threads: threads)
        gated = session
        var weights = Weights(zerosIn: session.layout)
        let path = Self.path(of: subject.graph.nodes[node].path)
        for entry in session.layout.entries {
            if let own = subject.weights[entry.name] {
                weights.values.replaceSubrange(entry.range, with: own)
                continue
            }
            for unit in 0..<entry.count {
                let isOut = units.contains(unit)
                let instead = way.instead == .mean && means.indices.contains(unit) ? Float(means[unit]) : 0
                switch entry.name {
                case path + ".weight": weights.values[entry.offset + unit] = isOut ? 0 : 1
                case path + ".bias": weights.values[entry.offset + unit] = isOut ? instead : 0
                case path + ".running_var": weights.values[entry.offset + unit] = 1
                default: break
                }
            }
        }
        if way.cut == .unit { forgetThemselves(units, &weights) }
        return Silenced(weights: weights, session: session)
    }

    /// A network of what is left without some units; `nil` where there is none, as where its readers need every
    /// channel, or one direction would keep more units than the other.
    private func left(_ units: Set<Int>) throws -> Silenced? {
        let kept = Set(0..<count).subtracting(units)
        guard let cut = try? subject.cut(node, keeping: kept, of: count, known: { smaller[$0]?.file.network }) else {
            return nil
        }
        var file = subject.file
        file.network = cut.network
        let session = try smaller[cut.width] ?? subject.judging(file, threads: threads)
        smaller[cut.width] = session
        return Silenced(weights: cut.weights, session: session)
    }

    /// A recurrent layer's silent units tell it nothing either; what they say instead goes into its constants.
    private func forgetThemselves(_ units: Set<Int>, _ weights: inout Weights) {
        let one = count / subject.directions(of: node)
        let name = subject.graph.nodes[node].path
        for prefix in ["", "forward.", "backward."] {
            guard let matrix = weights.layout["\(name).\(prefix)weight_hh"] else { continue }
            let bias = weights.layout["\(name).\(prefix)bias"] ?? weights.layout["\(name).\(prefix)bias_hh"]
            let first = prefix == "backward." ? one : 0
            for row in 0..<matrix.count / one {
                for column in 0..<one where units.contains(first + column) {
                    let place = matrix.offset + row * one + column
                    if way.instead == .mean, let bias {
                        weights.values[bias.offset + row] += weights.values[place] * Float(means[first + column])
                    }
                    weights.values[place] = 0
                }
            }
        }
    }

    static func path(of layer: String) -> String { layer + ":gate" }
}

extension NetworkFile {
    /// The same network with a batch norm behind a layer, whose scale and shift open and close its units.
    fileprivate func gated(_ original: Graph, behind node: Int, count: Int) throws -> NetworkFile {
        var graph = original
        let gate = try Self.gate(original.nodes[node], at: node)
        func moved(_ index: Int) -> Int { index >= node ? index + 1 : index }
        for index in graph.nodes.indices { graph.nodes[index].inputs = graph.nodes[index].inputs.map(moved) }
        graph.nodes.insert(gate, at: node + 1)
        for index in graph.outputs.indices { graph.outputs[index].node = moved(graph.outputs[index].node) }
        var file = self
        file.network.graph = graph
        return file
    }

    private static func gate(_ layer: Node, at node: Int) throws -> Node {
        var arguments = BatchNorm.signature.defaults
        // So that what stays is divided by exactly 1.
        arguments.set(BatchNorm.epsilon.name, .float(0))
        do {
            return Node(
                path: Silencer.path(of: layer.path), layer: try BatchNorm(arguments, inputs: [layer.type]),
                arguments: arguments, inputs: [node], place: layer.place, origins: layer.origins)
        } catch {
            throw RunError(
                .refused, "units of '\(layer.path)' cannot be silenced: \(error)",
                help: "--layer names a layer with channels")
        }
    }
}

extension Subject {
    /// 2 for a layer that goes both ways, whose second half of units goes backward.
    func directions(of node: Int) -> Int {
        weights.layout.entries.contains { $0.node == node && $0.spec.name.hasPrefix("backward.") } ? 2 : 1
    }

    /// Refuses layers whose units have no weights of their own.
    func requireRows(_ node: Int) throws(RunError) {
        let layer = session.registry.layer(graph.nodes[node].kind)
        let isRecurrent = layer is Lstm.Type || layer is Gru.Type || layer is Rnn.Type
        guard isRecurrent || layer is Conv.Type || layer is Dense.Type else {
            throw RunError(
                .refused, "units of '\(graph.nodes[node].path)', a \(graph.nodes[node].kind), have no weights alone",
                help: "--cut output silences what it says, whatever it is; or --layer names a recurrent layer, a conv "
                    + "or a dense")
        }
    }

    /// Calls `body` with every run of weights that belongs to a unit.
    func eachRow(_ node: Int, of count: Int, _ body: (Int, Range<Int>) -> Void) throws {
        try requireRows(node)
        let entries = weights.layout.entries.filter { $0.node == node }
        let units = count / directions(of: node)
        for entry in entries {
            let rows = entry.shape[0], width = entry.count / max(1, rows)
            let first = entry.spec.name.hasPrefix("backward.") ? units : 0
            for row in 0..<rows {
                let start = entry.offset + row * width
                body(first + row % units, start..<start + width)
            }
        }
    }

    func norms(_ node: Int, _ count: Int) throws -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        try eachRow(node, of: count) { unit, row in
            for index in row { sums[unit] += Double(weights.values[index]) * Double(weights.values[index]) }
        }
        return sums.map { $0.squareRoot() }
    }

    /// The weights with everything gone that makes some units say anything: output, memory and, behind a convolution,
    /// the rows of its batch norm, whose shift would go on speaking.
    func silenced(_ node: Int, _ units: Set<Int>, of count: Int) throws -> Weights {
        var changed = weights
        try eachRow(node, of: count) { unit, row in
            if units.contains(unit) { for index in row { changed.values[index] = 0 } }
        }
        for owner in following(node).handing.dropFirst() {
            for entry in weights.layout.entries where entry.node == owner && entry.spec.isTrainable {
                for unit in units where entry.count == count { changed.values[entry.offset + unit] = 0 }
            }
        }
        return changed
    }
}
