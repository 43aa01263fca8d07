import GraphIR

/// Layers: their arguments, what flows into them, and what comes of it.
extension Elaborator {
    /// A use of a plugin while its arguments are being read.
    struct Reading {
        var entry: CatalogEntry
        var values: [Arguments.Entry?]
        /// Where each argument was said.
        var places: [Place?]
        var inputs: [(item: Item, place: Place)] = []
        var isPoisoned = false

        init(_ entry: CatalogEntry) {
            self.entry = entry
            values = entry.defaults
            places = Array(repeating: nil, count: entry.defaults.count)
        }
        var arguments: Arguments { Arguments(values.compactMap { $0 }) }
    }

    /// Reads the arguments of a call against a signature. Arrays among them flow in; the rest are settings.
    mutating func read(_ call: Call, for entry: CatalogEntry, piped: (item: Item, place: Place)? = nil) -> Reading {
        var reading = Reading(entry)
        if let piped { reading.inputs.append(piped) }
        var position = 0
        for argument in call.arguments {
            if let name = argument.name {
                self.named(name, argument, &reading)
            } else {
                positional(argument, &position, call, &reading)
            }
        }
        return reading
    }

    private mutating func named(_ name: Identifier, _ argument: Argument, _ reading: inout Reading) {
        let entry = reading.entry
        guard let index = entry.words.firstIndex(of: name.word) else {
            report(
                .unknownArgument(
                    name, of: entry.signature.name, known: entry.signature.parameters.map { $0.name },
                    usage: entry.signature.brief))
            reading.isPoisoned = true
            return
        }
        let parameter = entry.signature.parameters[index]
        let item = evaluate(argument.value, wanted: parameter.type)
        take(item, index, argument.value.place, &reading)
    }

    private mutating func positional(
        _ argument: Argument, _ position: inout Int, _ call: Call, _ reading: inout Reading
    ) {
        let parameters = reading.entry.signature.parameters
        let wanted = position < parameters.count ? parameters[position].type : nil
        let item = evaluate(argument.value, wanted: wanted)
        if item.holdsArrays {
            reading.inputs.append((item, argument.value.place))
        } else if containsPoison(item) {
            // It may have been an array or a setting.
            reading.isPoisoned = true
            position += 1
        } else if position < parameters.count {
            take(item, position, argument.value.place, &reading)
            position += 1
        } else {
            report(
                .tooManyArguments(
                    reading.entry.signature.name, takes: parameters.count, usage: reading.entry.signature.brief,
                    at: argument.place))
            reading.isPoisoned = true
        }
    }

    private mutating func take(_ item: Item, _ index: Int, _ place: Place, _ reading: inout Reading) {
        let parameter = reading.entry.signature.parameters[index]
        if let first = reading.places[index] {
            report(.repeatedArgument(parameter.name, first: first, at: place))
            reading.isPoisoned = true
            return
        }
        reading.places[index] = place
        let purpose = purpose(reading.entry.signature.name, parameter.name, of: reading.inputs)
        if let value = fit(item, parameter.type, range: parameter.range, purpose, at: place) {
            reading.values[index] = Arguments.Entry(parameter.name, value)
        } else {
            reading.isPoisoned = true
        }
    }

    /// Whether everything that must be said was said; says what is missing.
    mutating func isComplete(_ reading: Reading, at place: Place) -> Bool {
        if reading.isPoisoned, !isLenient { return false }
        let missing = reading.entry.signature.parameters.indices.filter { reading.values[$0] == nil }
        guard missing.isEmpty else {
            let parameters = reading.entry.signature.parameters
            report(
                .missingArguments(
                    missing.map { parameters[$0] }, of: reading.entry.signature.name,
                    usage: reading.entry.signature.brief, at: place))
            return false
        }
        return true
    }

    /// The nodes that flow in, lists of arrays laid out; `nil` where one is poison or none.
    mutating func inputNodes(_ inputs: [(item: Item, place: Place)], of name: String) -> [Int]? {
        var nodes: [Int] = []
        var isWhole = true
        for (item, place) in inputs where !collect(item, into: &nodes) {
            isWhole = false
            if !containsPoison(item) { report(.notAnArray(name, describe(item), at: place)) }
        }
        return isWhole ? nodes : nil
    }

    private func collect(_ item: Item, into found: inout [Int]) -> Bool {
        switch item.main {
        case .array(let node):
            found.append(node)
            return true
        case .list(let items):
            guard found.count + items.count <= Elaborator.mostTurns else { return false }
            for item in items { guard collect(item, into: &found) else { return false } }
            return true
        default: return false
        }
    }

    func containsPoison(_ item: Item) -> Bool {
        switch item.main {
        case .poison: true
        case .list(let items): items.contains { containsPoison($0) }
        default: false
        }
    }

    /// Puts a layer into the graph: its own shape rule decides whether it fits.
    mutating func use(
        _ reading: Reading, path: String, at place: Place, sign: Token.Kind? = nil, edits mask: UInt64 = 0
    ) -> Item {
        let name = sign.map { "'\($0.sign)'" } ?? reading.entry.signature.name
        let inputs = inputNodes(reading.inputs, of: name)
        guard isComplete(reading, at: place), let inputs, let layer = reading.entry.layer, !isAborted else {
            return .poison
        }
        let allowed = reading.entry.signature.inputs
        guard allowed.contains(inputs.count) else {
            return fail(.wrongInputCount(name, allowed, found: inputs.count, at: place))
        }
        let arguments = reading.arguments
        do throws(Complaint) {
            let use = try layer.init(arguments, inputs: inputs.map { nodes[$0].type })
            guard use.output.shape.dimensions.allSatisfy({ $0.polynomial.weight <= 256 }) else {
                return fail(.sizeTooComplicated(name, at: place))
            }
            if let axis = use.output.shape.absurdAxis {
                return fail(.absurdSize(use.output.shape, axis, of: "the result of \(name)", at: place))
            }
            return add(
                Node(
                    path: path, layer: use, arguments: arguments, inputs: inputs, place: place,
                    origins: calls.reversed().map { $0.place }),
                touched: mask)
        } catch {
            return refuse(error, reading, inputs, name: name, at: place, edits: mask)
        }
    }

    /// An operator between arrays: the layer that stands for it.
    mutating func operate(_ sign: Token.Kind, _ operands: [(item: Item, place: Place)], at place: Place) -> Item {
        guard let name = Operators.layer(for: sign), let entry = catalog.layer(library.interner.intern(name), name)
        else { return fail(.noOperator(sign.sign, at: place)) }
        guard !operands.contains(where: { containsPoison($0.item) }) else { return .poison }
        if operands.count == 1 { return operands[0].item }
        // A layer that takes fewer than there are is used again on its own result.
        var reading = Reading(entry)
        reading.inputs = operands
        if operands.count > entry.signature.inputs.upperBound {
            var result = operands[0].item
            for operand in operands.dropFirst() {
                reading.inputs = [(result, place), operand]
                result = stand(reading, sign, at: place)
            }
            return result
        }
        return stand(reading, sign, at: place)
    }

    private mutating func stand(_ reading: Reading, _ sign: Token.Kind, at place: Place) -> Item {
        let name = reading.entry.signature.name
        let (path, segment) = naming.claim(label: nil, kind: name)
        guard !editing.isEmpty, let first = reading.inputs.first else {
            return use(reading, path: path, at: place, sign: sign)
        }
        // An edit may mean it: it is a stage like any other then.
        let callee = Identifier(text: name, word: library.interner.intern(name), place: place)
        let call = Call(callee: callee, hasParentheses: false, arguments: [], place: place)
        var site = Site(path: path, segment: segment)
        site.others = Array(reading.inputs.dropFirst())
        site.sign = sign
        return edit(Stage(kind: .call(call), place: place), on: first, site)
    }
}
