import Files
import Foreign
import Foundation
import GraphIR
import Interpreter
import Seismic

/// `strata import`: weights and networks of other frameworks, read as data.
enum ImportCommand: Command {
    static let name = "import"
    static let otherWords = ["load", "convert"]
    static let summary = "Take in weights or a network from Keras, PyTorch, SeisBench, ONNX or safetensors."
    static let operands = "FILE"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let network = Option<String?>("--as", "NETWORK", "The network that the weights are for.")
        let output = Option<String?>("--output", "W.safetensors", "Where the weights go.")
        let architecture = Option<String?>("--arch", "OUT.arch", "Write the network of the file too.")
        let rate = Option<Double?>("--rate", "HZ", "With --arch: the sampling rate, which no file tells.")
        let list = Option<Bool>("--list", "Only say what the file holds.")
        let map = Option<String?>("--map", "F", "Which array goes where, for a file that does not tell its graph.")
        let byOrder = Option<Bool>("--by-order", "Take arrays in their order, if every shape agrees.")
        let accept = Option<[String]>("--accept", "NAME", "Take the weights although this setting differs.")
        let check = Option<(input: String, output: String)?>(
            "--check", "X.npy=Y.npy", "Run the network on X and compare with Y."
        ) { text in
            guard let equals = text.firstIndex(of: "=") else {
                throw Exit(.usage, "--check takes X.npy=Y.npy, not '\(text)'")
            }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
        let named = NetworkOptions()
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
    static let examples = [
        (
            line: "strata import EqT_model.h5 --as eqt/conservative --output w.safetensors",
            says: "the published weights of EQTransformer"
        ),
        (
            line: "strata import original.pt --as eqt/seisbench_original --output w.safetensors",
            says: "SeisBench's file of the same"
        ),
        (line: "strata import model.h5 --arch mine.arch --output w.safetensors", says: "the network with its weights"),
        (line: "strata import model.onnx --arch mine.arch --output w.safetensors", says: "the same of an ONNX graph"),
        (line: "strata import model.h5 --list", says: "what a file holds"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let path = call.operands[0]
        let model = try readForeign(path, rate: call.rate)
        switch (call.list, call.network, call.architecture) {
        case (true, nil, nil):
            Terminal.print(call.json ? json(of: model).text(indented: true) : text(of: model))
            return .done
        case (false, let name?, nil): return try weights(call, model, for: name)
        case (false, nil, let target?): return try network(call, model, to: target)
        default: throw Exit(.usage, "import needs one of --as NETWORK, --arch OUT.arch and --list")
        }
    }

    // MARK: Weights for a network of ours

    private static func weights(_ call: Invocation<Options>, _ model: ForeignModel, for name: String) throws
        -> ExitStatus
    {
        let opened = try OpenNetwork(name, call.named)
        let registry = opened.plugins.registry
        let imported = try ImportedWeights(
            model, for: opened.network, name: name, map: try shippedOrGiven(call, model, opened.path),
            byOrder: call.byOrder, facts: try SeisBenchFacts(beside: model.source.path),
            accepted: Set(call.accept), registry: registry
        ) { help(for: $0, model, call) }
        var lines = ["\(imported.arrays) of \(model.arrays.count) arrays placed \(imported.matchedBy.sentence)"]
        lines += (model.notes + imported.notes).map { "note: " + told($0) }
        lines += summarized(imported.differences)
        let verdict = try verified(call, opened.network.graph, imported.weights, registry)
        try save(call, imported.weights, model, opened.network.graph, registry)
        lines.append(verdict.sentence)
        if call.json {
            Terminal.print(
                report(model, imported, verdict: verdict).text(indented: true))
        } else {
            Terminal.print(lines.joined(separator: "\n"))
        }
        return verdict.isMet ? .done : .no
    }

    /// One line for a setting that differs the same way in many places.
    private static func summarized(_ differences: [SettingDifference]) -> [String] {
        var groups: [(name: String, text: String, places: [String], isHarmless: Bool)] = []
        for difference in differences {
            let text = told("\(difference.name) is \(difference.inFile) in the file and \(difference.inNetwork) here")
            if let index = groups.firstIndex(where: { $0.text == text }) {
                groups[index].places.append(difference.place)
            } else {
                groups.append((difference.name, text, [difference.place], difference.isHarmless))
            }
        }
        return groups.map { group in
            let places =
                group.places.count > 3 ? "\(group.places.count) layers" : told(group.places.joined(separator: ", "))
            return "\(group.isHarmless ? "note" : "accepted"): \(group.text) (\(places))"
                + (group.isHarmless ? "; only training knows it" : "")
        }
    }

    private static func shippedOrGiven(_ call: Invocation<Options>, _ model: ForeignModel, _ path: String) throws
        -> WeightMap?
    {
        if call.byOrder { return nil }
        if let given = call.map {
            guard let data = FileManager.default.contents(atPath: given) else {
                throw Exit(.inputOutput, "\(given) cannot be read")
            }
            return try WeightMap(String(decoding: data, as: UTF8.self), path: given)
        }
        guard model.source.format == .torch else { return nil }
        return try WeightMap(beside: path)
    }

    private static func help(for imported: ImportedNetwork, _ model: ForeignModel, _ call: Invocation<Options>)
        -> String?
    {
        let names = NetworkGuess(paths: call.named.path).fitting(imported)
        guard let first = names.first else { return "--arch OUT.arch writes the network that the file holds" }
        return "\(names.joined(separator: ", ")) \(names.count == 1 ? "has" : "have") the same layers: "
            + "strata import \(model.source.path) --as \(first) --output W.safetensors"
    }

    // MARK: The network too

    private static func network(_ call: Invocation<Options>, _ model: ForeignModel, to target: String) throws
        -> ExitStatus
    {
        let file = URL(fileURLWithPath: model.source.path).lastPathComponent
        let name = told(file)
        let story =
            [told("A network from \(model.source.framework): \(file)."), ""]
            + ["- Origin: \(name), SHA-256 \(model.source.sha256)"] + model.notes.map { "- Note: " + told($0) }
        let imported = try ImportedNetwork(model, name: ForeignModel.networkName(file), story: story, rate: call.rate)
        // All that can go wrong does before anything is written: no network is left without the weights asked for.
        for path in [target, call.output].compactMap({ $0 }) {
            try NetworkRun.mustBeFree(path, overwrite: call.overwrite)
        }
        let isWeighted = call.output != nil || call.check != nil
        let weights = isWeighted ? try imported.values() : nil
        let verdict = try weights.map { try verified(call, imported.graph, $0, .builtIn) } ?? .notAsked
        try write(imported.text, to: target, overwrite: call.overwrite)
        if call.output != nil, let weights { try save(call, weights, model, imported.graph, .builtIn) }
        var lines = ["\(target): \(imported.graph.nodes.count) layers, \(model.arrays.count) arrays"]
        lines += model.notes.map { "note: " + told($0) }
        if call.rate == nil { lines.append("note: the file does not say its sampling rate: --rate HZ writes it down") }
        lines.append(verdict.sentence)
        Terminal.print(call.json ? json(of: model).text(indented: true) : lines.joined(separator: "\n"))
        return verdict.isMet ? .done : .no
    }

    private static func save(
        _ call: Invocation<Options>, _ weights: Weights, _ model: ForeignModel, _ graph: Graph, _ registry: Registry
    ) throws {
        guard let target = call.output else { throw Exit(.usage, "import needs --output W.safetensors") }
        let notes = [
            ("network", graph.name), ("graph_hash", graph.meaningHash(registry)),
            ("imported_from", URL(fileURLWithPath: model.source.path).lastPathComponent),
            ("imported_sha256", model.source.sha256), ("imported_framework", model.source.framework),
        ]
        try NetworkRun.write(
            weights.safetensors(metadata: notes.map { (key: $0.0, value: $0.1) }), to: target,
            overwrite: call.overwrite)
    }
}
