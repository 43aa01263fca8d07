import GraphIR

/// How far into a window the zeros reach that convolutions put beyond its ends, before anything sees all of it.
struct PaddedReach: Hashable {
    /// In samples of the input.
    var start = 0
    var end = 0

    init(_ graph: Graph) {
        let padding = graph.nodes.filter(Self.pads)
        guard !padding.isEmpty else { return }
        var local = graph
        local.outputs = graph.nodes.indices.map { Graph.Output(name: "", node: $0, place: .nowhere) }
        let seen = ReceptiveField.of(local).compactMap { field -> Int? in
            if case .samples(let count) = field { count } else { nil }
        }
        let span = (seen.max() ?? 1) - 1
        let isCausal = padding.allSatisfy { $0.arguments["padding"] == .word("causal") }
        (start, end) = isCausal ? (span, 0) : (span / 2, span / 2)
    }

    private static func pads(_ node: Node) -> Bool {
        switch node.arguments["padding"] {
        case .word("valid"), .int(0), nil: node.kind == "pad"
        default: true
        }
    }
}
