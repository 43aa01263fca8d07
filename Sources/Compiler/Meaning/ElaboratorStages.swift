import GraphIR

/// Pipelines: what flows in, what each stage makes of it.
extension Elaborator {
    typealias Piped = (item: Item, place: Place)

    /// - Parameter others: further arrays that flow into the first stage.
    mutating func apply(_ stages: [Stage], to item: Item, _ others: [Piped] = []) -> Item {
        var result = item
        for (index, stage) in stages.enumerated() {
            if isAborted { return .poison }
            result = apply(stage, to: (result, stage.place), index == 0 ? others : [])
        }
        return result
    }

    /// One stage, with what the edits of a variant make of it.
    mutating func apply(_ stage: Stage, to piped: Piped?, _ others: [Piped] = []) -> Item {
        let mark = nodes.count
        let result = walk(stage, on: piped, others)
        if log != nil { note(.stage, stage.place, result, since: mark, from: piped?.item) }
        return result
    }

    private mutating func walk(_ stage: Stage, on piped: Piped?, _ others: [Piped]) -> Item {
        nested(stage.place) { elaborator in
            // What stands deep has a long path, and takes longer.
            guard elaborator.spend(1 + elaborator.calls.count / 4, at: stage.place) else { return .poison }
            guard let kind = stage.kindName, stage.label != nil || stage.isCall else {
                return elaborator.perform(stage, on: piped, Site(path: "", segment: nil))
            }
            let (path, segment) = elaborator.naming.claim(label: stage.label?.text, kind: kind)
            var site = Site(path: path, segment: segment)
            site.others = others
            let result =
                elaborator.editing.isEmpty
                ? elaborator.perform(stage, on: piped, site) : elaborator.edit(stage, on: piped, site)
            if let label = stage.label { elaborator.bindNew(label, result, .label) }
            return result
        }
    }

    /// Where a stage stands: its path, how selectors see it, and what edits change about its arguments.
    struct Site {
        var path: String
        var segment: Naming.Segment?
        var overrides: [Override] = []
        /// Which edits had a hand in it.
        var edits: UInt64 = 0
        /// Arguments of a layer that this one replaces, by name.
        var inherited: [Arguments.Entry] = []
        /// Further arrays that flowed into a layer that this one replaces.
        var others: [Piped] = []
        /// Of a layer that an operator stands for.
        var sign: Token.Kind?
    }

    mutating func perform(_ stage: Stage, on piped: Piped?, _ site: Site) -> Item {
        switch stage.kind {
        case .call(let call): return perform(call, on: piped, site)
        case .loop(let pattern, let list, let body):
            guard let items = self.list(list) else { return .poison }
            return loop(items, pattern, body, on: piped, site)
        case .repetition(let count, let body):
            guard let turns = wholeNumber(count, "how often to repeat") else { return .poison }
            guard turns >= 0 else { return fail(.outOfRange("repeat", "\(turns)", "0 or more", at: count.place)) }
            guard turns <= Elaborator.mostTurns else { return fail(.tooManyTurns(turns, at: count.place)) }
            return loop((0..<turns).map { .value(.int($0)) }, nil, body, on: piped, site)
        case .condition(let test, let yes, let no):
            guard let answer = truth(test) else { return .poison }
            return group(answer ? yes : no ?? [], on: piped, site)
        case .group(let body): return group(body, on: piped, site)
        case .missing: return isLenient ? piped?.item ?? .poison : .poison
        }
    }

    private mutating func group(_ body: [Stage], on piped: Piped?, _ site: Site) -> Item {
        let outer = naming.position
        if let segment = site.segment { naming.enter(site.path, segment) }
        defer { naming.position = outer }
        return apply(body, to: piped?.item ?? .poison)
    }

    private mutating func loop(
        _ items: [Item], _ pattern: Pattern?, _ body: [Stage], on piped: Piped?, _ site: Site
    ) -> Item {
        var result = piped?.item ?? .poison
        let outer = naming.position
        if let segment = site.segment { naming.position.trail.append(segment) }
        let labels = turns(items, pattern, labelled: site.segment == nil ? nil : site.path) { elaborator in
            result = elaborator.apply(body, to: result)
        }
        naming.position = outer
        bindLabels(labels)
        return result
    }

    // MARK: - Calls

    /// A call that stands as a value: a function, a plugin that is wanted, or a layer with its inputs among the
    /// arguments.
    mutating func call(_ call: Call, wanted: ValueType?) -> Item {
        if let kind = wanted?.pluginKind, kind != .layer || catalog.plugin(kind, call.callee) != nil {
            return plugin(kind, call)
        }
        if let function = Function(rawValue: call.callee.text) { return self.call(function, call) }
        return apply(Stage(kind: .call(call), label: nil, place: call.place), to: nil)
    }

    private mutating func perform(_ call: Call, on piped: Piped?, _ site: Site) -> Item {
        let name = call.callee
        if site.sign == nil, let reference = library.loaded[file].blocks[name.word] {
            return self.call(reference, call, on: piped, site)
        }
        guard let entry = catalog.layer(name.word, name.text) else {
            if missesPlugins { return .poison }
            return failUnknown(
                name, .unknownLayer(name, catalog.registry, blocks: blockNames))
        }
        var reading = read(call, for: entry, piped: piped)
        if let finding = channelsSaid(call, entry, reading) { report(finding) }
        change(&reading, site, call)
        if reading.inputs.isEmpty, !reading.isPoisoned { return fail(.nothingFlowsIn(name, at: name.place)) }
        return use(reading, path: site.path, at: call.callee.place, sign: site.sign, edits: site.edits)
    }

    /// `conv(3, 8, 7)` on three channels, as PyTorch has it: here it is three filters of eight samples, every seventh.
    private func channelsSaid(_ call: Call, _ entry: CatalogEntry, _ reading: Reading) -> Diagnostic? {
        let numbers = call.arguments.prefix { $0.name == nil }.compactMap { argument -> Int? in
            if case .int(let number) = argument.value.kind { number } else { nil }
        }
        guard ["conv", "conv_transpose"].contains(entry.signature.name), numbers.count == 3, numbers[2] > 1,
            case .array(let node)? = reading.inputs.first?.item,
            nodes[node].type.shape.channels.number == numbers[0]
        else { return nil }
        return .channelsSaid(entry.signature.name, numbers, at: call.place)
    }

    /// What edits say about the arguments of a layer.
    private mutating func change(_ reading: inout Reading, _ site: Site, _ call: Call) {
        let entry = reading.entry
        if reading.inputs.count == 1 { reading.inputs += site.others }
        for old in site.inherited {
            guard let index = entry.signature.parameters.firstIndex(where: { $0.name == old.name }),
                reading.places[index] == nil
            else { continue }
            let parameter = entry.signature.parameters[index]
            let purpose = Purpose(owner: entry.signature.name, name: old.name, rate: nil)
            if let value = try? converted(old.value, to: parameter.type, purpose) {
                reading.values[index] = Arguments.Entry(old.name, value)
            }
        }
        for override in site.overrides { change(&reading, override) }
    }

    /// One argument as an edit, or a later text, says it.
    private mutating func change(_ reading: inout Reading, _ override: Override) {
        let entry = reading.entry
        guard let index = entry.signature.parameters.firstIndex(where: { $0.name == override.name.text }) else {
            report(
                .unknownArgument(
                    override.name, of: entry.signature.name, known: entry.signature.parameters.map { $0.name },
                    usage: entry.signature.brief))
            reading.isPoisoned = true
            return
        }
        let parameter = entry.signature.parameters[index]
        let item = evaluateInEdit(override.value, override.file, wanted: parameter.type)
        let purpose = purpose(entry.signature.name, parameter.name, of: reading.inputs)
        guard let value = fit(item, parameter.type, range: parameter.range, purpose, at: override.value.place) else {
            reading.isPoisoned = true
            return
        }
        if log != nil { noteChange(override, of: reading, index, to: value) }
        reading.values[index] = Arguments.Entry(parameter.name, value)
        reading.places[index] = override.value.place
    }

    /// Notes what a `set` changes.
    private mutating func noteChange(_ override: Override, of reading: Reading, _ index: Int, to value: Value) {
        guard
            let last = log?.matches.lastIndex(where: {
                $0.edit.start <= override.name.place.start
                    && override.name.place.end <= $0.edit.end && $0.edit.file == override.name.place.file
            })
        else { return }
        log?.matches[last].old = reading.values[index]?.value
        log?.matches[last].new = value
    }

    var blockNames: [String] {
        library.loaded[file].blocks.values.map { library.block($0).name.text }.sorted()
    }

    /// `order(Z, N, E)` and `pick(P, S)`: words one by one where one word or a list of them is wanted.
    private func severalWords(_ call: Call, _ entry: CatalogEntry) -> Diagnostic? {
        let words = call.arguments.prefix { $0.name == nil }.compactMap { argument -> Identifier? in
            if case .name(let name) = argument.value.kind { name } else { nil }
        }
        guard words.count > 1, words.count == call.arguments.prefix(while: { $0.name == nil }).count,
            let type = entry.signature.parameters.first?.type
        else { return nil }
        if type == .string, words.allSatisfy({ $0.text.utf8.count == 1 }) {
            return .oneWord(words, words.map(\.text).joined(), of: entry.signature.name)
        }
        let list = type.listed
        guard !list.isEmpty, words.allSatisfy({ list.contains($0.text) }) else { return nil }
        return .oneWord(words, "[\(words.map(\.text).joined(separator: ", "))]", of: entry.signature.name)
    }

    /// A plugin with its arguments, as a value.
    mutating func plugin(_ kind: PluginKind, _ call: Call, _ overrides: [Override] = []) -> Item {
        guard let entry = catalog.plugin(kind, call.callee) else {
            if missesPlugins { return .poison }
            return failUnknown(call.callee, .unknownPlugin(kind, call.callee, known: catalog.registry.names(kind)))
        }
        if let apart = severalWords(call, entry) { return fail(apart) }
        var reading = read(call, for: entry)
        for override in overrides { change(&reading, override) }
        if let array = reading.inputs.first {
            let name = call.arguments.lazy.compactMap { argument -> Identifier? in
                if case .name(let name) = argument.value.kind, name.place == array.place { name } else { nil }
            }.first
            report(.notASetting(entry.signature, name, at: array.place))
            reading.isPoisoned = true
        }
        guard isComplete(reading, at: call.callee.place) else { return .poison }
        return .value(.call(PluginCall(kind, entry.signature.name, reading.arguments, at: call.place)))
    }
}

extension Stage {
    var isCall: Bool { if case .call = kind { true } else { false } }
    /// What a selector can call it; `nil` where there is nothing.
    var kindName: String? {
        switch kind {
        case .call(let call): call.callee.text
        case .loop: "for"
        case .repetition: "repeat"
        case .condition: "if"
        case .group: "group"
        case .missing: nil
        }
    }
}
