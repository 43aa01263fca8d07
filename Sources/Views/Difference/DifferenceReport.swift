import GraphIR

/// Two networks side by side: what `strata diff` says.
public struct DifferenceReport: Sendable {
    /// One of the two.
    public struct Side: Sendable {
        public var network: Network
        public var file: String
        public init(_ network: Network, file: String, registry: Registry = .builtIn) {
            self.network = network
            self.file = file
            summary = Summary(network.graph, file: file, registry: registry)
        }
        var graph: Graph { network.graph }
        /// What programs read of it.
        public let summary: Summary
    }

    public let a: Side
    public let b: Side
    public let layers: GraphDifference
    public let recipe: [RecipeDifference]

    public init(_ a: Side, _ b: Side) {
        self.a = a
        self.b = b
        layers = GraphDifference(a.graph, b.graph)
        recipe = RecipeDifference.all(a.network.recipe, b.network.recipe)
    }

    /// Whether both compile to one network, whatever they are called.
    public var isSameGraph: Bool { a.summary.hash == b.summary.hash }
    /// Whether the files say the same of training, and so do the layers: arguments that a graph's meaning does not
    /// depend on (penalties, how weights start) matter to training.
    public var isSameTraining: Bool { recipe.isEmpty && !(isSameGraph && !layers.changed.isEmpty) }

    /// What it comes to, in one sentence.
    public var verdict: String {
        let names = "\(a.graph.name) and \(b.graph.name)"
        switch (isSameGraph, isSameTraining) {
        case (true, true):
            return "\(names) are the same network, trained in the same way: "
                + "what their scores differ by is what two runs of one network differ by"
        case (true, false): return "\(names) are the same network and differ only in how they are trained"
        case (false, true): return "\(names) are different networks, trained in the same way"
        case (false, false): return "\(names) are different networks, and are trained differently"
        }
    }

    // MARK: - For people

    /// The report as lines of text; its sentences have at most this many columns.
    public func lines(width: Int = 80) -> [String] {
        var lines = Wording.wrapped(verdict, width: width) + [""] + sizes
        if !isSameGraph { lines += section("layers", layerLines) }
        return lines + section("training", (isSameGraph ? layerLines : []) + recipeLines)
    }

    private func section(_ title: String, _ content: [String]) -> [String] {
        content.isEmpty ? [] : ["", title] + content.map { "  " + $0 }
    }

    private var sizes: [String] {
        var columns = Columns([.left, .right, .right, .right])
        columns.add(["", a.graph.name, b.graph.name, "change"])
        func row(_ title: String, _ x: Int, _ y: Int) {
            columns.add([title, Wording.count(x), Wording.count(y), DifferenceReport.change(x, y)])
        }
        row("layers", a.graph.layerCount, b.graph.layerCount)
        row("parameters", a.graph.trainableCount, b.graph.trainableCount)
        row("running statistics", a.graph.fixedCount, b.graph.fixedCount)
        let lengths = a.graph.customaryLengths.merging(b.graph.customaryLengths) { x, _ in x }
        if let x = a.graph.flops.substituting(lengths).number, let y = b.graph.flops.substituting(lengths).number {
            columns.add([
                "cost", Wording.short(x, unit: "flop"), Wording.short(y, unit: "flop"), DifferenceReport.change(x, y),
            ])
        }
        let fields = [a, b].map { side -> String in
            switch ReceptiveField(side.graph) {
            case .everything: "whole window"
            case .samples(let count): Wording.count(count, "sample")
            }
        }
        columns.add(["receptive field"] + fields)
        return columns.lines
    }

    /// `+12.5 %`; nothing for no change.
    private static func change(_ x: Int, _ y: Int) -> String {
        if x == y { return "" }
        if x == 0 { return "+" + Wording.count(y) }
        let percent = 100 * (Double(y) - Double(x)) / Double(x)
        return (percent > 0 ? "+" : "") + Wording.decimal(percent, places: 1) + " %"
    }

    /// A line for each kind of change; turns of a loop that changed alike share one.
    private var layerLines: [String] {
        var lines: [(text: String, paths: [String])] = []
        func add(_ path: String, _ line: (String) -> String) {
            let text = line(path.starred)
            if let known = lines.firstIndex(where: { $0.text == text }) {
                lines[known].paths.append(path)
            } else {
                lines.append((text, [path]))
            }
        }
        for part in PathTree(a.graph).parts(of: layers.removed) {
            add(part.path) { "- \($0)  \(describe(part, in: a.graph))" }
        }
        for part in PathTree(b.graph).parts(of: layers.added) {
            add(part.path) { "+ \($0)  \(describe(part, in: b.graph))" }
        }
        for pair in layers.replaced {
            let before = a.graph.nodes[pair.a]
            let after = b.graph.nodes[pair.b]
            add(before.path) { "~ \($0)  \(describe(before)) is now \(describe(after))" }
        }
        for pair in layers.changed {
            let before = a.graph.nodes[pair.a]
            let after = b.graph.nodes[pair.b]
            let what = pair.arguments.map { name in
                "\(name): \(text(before.arguments[name])) is now \(text(after.arguments[name]))"
            }
            add(after.path) { "~ \($0)  \(before.kind): \(what.joined(separator: ", "))" }
        }
        let shown = lines.map {
            $0.paths.count == 1 ? $0.text.restored($0.paths[0]) : "\($0.text)  × \($0.paths.count)"
        }
        guard !layers.resized.isEmpty else { return shown }
        let count = layers.resized.count
        return shown + [
            "\(count == 1 ? "One other layer has" : "\(count) other layers have") other sizes as a consequence"
        ]
    }

    private func describe(_ node: Node) -> String { "\(BoxText.call(node)) \(node.type.shape)" }

    /// A layer, or all that stands under a label.
    private func describe(_ part: PathTree, in graph: Graph) -> String {
        let nodes = part.nodes.map { graph.nodes[$0] }
        guard nodes.count > 1 else { return nodes.map(describe).joined() }
        let parameters = nodes.reduce(0) { Rational.sum($0, $1.trainableCount) }
        let size = "\(Wording.count(nodes.count, "layer")), \(Wording.count(parameters, "parameter"))"
        return part.isLoop ? "\(part.children.count) turns, \(size)" : size
    }
    private func text(_ value: Value?) -> String { value?.description ?? "nothing" }

    private var recipeLines: [String] {
        recipe.map { "~ \($0.what): \($0.a ?? "nothing") is now \($0.b ?? "nothing")" }
    }

    // MARK: - For programs

    public var json: JSON {
        .object([
            .init("same_graph", .bool(isSameGraph)),
            .init("same_training", .bool(isSameTraining)),
            .init("verdict", .string(verdict)),
            .init("a", json(of: a)),
            .init("b", json(of: b)),
            .init(
                "layers",
                .object([
                    .init("removed", .array(layers.removed.map { json(a.graph.nodes[$0]) })),
                    .init("added", .array(layers.added.map { json(b.graph.nodes[$0]) })),
                    .init("replaced", .array(layers.replaced.map(json))),
                    .init("changed", .array(layers.changed.map(json))),
                    .init("resized", .array(layers.resized.map(json))),
                    .init("unchanged", .int(layers.unchanged.count)),
                ])),
            .init("training", .array(recipe.map(json))),
        ])
    }

    private func json(of side: Side) -> JSON {
        let summary = side.summary.json
        let keys = ["name", "file", "hash", "parameters", "flops", "receptive_field"]
        return .object(keys.compactMap { key in summary[key].map { .init(key, $0) } })
    }

    private func json(_ node: Node) -> JSON {
        .object([
            .init("path", .string(node.path)),
            .init("kind", .string(node.kind)),
            .init("shape", Summary.json(node.type.shape)),
            .init("parameters", .int(node.trainableCount)),
        ])
    }

    private func json(_ pair: GraphDifference.Pair) -> JSON {
        let before = a.graph.nodes[pair.a]
        let after = b.graph.nodes[pair.b]
        let arguments = pair.arguments.map { name in
            JSON.object([
                .init("name", .string(name)),
                .init("a", before.arguments[name].map { .string($0.description) } ?? .null),
                .init("b", after.arguments[name].map { .string($0.description) } ?? .null),
            ])
        }
        return .object([.init("a", json(before)), .init("b", json(after)), .init("arguments", .array(arguments))])
    }

    private func json(_ difference: RecipeDifference) -> JSON {
        .object([
            .init("what", .string(difference.what)),
            .init("a", difference.a.map(JSON.string) ?? .null),
            .init("b", difference.b.map(JSON.string) ?? .null),
        ])
    }
}

extension Graph {
    /// Inputs are not layers.
    fileprivate var layerCount: Int { nodes.count { !$0.isInput } }
}

extension String {
    /// The path with `*` for the turns of its loops.
    fileprivate var starred: String {
        split(separator: ".").map { Int($0) == nil ? String($0) : "*" }.joined(separator: ".")
    }
    /// The line with the path of the only layer it is about.
    fileprivate func restored(_ path: String) -> String {
        guard let range = firstRange(of: path.starred) else { return self }
        return replacingCharacters(in: range, with: path)
    }
    private func firstRange(of text: String) -> Range<String.Index>? { ranges(of: text).first }
    private func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
