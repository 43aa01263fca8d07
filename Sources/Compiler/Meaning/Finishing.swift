import GraphIR

/// What is said about the whole network: freezing, expectations, and what nothing uses.
extension Elaborator {
    mutating func finish(_ statements: [Statement]) {
        for statement in statements where !isAborted {
            switch statement.kind {
            case .freeze(let selectors): freeze(selectors)
            case .expectation(let expectation): check(expectation)
            default: break
            }
        }
    }

    // MARK: - Freezing

    private mutating func freeze(_ selectors: [Selector]) {
        for selector in selectors {
            if let test = selector.tests.first {
                report(.misplaced("freeze takes paths, not arguments", at: test.place))
            }
            let frozen = nodes.indices.filter { !nodes[$0].isInput && isBelow(selector, nodes[$0]) }
            if frozen.isEmpty, !isIncomplete {
                report(.matchesNothing(selector, met: nodes.filter { !$0.isInput }.map(\.path)))
            }
            for node in frozen { nodes[node].isTrainable = false }
        }
    }

    /// Whether a path leads to a layer, to a group it stands in, or names its kind.
    private func isBelow(_ selector: Selector, _ node: Node) -> Bool {
        var trail = node.path.split(separator: ".").map { Naming.Segment(name: String($0), kind: "") }
        guard !trail.isEmpty else { return false }
        trail[trail.count - 1].kind = node.kind
        return trail.indices.contains { Editing.matches(selector.parts, Array(trail[..<$0]), trail[$0]) }
    }

    // MARK: - Expectations

    static let subjects = ["parameters", "fixed", "flops", "receptive_field", "layers"]

    private mutating func check(_ expectation: Expectation) {
        guard outputs.count > 0, brokenOutputs.isEmpty, !isIncomplete else { return }
        guard let measured = measure(expectation) else { return }
        let purpose = Purpose(
            owner: "expect", name: expectation.subject.text, rate: nodes.first { $0.isInput }?.type.rate)
        let type: ValueType =
            expectation.subject.text == "receptive_field" ? .either([.samples, .float]) : .either([.size, .float])
        let item = evaluate(expectation.value)
        guard let wanted = fit(item, type, purpose, at: expectation.value.place) else { return }
        let answer: Bool?
        do throws(Arithmetic.Refusal) {
            answer = try Arithmetic.compare(expectation.comparison, measured, wanted)
        } catch {
            return report(.badArithmetic(error.message, at: expectation.place))
        }
        let sign = expectation.comparison.sign
        guard let answer else {
            return report(.notDecidable("\(measured) \(sign) \(wanted)", at: expectation.place))
        }
        if !answer { report(.expectationNotMet(expectation, measured: measured)) }
    }

    private mutating func measure(_ expectation: Expectation) -> Value? {
        switch expectation.subject.text {
        case "parameters": return .int(weightCount(trainable: true))
        case "fixed": return .int(weightCount(trainable: false))
        case "layers": return .int(nodes.filter { !$0.isInput }.count)
        case "flops": return nodes.reduce(Dimension.number(0)) { $0 + $1.flops }.value
        case "receptive_field":
            switch ReceptiveField(Graph(name: "", nodes: nodes, outputs: outputs)) {
            case .samples(let count): return .int(count)
            case .everything:
                report(.fieldIsEverything(at: expectation.subject.place))
                return nil
            }
        default:
            report(.unknownExpectation(expectation.subject))
            return nil
        }
    }

    private func weightCount(trainable: Bool) -> Int {
        nodes.reduce(0) { total, node in
            node.weights.reduce(total) { $1.isTrainable == trainable ? Rational.sum($0, $1.count) : $0 }
        }
    }

    // MARK: - What nothing uses

    /// Every edit must have meant something.
    mutating func sayUnmatchedEdits() {
        guard !isAborted else { return }
        for edit in editing.active where edit.matches == 0 {
            report(.matchesNothing(edit.selector, met: editing.met.map(\.path)))
        }
        sayWhatMeansSeveral()
    }

    /// A path as `show` prints it looks like one layer, and means every one of its kind there.
    private mutating func sayWhatMeansSeveral() {
        let paths = Set(editing.met.map(\.path))
        for edit in editing.active where edit.matches > 1 && edit.selector.parts.count > 1 {
            let path = edit.selector.parts.map(\.text).joined(separator: ".")
            guard edit.selector.tests.isEmpty, paths.contains(path), paths.contains(path + "_2") else { continue }
            let alike = editing.met.map(\.path).filter {
                $0.hasPrefix(path + "_") && Int($0.dropFirst(path.count + 1)) != nil
            }
            report(.meansSeveral(path, [path] + alike, at: edit.selector.place))
        }
    }

    /// Puts inputs first, and takes out the layers that no output depends on. Where that is all that a place in the
    /// text makes, it is said.
    mutating func dropUnreachable() {
        guard !isIncomplete, !outputs.isEmpty else { return }
        var isReached = Array(repeating: false, count: nodes.count)
        var open = outputs.map(\.node)
        while let node = open.popLast() {
            if isReached[node] { continue }
            isReached[node] = true
            open += nodes[node].inputs
        }
        sayUnreachable(isReached)
        // Inputs come first, however late the text names them.
        let kept =
            nodes.indices.filter { nodes[$0].isInput } + nodes.indices.filter { isReached[$0] && !nodes[$0].isInput }
        guard kept.count < nodes.count || kept != Array(nodes.indices) else { return }
        var numbers = Array(repeating: 0, count: nodes.count)
        for (new, old) in kept.enumerated() { numbers[old] = new }
        nodes = kept.map { old in
            var node = nodes[old]
            node.inputs = node.inputs.map { numbers[$0] }
            return node
        }
        touched = kept.map { touched[$0] }
        for index in outputs.indices { outputs[index].node = numbers[outputs[index].node] }
    }

    /// Of a chain that leads nowhere its end is said, once.
    private mutating func sayUnreachable(_ isReached: [Bool]) {
        var isRead = Array(repeating: false, count: nodes.count)
        for node in nodes.indices { for input in nodes[node].inputs { isRead[input] = true } }
        let useful = Set(nodes.indices.lazy.filter { isReached[$0] }.map { [nodes] in nodes[$0].place })
        for node in nodes.indices where !isReached[node] && !isRead[node] && !useful.contains(nodes[node].place) {
            let place = nodes[node].place
            let isToldAlready =
                library.loaded.indices.contains(place.file)
                && library.loaded[place.file].unusedStatements.contains {
                    $0.start <= place.start && place.end <= $0.end
                }
            if !isToldAlready { report(.unreachable(nodes[node])) }
        }
    }
}
