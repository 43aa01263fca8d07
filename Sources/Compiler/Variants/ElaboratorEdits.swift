import GraphIR

/// Stages as the edits of a variant make them.
extension Elaborator {
    /// One stage with the edits that mean it.
    mutating func edit(_ stage: Stage, on piped: Piped?, _ original: Site) -> Item {
        guard let segment = original.segment else { return perform(stage, on: piped, original) }
        editing.meet(original.path, segment.kind)
        guard spend(editing.active.count / 8, at: stage.place) else { return .poison }
        var site = original
        var piped = piped
        var after: [(stages: [Stage], edit: Int)] = []
        for index in editing.first..<editing.active.count where isMeant(stage, segment, by: index, piped) {
            editing.active[index].matches += 1
            log?.matches.append(Log.Match(edit: editing.active[index].place, stage: stage.place, path: site.path))
            switch editing.active[index].action {
            case .set(let name, let value):
                site.overrides.append(Override(name: name, value: value, file: editing.active[index].file))
                site.edits |= Editing.bit(index)
            case .remove:
                return finish(removed(stage, piped, site, by: index), after)
            case .replace(let stages):
                return finish(replaced(stage, piped, site, with: stages, by: index), after)
            case .insert(let stages, isBefore: true):
                let place = editing.active[index].place
                if let sign = site.sign { return fail(.operatorHasTwoSides(sign.sign, segment.kind, at: place)) }
                guard let before = piped else {
                    return fail(.cannotEdit("nothing is piped into \(segment.kind) here", at: place))
                }
                piped = (inserted(stages, before.item, by: index), before.place)
            case .insert(let stages, isBefore: false): after.append((stages, index))
            }
        }
        let mark = nodes.count
        let result = perform(stage, on: piped, site)
        for node in mark..<nodes.count { touched[node] |= site.edits }
        return finish(result, after)
    }

    private mutating func finish(_ item: Item, _ after: [(stages: [Stage], edit: Int)]) -> Item {
        after.reduce(item) { inserted($1.stages, $0, by: $1.edit) }
    }

    /// Stages that an edit brings in: its own names, none of the place where they land.
    private mutating func inserted(_ stages: [Stage], _ item: Item, by index: Int) -> Item {
        let mark = nodes.count
        let result = inEdit(index) { $0.apply(stages, to: item) }
        for node in mark..<nodes.count { touched[node] |= Editing.bit(index) }
        return result
    }

    private mutating func removed(_ stage: Stage, _ piped: Piped?, _ site: Site, by index: Int) -> Item {
        if let sign = site.sign, let kind = site.segment?.kind {
            return fail(.operatorHasTwoSides(sign.sign, kind, at: editing.active[index].place))
        }
        var item = piped?.item
        if item == nil, case .call(let call) = stage.kind {
            let arrays = call.arguments.filter { $0.name == nil }.map { evaluate($0.value) }.filter(\.holdsArrays)
            if arrays.count == 1 { item = arrays[0] }
        }
        guard let item else {
            return fail(
                .cannotEdit(
                    "what is removed here takes several arrays, and none of them can take its place",
                    at: editing.active[index].place))
        }
        if let node = item.node { touched[node] |= Editing.bit(index) }
        return item
    }

    private mutating func replaced(
        _ stage: Stage, _ piped: Piped?, _ site: Site, with stages: [Stage], by index: Int
    ) -> Item {
        var inputs: [Piped] = piped.map { [$0] } ?? []
        var old: Reading?
        if case .call(let call) = stage.kind, let entry = layer(call.callee, isOperator: site.sign != nil) {
            let reading = read(call, for: entry, piped: piped)
            inputs = reading.inputs + (reading.inputs.count == 1 ? site.others : [])
            old = reading
        }
        let place = editing.active[index].place
        guard let first = inputs.first else {
            return fail(.cannotEdit("nothing flows into what is replaced here", at: place))
        }
        let others = Array(inputs.dropFirst())
        let mark = nodes.count
        let result: Item
        if stages.count == 1, stages[0].label == nil, case .call(let call) = stages[0].kind {
            var single = self.site(of: call, replacing: old, labelled: stage.label != nil, at: site)
            single.edits = Editing.bit(index)
            single.others = others
            result = inEdit(index) { $0.edit(stages[0], on: first, single) }
        } else if !others.isEmpty, stages.first?.isCall != true {
            return fail(
                .cannotEdit(
                    "\(inputs.count) arrays flow in here, so that what comes in its place must begin with a layer",
                    at: place))
        } else {
            let outer = naming.position
            if let segment = site.segment, stage.label != nil { naming.enter(site.path, segment) }
            result = inEdit(index) { $0.apply(stages, to: first.item, others) }
            naming.position = outer
        }
        for node in mark..<nodes.count { touched[node] |= Editing.bit(index) }
        return result
    }

    /// Where a layer stands that takes the place of one. The same layer again is said anew; another one takes over the
    /// arguments that both know, and the label, or without one a name of its own.
    private mutating func site(of call: Call, replacing old: Reading?, labelled: Bool, at site: Site) -> Site {
        var single = Site(path: site.path, segment: site.segment)
        let isAnother = call.callee.text != old?.entry.signature.name
        if isAnother, !labelled {
            let (path, segment) = naming.claim(label: nil, kind: call.callee.text)
            (single.path, single.segment) = (path, segment)
        }
        if isAnother { single.inherited = old?.values.compactMap { $0 }.filter(\.isExplicit) ?? [] }
        return single
    }

    private mutating func layer(_ name: Identifier, isOperator: Bool) -> CatalogEntry? {
        isOperator || library.loaded[file].blocks[name.word] == nil ? catalog.layer(name.word, name.text) : nil
    }

    /// Runs what an edit says among the names that it can use: the network's own so far, and its file's blocks.
    private mutating func inEdit(_ index: Int, _ body: (inout Elaborator) -> Item) -> Item {
        let outerFirst = editing.first
        editing.first = index + 1
        defer { editing.first = outerFirst }
        return amongNetworkNames(editing.active[index].file, body)
    }

    mutating func evaluateInEdit(_ value: Expression, _ file: Int, wanted: ValueType?) -> Item {
        amongNetworkNames(file) { $0.evaluate(value, wanted: wanted) }
    }

    private mutating func amongNetworkNames(_ editFile: Int, _ body: (inout Elaborator) -> Item) -> Item {
        let outer = (base: base, file: file, count: scope.count)
        let names = scope.bindings.prefix(calls.isEmpty ? scope.count : networkNames)
        base = scope.count
        for name in names { scope.push(name) }
        file = editFile
        defer {
            scope.drop(to: outer.count)
            (base, file) = (outer.base, outer.file)
        }
        return body(&self)
    }
}
