import GraphIR

/// A value that an edit gives to a parameter of a stage.
struct Override: Sendable {
    var name: Identifier
    var value: Expression
    /// The file whose names the value uses.
    var file: Int
}

/// The edits of a variant and of the variants above it, the eldest first, while the network is built with them.
struct Editing: Sendable {
    enum Action: Sendable {
        case set(Identifier, Expression)
        case replace([Stage])
        case remove
        case insert([Stage], isBefore: Bool)
    }
    /// One edit for one selector.
    struct Active: Sendable {
        var action: Action
        var selector: Selector
        var place: Place
        var file: Int
        var matches = 0
    }
    var active: [Active] = []
    /// Edits below this one are done with: they do not apply to what a later one brings in.
    var first = 0
    /// The stages that were met, for the message of an edit that matches nothing.
    private(set) var met: [Met] = []
    struct Met: Sendable {
        var path: String
        var kind: String
    }
    /// `set` edits and overrides of the network's own parameters, whose traces are lost in the values.
    var parameterEdits: [Place] = []
    /// Shapes that a variant says anew.
    private var shapes: [(name: Int32, ascription: Ascription)] = []

    var isEmpty: Bool { active.isEmpty }

    mutating func meet(_ path: String, _ kind: String) {
        // What takes the place of a stage is met under its path again.
        if met.count < 4096, met.last?.path != path { met.append(Met(path: path, kind: kind)) }
    }

    mutating func restate(_ name: Identifier, _ ascription: Ascription) {
        shapes.removeAll { $0.name == name.word }
        shapes.append((name.word, ascription))
    }
    func shape(of name: Identifier) -> Ascription? { shapes.first { $0.name == name.word }?.ascription }

    static func bit(_ index: Int) -> UInt64 { 1 << UInt64(min(index, 63)) }

    /// The last edit among those of a mask.
    func culprit(_ mask: UInt64) -> Int? {
        mask == 0 || active.isEmpty ? nil : min(63 - mask.leadingZeroBitCount, active.count - 1)
    }

    func blame(_ diagnostic: Diagnostic, on edit: Int) -> Diagnostic {
        guard active[edit].place.file != diagnostic.place.file || active[edit].place.start != diagnostic.place.start
        else { return diagnostic }
        return Editing.blame(diagnostic, on: active[edit].place)
    }

    static func blame(_ diagnostic: Diagnostic, on place: Place) -> Diagnostic {
        var blamed = diagnostic
        blamed.place = place
        blamed.remark = "after this edit"
        let here = diagnostic.remark.isEmpty ? "here" : diagnostic.remark
        blamed.labels = [Diagnostic.Label(diagnostic.place, here)] + diagnostic.labels
        blamed.fixes = []
        return blamed
    }

    // MARK: - Selectors

    /// Whether a selector's path means the stage at the end of a trail. Parts may leave out what stands between.
    static func matches(_ parts: [Selector.Part], _ trail: [Naming.Segment], _ segment: Naming.Segment) -> Bool {
        guard let last = parts.last else { return false }
        // `stage.1` is the second turn's.
        if let turn = segment.turns.last, last.text == String(turn) {
            let above = trail + [segment] + segment.turns.dropLast().map { Naming.Segment(name: String($0), kind: "") }
            return matches(Array(parts.dropLast()), among: above)
        }
        return means(last, segment) && matches(Array(parts.dropLast()), among: trail)
    }

    private static func matches(_ parts: [Selector.Part], among trail: [Naming.Segment]) -> Bool {
        var wanted = parts.count - 1
        var index = trail.count - 1
        while wanted >= 0, index >= 0 {
            if means(parts[wanted], trail[index]) { wanted -= 1 }
            index -= 1
        }
        return wanted < 0
    }

    private static func means(_ part: Selector.Part, _ segment: Naming.Segment) -> Bool {
        part.text.isEmpty || part.text == segment.name || part.text == segment.kind
            || (segment.ordinal == 1 && part.text == segment.kind + "_1")
    }
}

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

    private mutating func isMeant(
        _ stage: Stage, _ segment: Naming.Segment, by index: Int, _ piped: Piped?
    ) -> Bool {
        let edit = editing.active[index]
        guard Editing.matches(edit.selector.parts, naming.position.trail, segment) else { return false }
        if edit.selector.tests.isEmpty { return true }
        guard case .call(let call) = stage.kind else { return false }
        return edit.selector.tests.allSatisfy {
            passes($0, call, edit, rate: piped?.item.node.flatMap { nodes[$0].type.rate })
        }
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
        var inherited: [Arguments.Entry] = []
        var oldKind = ""
        if case .call(let call) = stage.kind, let entry = layer(call.callee, isOperator: site.sign != nil) {
            let reading = read(call, for: entry, piped: piped)
            inputs = reading.inputs + (reading.inputs.count == 1 ? site.others : [])
            inherited = reading.values.compactMap { $0 }.filter(\.isExplicit)
            oldKind = entry.signature.name
        }
        guard let first = inputs.first else {
            return fail(.cannotEdit("nothing flows into what is replaced here", at: editing.active[index].place))
        }
        let mark = nodes.count
        let result: Item
        if stages.count == 1, stages[0].label == nil, case .call(let call) = stages[0].kind {
            var single = Site(path: site.path, segment: site.segment, edits: Editing.bit(index))
            if stage.label == nil, call.callee.text != oldKind {
                let (path, segment) = naming.claim(label: nil, kind: call.callee.text)
                (single.path, single.segment) = (path, segment)
            }
            // The same layer again is said anew; another one takes over what both know.
            if call.callee.text != oldKind { single.inherited = inherited }
            single.others = Array(inputs.dropFirst())
            result = inEdit(index) { $0.edit(stages[0], on: first, single) }
        } else if inputs.count > 1, stages.first?.isCall != true {
            return fail(
                .cannotEdit(
                    "\(inputs.count) arrays flow in here, so that what comes in its place must begin with a layer",
                    at: editing.active[index].place))
        } else {
            let outer = naming.position
            if let segment = site.segment, stage.label != nil { naming.enter(site.path, segment) }
            result = inEdit(index) { $0.apply(stages, to: first.item, Array(inputs.dropFirst())) }
            naming.position = outer
        }
        for node in mark..<nodes.count { touched[node] |= Editing.bit(index) }
        return result
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

    /// Whether a call has the argument that a selector asks for.
    private mutating func passes(_ test: Argument, _ call: Call, _ edit: Editing.Active, rate: Double?) -> Bool {
        guard let name = test.name else { return false }
        let said = self.argument(name, of: call)
        guard let said else { return false }
        let purpose = Purpose(owner: call.callee.text, name: name.text, rate: rate)
        let wanted = evaluateInEdit(test.value, edit.file, wanted: said.type)
        guard let expected = fit(wanted, said.type, purpose, at: test.value.place) else { return false }
        switch said.value {
        case .value(let value): return value == expected
        case .expression(let expression):
            return fit(evaluate(expression, wanted: said.type), said.type, purpose, at: expression.place) == expected
        }
    }

    private enum SaidValue {
        case value(Value)
        case expression(Expression)
    }

    /// What a call says for a parameter, or its default, and the parameter's type.
    private mutating func argument(_ name: Identifier, of call: Call) -> (value: SaidValue, type: ValueType)? {
        let parameters: [(word: Int32, type: ValueType, standard: SaidValue?)]
        if let reference = library.loaded[file].blocks[call.callee.word] {
            parameters = library.block(reference).parameters.map {
                ($0.name.word, $0.type, $0.standard.map { .expression($0) })
            }
        } else if let entry = catalog.layer(call.callee.word, call.callee.text) {
            parameters = entry.signature.parameters.indices.map { index in
                let parameter = entry.signature.parameters[index]
                return (entry.words[index], parameter.type, parameter.standard.map { .value($0) })
            }
        } else {
            return nil
        }
        guard let index = parameters.firstIndex(where: { $0.word == name.word }) else { return nil }
        let parameter = parameters[index]
        if let named = call.arguments.first(where: { $0.name?.word == name.word }) {
            return (.expression(named.value), parameter.type)
        }
        let positional = call.arguments.filter { $0.name == nil && !isArray($0.value) }
        if index < positional.count { return (.expression(positional[index].value), parameter.type) }
        return parameter.standard.map { ($0, parameter.type) }
    }

    /// Whether an argument is an array, told without building anything.
    private func isArray(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .pipeline, .call: true
        case .name(let name): item(of: name.word)?.holdsArrays ?? false
        case .member(let value, _), .index(let value, _): isArray(value)
        default: false
        }
    }
}
