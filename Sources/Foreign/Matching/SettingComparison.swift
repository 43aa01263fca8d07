import GraphIR

/// Compares what shapes do not show: epsilons, gates, padding, activations, rates.
struct SettingComparison {
    private let there: Graph
    private let here: Graph
    private let registry: Registry
    private(set) var differences: [SettingDifference] = []

    init(_ there: Graph, _ here: Graph, registry: Registry) {
        (self.there, self.here, self.registry) = (there, here, registry)
    }

    mutating func compare(_ left: Walk, _ right: Walk) {
        compareSteps(left, right)
        let rates = (left.dropouts, right.dropouts)
        compareDropouts(rates.0, rates.1)
    }

    /// Between two weighted layers that belong together, the layers without weights must be the same too.
    private mutating func compareSteps(_ left: Walk, _ right: Walk) {
        var (first, second) = (left.steps[...], right.steps[...])
        while !first.isEmpty || !second.isEmpty {
            let a = first.prefix { !$0.isWeighted }
            let b = second.prefix { !$0.isWeighted }
            comparePlain(Array(a), Array(b), before: second.dropFirst(b.count).first)
            (first, second) = (first.dropFirst(a.count), second.dropFirst(b.count))
            if let one = first.first, let other = second.first { compareArguments(one.node, other.node) }
            (first, second) = (first.dropFirst(), second.dropFirst())
        }
    }

    private mutating func comparePlain(_ left: [Walk.Step], _ right: [Walk.Step], before: Walk.Step?) {
        if left.map(\.kind) == right.map(\.kind) {
            for (a, b) in zip(left, right) where !Walk.isFused(there.nodes[a.node]) && !Walk.isFused(here.nodes[b.node])
            {
                compareArguments(a.node, b.node)
            }
            return
        }
        let place = before.map { "before \(here.nodes[$0.node].path)" } ?? "at the end"
        func words(_ steps: [Walk.Step]) -> String {
            steps.isEmpty ? "nothing" : steps.map(\.kind).joined(separator: " -> ")
        }
        differences.append(
            SettingDifference(
                name: "layers", place: place, inFile: words(left), inNetwork: words(right), isHarmless: false))
    }

    private static let fused = ["activation"]

    private mutating func compareArguments(_ left: Int, _ right: Int) {
        let (a, b) = (there.nodes[left], here.nodes[right])
        if a.kind == "crop", let cut = there.cut(by: left), let other = here.cut(by: right), cut == other { return }
        guard a.kind == b.kind, let signature = registry.signature(.layer, b.kind) else { return }
        for parameter in signature.parameters {
            let isFused = parameter.name == Walk.activation && ["conv", "conv_transpose", "dense"].contains(b.kind)
            if isFused { continue }
            guard let one = a.arguments[parameter.name] ?? parameter.standard,
                let other = b.arguments[parameter.name] ?? parameter.standard,
                !SettingComparison.isSame(one, other), !isSamePadding(parameter.name, left, right)
            else { continue }
            let onlyTraining = parameter.isOnlyForTraining || SettingComparison.training.contains(parameter.name)
            differences.append(
                SettingDifference(
                    name: parameter.name, place: b.path, inFile: one.description, inNetwork: other.description,
                    isHarmless: onlyTraining))
        }
    }

    /// Settings that only training knows, beside those that say so themselves.
    private static let training: Set<String> = ["momentum", "dropout", "recurrent_dropout"]

    /// Numbers are the same where a float32 cannot tell them apart.
    private static func isSame(_ one: Value, _ other: Value) -> Bool {
        if one == other { return true }
        if let a = number(one), let b = number(other) { return abs(a - b) <= 1e-6 * max(abs(a), abs(b)) }
        if case .list(let list) = one { return list.allSatisfy { isSame($0, other) } && !list.isEmpty }
        if case .list(let list) = other { return list.allSatisfy { isSame(one, $0) } && !list.isEmpty }
        return false
    }
    private static func number(_ value: Value) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .float(let number): number
        case .quantity(let number, _): number
        default: nil
        }
    }

    /// Where windows lie side by side and fill the length, same and valid are one.
    private func isSamePadding(_ name: String, _ left: Int, _ right: Int) -> Bool {
        guard name == "padding", ["max_pool", "average_pool"].contains(here.nodes[right].kind) else { return false }
        return there.nodes[left].type.shape == here.nodes[right].type.shape && fills(there, left) && fills(here, right)
    }

    private func fills(_ graph: Graph, _ index: Int) -> Bool {
        let node = graph.nodes[index]
        let stride = node.arguments["stride"] ?? node.arguments["size"]
        guard case .int(let size) = node.arguments["size"], stride == .int(size) || stride == .word("none"),
            let before = graph.nodes[node.inputs[0]].type.shape.numbers
        else { return false }
        return before.dropFirst().allSatisfy { $0 % size == 0 }
    }

    private mutating func compareDropouts(_ left: [Int], _ right: [Int]) {
        func always(_ graph: Graph, _ nodes: [Int]) -> Int {
            nodes.count { graph.nodes[$0].arguments["always"] == .bool(true) }
        }
        let (a, b) = (always(there, left), always(here, right))
        if (a > 0) != (b > 0) {
            differences.append(
                SettingDifference(
                    name: "always", place: "dropout", inFile: a > 0 ? "on when it is used" : "off when it is used",
                    inNetwork: b > 0 ? "on when it is used" : "off when it is used", isHarmless: false))
        }
        func rates(_ graph: Graph, _ nodes: [Int]) -> [String] {
            Array(Set(nodes.compactMap { graph.nodes[$0].arguments["rate"]?.description })).sorted()
        }
        let (one, other) = (rates(there, left), rates(here, right))
        if one != other {
            differences.append(
                SettingDifference(
                    name: "rate", place: "dropout", inFile: one.isEmpty ? "none" : one.joined(separator: ", "),
                    inNetwork: other.isEmpty ? "none" : other.joined(separator: ", "), isHarmless: true))
        }
    }

    /// Inputs of other sizes would be other networks, where both know their sizes.
    mutating func compareInputs() {
        for (left, right) in zip(there.inputs, here.inputs) where left.type.shape != right.type.shape {
            let open = left.type.shape.numbers == nil || right.type.shape.numbers == nil
            differences.append(
                SettingDifference(
                    name: "input", place: right.path, inFile: "\(left.type.shape)",
                    inNetwork: "\(right.type.shape)", isHarmless: open))
        }
    }
}
