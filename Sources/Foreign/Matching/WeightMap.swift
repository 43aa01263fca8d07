import GraphIR
import Interpreter

/// Which array of a file belongs where, said line by line in a text beside a network:
///
/// ```
/// # SeisBench's EQTransformer
/// encoder.convs.{i} -> encoder.{i}.regular_conv.conv
/// pick_attentions.0.Wa -> p.picker.self_attention.weight_score flat
/// transformer_d.attention.Wt -> global_2.attended.self_attention.weight_query transposed
/// fc1.weight -> after.conv.weight kernel
/// drop *.num_batches_tracked
/// ```
///
/// A module stands for all its arrays. `{i}` is a number, the same on both sides. What is dropped is
/// dropped; else the first line that fits counts. A matrix that is asked at every sample becomes the `kernel` of a
/// convolution that sees one.
public struct WeightMap: Sendable {
    public enum Turn: String, Sendable { case asItIs = "", flat, transposed, kernel }
    struct Rule: Sendable {
        var source: String
        /// `nil`: what it names is left out.
        var target: String?
        var turn: Turn
    }
    let rules: [Rule]
    public let path: String

    public init(_ text: String, path: String) throws(ForeignError) {
        self.path = path
        var rules: [Rule] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty { continue }
            if words.count == 2, words[0] == "drop" {
                rules.append(Rule(source: words[1], target: nil, turn: .asItIs))
            } else if words.count >= 3, words.count <= 4, words[1] == "->",
                let turn = Turn(rawValue: words.count == 4 ? words[3] : "")
            {
                rules.append(Rule(source: words[0], target: words[2], turn: turn))
            } else {
                throw ForeignError(
                    .content, "\(path):\(index + 1): '\(line)' is no line of a map",
                    help: "module -> layer, array -> layer.weight transposed, or drop pattern")
            }
        }
        self.rules = rules
    }

    /// The numbers that a name gives to a pattern's braces; `nil` where it does not fit. A `*` stands for anything.
    static func bindings(_ name: Substring, _ pattern: Substring) -> [String: String]? {
        guard let first = pattern.first else { return name.isEmpty ? [:] : nil }
        if first == "*" {
            for end in name.indices + [name.endIndex] {
                if let found = bindings(name[end...], pattern.dropFirst()) { return found }
            }
            return nil
        }
        if first == "{", let close = pattern.firstIndex(of: "}") {
            let digits = name.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty,
                var found = bindings(name.dropFirst(digits.count), pattern[pattern.index(after: close)...])
            else { return nil }
            let key = String(pattern[...close])
            guard found[key] == nil || found[key] == String(digits) else { return nil }
            found[key] = String(digits)
            return found
        }
        return name.first == first ? bindings(name.dropFirst(), pattern.dropFirst()) : nil
    }

    static func filled(_ target: String, _ bindings: [String: String]) -> String {
        bindings.reduce(target) { $0.replacingAll($1.key, by: $1.value) }
    }
}

extension String {
    fileprivate func replacingAll(_ part: String, by other: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}

/// Arrays of a file at their places in a network, by a map or by equal names.
public struct NamedMatching: Sendable {
    public let weights: Weights
    public let arrays: Int
    public let notes: [String]

    /// - Parameter map: `nil`: the file's names are the network's own.
    public init(_ model: ForeignModel, to graph: Graph, map: WeightMap?) throws(ForeignError) {
        let layout = WeightLayout(graph)
        var weights = Weights(zerosIn: layout)
        var taken: [String: String] = [:]
        var dropped = 0
        var strangers: [String] = []
        for array in model.arrays {
            guard let found = NamedMatching.place(of: array.name, map, layout) else {
                strangers.append(array.name)
                continue
            }
            guard let target = found.target else {
                dropped += 1
                continue
            }
            guard let entry = layout[target] else {
                throw ForeignError(
                    .content,
                    "\(map?.path ?? model.source.path): '\(array.name)' should go to '\(target)', which \(graph.name) "
                        + "does not have",
                    help: nearestName(to: target, among: layout.entries.map(\.name)).map { "did you mean '\($0)'?" })
            }
            if let first = taken.updateValue(array.name, forKey: target) {
                throw ForeignError(.content, "'\(first)' and '\(array.name)' both go to '\(target)'")
            }
            weights[target] = try NamedMatching.turned(array, found.turn, to: entry)
        }
        let missing = layout.entries.filter { taken[$0.name] == nil }.map(\.name)
        guard strangers.isEmpty, missing.isEmpty else {
            throw NamedMatching.misfit(model, graph, map, strangers: strangers, missing: missing)
        }
        self.weights = weights
        arrays = taken.count
        notes = dropped > 0 ? ["\(dropped) arrays are left out by the map"] : []
    }

    private static func misfit(
        _ model: ForeignModel, _ graph: Graph, _ map: WeightMap?, strangers: [String], missing: [String]
    ) -> ForeignError {
        func list(_ names: [String]) -> String {
            names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
        }
        var lines: [String] = []
        if !strangers.isEmpty { lines.append("  \(strangers.count) arrays without a place: \(list(strangers))") }
        if !missing.isEmpty { lines.append("  \(missing.count) places without an array: \(list(missing))") }
        let help =
            map == nil
            ? "names were compared as they are; --map FILE says which array goes where, --list shows the file's"
            : "the map is \(map?.path ?? "")"
        return ForeignError(.content, "\(model.source.path) does not fit \(graph.name)", lines: lines, help: help)
    }

    private static func place(
        of name: String, _ map: WeightMap?, _ layout: WeightLayout
    ) -> (target: String?, turn: WeightMap.Turn)? {
        guard let map else { return layout[name] == nil ? nil : (name, .asItIs) }
        // What is dropped is dropped whatever else would fit.
        let rules = map.rules.filter { $0.target == nil } + map.rules.filter { $0.target != nil }
        for rule in rules {
            if let bindings = WeightMap.bindings(name[...], rule.source[...]) {
                return (rule.target.map { WeightMap.filled($0, bindings) }, rule.turn)
            }
            guard let target = rule.target, rule.turn == .asItIs, let point = name.lastIndex(of: "."),
                let bindings = WeightMap.bindings(name[..<point], rule.source[...])
            else { continue }
            let layer = WeightMap.filled(target, bindings)
            let leaf = String(name[name.index(after: point)...])
            let candidates = torchLeaves(leaf).map { layer + "." + $0 }
            return (candidates.first { layout[$0] != nil } ?? candidates[0], .asItIs)
        }
        return nil
    }

    /// What PyTorch calls the arrays of a recurrence: `weight_ih_l0`, `weight_ih_l0_reverse`.
    private static func torchLeaves(_ leaf: String) -> [String] {
        if leaf.hasSuffix("_l0_reverse") { return ["backward." + leaf.dropLast("_l0_reverse".count)] }
        guard leaf.hasSuffix("_l0") else { return [leaf] }
        let plain = String(leaf.dropLast(3))
        return [plain, "forward." + plain]
    }

    private static func turned(
        _ array: ForeignArray, _ turn: WeightMap.Turn, to entry: WeightLayout.Entry
    ) throws(ForeignError) -> [Float] {
        var (shape, values) = (array.shape, array.values)
        switch turn {
        case .asItIs: break
        case .flat: shape = [values.count]
        case .transposed:
            guard shape.count == 2 else {
                throw ForeignError(.content, "'\(array.name)' of shape \(shape) cannot be transposed")
            }
            (shape, values) = Layouts.permuted(values, shape: shape, order: [1, 0])
        case .kernel: shape.append(1)
        }
        guard shape == entry.shape else {
            throw ForeignError(
                .content, "'\(array.name)' has the shape \(shape), and '\(entry.name)' takes \(entry.shape)")
        }
        return values
    }
}
