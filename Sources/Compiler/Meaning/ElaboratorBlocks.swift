import GraphIR

/// Calls of blocks: arguments bound, body walked, results handed back.
extension Elaborator {
    mutating func call(_ reference: BlockReference, _ call: Call, on piped: Piped?, _ site: Site) -> Item {
        let block = library.block(reference)
        if calls.contains(where: { $0.block == reference }) {
            return fail(
                .circularBlocks(calls.map { library.block($0.block).name.text } + [block.name.text], at: call.place))
        }
        guard calls.count < Parser.deepest else { return fail(.nestedTooDeep(at: call.place)) }
        guard let bound = read(call, for: block, piped, site) else { return .poison }

        let outer = (base: base, file: file, position: naming.position, count: scope.count)
        if calls.isEmpty { networkNames = scope.count }
        calls.append((reference, call.place))
        base = scope.count
        file = reference.file
        if let segment = site.segment { naming.enter(site.path, segment) }
        defer {
            scope.drop(to: outer.count)
            (base, file, naming.position) = (outer.base, outer.file, outer.position)
            calls.removeLast()
        }
        guard bindParameters(of: block, bound, at: call.callee.place) else { return .poison }
        guard bindInputs(of: block, bound.inputs, call) else { return .poison }
        return body(of: block)
    }

    /// What a call gives to a block.
    private struct BlockReading {
        enum Setting {
            case unsaid, poison
            case item(Item)
        }
        var settings: [Setting]
        var places: [Place?]
        /// What flows in, the piped array first.
        var inputs: [Piped]
        var isWhole = true
        /// An argument without a name could not be worked out, so that those behind it have no certain place.
        var hasLostCount = false
    }

    private mutating func read(_ call: Call, for block: BlockDeclaration, _ piped: Piped?, _ site: Site)
        -> BlockReading?
    {
        var reading = BlockReading(
            settings: Array(repeating: .unsaid, count: block.parameters.count),
            places: Array(repeating: nil, count: block.parameters.count), inputs: piped.map { [$0] } ?? [])
        // Arrays take no place among the settings.
        var positions = block.parameters.indices.filter { !block.parameters[$0].isArray }[...]
        for argument in call.arguments {
            if let name = argument.name {
                named(name, argument.value, block, &reading)
            } else {
                positional(argument, block, &positions, &reading)
            }
        }
        if reading.inputs.count == 1 { reading.inputs += site.others }
        for override in site.overrides {
            guard let index = parameter(override.name, of: block) else { continue }
            let item = evaluateInEdit(override.value, override.file, wanted: block.parameters[index].type)
            reading.places[index] = nil
            take(item, index, block, override.value.place, &reading)
        }
        // Arrays beyond what flows in by `on` are for the parameters that are arrays.
        for index in block.parameters.indices where block.parameters[index].isArray {
            guard case .unsaid = reading.settings[index], reading.inputs.count > block.inputs.count else { continue }
            reading.settings[index] = .item(reading.inputs.remove(at: block.inputs.count).item)
        }
        return reading.isWhole || isLenient ? reading : nil
    }

    private mutating func named(
        _ name: Identifier, _ value: Expression, _ block: BlockDeclaration, _ reading: inout BlockReading
    ) {
        guard let index = parameter(name, of: block) else {
            reading.isWhole = false
            return
        }
        take(evaluate(value, wanted: block.parameters[index].type), index, block, value.place, &reading)
    }

    private mutating func positional(
        _ argument: Argument, _ block: BlockDeclaration, _ positions: inout ArraySlice<Int>,
        _ reading: inout BlockReading
    ) {
        let item = evaluate(argument.value, wanted: positions.first.map { block.parameters[$0].type })
        if containsPoison(item) {
            // It may have been an array or a setting: which parameter comes next is not known any more.
            reading.isWhole = false
            positions = []
            reading.hasLostCount = true
        } else if item.holdsArrays {
            reading.inputs.append((item, argument.value.place))
        } else if let index = positions.popFirst() {
            take(item, index, block, argument.value.place, &reading)
        } else if !reading.hasLostCount {
            let count = block.parameters.count { !$0.isArray }
            report(.tooManyArguments(block.name.text, takes: count, usage: block.usage, at: argument.place))
            reading.isWhole = false
        }
    }

    private mutating func parameter(_ name: Identifier, of block: BlockDeclaration) -> Int? {
        if let index = block.parameters.firstIndex(where: { $0.name.word == name.word }) { return index }
        report(
            .unknownArgument(
                name, of: block.name.text, known: block.parameters.map { $0.name.text }, usage: block.usage))
        return nil
    }

    private mutating func take(
        _ item: Item, _ index: Int, _ block: BlockDeclaration, _ place: Place, _ reading: inout BlockReading
    ) {
        let parameter = block.parameters[index]
        if let first = reading.places[index] {
            return report(.repeatedArgument(parameter.name.text, first: first, at: place))
        }
        reading.places[index] = place
        reading.settings[index] = .poison
        if containsPoison(item) { return }
        if parameter.isArray {
            guard item.holdsArrays else {
                return report(.notAnArray("'\(parameter.name.text)'", describe(item), at: place))
            }
            reading.settings[index] = .item(item)
            return
        }
        let purpose = purpose(block.name.text, parameter.name.text, of: reading.inputs)
        if let value = fit(item, parameter.type, purpose, at: place) { reading.settings[index] = .item(Item(value)) }
    }

    private mutating func bindParameters(of block: BlockDeclaration, _ reading: BlockReading, at place: Place) -> Bool {
        var missing: [Parameter] = []
        for (parameter, setting) in zip(block.parameters, reading.settings) {
            switch setting {
            case .item(let item): bind(parameter.name, item, .parameter)
            case .poison where !isLenient || parameter.standard == nil: bind(parameter.name, .poison, .parameter)
            case .poison, .unsaid:
                if let standard = parameter.standard {
                    let item = evaluate(standard, wanted: parameter.type)
                    let purpose = Purpose(owner: block.name.text, name: parameter.name.text, rate: nil)
                    let value = fit(item, parameter.type, purpose, at: standard.place)
                    bind(parameter.name, value.map { Item($0) } ?? .poison, .parameter)
                } else {
                    missing.append(Parameter(parameter.name.text, parameter.type, parameter.isArray ? "an array" : ""))
                    bind(parameter.name, .poison, .parameter)
                }
            }
        }
        if log != nil { for parameter in block.parameters { noteParameter(parameter) } }
        if !missing.isEmpty { report(.missingArguments(missing, of: block.name.text, usage: block.usage, at: place)) }
        return missing.isEmpty
    }

    private mutating func noteParameter(_ parameter: ParameterDeclaration) {
        if let item = item(of: parameter.name.word) { note(.parameter, parameter.name.place, item) }
    }

    private mutating func bindInputs(of block: BlockDeclaration, _ inputs: [Piped], _ call: Call) -> Bool {
        guard inputs.count == block.inputs.count else {
            report(
                .wrongInputCount(
                    block.name.text, block.inputs.count...block.inputs.count, found: inputs.count, at: call.callee.place
                ))
            return false
        }
        for (name, input) in zip(block.inputs, inputs) {
            note(.parameter, name.place, input.item)
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
            case .broken(_, .returns(let value, let extras)?) where isLenient: result = returned(value, extras)
            case .broken(let name, let rest): broken(name, rest)
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

extension BlockDeclaration {
    var usage: String {
        let list = parameters.map {
            "\($0.name.text): \($0.isArray ? "array" : "\($0.type)")" + ($0.standard == nil ? "" : " = …")
        }
        return "block \(name.text)(\(list.joined(separator: ", "))) on \(inputs.map(\.text).joined(separator: ", "))"
    }
}
