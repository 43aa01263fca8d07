import GraphIR
import Layers

/// One layer of the plan, or several fused into one: what it computes, from which values, into which.
struct Step {
    /// The graph's nodes that it stands for, in order; the last one's result is what it writes.
    var nodes: [Int]
    var path: String
    var arithmetic: any Arithmetic
    /// Values are known by the index of the node whose result they are.
    var inputs: [Int]
    var output: Int
    /// Indices into the weight layout.
    var weights: [Int]
    /// The number of its stream of random numbers.
    var stream: UInt64
    /// The plan's own, but inference for frozen layers with running statistics.
    var mode: Mode
}

/// An array that flows, with every size known.
struct Flow {
    var shape: [Int]
    /// The last axis as the graph has it, for samples of other lengths.
    var time: Dimension
    var rows: Int { shape.count < 2 ? 1 : shape.dropLast().reduce(1, Rational.product) }
    var width: Int { shape.last ?? 1 }
}

/// A graph with its sizes settled, as a list of steps.
struct Lowered {
    var steps: [Step] = []
    /// One entry a node.
    var flows: [Flow] = []
}

extension Lowered {
    init(
        _ graph: Graph, registry: Registry, layout: WeightLayout, options: PlanOptions
    ) throws(PlanError) {
        if let broken = graph.brokenClaims(options.lengths).first {
            throw .brokenClaim(graph.sentence(of: broken, options.lengths))
        }
        var types: [TensorType] = []
        let needed = options.keepsEveryLayer ? Set(graph.nodes.indices) : graph.ancestorsOfOutputs()
        for (index, node) in graph.nodes.enumerated() {
            let type: TensorType
            if node.isInput {
                type = node.type.substituting(options.lengths)
            } else {
                let layer = try Lowered.layer(node, registry, inputs: node.inputs.map { types[$0] }, options.lengths)
                type = layer.output
                if needed.contains(index) {
                    let mode = node.hasFrozenStatistics ? .inference : options.mode
                    steps.append(
                        Step(
                            nodes: [index], path: node.path, arithmetic: layer.settled(for: mode),
                            inputs: node.inputs, output: index,
                            weights: layout.entries.indices.filter { layout.entries[$0].node == index },
                            stream: CounterRandom.number(of: node.path), mode: mode))
                }
            }
            guard let shape = type.shape.numbers, shape.allSatisfy({ $0 > 0 }) else {
                if let symbol = type.shape.dimensions.flatMap(\.symbols).first {
                    throw PlanError.unknownLength(symbol: symbol)
                }
                throw PlanError.unsettledSize(path: node.path, type.shape.description)
            }
            if type.shape.absurdAxis != nil {
                throw PlanError.absurdSize(path: node.path, type.shape.description)
            }
            types.append(type)
            flows.append(Flow(shape: shape, time: node.type.shape.dimensions.last ?? 1))
        }
        if options.style == .fused, !options.keepsEveryLayer {
            dropIdentities(outputs: graph.outputs.map(\.node))
            fuse(graph, options)
        }
    }

    private static func layer(
        _ node: Node, _ registry: Registry, inputs: [TensorType], _ lengths: [String: Int]
    ) throws(PlanError) -> any Layer {
        guard let type = registry.layer(node.kind) as? any Layer.Type else {
            throw .noArithmetic(kind: node.kind, path: node.path)
        }
        do {
            return try type.init(node.arguments.substituting(lengths), inputs: inputs)
        } catch {
            throw .refused(path: node.path, error)
        }
    }

    /// Whoever reads the result of a step that changes nothing reads its input instead.
    private mutating func dropIdentities(outputs: [Int]) {
        while let index = steps.firstIndex(where: { $0.arithmetic.isIdentity && !outputs.contains($0.output) }) {
            let (from, to) = (steps[index].output, steps[index].inputs[0])
            steps.remove(at: index)
            for reader in steps.indices { steps[reader].inputs = steps[reader].inputs.map { $0 == from ? to : $0 } }
        }
    }

    /// Joins each step with the one that alone reads its result, as long as the arithmetic knows how.
    private mutating func fuse(_ graph: Graph, _ options: PlanOptions) {
        let outputs = Set(graph.outputs.map(\.node))
        var index = 0
        while index < steps.count {
            let step = steps[index]
            let readers = steps.indices.filter { steps[$0].inputs.contains(step.output) }
            if readers.count == 1, let reader = readers.first, steps[reader].inputs == [step.output],
                !outputs.contains(step.output), step.mode == steps[reader].mode,
                let joined = step.arithmetic.followed(
                    by: steps[reader].arithmetic, in: step.mode, withGradients: options.gradients != .none)
            {
                let next = steps[reader]
                steps[index] = Step(
                    nodes: step.nodes + next.nodes, path: step.path, arithmetic: joined, inputs: step.inputs,
                    output: next.output, weights: step.weights + next.weights,
                    stream: next.arithmetic.isRandom ? next.stream : step.stream, mode: step.mode)
                steps.remove(at: reader)
            } else {
                index += 1
            }
        }
    }
}

extension Graph {
    /// The nodes that some output depends on.
    func ancestorsOfOutputs() -> Set<Int> {
        var needed = Set(outputs.map(\.node))
        for index in nodes.indices.reversed() where needed.contains(index) { needed.formUnion(nodes[index].inputs) }
        return needed
    }
}

extension Arguments {
    /// The arguments with the symbols of sizes replaced by numbers.
    func substituting(_ lengths: [String: Int]) -> Arguments {
        Arguments(entries.map { Entry($0.name, $0.value.substituting(lengths), isExplicit: $0.isExplicit) })
    }
}

extension Value {
    fileprivate func substituting(_ lengths: [String: Int]) -> Value {
        switch self {
        case .size(let dimension): return dimension.substituting(lengths).value
        case .list(let values): return .list(values.map { $0.substituting(lengths) })
        default: return self
        }
    }
}
