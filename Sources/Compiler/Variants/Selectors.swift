import GraphIR

/// Which stages a selector means: by their path, their kind, their arguments.
extension Editing {
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
    mutating func isMeant(
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
