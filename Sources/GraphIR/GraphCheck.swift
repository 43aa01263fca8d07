/// What is always true of a graph. The compiler runs it after every pass; whoever makes graphs by hand can too.
extension Graph {
    /// What does not hold, in sentences; empty for a sound graph.
    public var faults: [String] {
        var faults: [String] = []
        var paths = Set<String>(minimumCapacity: nodes.count)
        var hasOnlyInputs = true
        for (index, node) in nodes.enumerated() {
            if node.path.isEmpty { faults.append("node \(index) has no path") }
            if !paths.insert(node.path).inserted { faults.append("two nodes are called '\(node.path)'") }
            if node.isInput {
                if !node.inputs.isEmpty { faults.append("the input '\(node.path)' takes an input") }
                if !hasOnlyInputs { faults.append("the input '\(node.path)' comes after a layer") }
            } else {
                hasOnlyInputs = false
                if node.inputs.isEmpty { faults.append("nothing flows into '\(node.path)'") }
            }
            for input in node.inputs where input < 0 || input >= index {
                faults.append("'\(node.path)' takes the result of node \(input), which does not run before it")
            }
            faults += Graph.faults(of: node)
        }
        return faults + outputFaults
    }

    private static func faults(of node: Node) -> [String] {
        var faults: [String] = []
        let shape = node.type.shape
        if !(1...3).contains(shape.rank) { faults.append("'\(node.path)' has \(shape.rank) axes") }
        for case .number(let size) in shape.dimensions where size < 1 {
            faults.append("'\(node.path)' has a size of \(size)")
        }
        var names: Set<String> = []
        for weight in node.weights {
            if !names.insert(weight.name).inserted { faults.append("'\(node.path)' has two weights '\(weight.name)'") }
            if weight.shape.contains(where: { $0 < 1 }) {
                faults.append("'\(node.weightName(weight))' has the shape \(weight.shape)")
            }
        }
        return faults
    }

    private var outputFaults: [String] {
        var faults: [String] = []
        var names: Set<String> = []
        if outputs.isEmpty { faults.append("there is no output") }
        for output in outputs {
            if !nodes.indices.contains(output.node) { faults.append("output '\(output.name)' is no node") }
            if !names.insert(output.name).inserted { faults.append("two outputs are called '\(output.name)'") }
        }
        return faults
    }
}
