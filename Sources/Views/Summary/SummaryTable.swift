import GraphIR

/// A network as a table for people: a line a layer, then what it adds up to.
public struct SummaryTable: Sendable {
    /// With numbers for its lengths where costs could not be shown otherwise.
    let graph: Graph
    /// As it was declared, symbols and all.
    let declared: Graph
    /// What stands for the symbols.
    public let lengths: [String: Int]
    let width: Int
    let memory: String?

    /// - lengths: numbers for the symbols of the inputs; what is missing gets a customary length.
    /// - width: how many columns there are; paths lose their middle where they do not fit.
    /// - memory: what running it needs, in words of whoever will run it.
    public init(_ graph: Graph, lengths: [String: Int] = [:], width: Int = 80, memory: String? = nil) {
        declared = graph
        self.lengths = graph.customaryLengths.merging(lengths) { _, asked in asked }
        self.graph = graph.substituting(self.lengths)
        self.width = max(72, width)
        self.memory = memory
    }

    /// A line for each layer.
    public var layers: [String] {
        var columns = Columns([.left, .left, .left, .right, .right, .right])
        columns.add(["path", "kind", "shape", "parameters", "cost", "share"])
        for (node, shown) in zip(declared.nodes, graph.nodes) {
            columns.add([node.path, node.kind, node.type.shape.description] + numbers(of: [shown]))
        }
        columns.shorten([2, 1, 0], to: width)
        return SummaryTable.ruled(columns.lines)
    }

    /// The layers by the labels that they stand under, with what each label adds up to.
    public var tree: [String] {
        var columns = Columns([.left, .left, .right, .right, .right])
        columns.add(["path", "shape", "parameters", "cost", "share"])
        func add(_ branches: [PathTree], prefix: String, isTop: Bool) {
            let runs = PathTree.runs(of: branches, in: declared)
            for (index, run) in runs.enumerated() {
                let isLast = index == runs.count - 1
                let stem = isTop ? "" : isLast ? "└─ " : "├─ "
                let (name, branch) = run[0].titled(in: declared)
                let title =
                    run.count == 1 ? name : "\(name) … \(run[run.count - 1].name), \(run.count) alike"
                let shape = branch.nodes.last.map { declared.nodes[$0].type.shape.description } ?? ""
                let nodes = run.flatMap(\.nodes).map { graph.nodes[$0] }
                columns.add([prefix + stem + title, shape] + numbers(of: nodes))
                add(branch.children, prefix: prefix + (isTop ? "" : isLast ? "   " : "│  "), isTop: false)
            }
        }
        add(PathTree(declared).children, prefix: "", isTop: true)
        columns.shorten([1, 0], to: width)
        return SummaryTable.ruled(columns.lines)
    }

    /// What the network takes, gives, weighs and costs.
    public var totals: [String] {
        var columns = Columns([.left, .left])
        for input in declared.inputs { columns.add(["input", "\(input.path) \(SummaryTable.describe(input.type))"]) }
        for output in declared.outputs {
            columns.add(["output", "\(output.name) \(SummaryTable.describe(declared.nodes[output.node].type))"])
        }
        let fixed = graph.fixedCount == 0 ? "" : " and \(Wording.count(graph.fixedCount)) running statistics"
        columns.add(["parameters", Wording.count(graph.trainableCount) + fixed])
        if let flops = graph.flops.number {
            columns.add(["cost", "\(Wording.short(flops, unit: "flop")) for one window\(lengthNote)"])
        }
        columns.add(["receptive field", receptiveField])
        if let memory { columns.add(["memory", memory]) }
        return columns.lines
    }

    // MARK: - Parts

    private var cost: Int { graph.flops.number ?? 0 }

    private func numbers(of nodes: [Node]) -> [String] {
        let parameters = nodes.reduce(0) { Rational.sum($0, $1.trainableCount) }
        let flops = nodes.reduce(Dimension(integerLiteral: 0)) { $0 + $1.flops }.number
        return [
            parameters == 0 ? "" : Wording.count(parameters),
            flops.map { $0 == 0 ? "" : Wording.short($0) } ?? "?",
            Wording.share(flops ?? 0, of: cost),
        ]
    }

    /// ` (T = 6000)`, where a length had to be taken for the costs.
    private var lengthNote: String {
        let taken = declared.symbols.compactMap { symbol in lengths[symbol].map { "\(symbol) = \($0)" } }
        return taken.isEmpty ? "" : " (\(taken.joined(separator: ", ")))"
    }

    private var receptiveField: String {
        switch ReceptiveField(declared) {
        case .everything: return "the whole window"
        case .samples(let count):
            let rate = declared.inputs.first?.type.rate
            return Wording.count(count, "sample") + (rate.map { " (\(Wording.duration(count, rate: $0)))" } ?? "")
        }
    }

    private static func describe(_ type: TensorType) -> String {
        "\(type.shape)" + (type.rate.map { " at \(Wording.trimmed($0)) Hz" } ?? "")
    }

    /// The first line, a rule, the rest.
    private static func ruled(_ lines: [String]) -> [String] {
        let width = lines.map(\.count).max() ?? 0
        return Array(lines.prefix(1)) + [String(repeating: "─", count: width)] + lines.dropFirst()
    }
}
