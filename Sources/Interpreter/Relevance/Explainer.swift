import GraphIR
import Layers

/// A network whose numbers can be explained: what came in, where, says how much of one number of it.
///
/// Relevance is the ordinary way back through a network whose gates, weights of attention and spreads are held still,
/// and whose curves are chords: `R = x · c` at any array, and the sum of it, with what constants added, is the number.
public final class Explainer {
    public let explained: ExplainedGraph
    public let rule: RelevanceRule
    private let machine: Machine
    private let walk: RelevanceWalk
    private let hasBaseline: Bool

    /// What a number is made of.
    public struct Explanation: Sendable {
        public var account: Account
        /// By input of the network, `[channels, time]` without gaps: how much a unit of it counts, and it times what
        /// came in.
        public var coefficients: [[Float]]
        public var relevance: [[Float]]
    }

    public convenience init(
        _ graph: Graph, registry: Registry = .builtIn, weights: Weights, rule: RelevanceRule = .standard,
        first: FirstRule = .same, lengths: [String: Int] = [:], memoryLimit: Int? = nil
    ) throws {
        try self.init(
            ExplainedGraph(graph, registry: registry), registry: registry, weights: weights, rule: rule, first: first,
            lengths: lengths, memoryLimit: memoryLimit)
    }

    public init(
        _ explained: ExplainedGraph, registry: Registry = .builtIn, weights: Weights,
        rule: RelevanceRule = .standard, first: FirstRule = .same, lengths: [String: Int] = [:],
        memoryLimit: Int? = nil
    ) throws {
        self.explained = explained
        self.rule = rule
        hasBaseline = rule == .difference
        var options = PlanOptions(batch: hasBaseline ? 2 : 1)
        options.explains = true
        options.lengths = lengths
        options.threads = 1
        options.memoryLimit = memoryLimit
        machine = try Machine(explained.graph, registry: registry, options: options)
        var sums: [Int: SignedSums] = [:]
        var firsts: [Int: FirstShares] = [:]
        for (index, step) in machine.plan.lowered.steps.enumerated() where step.arithmetic.isWeightedSum {
            let node = explained.graph.nodes[step.output], source = explained.graph.nodes[node.inputs[0]]
            let input = source.type.substituting(lengths)
            if first != .same, source.isInput {
                firsts[index] = try FirstShares(first, node, input: input, registry: registry)
            } else if rule.looksAtSigns {
                sums[index] = try SignedSums(node, input: input, registry: registry)
            }
        }
        walk = RelevanceWalk(
            machine: machine, rule: rule, baseline: hasBaseline ? 1 : nil, sums: sums, first: firsts)
        try load(weights)
    }

    /// Whether anything that reads the waveform is under the rule of first layers.
    public var hasFirstShares: Bool { !walk.first.isEmpty }

    /// Other weights of the same network: fresh ones, or those of another seed.
    public func load(_ weights: Weights) throws(MachineError) {
        machine.load(weights)
        for sums in walk.sums.values { try sums.load(weights) }
        for first in walk.first.values { try first.load(weights) }
    }

    public func shape(ofNode node: Int) -> [Int] { machine.shape(ofNode: node) }
    public func count(ofNode node: Int) -> Int { machine.count(ofNode: node) }
    public var inputCounts: [Int] {
        explained.graph.nodes.indices.filter { explained.graph.nodes[$0].isInput }.map { machine.count(ofNode: $0) }
    }

    /// Lets the network look at one window; with the rule `difference` at a baseline too.
    ///
    /// - `seed` and `step`: which draw of what is random, where anything is.
    public func look(at inputs: [[Float]], baseline: [[Float]]? = nil, seed: UInt64 = 0, step: UInt64 = 0) throws {
        for (index, values) in inputs.enumerated() {
            let start = baseline?[index] ?? [Float](repeating: 0, count: values.count)
            try machine.setInput(index, to: hasBaseline ? values + start : values)
        }
        try machine.forward(seed: seed, step: step)
    }

    /// What a node made of the window.
    public func result(ofNode node: Int) -> [Float] { first(machine.result(ofNode: node), node) }
    /// The same of the baseline.
    public func baselineResult(ofNode node: Int) -> [Float] {
        let all = machine.result(ofNode: node)
        return hasBaseline ? Array(all.suffix(machine.count(ofNode: node))) : []
    }
    private func first(_ values: [Float], _ node: Int) -> [Float] {
        hasBaseline ? Array(values.prefix(machine.count(ofNode: node))) : values
    }

    /// Arrays within a node: gates, cells, weights of attention. Asked for before `explain`, which writes over them.
    public func insides(ofNode node: Int) -> [Inside] {
        guard let index = machine.plan.lowered.steps.firstIndex(where: { $0.output == node }) else { return [] }
        let length = machine.plan.lowered.flows[node].width
        return machine.plan.lowered.steps[index].arithmetic.insides(
            UnsafePointer(machine.tables.calls[0][index].kept), length: length)
    }

    /// Explains `sum(weights · logit of an output)`: 1 at one number and 0 elsewhere for that number. `constant` is
    /// what the value has beside that sum, as the remainder of a logarithm.
    public func explain(output: Int, weights: [Float], constant: Double = 0) throws -> Explanation {
        let node = explained.ends[output].logit
        var account = Account()
        let values = result(ofNode: node), start = baselineResult(ofNode: node)
        account.value = constant
        for index in weights.indices where weights[index] != 0 {
            account.value += Double(weights[index]) * (Double(values[index]) - Double(hasBaseline ? start[index] : 0))
        }
        let cotangent = hasBaseline ? weights + [Float](repeating: 0, count: weights.count) : weights
        machine.clearGradients()
        try machine.setCotangent(output, to: cotangent)
        machine.clearOtherCotangents()
        settle(try walk.run(), into: &account)
        if constant != 0 { account.constants.insert(Account.Share("the logarithm", constant), at: 0) }
        return arrays(account)
    }

    private func settle(_ entries: [RelevanceWalk.Entry], into account: inout Account) {
        for (entry, step) in zip(entries, machine.plan.lowered.steps) {
            let path = explained.graph.nodes[step.output].path
            if entry.constants != 0 { account.constants.append(Account.Share(path, entry.constants)) }
            account.stabiliser += entry.stabiliser
            let open = entry.taken - entry.given - entry.constants
            if open != 0 { account.unaccounted.append(Account.Share(path, open)) }
        }
    }

    private func arrays(_ sums: Account) -> Explanation {
        var account = sums
        var coefficients: [[Float]] = []
        var relevance: [[Float]] = []
        let nodes = explained.graph.nodes.indices.filter { explained.graph.nodes[$0].isInput }
        for (index, node) in nodes.enumerated() {
            let x = result(ofNode: node), start = baselineResult(ofNode: node)
            let c = first(machine.inputGradient(index), node)
            let extra = atZero(node)
            var (sum, absolute) = (0.0, 0.0)
            relevance.append(
                x.indices.map { place in
                    let share =
                        (Double(x[place]) - (hasBaseline ? Double(start[place]) : 0)) * Double(c[place])
                        + (extra.isEmpty ? 0 : Double(extra[place]))
                    sum += share
                    absolute += abs(share)
                    return Float(share)
                })
            coefficients.append(c)
            account.inputs.append(Account.Share(explained.graph.nodes[node].path, sum))
            account.absolute += absolute
        }
        return Explanation(account: account, coefficients: coefficients, relevance: relevance)
    }

    /// What first layers gave an input where it is zero.
    private func atZero(_ input: Int) -> [Float] {
        walk.first.sorted { $0.key < $1.key }.reduce(into: []) { sum, first in
            let node = explained.graph.nodes[machine.plan.lowered.steps[first.key].output]
            guard node.inputs[0] == input, !first.value.atZero.isEmpty else { return }
            sum = sum.isEmpty ? first.value.atZero : zip(sum, first.value.atZero).map { $0 + $1 }
        }
    }

    /// What came back to any node in the last `explain`, and it times what the node made.
    public func coefficient(ofNode node: Int) -> [Float] { first(machine.gradient(ofNode: node), node) }
    public func relevance(ofNode node: Int) -> [Float] {
        let start = baselineResult(ofNode: node)
        return zip(result(ofNode: node), coefficient(ofNode: node)).enumerated().map { index, pair in
            (pair.0 - (hasBaseline ? start[index] : 0)) * pair.1
        }
    }
}
