import GraphIR

/// What names mean where they are used.
extension NameResolver {
    /// What a value is wanted for: it decides which words stand for themselves.
    enum Wanted {
        /// Anything that has a name here.
        case anything
        case value(ValueType)
        /// An argument whose place does not say which one it is.
        case oneOf([ValueType])
        /// A plugin of this kind.
        case plugin(PluginKind)

        var types: [ValueType] {
            switch self {
            case .anything, .plugin: []
            case .value(let type): [type]
            case .oneOf(let types): types
            }
        }
        var kind: PluginKind? {
            if case .plugin(let kind) = self { return kind }
            return types.lazy.compactMap { $0.element.pluginKind }.first
        }
        func takes(_ word: String) -> Bool { types.contains { $0.element.words.contains(word) } }
        var takesAnyWord: Bool { types.contains { $0.element.takesAnyWord } }
    }

    mutating func statement(_ kind: Statement.Kind, _ sight: inout Sight) {
        switch kind {
        case .input(_, let shape, let rate):
            self.shape(shape, &sight)
            if let rate { expression(rate, in: .anything, &sight) }
        case .binding(_, let shape, let value):
            self.shape(shape, &sight)
            expression(value, in: .anything, &sight)
        case .output(let name, let shape, let value):
            self.shape(shape, &sight)
            // `output y` alone hands out what is called y already.
            if case .name(let same) = value.kind, same.place == name.place {
                let known = sight.symbol(name.word)
                if let known, names.symbols[known].place != name.place { note(name.place, .symbol(known)) }
            } else {
                expression(value, in: .anything, &sight)
            }
        case .bare(let value): expression(value, in: .anything, &sight)
        case .returns(let value, let extras):
            expression(value, in: .anything, &sight)
            for extra in extras { expression(extra.value, in: .anything, &sight) }
        case .shape(let name, let shape):
            use(name, &sight)
            self.shape(shape, &sight)
        case .freeze(let selectors): for selector in selectors { self.selector(selector, &sight) }
        case .expectation(let expectation):
            note(expectation.subject.place, .subject)
            if let about = expectation.about { use(about, &sight) }
            unjudged(&sight) { $0.expression(expectation.value, in: .anything, &$1) }
        case .learn, .prepare, .augment, .train: unjudged(&sight) { $0.recipe(kind, &$1) }
        case .broken(_, let rest): if let rest { unjudged(&sight) { $0.statement(rest, &$1) } }
        }
    }

    private mutating func unjudged(_ sight: inout Sight, _ body: (inout NameResolver, inout Sight) -> Void) {
        let outer = sight.isJudged
        sight.isJudged = false
        body(&self, &sight)
        sight.isJudged = outer
    }

    private mutating func recipe(_ kind: Statement.Kind, _ sight: inout Sight) {
        switch kind {
        case .learn(let lesson):
            use(lesson.output, &sight)
            expression(lesson.labeler, in: .plugin(.labeler), &sight)
            if let loss = lesson.loss { expression(loss, in: .plugin(.loss), &sight) }
            if let weight = lesson.weight { expression(weight, in: .anything, &sight) }
        case .prepare(let stages): self.stages(stages, of: .preparation, &sight)
        case .augment(let stages): self.stages(stages, of: .augmentation, &sight)
        case .train(let settings):
            let signature = registry.signature(.section, "train")
            for setting in settings {
                if let name = setting.name { note(name.place, .argument(.section, of: "train", name.text)) }
                let type = setting.name.flatMap { signature?.parameter($0.text)?.type }
                expression(setting.value, in: type.map { .value($0) } ?? .anything, &sight)
            }
        default: break
        }
    }

    private mutating func shape(_ shape: Ascription?, _ sight: inout Sight) {
        for size in shape?.sizes ?? [] { expression(size, in: .value(.size), &sight) }
    }

    // MARK: - Names

    /// A name that must be declared; who works out the whole says so if it is not.
    mutating func use(_ name: Identifier, _ sight: inout Sight) {
        let known = sight.symbol(name.word)
        if let known, names.symbols[known].place == name.place { return }
        note(name.place, known.map { .symbol($0) } ?? .unknown)
    }

    private mutating func name(_ name: Identifier, in wanted: Wanted, _ sight: inout Sight) {
        if wanted.takes(name.text) { return note(name.place, .word) }
        if let kind = wanted.kind, registry.signature(kind, name.text) != nil {
            return note(name.place, .plugin(kind, name.text))
        }
        if sight.symbol(name.word) != nil { return use(name, &sight) }
        if wanted.takesAnyWord { return note(name.place, .word) }
        note(name.place, .unknown)
        guard sight.isJudged, wanted.kind == nil, !files[sight.file].tree.mayHaveLost(name) else { return }
        if registry.signature(.layer, name.text) != nil { return names.findings.append(.layerAsValue(name)) }
        let known = sight.scope.values.map { names.symbols[$0].name }.sorted()
        // Words help where it is certain which argument is meant.
        let words: [String] = if case .value(let type) = wanted { type.element.words } else { [] }
        report(.unknownName(name, among: known, words: words), about: name, sight)
    }

    /// What comes of one mistake is told and mended together.
    private mutating func report(_ finding: Diagnostic, about name: Identifier, _ sight: Sight) {
        let cause = Cause(word: name.word, code: finding.code, owner: sight.owner)
        guard let first = firstFindings[cause] else {
            firstFindings[cause] = names.findings.count
            return names.findings.append(finding)
        }
        if names.findings[first].labels.count < 3 {
            names.findings[first].labels.append(.init(name.place, "and here"))
        }
        for index in names.findings[first].fixes.indices {
            guard let text = names.findings[first].fixes[index].edits.first?.text else { continue }
            names.findings[first].fixes[index].edits.append(.init(name.place, text))
        }
    }

    mutating func expression(_ expression: Expression, in wanted: Wanted, _ sight: inout Sight) {
        switch expression.kind {
        case .name(let name): self.name(name, in: wanted, &sight)
        case .call(let call):
            let outer = wanted.kind.flatMap {
                registry.signature($0, call.callee.text) != nil || $0 != .layer ? $0 : nil
            }
            if let kind = outer { return plugin(call, kind, &sight) }
            self.call(call, &sight)
        case .list(let items): for item in items { self.expression(item, in: wanted, &sight) }
        case .member(let value, let name):
            self.expression(value, in: .anything, &sight)
            let extra = names.symbols.firstIndex { $0.kind == .extra && $0.name == name.text }
            note(name.place, extra.map { .symbol($0) } ?? .unknown)
        case .index(let a, let b):
            self.expression(a, in: .anything, &sight)
            self.expression(b, in: .anything, &sight)
        case .not(let value), .negative(let value): self.expression(value, in: .anything, &sight)
        case .binary(_, let a, let b, _), .both(let a, let b), .either(let a, let b), .range(let a, let b, _):
            self.expression(a, in: .anything, &sight)
            self.expression(b, in: .anything, &sight)
        case .pipeline(let head, let stages):
            self.expression(head, in: .anything, &sight)
            self.stages(stages, of: nil, &sight)
        case .condition(let test, let yes, let no):
            self.expression(test, in: .anything, &sight)
            self.expression(yes, in: wanted, &sight)
            if let no { self.expression(no, in: wanted, &sight) }
        case .comprehension(let pattern, let list, let body):
            self.expression(list, in: .anything, &sight)
            turn(pattern, &sight) { $0.expression(body, in: wanted, &$1) }
        case .int, .float, .quantity, .string, .bool, .missing: break
        }
    }

    // MARK: - Stages and calls

    /// - Parameter kind: of the plugins that the stages are, in `prepare` and `augment`.
    mutating func stages(_ stages: [Stage], of kind: PluginKind?, _ sight: inout Sight) {
        for stage in stages {
            switch stage.kind {
            case .call(let call): if let kind { plugin(call, kind, &sight) } else { self.call(call, &sight) }
            case .loop(let pattern, let list, let body):
                expression(list, in: .anything, &sight)
                turn(pattern, &sight) { $0.stages(body, of: kind, &$1) }
            case .repetition(let count, let body):
                expression(count, in: .value(.int), &sight)
                self.stages(body, of: kind, &sight)
            case .condition(let test, let yes, let no):
                expression(test, in: .anything, &sight)
                self.stages(yes, of: kind, &sight)
                self.stages(no ?? [], of: kind, &sight)
            case .group(let body): self.stages(body, of: kind, &sight)
            case .missing: break
            }
        }
    }

    private mutating func turn(
        _ pattern: Pattern, _ sight: inout Sight, _ body: (inout NameResolver, inout Sight) -> Void
    ) {
        let count = sight.turns.count
        bind(pattern, &sight)
        body(&self, &sight)
        sight.turns.removeSubrange(count...)
    }

    private mutating func bind(_ pattern: Pattern, _ sight: inout Sight) {
        switch pattern {
        case .name(let name):
            guard name.word >= 0 else { return }
            sight.turns.append((name.word, declare(name, .turn, of: sight.title)))
        case .tuple(let parts, _): for part in parts { bind(part, &sight) }
        }
    }

    private mutating func call(_ call: Call, _ sight: inout Sight) {
        let name = call.callee
        if let reference = files[sight.file].blocks[name.word], let symbol = blockSymbols[reference] {
            note(name.place, .symbol(symbol))
            return arguments(of: call, to: reference, &sight)
        }
        if let signature = registry.signature(.layer, name.text) {
            note(name.place, .layer(name.text))
            return arguments(of: call, signature, &sight)
        }
        if Function(rawValue: name.text) != nil {
            note(name.place, .function(name.text))
        } else {
            note(name.place, .unknown)
            if sight.isJudged, !files[sight.file].tree.mayHaveLost(name) {
                let blocks = files[sight.file].blocks.values.map { files[$0.file].tree.blocks[$0.index].name.text }
                report(
                    .unknownLayer(name, registry, blocks: blocks.sorted()), about: name, sight)
            }
            // What an unknown layer takes is unknown, too.
            return unjudged(&sight) { resolver, sight in
                for argument in call.arguments { resolver.expression(argument.value, in: .anything, &sight) }
            }
        }
        for argument in call.arguments { expression(argument.value, in: .anything, &sight) }
    }

    private mutating func plugin(_ call: Call, _ kind: PluginKind, _ sight: inout Sight) {
        guard let signature = registry.signature(kind, call.callee.text) else {
            note(call.callee.place, .unknown)
            for argument in call.arguments { expression(argument.value, in: .oneOf([.string]), &sight) }
            return
        }
        note(call.callee.place, .plugin(kind, call.callee.text))
        arguments(of: call, signature, &sight)
    }

    /// Arguments of a layer or plugin.
    private mutating func arguments(of call: Call, _ signature: Signature, _ sight: inout Sight) {
        let positional = signature.parameters.map(\.type)
        for argument in call.arguments {
            guard let name = argument.name else {
                expression(argument.value, in: .oneOf(positional), &sight)
                continue
            }
            note(name.place, .argument(signature.kind, of: signature.name, name.text))
            let parameter = signature.parameter(name.text)
            if parameter == nil, sight.isJudged {
                names.findings.append(
                    .unknownArgument(
                        name, of: signature.name, known: signature.parameters.map(\.name), usage: signature.brief))
            }
            expression(argument.value, in: parameter.map { .value($0.type) } ?? .oneOf([.string]), &sight)
        }
    }

    /// Arguments of a block.
    private mutating func arguments(of call: Call, to reference: BlockReference, _ sight: inout Sight) {
        let block = files[reference.file].tree.blocks[reference.index]
        let positional = block.parameters.map(\.type)
        for argument in call.arguments {
            guard let name = argument.name else {
                expression(argument.value, in: .oneOf(positional), &sight)
                continue
            }
            let parameter = block.parameters.first { $0.name.word == name.word }
            let symbol = parameter.flatMap { scopes[.block(reference)]?[$0.name.word] }
            note(name.place, symbol.map { .symbol($0) } ?? .unknown)
            if parameter == nil, sight.isJudged {
                names.findings.append(
                    .unknownArgument(
                        name, of: block.name.text, known: block.parameters.map { $0.name.text }, usage: block.usage))
            }
            expression(argument.value, in: parameter.map { .value($0.type) } ?? .oneOf([.string]), &sight)
        }
    }
}

extension ValueType {
    /// What the innermost entries of a list are, and anything else itself.
    fileprivate var element: ValueType {
        switch self {
        case .list(let inner): inner.element
        case .either(let types): .either(types.map(\.element))
        default: self
        }
    }
}
