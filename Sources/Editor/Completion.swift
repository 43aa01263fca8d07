import Compiler
import GraphIR

/// One thing that could be written at a place.
public struct Suggestion: Hashable, Sendable {
    /// Whose page a suggestion has. The page is made when somebody asks: a list has some eighty of them.
    public enum Subject: Hashable, Sendable {
        case plugin(PluginKind, String)
        case block(String)
        case argument(PluginKind, owner: String, String)
    }

    public enum Kind: Sendable { case layer, block, argument, word, name, keyword, plugin, unit, file, label, function }
    public var label: String
    public var kind: Kind
    /// Short, beside the label.
    public var detail: String
    /// What there is more to read about, for who asks.
    public var subject: Subject?
    /// What is inserted; where it has stops, `snippet` says it with them.
    public var text: String
    public var snippet: String?
    /// Smaller comes first.
    public var rank: Int

    init(
        _ label: String, _ kind: Kind, detail: String = "", about subject: Subject? = nil, text: String? = nil,
        snippet: String? = nil, rank: Int = 5
    ) {
        self.label = label
        self.kind = kind
        self.detail = detail
        self.subject = subject
        self.text = text ?? label
        self.snippet = snippet
        self.rank = rank
    }
}

/// What could be written, and the stretch of the text that it takes the place of.
public struct Completion: Hashable, Sendable {
    public var range: Range<Int>
    public var suggestions: [Suggestion]
}

extension Analysis {
    public func completion(at offset: Int) -> Completion {
        let offset = min(max(0, offset), text.count)
        guard !isInComment(offset) else { return Completion(range: offset..<offset, suggestions: []) }
        var start = offset
        var last = token(before: offset)
        if last >= 0, tokens[last].kind == .word, Int(tokens[last].end) >= offset {
            start = Int(tokens[last].start)
            last = token(beforeToken: last)
        }
        if let files = pathCompletion(at: offset) { return files }
        let context = CompletionContext(self, before: last, at: start)
        return Completion(range: start..<offset, suggestions: suggestions(context, at: start))
    }

    private func suggestions(_ context: CompletionContext, at offset: Int) -> [Suggestion] {
        switch context.place {
        case .stage: return stages(at: offset, before: context.last)
        case .plugin(let kind): return plugins(kind)
        case .arguments(let callee, let kind):
            return arguments(callee, kind, context, offset)
        case .value(let callee, let kind, let argument): return values(callee, kind, argument, offset)
        case .settings: return settings(said: context.said)
        case .setting(let name):
            guard let parameter = registry.signature(.section, "train")?.parameter(name) else { return [] }
            return words(of: parameter.type)
        case .unit: return GraphIR.Unit.allCases.map { Suggestion($0.rawValue, .unit, detail: $0.measure.rawValue) }
        case .selector: return selectors()
        case .within(let parts): return within(parts)
        case .output: return outputs()
        case .declaration: return Analysis.declarations
        case .statement: return statements() + expressions(offset)
        case .expression: return expressions(offset)
        case .nothing: return []
        }
    }

    // MARK: - Stages

    /// Layers and blocks that fit what flows in come first.
    private func stages(at offset: Int, before index: Int) -> [Suggestion] {
        let flowing = flowingIn(before: index)
        var suggestions = blocks().map { block in
            Suggestion(
                block.name.text, .block, detail: block.detail, about: .block(block.name.text), text: block.plainCall,
                snippet: block.snippet, rank: 2)
        }
        for name in registry.names(.layer) {
            guard let signature = registry.signature(.layer, name) else { continue }
            let trial = flowing.map { self.trial(name, signature, on: $0) } ?? .unknown
            suggestions.append(
                Suggestion(
                    name, .layer, detail: trial.detail, about: .plugin(.layer, name), text: signature.plainCall,
                    snippet: signature.snippet, rank: trial.rank))
        }
        for word in ["for", "repeat", "if"] { suggestions.append(Suggestion(word, .keyword, rank: 8)) }
        return suggestions
    }

    private enum Trial {
        case fits(Shape), unsaid, refused(String), unknown
        var rank: Int {
            switch self {
            case .fits: 1
            case .unsaid, .unknown: 3
            case .refused: 9
            }
        }
        var detail: String {
            switch self {
            case .fits(let shape): "→ \(shape)"
            case .unsaid, .unknown: ""
            case .refused(let why): why
            }
        }
    }

    /// A layer tried with its defaults, and small numbers where it has none.
    private func trial(_ name: String, _ signature: Signature, on type: TensorType) -> Trial {
        guard let layer = registry.layer(name), signature.inputs.contains(1) else { return .unsaid }
        var arguments = signature.defaults
        var isWhole = true
        for parameter in signature.parameters where parameter.standard == nil {
            isWhole = false
            guard let value = parameter.customary else { return .unsaid }
            arguments.set(parameter.name, value)
        }
        do throws(Complaint) {
            let use = try layer.init(arguments, inputs: [type])
            return isWhole ? .fits(use.output.shape) : .unsaid
        } catch {
            if case .input = error.cause { return .refused(error.message) }
            return .unsaid
        }
    }

    /// What flows into the stage that would stand behind a token: what the last thing that ends there came to.
    private func flowingIn(before index: Int) -> TensorType? {
        guard index >= 0 else { return nil }
        let arrow = tokens[index].kind == .arrow ? token(beforeToken: index) : index
        guard arrow >= 0 else { return nil }
        let end = Int(tokens[arrow].end)
        let found = log.records.last {
            $0.place.file == self.index && $0.place.end == end && ($0.subject == .stage || $0.subject == .name)
        }
        return found.flatMap { types($0)?.last }
    }

    private func blocks() -> [BlockDeclaration] {
        guard compilation.trees.indices.contains(index) else { return [] }
        return compilation.trees[index].blocks.values.compactMap { reference in
            let blocks = compilation.trees[reference.file].tree.blocks
            return blocks.indices.contains(reference.index) ? blocks[reference.index] : nil
        }.sorted { $0.name.text < $1.name.text }
    }

    /// What there is to read about a suggestion, as Markdown; empty where it is not known any more.
    public func page(of subject: Suggestion.Subject) -> String {
        switch subject {
        case .plugin(let kind, let name): registry.signature(kind, name).map(page) ?? ""
        case .block(let name):
            Analysis.plain(blocks().first { $0.name.text == name }?.documentation ?? "")
        case .argument(let kind, let owner, let name):
            registry.signature(kind, owner)?.parameter(name).map { describe($0, of: owner) } ?? ""
        }
    }

    private func plugins(_ kind: PluginKind) -> [Suggestion] {
        registry.names(kind).compactMap { registry.signature(kind, $0) }.map { signature in
            Suggestion(
                signature.name, .plugin, detail: kind.rawValue, about: .plugin(kind, signature.name),
                text: signature.plainCall, snippet: signature.snippet, rank: 1)
        }
    }

    // MARK: - Arguments

    private func arguments(
        _ callee: String, _ kind: PluginKind, _ context: CompletionContext, _ offset: Int
    ) -> [Suggestion] {
        var suggestions: [Suggestion] = []
        let said = context.said
        if kind == .layer, let block = blocks().first(where: { $0.name.text == callee }) {
            for parameter in block.parameters.dropFirst(context.unnamed) where !said.contains(parameter.name.text) {
                let detail = parameter.isArray ? "array" : "\(parameter.type)"
                suggestions.append(
                    Suggestion(
                        parameter.name.text, .argument, detail: detail, text: parameter.name.text + ": ", rank: 1))
            }
        } else if let signature = registry.signature(kind, callee) {
            for parameter in signature.parameters.dropFirst(context.unnamed) where !said.contains(parameter.name) {
                suggestions.append(
                    Suggestion(
                        parameter.name, .argument,
                        detail: "\(parameter.type)" + (parameter.standard.map { " = \($0)" } ?? ""),
                        about: .argument(kind, owner: callee, parameter.name), text: parameter.name + ": ",
                        rank: parameter.standard == nil ? 0 : 1))
            }
        }
        return suggestions + expressions(offset)
    }

    private func values(_ callee: String, _ kind: PluginKind, _ argument: String, _ offset: Int) -> [Suggestion] {
        guard let parameter = registry.signature(kind, callee)?.parameter(argument) else { return expressions(offset) }
        return words(of: parameter.type) + expressions(offset)
    }

    private func words(of type: ValueType) -> [Suggestion] {
        switch type {
        case .word(let words): words.map { Suggestion($0, .word, rank: 1) }
        case .bool: ["true", "false"].map { Suggestion($0, .word, rank: 1) }
        case .plugin(let kind): plugins(kind)
        case .list(let element): words(of: element)
        case .either(let types): types.flatMap { words(of: $0) }
        default: []
        }
    }

    private func settings(said: Set<String>) -> [Suggestion] {
        (registry.signature(.section, "train")?.parameters ?? []).filter { !said.contains($0.name) }.map { parameter in
            Suggestion(
                parameter.name, .argument, detail: "\(parameter.type)" + (parameter.standard.map { " = \($0)" } ?? ""),
                about: .argument(.section, owner: "train", parameter.name), text: parameter.name + ": ", rank: 1)
        }
    }

    // MARK: - Names

    private func expressions(_ offset: Int) -> [Suggestion] {
        var suggestions: [Suggestion] = []
        var owner = ""
        for spot in spots(at: offset) {
            switch spot {
            case .network(let network): owner = network.name.text
            case .block(let block): owner = block.name.text
            case .variant: owner = root?.name.text ?? ""
            default: break
            }
        }
        var seen: Set<String> = []
        for symbol in names.symbols where symbol.owner == owner && !owner.isEmpty {
            switch symbol.kind {
            case .network, .variant, .block, .extra: continue
            default: break
            }
            guard symbol.place.file != index || symbol.place.start < offset, seen.insert(symbol.name).inserted else {
                continue
            }
            suggestions.append(Suggestion(symbol.name, .name, detail: symbol.kind.rawValue, rank: 4))
        }
        return suggestions
            + functionNames.map { Suggestion($0, .function, detail: usage(ofFunction: $0) ?? "", rank: 7) }
    }

    /// The network that a variant goes back to, or the text's own.
    var root: NetworkDeclaration? {
        guard let last = compilation.lineage.last, compilation.trees.indices.contains(last) else { return nil }
        return compilation.trees[last].tree.networks.first
    }

    private func outputs() -> [Suggestion] {
        names.symbols.filter { $0.kind == .output }.map { Suggestion($0.name, .name, detail: "output", rank: 1) }
    }

    /// Paths of the parent's stages, the shortest that mean one thing first; and kinds of layers.
    private func selectors() -> [Suggestion] {
        var suggestions: [Suggestion] = []
        let nodes = network?.graph.nodes ?? []
        for symbol in names.symbols where symbol.kind == .label {
            suggestions.append(Suggestion(symbol.name, .label, detail: symbol.callee, rank: 1))
        }
        for parameter in root?.parameters ?? [] {
            suggestions.append(Suggestion(parameter.name.text, .argument, detail: "\(parameter.type)", rank: 1))
        }
        for kind in Set(nodes.filter { !$0.isInput }.map(\.kind)).sorted() {
            let count = nodes.count { $0.kind == kind }
            suggestions.append(Suggestion(kind, .layer, detail: "\(count) of them", rank: 2))
        }
        for node in nodes.prefix(2000) where !node.isInput {
            suggestions.append(Suggestion(node.path, .label, detail: "\(node.type.shape)", rank: 6))
        }
        var seen: Set<String> = []
        return suggestions.filter { seen.insert($0.label).inserted }
    }

    /// What can stand behind a dot: what lies within the stages that the parts before it mean, and what can be set.
    private func within(_ parts: [String]) -> [Suggestion] {
        guard !parts.isEmpty else { return [] }
        var suggestions: [Suggestion] = []
        var seen: Set<String> = []
        func add(_ suggestion: Suggestion) {
            if seen.insert(suggestion.label).inserted { suggestions.append(suggestion) }
        }
        for node in (network?.graph.nodes ?? []).prefix(20_000) where !node.isInput {
            let path = node.path.split(separator: ".").map(String.init)
            guard let end = Analysis.end(of: parts, in: path + (path.last == node.kind ? [] : [node.kind])) else {
                continue
            }
            for part in path.dropFirst(end) {
                add(Suggestion(part, .label, detail: part == path.last ? "\(node.type.shape)" : "", rank: 2))
            }
            guard end >= path.count, let signature = registry.signature(.layer, node.kind) else { continue }
            for parameter in signature.parameters {
                let now = node.arguments.entries.first { $0.name == parameter.name }.map { " = \($0.value)" } ?? ""
                add(
                    Suggestion(
                        parameter.name, .argument, detail: "\(parameter.type)\(now)",
                        about: .argument(.layer, owner: node.kind, parameter.name), text: parameter.name + " = ",
                        rank: 1))
            }
        }
        return suggestions
    }

    /// How many parts of a path are taken by some of its parts in order; `nil` where they are not all in it.
    private static func end(of parts: [String], in path: [String]) -> Int? {
        var rest = parts[...]
        for (index, part) in path.enumerated() where part == rest.first {
            rest = rest.dropFirst()
            if rest.isEmpty { return index + 1 }
        }
        return nil
    }

    private func pathCompletion(at offset: Int) -> Completion? {
        guard let token = tokens.last(where: { Int($0.start) < offset && offset <= Int($0.end) }),
            token.kind == .string || token.kind == .unterminatedString
        else { return nil }
        let start = Int(token.start) + 1
        guard offset >= start, token.kind == .unterminatedString || offset < Int(token.end) else { return nil }
        let typed = spelling(start, offset)
        let folder = typed.contains("/") ? String(typed[..<(typed.lastIndex(of: "/") ?? typed.startIndex)]) + "/" : ""
        let list = surroundings.list(resolvePath(folder.isEmpty ? "." : folder, from: path))
        let found = list.filter { $0.hasSuffix(".arch") || $0.hasSuffix("/") || $0.hasSuffix(".swift") }
        return Completion(
            range: start..<offset, suggestions: found.sorted().map { Suggestion(folder + $0, .file, rank: 1) })
    }

    // MARK: - Keywords

    private static let declarations = [
        Suggestion(
            "network", .keyword,
            snippet:
                "network ${1:Name} {\n    input ${2:waveform}: [3, ${3:6000}] at ${4:100} Hz\n\n"
                + "    output ${5:p} = $2 -> $0\n}"
        ),
        Suggestion(
            "block", .keyword, snippet: "block ${1:name}(${2:filters: int}) on ${3:x} {\n    return $3 -> $0\n}"),
        Suggestion("variant", .keyword, snippet: "variant ${1:Name} of \"${2:parent.arch}\" {\n    $0\n}"),
        Suggestion("use", .keyword, snippet: "use \"${1:blocks.arch}\""),
    ]

    private func statements() -> [Suggestion] {
        let isVariant = !tree.variants.isEmpty
        let words =
            isVariant
            ? ["set", "replace", "remove", "insert", "expect", "learn", "prepare", "augment", "train", "freeze"]
            : ["input", "output", "return", "expect", "learn", "prepare", "augment", "train", "freeze"]
        return words.map { Suggestion($0, .keyword, rank: 3) }
    }
}
