import GraphIR

/// The statements of a network: inputs, results, outputs.
extension Elaborator {
    mutating func walk(_ statements: [Statement]) {
        for statement in statements where !isAborted {
            switch statement.kind {
            case .input(let name, let shape, let rate): input(name, shape, rate)
            case .binding(let name, let ascription, let value): define(name, ascription, value)
            case .output(let name, let ascription, let value): output(name, ascription, value)
            case .bare(let value): bare(value)
            case .returns: report(.misplaced("a network has outputs; only a block returns", at: statement.place))
            case .shape(let name, _):
                report(.misplaced("'\(name.text)' gets a shape but no value", at: statement.place))
            case .broken(let name, let rest):
                broken(name, rest)
                if let name { unreadNames.append(name.text) }
            // These are about the finished network; see `Finishing`.
            case .expectation, .learn, .prepare, .augment, .train, .freeze: break
            }
        }
    }

    /// A statement that could not be read whole: its name stands for nothing, or for what was read.
    mutating func broken(_ name: Identifier?, _ rest: Statement.Kind?) {
        let isKnown = name.map { lookup($0.word) != nil } ?? false
        switch rest {
        case .binding(let name, let ascription, let value) where isLenient: define(name, ascription, value)
        case .output(let name, let ascription, let value) where isLenient && calls.isEmpty:
            output(name, ascription, value)
        case .bare(let value) where isLenient: bare(value)
        case .input(let name, let shape, let rate) where isLenient && calls.isEmpty: input(name, shape, rate)
        default: if let name, !isKnown || !isLenient { bind(name, .poison, .result) }
        }
    }

    // MARK: - Inputs

    private mutating func input(_ name: Identifier, _ ascription: Ascription?, _ rate: Expression?) {
        guard let ascription else { return bindNew(name, .poison, .result) }
        var dimensions: [Dimension] = []
        for size in ascription.sizes {
            guard let dimension = inputSize(size) else { return bindNew(name, .poison, .result) }
            dimensions.append(dimension)
        }
        guard (1...3).contains(dimensions.count) else {
            report(.badRank(dimensions.count, at: ascription.place))
            return bindNew(name, .poison, .result)
        }
        var hertz: Double?
        if let rate {
            let purpose = Purpose(owner: "input", name: "at", rate: nil)
            guard let value = fit(evaluate(rate), .hertz, range: 1e-9...1e9, purpose, at: rate.place) else {
                return bindNew(name, .poison, .result)
            }
            hertz = Double(value)
        }
        if let axis = Shape(dimensions).absurdAxis {
            report(
                .absurdSize(Shape(dimensions), axis, of: "the input '\(name.text)'", at: ascription.sizes[axis].place))
            return bindNew(name, .poison, .result)
        }
        if dimensions.count == 3, rate != nil || Self.namesBatch(ascription.sizes[0]) {
            report(.batchInShape(ascription.sizes, Shape(Array(dimensions.dropFirst())), at: ascription.place))
            return bindNew(name, .poison, .result)
        }
        if rate != nil, let turned = Self.turned(dimensions) {
            // Whatever follows from that shape would be advice about the wrong thing.
            report(.channelsBehindTime(name.text, Shape(dimensions), turned, at: ascription.place))
            return bindNew(name, .poison, .result)
        }
        let path = naming.claim(label: name.text, kind: Node.inputKind).path
        let array = add(.input(path, TensorType(Shape(dimensions), rate: hertz), at: name.place))
        note(.result, name.place, array)
        bindNew(name, array, .result)
    }

    /// `[None, 3, 3000]`, as other programs have it.
    private static func namesBatch(_ size: Expression) -> Bool {
        guard case .name(let name) = size.kind else { return false }
        return ["None", "none", "null", "batch", "batch_size", "B", "N"].contains(name.text)
    }

    /// The shape that was meant where thousands of channels have a few samples each: other tools put time first.
    private static func turned(_ dimensions: [Dimension]) -> Shape? {
        guard dimensions.count == 2, let first = dimensions[0].number, let last = dimensions[1].number,
            last <= 12, first >= 100
        else { return nil }
        return Shape([dimensions[1], dimensions[0]])
    }

    /// A size of an input; a name that means nothing yet becomes a symbol.
    private mutating func inputSize(_ expression: Expression) -> Dimension? {
        if case .name(let name) = expression.kind, lookup(name.word) == nil {
            let symbol = Dimension.symbol(name.text)
            bind(name, .value(.size(symbol)), .size)
            return symbol
        }
        return size(expression)
    }

    /// What an expression says about a size; `nil` after saying what is wrong.
    mutating func size(_ expression: Expression) -> Dimension? {
        let purpose = Purpose(owner: "a shape", name: "size", rate: nil)
        guard
            let value = fit(evaluate(expression, wanted: .size), .size, purpose, at: expression.place),
            let dimension = Dimension(value)
        else { return nil }
        if let number = dimension.number, number < 1 {
            report(.badSize(number, at: expression.place))
            return nil
        }
        note(.size, expression.place, .value(dimension.value))
        return dimension
    }

    // MARK: - Results

    mutating func define(_ name: Identifier, _ ascription: Ascription?, _ value: Expression) {
        let outer = naming.position
        naming.enter(result: name.text)
        let mark = nodes.count
        let item = evaluate(value)
        naming.position = outer
        let isAsSaid = ascription.map { self.isAsSaid(item, $0, of: name, made: value) } ?? true
        note(.result, name.place, item, since: mark)
        bindNew(name, isAsSaid || isLenient ? item : .poison, .result)
    }

    mutating func bare(_ value: Expression) {
        _ = evaluate(value)
    }

    private mutating func output(_ name: Identifier, _ ascription: Ascription?, _ value: Expression) {
        // `output y` alone hands out what is called y already.
        if case .name(let same) = value.kind, same.word == name.word, same.place == name.place {
            guard let known = item(of: name.word) else {
                return hand(
                    out: failUnknown(name, .unknownName(name, among: namesInSight, words: [])), as: name,
                    at: name.place)
            }
            let isAsSaid = ascription.map { self.isAsSaid(known, $0, of: name) } ?? true
            return hand(out: isAsSaid ? known : .poison, as: name, at: name.place)
        }
        define(name, ascription, value)
        ends[name.text] = Place(file: value.place.file, start: value.place.end, end: value.place.end)
        hand(out: item(of: name.word) ?? .poison, as: name, at: value.place)
    }

    private mutating func hand(out item: Item, as name: Identifier, at place: Place) {
        if let first = outputs.first(where: { $0.name == name.text }) {
            return report(.duplicateName(name, first: first.place, what: "output"))
        }
        guard let node = item.node else {
            if !containsPoison(item) { report(.notAnArray("output", describe(item), at: place)) }
            brokenOutputs.append(name.text)
            return
        }
        outputs.append(Graph.Output(name: name.text, node: node, place: name.place))
    }

    // MARK: - Shapes that are said

    /// Whether somebody said time first and then channels.
    private func isReversed(_ ascription: Ascription, _ shape: Shape) -> Bool {
        guard shape.rank == 2, ascription.sizes.count == 2, case .int(let one) = ascription.sizes[0].kind,
            case .int(let two) = ascription.sizes[1].kind
        else { return false }
        return shape[0].number == two && shape[1].number == one && one != two
    }

    /// Compares the shape that somebody said with the one that is; false after saying that they differ. A name that
    /// means nothing yet becomes the size.
    private mutating func isAsSaid(
        _ item: Item, _ original: Ascription, of name: Identifier, made value: Expression? = nil
    ) -> Bool {
        if containsPoison(item) { return true }
        guard let node = item.node else {
            report(.notAnArray("a shape", describe(item), at: original.place))
            return false
        }
        let ascription = calls.isEmpty ? editing.shape(of: name) ?? original : original
        let shape = nodes[node].type.shape
        guard ascription.sizes.count == shape.rank else {
            report(blame(.shapeDiffers(name.text, shape, at: ascription.place), on: node))
            return false
        }
        for (axis, expression) in ascription.sizes.enumerated() {
            if case .name(let symbol) = expression.kind, lookup(symbol.word) == nil {
                bind(symbol, .value(shape[axis].value), .size)
                continue
            }
            guard let said = size(expression) else { continue }
            switch said.compare(shape[axis]) {
            case .equal: break
            case .different:
                var diagnostic = wrongSize(name.text, said: said, axis: axis, of: node, at: expression.place)
                if axis == shape.rank - 1, let value, let fix = lengthening(value, to: said, of: node) {
                    diagnostic.fixes.append(fix)
                }
                if isReversed(ascription, shape) { diagnostic.help = ["a shape begins with the channels: \(shape)"] }
                report(blame(diagnostic, on: node))
                return false
            case .unknown:
                claims.append(Graph.Claim(left: said, right: shape[axis], place: expression.place))
            }
        }
        return true
    }
}
