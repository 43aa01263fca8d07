import GraphIR

extension Graph {
    /// How many samples a crop takes from the start and from the end; `nil` where that depends on an open length.
    func cut(by index: Int) -> Cut? {
        let node = nodes[index]
        guard let to = node.arguments["to"], to != .word("none") else {
            func count(_ name: String) -> Int { if case .int(let value) = node.arguments[name] { value } else { 0 } }
            return Cut(left: count("left"), right: count("right"))
        }
        guard let input = node.inputs.first, let before = nodes[input].type.shape.dimensions.last?.number,
            let after = node.type.shape.dimensions.last?.number
        else { return nil }
        let cut = before - after
        switch node.arguments["keep"] {
        case .word("start"): return Cut(left: 0, right: cut)
        case .word("end"): return Cut(left: cut, right: 0)
        default: return Cut(left: cut / 2, right: cut - cut / 2)
        }
    }
}

/// Samples that are cut from both ends.
struct Cut: Hashable {
    var left: Int
    var right: Int
}
