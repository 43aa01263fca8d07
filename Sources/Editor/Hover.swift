import Compiler
import GraphIR
import Views

/// What is told of the word that a person points at, as Markdown.
public struct Hover: Hashable, Sendable {
    public var range: Range<Int>
    public var markdown: String
}

extension Analysis {
    public func hover(at offset: Int) -> Hover? {
        guard let occurrence = names.occurrence(at: offset, in: index) else { return valueHover(at: offset) }
        var parts: [String] = []
        switch occurrence.meaning {
        case .layer(let name): parts = layer(name, at: occurrence.place, offset)
        case .plugin(let kind, let name): parts = registry.signature(kind, name).map { [page($0)] } ?? []
        case .argument(let kind, let owner, let name): parts = argument(kind, owner, name)
        case .function(let name): parts = [code(usage(ofFunction: name) ?? name)]
        case .symbol(let symbol): parts = self.symbol(names.symbols[symbol], at: occurrence.place, offset)
        case .word, .section, .subject, .unknown: break
        }
        parts += edits(at: offset) + stories(at: occurrence.place)
        guard !parts.isEmpty else { return nil }
        return Hover(
            range: occurrence.place.start..<occurrence.place.end, markdown: parts.joined(separator: "\n\n---\n\n"))
    }

    private func code(_ text: String) -> String { "```arch\n\(text)\n```" }

    func page(_ signature: Signature) -> String {
        code(signature.usage) + "\n\n" + Analysis.plain(signature.documentation)
    }

    /// Text that stands for itself in Markdown.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\`*_{}[]<>#|".unicodeScalars.contains(scalar) { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    // MARK: - Layers

    private func layer(_ name: String, at place: Place, _ offset: Int) -> [String] {
        guard let signature = registry.signature(.layer, name) else { return [] }
        var parts: [String] = []
        let nodes = log.nodes.filter { $0.place == place }
        if let node = nodes.last { parts.append(use(of: nodes, node, signature)) }
        parts.append(page(signature))
        return parts
    }

    private func use(of nodes: [Node], _ node: Node, _ signature: Signature) -> String {
        var lines: [String] = []
        let said = node.arguments.entries.filter(\.isExplicit).map { "`\($0.name): \($0.value)`" }
        let left = node.arguments.entries.filter { !$0.isExplicit }.map { "`\($0.name): \($0.value)`" }
        lines.append(flow(nodes))
        if !said.isEmpty { lines.append("says " + said.joined(separator: ", ")) }
        if !left.isEmpty { lines.append("leaves " + left.joined(separator: ", ")) }
        let weights = node.weights.map { "`\($0.name)` \(Shape($0.shape.map { .number($0) }))" }
        if !weights.isEmpty { lines.append("weights " + weights.joined(separator: ", ")) }
        lines.append(cost(nodes[...]))
        if case .local(let span, _, _) = node.reach, span > 1 {
            lines.append("sees \(Wording.count(span, "sample")) at once")
        }
        if node.reach == .everywhere { lines.append("sees the whole window") }
        if nodes.count == 1 { lines.append("called `\(node.path)`") }
        return lines.filter { !$0.isEmpty }.joined(separator: "  \n")
    }

    private func flow(_ nodes: [Node]) -> String {
        guard let first = nodes.first, let last = nodes.last else { return "" }
        func one(_ node: Node) -> String {
            let inputs = node.inputs.filter(log.nodes.indices.contains).map { "`\(log.nodes[$0].type.shape)`" }
            return inputs.joined(separator: ", ") + " → `\(node.type.shape)`"
        }
        if nodes.count == 1 { return "**\(one(first))**" }
        return one(first) == one(last)
            ? "**\(one(first))**, \(nodes.count) uses" : "**\(one(first))** … **\(one(last))**, \(nodes.count) uses"
    }

    /// Parameters and operations, and their share of the whole network's.
    private func cost(_ nodes: ArraySlice<Node>) -> String {
        let parameters = nodes.reduce(0) { Rational.sum($0, $1.trainableCount) }
        let flops = nodes.reduce(Dimension.number(0)) { $0 + $1.flops }
        var parts: [String] = []
        if parameters > 0 { parts.append(Wording.count(parameters, "parameter")) }
        if let flops = flops.number {
            let all = log.nodes.reduce(Dimension.number(0)) { $0 + $1.flops }.number ?? 0
            let share = Wording.share(flops, of: all)
            parts.append(Wording.short(flops, unit: "flop") + (share.isEmpty ? "" : ", \(share) of the network"))
        }
        return parts.joined(separator: " · ")
    }

    private func argument(_ kind: PluginKind, _ owner: String, _ name: String) -> [String] {
        guard let parameter = registry.signature(kind, owner)?.parameter(name) else { return [] }
        return [describe(parameter, of: owner)]
    }

    /// A parameter with its type, default and limits.
    func describe(_ parameter: Parameter, of owner: String) -> String {
        var text = code("\(parameter.name): \(parameter.type)" + (parameter.standard.map { " = \($0)" } ?? ""))
        text += "\n\n" + Analysis.plain(parameter.documentation)
        if let limits = parameter.limits { text += "\n\n\(limits)" }
        return text + "\n\nof `\(owner)`"
    }

    // MARK: - What the text declares

    private func symbol(_ symbol: Names.Symbol, at place: Place, _ offset: Int) -> [String] {
        switch symbol.kind {
        case .block: return block(symbol, at: place)
        case .network, .variant: return whole(symbol)
        case .label: return label(symbol)
        case .parameter, .size, .turn: return value(symbol, at: place)
        case .input, .result, .output, .extra: return result(symbol, at: place)
        }
    }

    private func block(_ symbol: Names.Symbol, at place: Place) -> [String] {
        let declared = compilation.trees.flatMap { $0.tree.blocks }.first { $0.name.place == symbol.place }
        var parts: [String] = []
        var uses: [Log.Record] = []
        for spot in spots(at: place.start) {
            if case .stage(let stage) = spot, case .call(let call) = stage.kind, call.callee.place == place {
                uses = records(at: stage.place, .stage)
            }
        }
        if let record = uses.last, let type = types(record)?.last {
            let from = log.nodes.indices.contains(record.from) ? "`\(log.nodes[record.from].type.shape)`" : "…"
            parts.append("**\(from) → `\(type.shape)`**  \n" + cost(made(record)))
        }
        if let declared {
            let list = declared.parameters.map { parameter in
                "\(parameter.name.text): \(parameter.isArray ? "array" : "\(parameter.type)")"
            }
            let inputs = declared.inputs.map(\.text).joined(separator: ", ")
            parts.append(
                code("block \(symbol.name)(\(list.joined(separator: ", "))) on \(inputs)")
                    + "\n\n" + Analysis.plain(declared.documentation))
        }
        if let number = names.symbol(at: symbol.place) {
            let count = names.places(of: number).count { !$0.isDeclaration }
            parts.append("called in \(Wording.count(count, "place"))")
        }
        return parts
    }

    private func whole(_ symbol: Names.Symbol) -> [String] {
        var parts: [String] = []
        if let graph = network?.graph { parts.append("**\(symbol.name)**: " + Analysis.totals(graph)) }
        if !symbol.documentation.isEmpty { parts.append(Analysis.plain(Analysis.firstLine(symbol.documentation))) }
        return parts
    }

    /// `371,639 parameters · 262 Mflop · sees the whole window`
    static func totals(_ graph: Graph) -> String {
        var parts = [Wording.count(graph.trainableCount, "parameter")]
        if let flops = graph.flops.number { parts.append(Wording.short(flops, unit: "flop")) }
        switch ReceptiveField(graph) {
        case .everything: parts.append("sees the whole window")
        case .samples(let count): parts.append("sees \(Wording.count(count, "sample"))")
        }
        return parts.joined(separator: " · ")
    }

    /// A label: what its stage came to, turn by turn where it is a loop.
    private func label(_ symbol: Names.Symbol) -> [String] {
        var found: [Log.Record] = []
        var isLoop = false
        for spot in spots(at: symbol.place.start) where symbol.place.file == index {
            guard case .stage(let stage) = spot, stage.label?.place == symbol.place else { continue }
            found = records(at: stage.place, .stage)
            switch stage.kind {
            case .loop, .repetition: isLoop = true
            default: break
            }
        }
        if symbol.place.file != index {
            found = log.records.filter {
                $0.subject == .stage && $0.place.file == symbol.place.file && $0.place.end == symbol.place.end
            }
        }
        guard let record = found.last, let type = types(record)?.last else { return [] }
        var text = "**\(symbol.name)**: `\(type.shape)`"
        if found.count > 1 { text += ", \(found.count) uses" }
        text += "  \n" + cost(made(record))
        guard isLoop, let table = turns(record) else { return [text] }
        return [text + "\n\n" + table]
    }

    private func turns(_ record: Log.Record) -> String? {
        var rows: [(turn: String, shape: Shape, count: Int)] = []
        for node in made(record) {
            let parts = node.path.split(separator: ".")
            guard let turn = parts.first(where: { Int($0) != nil }) else { continue }
            if rows.last?.turn == String(turn) {
                rows[rows.count - 1].shape = node.type.shape
                rows[rows.count - 1].count += node.trainableCount
            } else {
                rows.append((String(turn), node.type.shape, node.trainableCount))
            }
        }
        guard rows.count > 1, rows.count <= 40 else { return nil }
        let lines = rows.map { "| \($0.turn) | `\($0.shape)` | \(Wording.count($0.count)) |" }
        return (["| turn | result | parameters |", "| --- | --- | --- |"] + lines).joined(separator: "\n")
    }

    private func value(_ symbol: Names.Symbol, at place: Place) -> [String] {
        var values: [String] = []
        for record in records(at: place, .name) + records(at: symbol.place, .parameter) + records(at: place, .size) {
            var text = ""
            if case .value(let value) = record.outcome { text = value.description }
            if let type = types(record)?.last { text = type.shape.description }
            if !text.isEmpty, !values.contains(text) { values.append(text) }
        }
        let shown = values.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (values.count > 8 ? ", …" : "")
        let what = symbol.owner.isEmpty ? symbol.kind.rawValue : "\(symbol.kind.rawValue) of `\(symbol.owner)`"
        return ["**\(symbol.name)** \(shown.isEmpty ? "" : "= \(shown)")  \n\(what)"]
    }

    private func result(_ symbol: Names.Symbol, at place: Place) -> [String] {
        let found =
            records(at: symbol.place, .result) + records(at: symbol.place, .parameter) + records(at: place, .name)
        var shapes: [String] = []
        for record in found {
            guard let type = types(record)?.last else { continue }
            let rate = type.rate.map { " at \(Wording.trimmed($0)) Hz" } ?? ""
            if !shapes.contains("`\(type.shape)`\(rate)") { shapes.append("`\(type.shape)`\(rate)") }
        }
        guard !shapes.isEmpty else { return ["**\(symbol.name)**: \(symbol.kind.rawValue)"] }
        return ["**\(symbol.name)**: \(shapes.prefix(8).joined(separator: ", "))  \n\(symbol.kind.rawValue)"]
    }

    /// An expression that has no name: what it is worth.
    private func valueHover(at offset: Int) -> Hover? {
        for case .expression(let expression) in spots(at: offset).reversed() {
            guard let record = records(at: expression.place, .size).first, case .value(let value) = record.outcome
            else { continue }
            return Hover(range: expression.place.start..<expression.place.end, markdown: "`\(value)`")
        }
        return nil
    }

    // MARK: - Variants and findings

    /// On an edit: which stages it means, each with what it was.
    private func edits(at offset: Int) -> [String] {
        for case .edit(let edit) in spots(at: offset) {
            let found = log.matches.filter { $0.edit == edit.place }
            guard !found.isEmpty else { return [] }
            let lines = found.prefix(40).map { match -> String in
                guard let new = match.new else { return "- `\(match.path)`" }
                return "- `\(match.path)`: \(match.old.map { "`\($0)`" } ?? "unsaid") → `\(new)`"
            }
            let more = found.count > 40 ? ["- … and \(found.count - 40) more"] : []
            return [(["means \(Wording.count(found.count, "stage")):", ""] + lines + more).joined(separator: "\n")]
        }
        return []
    }

    private func stories(at place: Place) -> [String] {
        compilation.diagnostics.filter {
            $0.place.file == index && $0.place.start < place.end && place.start < max($0.place.end, $0.place.start + 1)
        }.prefix(2).compactMap { diagnostic in
            guard let code = Code(rawValue: diagnostic.code) else { return nil }
            return "**\(diagnostic.code): \(code.explanation.title)**\n\n" + Analysis.plain(code.explanation.story)
        }
    }
}
