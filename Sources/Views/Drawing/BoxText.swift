import GraphIR

/// What is written into a box of the drawing.
struct BoxText {
    var title: String
    /// Left and right of each line: what happens, and the shape that comes out.
    var lines: [(what: String, shape: String)] = []
    /// `34,672 parameters`; empty for none.
    var footer = ""

    /// Of a loop's turns so many are listed.
    static let mostTurns = 8

    init(_ box: Outline.Box, in graph: Graph) {
        guard let first = box.nodes.first else {
            title = box.path
            return
        }
        let nodes = box.nodes.map { graph.nodes[$0] }
        let parameters = nodes.reduce(0) { Rational.sum($0, $1.trainableCount) }
        if parameters > 0 { footer = Wording.count(parameters, "parameter") }
        if graph.nodes[first].isInput {
            title = graph.nodes[first].path
            let rate = graph.nodes[first].type.rate.map { " at \(Wording.trimmed($0)) Hz" } ?? ""
            lines = [("\(graph.nodes[first].type.shape)\(rate)", "")]
        } else if let tree = box.tree {
            title = tree.isLoop ? "\(tree.label) × \(tree.children.count)" : tree.label
            lines =
                tree.isLoop
                ? BoxText.turns(of: tree, in: graph)
                : BoxText.chains(box.nodes, in: graph).flatMap { BoxText.wrapped(BoxText.calls($0)) }
        } else {
            let calls = nodes.map(BoxText.call)
            title = calls[0]
            lines = calls.dropFirst().map { ($0, "") }
        }
    }

    /// A line for each turn of a loop, with the shape that it leaves.
    private static func turns(of loop: PathTree, in graph: Graph) -> [(what: String, shape: String)] {
        let turns = loop.children.map { turn -> (what: String, shape: String) in
            let nodes = turn.nodes.map { graph.nodes[$0] }
            let shape = nodes.last.map { $0.type.shape.description } ?? ""
            let telling = nodes.enumerated().filter { index, node in
                node.weights.contains { $0.shape.count > 1 } || graph.changesShape(turn.nodes[index])
            }
            return (calls(telling.map(\.element)).joined(separator: " → "), shape)
        }
        guard turns.count > mostTurns else { return turns }
        return turns.prefix(mostTurns - 2) + [("…", "")] + turns.suffix(1)
    }

    /// What layers do, one after the other; what is done several times in a row is said once.
    private static func calls(_ nodes: [Node]) -> [String] {
        var runs: [(call: String, count: Int)] = []
        for node in nodes {
            let call = call(node)
            if runs.last?.call == call { runs[runs.count - 1].count += 1 } else { runs.append((call, 1)) }
        }
        return runs.map { $0.count == 1 ? $0.call : "\($0.count) × \($0.call)" }
    }

    /// `conv 64, 3`, `lstm 16 bidirectional`: the layer with the sizes and words that were said.
    static func call(_ node: Node) -> String {
        var numbers: [String] = []
        var words: [String] = []
        for entry in node.arguments.entries where entry.isExplicit {
            switch entry.value {
            case .int, .size, .list:
                numbers.append(numbers.count < 2 ? entry.value.description : "\(entry.name) \(entry.value)")
            case .word(let word) where word != "none": words.append(word)
            case .bool(true): words.append(entry.name)
            case .quantity, .string: numbers.append("\(entry.name) \(entry.value)")
            case .bool, .word, .float, .call: break
            }
        }
        return ([node.kind] + (numbers.isEmpty ? [] : [numbers.joined(separator: ", ")]) + words)
            .joined(separator: " ")
    }

    /// Runs of layers in which each takes the result of the one before: branches lie in lines of their own.
    private static func chains(_ nodes: [Int], in graph: Graph) -> [[Node]] {
        var chains: [[Node]] = []
        for (place, index) in nodes.enumerated() {
            if place > 0, graph.nodes[index].inputs.contains(nodes[place - 1]), graph.nodes[index].inputs.count <= 2 {
                chains[chains.count - 1].append(graph.nodes[index])
            } else {
                chains.append([graph.nodes[index]])
            }
        }
        return chains
    }

    /// Joined by arrows, in lines of some forty characters.
    private static func wrapped(_ calls: [String]) -> [(what: String, shape: String)] {
        var lines: [String] = []
        for call in calls {
            if let last = lines.last, last.count + call.count < 40 {
                lines[lines.count - 1] = last + " → " + call
            } else {
                lines.append(call)
            }
        }
        return lines.map { ($0, "") }
    }
}

extension PathTree {
    /// Its name, with the turn of the loop that it stands in: `down.0.level`.
    var label: String {
        let parts = path.split(separator: ".")
        guard let turn = parts.lastIndex(where: { Int($0) != nil }), turn > 0 else { return name }
        return parts[(turn - 1)...].joined(separator: ".")
    }
}

extension Graph {
    /// Whether what comes out of a layer has other sizes than what goes in.
    fileprivate func changesShape(_ index: Int) -> Bool {
        guard let input = nodes[index].inputs.first else { return false }
        return nodes[input].type.shape != nodes[index].type.shape
    }
}
