import GraphIR

/// Calls of blocks: arguments bound, body walked, results handed back.
extension Elaborator {
    mutating func call(_ reference: BlockReference, _ call: Call, on piped: Piped?, _ site: Site) -> Item {
        let block = library.block(reference)
        if calls.contains(where: { $0.block == reference }) {
            return fail(.circularBlocks(calls.map { library.block($0.block).name.text } + [block.name.text], at: call.place))
        }
        guard calls.count < Parser.deepest else { return fail(.nestedTooDeep(at: call.place)) }
        guard let bound = bindArguments(of: block, call, piped, site) else { return .poison }

        let outer = (base: base, file: file, position: naming.position, count: scope.count)
        if calls.isEmpty { networkNames = scope.count }
        calls.append((reference, call.place))
        base = scope.count
        file = reference.file
        if let segment = site.segment { naming.enter(site.path, segment) }
        defer {
            scope.removeSubrange(outer.count...)
            (base, file, naming.position) = (outer.base, outer.file, outer.position)
            calls.removeLast()
        }
        guard bindParameters(of: block, bound.settings, at: call.callee.place) else { return .poison }
        guard bindInputs(of: block, bound.inputs, call) else { return .poison }
        return body(of: block)
    }

    private mutating func bindArguments(
        of block: BlockDeclaration, _ call: Call, _ piped: Piped?, _ site: Site
    ) -> (settings: [(value: Value?, isPoison: Bool)], inputs: [Piped])? {
        var settings: [(value: Value?, isPoison: Bool)] = Array(
            repeating: (nil, false), count: block.parameters.count)
        var places: [Place?] = Array(repeating: nil, count: settings.count)
        var inputs: [Piped] = piped.map { [$0] } ?? []
        var position = 0
        var isWhole = true
        for argument in call.arguments {
            var index = position
            if let name = argument.name {
                guard let known = block.parameters.firstIndex(where: { $0.name.word == name.word }) else {
                    report(.unknownArgument(
                        name, of: block.name.text, known: block.parameters.map { $0.name.text }, usage: block.usage))
                    isWhole = false
                    continue
                }
                index = known
            }
            let wanted = index < settings.count ? block.parameters[index].type : nil
            let item = evaluate(argument.value, wanted: wanted)
            if argument.name == nil {
                if item.holdsArrays || (item.isPoison && index >= settings.count) {
                    inputs.append((item, argument.value.place))
                    continue
                }
                position += 1
                guard index < settings.count else {
                    report(.tooManyArguments(
                        block.name.text, takes: settings.count, usage: block.usage, at: argument.place))
                    isWhole = false
                    continue
                }
            }
            if let first = places[index] {
                report(.repeatedArgument(block.parameters[index].name.text, first: first, at: argument.value.place))
                continue
            }
            places[index] = argument.value.place
            settings[index] = setting(item, of: block, index, inputs, at: argument.value.place)
        }
        for override in site.overrides {
            guard let index = block.parameters.firstIndex(where: { $0.name.text == override.name.text }) else {
                report(.unknownArgument(
                    override.name, of: block.name.text, known: block.parameters.map { $0.name.text },
                    usage: block.usage))
                continue
            }
            let item = evaluateInEdit(override.value, override.file, wanted: block.parameters[index].type)
            settings[index] = setting(item, of: block, index, inputs, at: override.value.place)
        }
        return isWhole ? (settings, inputs) : nil
    }

    private mutating func setting(
        _ item: Item, of block: BlockDeclaration, _ index: Int, _ inputs: [Piped], at place: Place
    ) -> (value: Value?, isPoison: Bool) {
        let parameter = block.parameters[index]
        let rate = inputs.first?.item.node.flatMap { nodes[$0].type.rate }
        let purpose = Purpose(owner: block.name.text, name: parameter.name.text, rate: rate)
        let value = fit(item, parameter.type, purpose, at: place)
        return (value, value == nil)
    }

    private mutating func bindParameters(
        of block: BlockDeclaration, _ settings: [(value: Value?, isPoison: Bool)], at place: Place
    ) -> Bool {
        var missing: [Parameter] = []
        for (parameter, setting) in zip(block.parameters, settings) {
            if let value = setting.value {
                bind(parameter.name, Item(value), .parameter)
            } else if let standard = parameter.standard, !setting.isPoison {
                let item = evaluate(standard, wanted: parameter.type)
                let purpose = Purpose(owner: block.name.text, name: parameter.name.text, rate: nil)
                let value = fit(item, parameter.type, purpose, at: standard.place)
                bind(parameter.name, value.map { Item($0) } ?? .poison, .parameter)
            } else {
                if !setting.isPoison { missing.append(Parameter(parameter.name.text, parameter.type, "")) }
                bind(parameter.name, .poison, .parameter)
            }
        }
        if !missing.isEmpty { report(.missingArguments(missing, of: block.name.text, usage: block.usage, at: place)) }
        return missing.isEmpty
    }

    private mutating func bindInputs(of block: BlockDeclaration, _ inputs: [Piped], _ call: Call) -> Bool {
        guard inputs.count == block.inputs.count else {
            report(.wrongInputCount(
                block.name.text, block.inputs.count...block.inputs.count, found: inputs.count, at: call.callee.place))
            return false
        }
        for (name, input) in zip(block.inputs, inputs) {
            if input.item.holdsArrays || containsPoison(input.item) {
                bind(name, input.item, .result)
            } else {
                report(.notAnArray(block.name.text, describe(input.item), at: input.place))
                bind(name, .poison, .result)
            }
        }
        return true
    }

    private mutating func body(of block: BlockDeclaration) -> Item {
        var result: Item?
        for statement in block.statements where !isAborted {
            if result != nil {
                report(.misplaced("nothing can follow 'return'", at: statement.place))
                break
            }
            switch statement.kind {
            case .binding(let name, let ascription, let value): define(name, ascription, value)
            case .bare(let value): self.bare(value)
            case .broken(let name): if let name { bind(name, .poison, .result) }
            case .returns(let value, let extras): result = returned(value, extras)
            default:
                report(.misplaced("this belongs in a network, not in a block", at: statement.place))
            }
        }
        if let result { return result }
        if block.statements.contains(where: { $0.isBroken }) { return .poison }
        return fail(.noReturn(block.name))
    }

    private mutating func returned(_ value: Expression, _ extras: [(name: Identifier, value: Expression)]) -> Item {
        let main = evaluate(value)
        var named: [(name: Identifier, item: Item)] = []
        for (name, value) in extras {
            if let first = named.first(where: { $0.name.word == name.word }) {
                report(.duplicateName(name, first: first.name.place, what: "result"))
            }
            named.append((name, evaluate(value)))
        }
        return extras.isEmpty ? main : .bundle(Bundle(main: main, extras: named))
    }
}

extension Item {
    /// A value as expressions see it: lists are lists of items.
    init(_ value: Value) {
        if case .list(let values) = value { self = .list(values.map { Item($0) }) } else { self = .value(value) }
    }
}

extension Statement {
    var isBroken: Bool { if case .broken = kind { true } else { false } }
}

extension BlockDeclaration {
    var usage: String {
        let list = parameters.map { "\($0.name.text): \($0.type)" + ($0.standard == nil ? "" : " = …") }
        return "block \(name.text)(\(list.joined(separator: ", "))) on \(inputs.map(\.text).joined(separator: ", "))"
    }
}
