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
            case .broken(let name):
                guard let name else { break }
                bind(name, .poison, .result)
                unreadNames.append(name.text)
            // These are about the finished network; see `Finishing`.
            case .expectation, .learn, .prepare, .augment, .train, .freeze: break
            }
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
        let path = naming.claim(label: name.text, kind: Node.inputKind).path
        bindNew(name, add(.input(path, TensorType(Shape(dimensions), rate: hertz), at: name.place)), .result)
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
        return dimension
    }

    // MARK: - Results

    mutating func define(_ name: Identifier, _ ascription: Ascription?, _ value: Expression) {
        let outer = naming.position
        naming.enter(result: name.text)
        let item = evaluate(value)
        naming.position = outer
        let isAsSaid = ascription.map { self.isAsSaid(item, $0, of: name) } ?? true
        bindNew(name, isAsSaid ? item : .poison, .result)
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

    /// Compares the shape that somebody said with the one that is; false after saying that they differ. A name that
    /// means nothing yet becomes the size.
    private mutating func isAsSaid(_ item: Item, _ original: Ascription, of name: Identifier) -> Bool {
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
                report(blame(wrongSize(name.text, said: said, axis: axis, of: node, at: expression.place), on: node))
                return false
            case .unknown:
                claims.append(Graph.Claim(left: said, right: shape[axis], place: expression.place))
            }
        }
        return true
    }
}
