import GraphIR

/// A foreign graph as an architecture file that a person could have written: one pipeline for each chain of layers,
/// labels from the layers' own names.
struct ArchitectureText {
    private let graph: ForeignGraph
    private var lines: [String] = []
    private var length = 0
    /// By the offset of a layer's call in the text, the layer.
    private(set) var places: [Int: Int] = [:]
    private var consumers: [[Int]]
    private let isEnd: [Bool]
    private var written: [Bool]

    var text: String { lines.joined(separator: "\n") + "\n" }

    init(_ graph: ForeignGraph, name: String, story: [String], rate: Double?, parameters: Int?) {
        self.graph = graph
        consumers = Array(repeating: [], count: graph.layers.count)
        for (index, layer) in graph.layers.enumerated() {
            for input in layer.inputs { consumers[input].append(index) }
        }
        var ends = [Bool](repeating: false, count: graph.layers.count)
        for output in graph.outputs { ends[output.layer] = true }
        isEnd = ends
        written = Array(repeating: false, count: graph.layers.count)
        for line in story { add(line.isEmpty ? "///" : "/// " + line) }
        add("network \(name) {")
        for layer in graph.layers where layer.kind == "input" {
            let said = rate.map { " at \(Value.quantity($0, .hertz))" } ?? ""
            add("    input \(layer.name): [\(layer.shape.joined(separator: ", "))]" + said)
        }
        add("")
        for index in graph.layers.indices where graph.layers[index].kind != "input" && !written[index] {
            writePipeline(from: index)
        }
        for output in graph.outputs where graph.layers[output.layer].kind == "input" || isShared(output.layer) {
            add("    output \(outputName(output)) = \(graph.layers[output.layer].name)")
        }
        if !graph.preparations.isEmpty {
            add("\n    prepare { \(graph.preparations.joined(separator: " -> ")) }")
        }
        if let parameters { add("\n    expect parameters == \(ArchitectureText.grouped(parameters))") }
        add("}")
    }

    /// `371_639`
    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        return String(
            digits.enumerated().flatMap { index, digit -> [Character] in
                index > 0 && (digits.count - index) % 3 == 0 ? ["_", digit] : [digit]
            })
    }

    private mutating func add(_ line: String) {
        lines.append(line)
        length += line.utf8.count + 1
    }

    /// Others take it too, or it is several outputs: it has a name of its own, and the output is that.
    private func isShared(_ layer: Int) -> Bool {
        !consumers[layer].isEmpty || graph.outputs.count { $0.layer == layer } > 1
    }

    private func outputName(_ output: ForeignGraph.Output) -> String {
        let taken = isShared(output.layer) && graph.layers[output.layer].name == output.name
        return taken ? output.name + "_out" : output.name
    }

    /// The chain that begins with a layer: it goes on while one layer alone takes what came out.
    private func chain(from first: Int) -> [Int] {
        var chain = [first]
        while let last = chain.last, !isEnd[last], consumers[last].count == 1 {
            let next = consumers[last][0]
            // What it takes beside the chain must be there already.
            guard graph.layers[next].inputs.first == last,
                graph.layers[next].inputs.dropFirst().allSatisfy({ written[$0] || graph.layers[$0].kind == "input" })
            else { break }
            chain.append(next)
        }
        return chain
    }

    private mutating func writePipeline(from first: Int) {
        let chain = chain(from: first)
        for index in chain { written[index] = true }
        let last = chain[chain.count - 1]
        let output = isEnd[last] && !isShared(last) ? graph.outputs.first { $0.layer == last } : nil
        let start = graph.layers[graph.layers[first].inputs[0]].name
        // An output's own layers go by its name: what came before is a statement of its own.
        let body = output == nil ? chain[...] : chain[max(0, ownStart(chain))...]
        let before = chain[..<body.startIndex]
        if !before.isEmpty { write(Array(before), start: start, head: "") }
        if let output {
            let from = before.last.map { graph.layers[$0].name } ?? start
            write(Array(body), start: from, head: "output \(output.name) = ")
        } else {
            write(Array(body), start: start, head: "")
        }
    }

    /// Where the layers begin that an output's line holds: its last weighted layer.
    private func ownStart(_ chain: [Int]) -> Int {
        let last = chain.lastIndex { !graph.layers[$0].weights.isEmpty } ?? chain.count - 1
        return chain.count - last > 4 ? chain.count - 1 : last
    }

    private mutating func write(_ chain: [Int], start: String, head: String) {
        var line = "    " + head + start
        let isOutput = !head.isEmpty
        for index in chain {
            let layer = graph.layers[index]
            let others = layer.inputs.dropFirst().map { graph.layers[$0].name }
            let arguments = others + layer.arguments.map(\.text)
            let call = layer.kind + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
            let label = isOutput ? "" : " as \(layer.name)"
            if line.utf8.count + call.utf8.count + label.utf8.count + 4 > 116 {
                add(line)
                line = "       "
            }
            line += " -> "
            places[length + line.utf8.count] = index
            line += call + label
        }
        add(line)
    }
}
