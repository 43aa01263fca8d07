import Compiler
import GraphIR
import Views

/// A change that can be made, with a name for a menu.
public struct Action: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case fix = "quickfix"
        case fixAll = "source.fixAll.strata"
        case refactor = "refactor.rewrite"
        case extract = "refactor.extract"
    }
    public var title: String
    public var kind: Kind
    public var changes: [Change]
    /// A file that is made before, and must not be there yet.
    public var newFile: String?
    /// The codes of the findings that it removes.
    public var codes: [String] = []
    public var isPreferred = false
}

/// A stretch of a file and what comes in its place.
public struct Change: Hashable, Sendable {
    public var location: Location
    public var text: String
    public init(_ location: Location, _ text: String) {
        self.location = location
        self.text = text
    }
}

extension Analysis {
    /// What can be done within a range: mend findings, say what is known.
    public func actions(in range: Range<Int>) -> [Action] {
        var actions = quickFixes(in: range)
        let certain = fixes(of: compilation.diagnostics, in: index)
        if !certain.isEmpty {
            actions.append(
                Action(
                    title: "mend everything that is certain", kind: .fixAll,
                    changes: withoutOverlap(certain).compactMap { change($0) }))
        }
        actions += saying(in: range)
        if let action = labelling(at: range.lowerBound) { actions.append(action) }
        if let action = variant(at: range.lowerBound) { actions.append(action) }
        if let action = extraction(of: range) { actions.append(action) }
        if let action = promise(at: range) { actions.append(action) }
        return actions
    }

    private func change(_ edit: Diagnostic.Fix.Edit) -> Change? {
        location(edit.place).map { Change($0, edit.text) }
    }

    private func withoutOverlap(_ edits: [Diagnostic.Fix.Edit]) -> [Diagnostic.Fix.Edit] {
        var kept: [Diagnostic.Fix.Edit] = []
        for edit in edits.sorted(by: { ($0.place.start, $0.place.end) < ($1.place.start, $1.place.end) })
        where edit.place.start >= kept.last?.place.end ?? 0 && !kept.contains(edit) {
            kept.append(edit)
        }
        return kept
    }

    private func quickFixes(in range: Range<Int>) -> [Action] {
        compilation.diagnostics.filter {
            $0.place.file == index && $0.place.start <= range.upperBound && range.lowerBound <= $0.place.end
        }.flatMap { diagnostic in
            diagnostic.fixes.enumerated().map { order, fix in
                Action(
                    title: fix.title, kind: .fix, changes: fix.edits.compactMap(change), codes: [diagnostic.code],
                    isPreferred: order == 0 && diagnostic.certainFix != nil)
            }
        }
    }

    /// `deep =` to `deep: [64, 47] =`.
    private func saying(in range: Range<Int>) -> [Action] {
        guard !compilation.hasErrors else { return [] }
        return tree.networks.flatMap(\.statements).compactMap { statement in
            guard statement.place.start <= range.upperBound, range.lowerBound <= statement.place.end else { return nil }
            let (name, shape): (Identifier, Ascription?)
            switch statement.kind {
            case .binding(let own, let said, _): (name, shape) = (own, said)
            case .output(let own, let said, _): (name, shape) = (own, said)
            default: return nil
            }
            guard shape == nil, name.place.start <= range.upperBound, range.lowerBound <= name.place.end,
                let record = records(at: name.place, .result).first, let type = types(record)?.last
            else { return nil }
            return Action(
                title: "say the shape: \(type.shape)", kind: .refactor,
                changes: [Change(Location(path: path, range: name.place.end..<name.place.end), ": \(type.shape)")])
        }
    }

    /// Gives a stage without a label one.
    private func labelling(at offset: Int) -> Action? {
        guard !compilation.hasErrors else { return nil }
        let stages = spots(at: offset).compactMap { spot -> Stage? in
            if case .stage(let stage) = spot { return stage }
            return nil
        }
        guard let stage = stages.last, stage.label == nil, case .call(let call) = stage.kind else { return nil }
        let taken = Set(names.symbols.map(\.name))
        var name = call.callee.text + "_1"
        for number in 1...1000 where taken.contains(name) { name = "\(call.callee.text)_\(number + 1)" }
        return Action(
            title: "give it the label '\(name)'", kind: .refactor,
            changes: [Change(Location(path: path, range: stage.place.end..<stage.place.end), " as \(name)")])
    }

    /// A new file with a variant in which one stage is said anew, for trying something else there. It says what the
    /// stage says now, so that it is right before the first change.
    private func variant(at offset: Int) -> Action? {
        guard let graph = compilation.network?.graph, tree.variants.isEmpty, path.hasPrefix("/"),
            case .stage(let stage)? = spots(at: offset).last(where: { if case .stage = $0 { true } else { false } }),
            case .call(let call) = stage.kind, call.callee.place.start <= offset, offset <= call.callee.place.end
        else { return nil }
        let nodes = graph.nodes.filter { $0.place == call.callee.place }
        guard nodes.count == 1, let node = nodes.first else { return nil }
        let said = node.arguments.entries.filter(\.isExplicit).map { "\($0.name): \($0.value)" }
        let parts = path.split(separator: "/")
        guard let own = parts.last, own.hasSuffix(".arch"), !own.contains("\""), !own.contains("\\") else { return nil }
        let folder = "/" + parts.dropLast().map { $0 + "/" }.joined()
        let taken = Set(surroundings.list(folder))
        let stem = "\(own.dropLast(5))_\(node.kind)"
        guard let name = ([stem] + (2...100).map { "\(stem)_\($0)" }).first(where: { !taken.contains("\($0).arch") })
        else { return nil }
        let text = """
            variant \(graph.name)_\(node.kind) of "\(own)" {
                replace \(node.path) with \(node.kind)\(said.isEmpty ? "" : "(\(said.joined(separator: ", ")))")
            }

            """
        let new = folder + name + ".arch"
        let trial = compile(
            path: new, registry: registry, allowedPlugins: surroundings.allowedPlugins
        ) { wanted in
            if wanted == new { return Array(text.utf8) }
            if let known = compilation.files.first(where: { $0.path == wanted }) { return known.text }
            return try surroundings.read(wanted)
        }
        guard !trial.hasErrors else { return nil }
        return Action(
            title: "make a variant of this stage in \(name).arch", kind: .refactor,
            changes: [Change(Location(path: new, range: 0..<0), text)], newFile: new)
    }

    /// Makes a block of a few stages in a row, where they use nothing but what flows in and the network's parameters.
    private func extraction(of range: Range<Int>) -> Action? {
        guard !compilation.hasErrors, range.count > 1 else { return nil }
        var inside = everyStage.filter {
            $0.place.start >= range.lowerBound && $0.place.end <= range.upperBound
        }
        // Those that do not stand within another one of them.
        inside = inside.filter { stage in
            !inside.contains {
                $0.place != stage.place && $0.place.start <= stage.place.start && stage.place.end <= $0.place.end
            }
        }
        guard let first = inside.first, let last = inside.last, inside.count > 1,
            inside.allSatisfy({ $0.label == nil }), !spelling(first.place.end, last.place.start).contains("}")
        else { return nil }
        let between = zip(inside, inside.dropFirst()).allSatisfy {
            spelling($0.place.end, $1.place.start).contains("->")
        }
        guard between else { return nil }
        let used = names.occurrences[index].filter {
            first.place.start <= $0.place.start && $0.place.end <= last.place.end
        }
        var parameters: [Names.Symbol] = []
        for occurrence in used {
            guard case .symbol(let number) = occurrence.meaning else { continue }
            let symbol = names.symbols[number]
            if symbol.place.start >= first.place.start, symbol.place.end <= last.place.end { continue }
            if symbol.kind == .block { continue }
            guard symbol.kind == .parameter else { return nil }
            if !parameters.contains(where: { $0.place == symbol.place }) { parameters.append(symbol) }
        }
        let types = parameters.map { symbol in "\(symbol.name): \(type(of: symbol))" }
        let taken = Set(names.symbols.map(\.name))
        var name = "part"
        for number in 2...1000 where taken.contains(name) { name = "part_\(number)" }
        let body = spelling(first.place.start, last.place.end)
        let list = types.isEmpty ? "" : "(\(types.joined(separator: ", ")))"
        let call = parameters.isEmpty ? name : "\(name)(\(parameters.map(\.name).joined(separator: ", ")))"
        let end = text.count
        let gap = text.last == 0x0A ? "\n" : "\n\n"
        return Action(
            title: "make a block of these stages", kind: .extract,
            changes: [
                Change(Location(path: path, range: first.place.start..<last.place.end), call),
                Change(
                    Location(path: path, range: end..<end),
                    "\(gap)block \(name)\(list) on x {\n    return x -> \(body)\n}\n"),
            ])
    }

    private func type(of symbol: Names.Symbol) -> String {
        for parameter in tree.networks.flatMap(\.parameters) + tree.blocks.flatMap(\.parameters)
        where parameter.name.place == symbol.place {
            return spelling(parameter.typePlace)
        }
        return "int"
    }

    /// `expect parameters == 371_639` as it is.
    private func promise(at range: Range<Int>) -> Action? {
        guard let graph = compilation.network?.graph, let network = tree.networks.first,
            network.name.place.start <= range.upperBound, range.lowerBound <= network.name.place.end
        else { return nil }
        let isPromised = network.statements.contains { statement in
            if case .expectation(let expectation) = statement.kind { return expectation.subject.text == "parameters" }
            return false
        }
        let last = network.statements.last { statement in
            switch statement.kind {
            case .input, .binding, .output: true
            default: false
            }
        }
        guard !isPromised, let last else { return nil }
        let count = Wording.count(graph.trainableCount).replacing(",", with: "_")
        return Action(
            title: "promise the number of parameters", kind: .refactor,
            changes: [
                Change(
                    Location(path: path, range: last.place.end..<last.place.end),
                    "\n\n    expect parameters == \(count)")
            ])
    }
}
