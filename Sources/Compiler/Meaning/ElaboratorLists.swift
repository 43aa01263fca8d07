import GraphIR

/// Lists, and what is done for each of their items.
extension Elaborator {
    mutating func comprehension(_ pattern: Pattern, _ list: Expression, _ body: Expression) -> Item {
        guard let items = self.list(list) else { return .poison }
        var results: [Item] = []
        let labels = turns(items, pattern) { elaborator in
            results.append(elaborator.evaluate(body))
        }
        bindLabels(labels)
        return .list(results)
    }

    /// The items of a list that must be one; `nil` after saying what is wrong.
    mutating func list(_ expression: Expression) -> [Item]? {
        let item = evaluate(expression).main
        if item.isPoison { return nil }
        guard case .list(let items) = item else {
            report(.notAList(describe(item), at: expression.place))
            return nil
        }
        return items
    }

    /// Walks a body once for each item, and gathers the labels of all turns as lists.
    mutating func turns(
        _ items: [Item], _ pattern: Pattern?, labelled frame: String? = nil, _ body: (inout Elaborator) -> Void
    ) -> [Binding] {
        guard turnsAreFew(items.count, at: pattern?.place ?? .nowhere) else { return [] }
        var gathered: [(label: Binding, items: [Item])] = []
        var positions: [Int32: Int] = [:]
        let outer = naming.position
        for (turn, item) in items.enumerated() where !isAborted {
            naming.enter(turn: turn, of: frame)
            let mark = scope.count
            if let pattern { match(pattern, item) }
            body(&self)
            for label in dropScope(to: mark) {
                if let known = positions[label.word] {
                    gathered[known].items.append(label.item)
                } else {
                    positions[label.word] = gathered.count
                    gathered.append((label, [label.item]))
                }
            }
            naming.position = outer
        }
        return gathered.map { entry in
            var list = entry.label
            list.item = .list(entry.items)
            return list
        }
    }

    mutating func bindLabels(_ labels: [Binding]) {
        for label in labels {
            let name = Identifier(text: label.text, word: label.word, place: label.place)
            bindNew(name, label.item, .label)
        }
    }

    private mutating func match(_ pattern: Pattern, _ item: Item) {
        switch pattern {
        case .name(let name): bind(name, item, .variable)
        case .tuple(let parts, let place):
            if let items = Elaborator.tuple(item, of: parts.count) {
                for (part, item) in Swift.zip(parts, items) { match(part, item) }
                return
            }
            if !item.isPoison { report(.patternDoesNotFit(parts.count, describe(item), at: place)) }
            for part in parts { match(part, .poison) }
        }
    }

    /// The entries of a tuple, nested ones laid out where that makes as many as there are names:
    /// `(i, a, b)` and `(i, (a, b))` both take what `enumerate(zip(as, bs))` makes.
    private static func tuple(_ item: Item, of count: Int) -> [Item]? {
        guard case .list(let items) = item.main else { return nil }
        if items.count == count { return items }
        let flat = items.flatMap { item -> [Item] in
            if case .list(let inner) = item { return inner }
            return [item]
        }
        return flat.count == count ? flat : nil
    }
}
