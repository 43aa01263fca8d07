import GraphIR

/// What the words of a variant's edits mean: paths of its network, and arguments of what stands there.
extension NameResolver {
    mutating func edit(_ edit: Edit, _ sight: inout Sight) {
        switch edit.kind {
        case .set(let names, let tests, let value):
            let type = path(names, &sight)
            for test in tests { expression(test.value, in: .oneOf([.string]), &sight) }
            expression(value, in: type.map { .value($0) } ?? .oneOf([.string]), &sight)
        case .replace(let selectors, with: let stages), .insert(let stages, _, let selectors):
            for selector in selectors { self.selector(selector, &sight) }
            self.stages(stages, of: nil, &sight)
        case .remove(let selectors): for selector in selectors { self.selector(selector, &sight) }
        }
    }

    mutating func selector(_ selector: Selector, _ sight: inout Sight) {
        for part in selector.parts where !part.text.isEmpty { note(part.place, meaning(of: part.text, sight)) }
        let last = selector.parts.last.map { meaning(of: $0.text, sight) }
        for test in selector.tests {
            if let name = test.name, let last { note(name.place, argument(name.text, of: last).meaning) }
            expression(test.value, in: .oneOf([.string]), &sight)
        }
    }

    /// The path of a `set`; the type of what is set, if that can be told.
    private mutating func path(_ path: [Identifier], _ sight: inout Sight) -> ValueType? {
        guard let first = path.first, let last = path.last else { return nil }
        guard path.count > 1 else {
            use(first, &sight)
            return nil
        }
        if ["train", "learn", "prepare", "augment"].contains(first.text) {
            note(first.place, .section)
            return section(path, &sight)
        }
        var owner = Names.Meaning.unknown
        for part in path.dropLast() where !part.text.isEmpty {
            for text in part.text.split(separator: ".") { owner = meaning(of: String(text), sight) }
            note(part.place, owner)
        }
        let (meaning, type) = argument(last.text, of: owner)
        note(last.place, meaning)
        return type
    }

    private mutating func section(_ path: [Identifier], _ sight: inout Sight) -> ValueType? {
        switch path[0].text {
        case "train":
            note(path[1].place, .argument(.section, of: "train", path[1].text))
            return path.count == 2 ? registry.signature(.section, "train")?.parameter(path[1].text)?.type : nil
        case "learn":
            use(path[1], &sight)
            for part in path.dropFirst(2) { note(part.place, .section) }
            return nil
        default:
            let kind: PluginKind = path[0].text == "prepare" ? .preparation : .augmentation
            note(path[1].place, .plugin(kind, path[1].text))
            guard path.count == 3 else { return nil }
            note(path[2].place, .argument(kind, of: path[1].text, path[2].text))
            return registry.signature(kind, path[1].text)?.parameter(path[2].text)?.type
        }
    }

    /// What a part of a path means: a label or result of the network or of its blocks, a block, or a kind of layer.
    private func meaning(of part: String, _ sight: Sight) -> Names.Meaning {
        let kinds: Set<Names.Kind> = [.label, .result, .output, .input]
        let own = sight.scope.values.filter { names.symbols[$0].name == part && kinds.contains(names.symbols[$0].kind) }
        if let symbol = own.min() { return .symbol(symbol) }
        if let symbol = names.symbols.indices.first(where: {
            names.symbols[$0].name == part && names.symbols[$0].kind == .label
        }) {
            return .symbol(symbol)
        }
        if let symbol = names.symbols.indices.first(where: {
            names.symbols[$0].name == part && names.symbols[$0].kind == .block
        }) {
            return .symbol(symbol)
        }
        if registry.signature(.layer, part) != nil { return .layer(part) }
        // `conv_2` is the second conv.
        if let end = part.lastIndex(of: "_"), Int(part[part.index(after: end)...]) != nil,
            registry.signature(.layer, String(part[..<end])) != nil
        {
            return .layer(String(part[..<end]))
        }
        return .unknown
    }

    /// An argument of what a path leads to.
    private func argument(_ name: String, of owner: Names.Meaning) -> (meaning: Names.Meaning, type: ValueType?) {
        switch owner {
        case .layer(let layer):
            return (.argument(.layer, of: layer, name), registry.signature(.layer, layer)?.parameter(name)?.type)
        case .symbol(let index):
            let symbol = names.symbols[index]
            let callee = symbol.kind == .block ? symbol.name : symbol.callee
            for (reference, known) in blockSymbols where names.symbols[known].name == callee {
                let block = files[reference.file].tree.blocks[reference.index]
                guard let parameter = block.parameters.first(where: { $0.name.text == name }),
                    let own = scopes[.block(reference)]?[parameter.name.word]
                else { continue }
                return (.symbol(own), parameter.type)
            }
            if let signature = registry.signature(.layer, callee) {
                return (.argument(.layer, of: callee, name), signature.parameter(name)?.type)
            }
            return (.unknown, nil)
        default: return (.unknown, nil)
        }
    }
}
