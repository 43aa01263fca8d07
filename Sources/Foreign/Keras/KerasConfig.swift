import GraphIR

/// One layer of a Keras configuration with what flows into it: nested models unfolded, in an order in which each layer
/// comes after what it takes.
struct KerasLayer {
    /// With the nested models that it stands in: `encoder/conv1d_1`.
    var path: [String]
    var name: String { path.last ?? "" }
    var className: String
    var config: JSON
    /// What the call itself was told, such as `training: true`.
    var call: JSON?
    /// The layers that it takes, by place in the list.
    var inputs: [Int]
    /// How errors name it.
    var title: String { "\(className) '\(path.joined(separator: "/"))'" }
}

/// A configuration as a list of layers.
struct KerasConfig {
    private(set) var layers: [KerasLayer] = []
    private(set) var outputs: [(name: String, layer: Int)] = []
    private(set) var notes: [String] = []
    /// The folder that Keras 3 gives to each layer in its file of weights, by the layer's path.
    private(set) var folders: [[String]: String] = [:]
    private static let mostLayers = 100_000
    /// Bytes; a hundred layers take seventy thousand.
    static let longest = 16 << 20
    private static let deepest = 16

    init(_ json: JSON) throws(ForeignError) {
        let model = KerasConfig.withoutCards(json, &notes)
        let ends = try add(model, path: [], inputs: [], folder: "", depth: 0)
        let names = KerasConfig.outputNames(model)
        for (index, end) in ends.enumerated() {
            outputs.append((names.indices.contains(index) ? names[index] : layers[end].name, end))
        }
        guard outputs.count <= 1000 else {
            throw ForeignError(.content, "the configuration names \(outputs.count) outputs, more than are looked at")
        }
        guard !outputs.isEmpty else { throw ForeignError(.content, "the configuration names no output") }
    }

    /// A functional model, a sequence of layers, or neither.
    private static let models: Set<String> = ["Model", "Functional", "Sequential"]

    private static func list(_ model: JSON) -> [JSON] {
        let config = model["config"]
        return config?.array ?? config?["layers"]?.array ?? []
    }

    private static func name(_ layer: JSON) -> String {
        layer["name"]?.string ?? layer["config"]?["name"]?.string ?? ""
    }

    private static func outputNames(_ model: JSON) -> [String] {
        triples(model["config"]?["output_layers"]).map(\.name)
    }

    /// `["name", 0, 0]` or a list of such; Keras 3 writes a lone one without its list.
    private static func triples(_ json: JSON?) -> [(name: String, node: Int)] {
        guard let list = json?.array else { return [] }
        if let name = list.first?.string { return [(name, list.count > 1 ? list[1].int ?? 0 : 0)] }
        return list.compactMap { entry in
            guard let parts = entry.array, let name = parts.first?.string else { return nil }
            return (name, parts.count > 1 ? parts[1].int ?? 0 : 0)
        }
    }

    /// What `multi_gpu_model` wrapped around a network: a `Lambda` a card that takes its share of the batch, and a
    /// concatenation over the batch. The network within is all that matters.
    private static func withoutCards(_ json: JSON, _ notes: inout [String]) -> JSON {
        let parts = list(json)
        let inner = parts.filter { models.contains($0["class_name"]?.string ?? "") }
        let lambdas = parts.filter { $0["class_name"]?.string == "Lambda" }
        let joins = parts.filter { $0["class_name"]?.string == "Concatenate" && $0["config"]?["axis"]?.int == 0 }
        let inputs = parts.filter { $0["class_name"]?.string == "InputLayer" }
        guard inner.count == 1, !lambdas.isEmpty, joins.count == 1,
            parts.count == 1 + lambdas.count + 1 + inputs.count,
            lambdas.allSatisfy({
                $0["config"]?["arguments"]?["i"]?.int != nil
                    && $0["config"]?["arguments"]?["parts"]?.int == lambdas.count
            })
        else { return json }
        notes.append(
            "\(lambdas.count) Lambda layers and a concatenation share a batch out among \(lambdas.count) cards; they "
                + "were left out, and nothing of them was run")
        return inner[0]
    }

    // MARK: Unfolding

    /// Adds a model's layers; gives the layers that are its outputs.
    private mutating func add(
        _ model: JSON, path: [String], inputs: [Int], folder: String, depth: Int
    ) throws(ForeignError) -> [Int] {
        guard depth < KerasConfig.deepest else {
            throw ForeignError(.content, "models nest deeper than \(KerasConfig.deepest) in the configuration")
        }
        let parts = KerasConfig.list(model)
        guard !parts.isEmpty else {
            throw ForeignError(.content, "'\(model["class_name"]?.string ?? "the configuration")' holds no layers")
        }
        guard parts.count + layers.count <= KerasConfig.mostLayers else {
            throw ForeignError(
                .content, "the configuration has more than \(KerasConfig.mostLayers) layers, more than is looked at")
        }
        let folders = KerasConfig.folderNames(parts, in: folder)
        if model["class_name"]?.string == "Sequential" {
            return try addSequence(model, parts, folders, path: path, inputs: inputs, depth: depth)
        }
        return try addGraph(model, parts, folders, path: path, inputs: inputs, depth: depth)
    }

    private mutating func addSequence(
        _ model: JSON, _ parts: [JSON], _ folders: [String], path: [String], inputs: [Int], depth: Int
    ) throws(ForeignError) -> [Int] {
        var current = inputs
        for (part, folder) in zip(parts, folders) {
            let isInput = part["class_name"]?.string == "InputLayer"
            if isInput, !current.isEmpty { continue }
            if current.isEmpty, !isInput {
                guard let shape = KerasConfig.inputShape(part) ?? model["config"]?["build_input_shape"] else {
                    throw ForeignError(.content, "the shape of the input is not said by its first layer")
                }
                current = [addInput(name: KerasConfig.name(part) + "_input", shape: shape, path: path)]
            }
            current = try addPart(part, folder, path: path, inputs: current, call: nil, depth: depth)
        }
        return current
    }

    static func inputShape(_ layer: JSON) -> JSON? {
        layer["config"]?["batch_input_shape"] ?? layer["config"]?["batch_shape"]
            ?? layer["build_config"]?["input_shape"]
    }

    private mutating func addInput(name: String, shape: JSON, path: [String]) -> Int {
        layers.append(
            KerasLayer(
                path: path + [name], className: "InputLayer", config: ["batch_input_shape": shape], call: nil,
                inputs: []))
        return layers.count - 1
    }

    /// A layer, or the layers of a model that stands in its place.
    private mutating func addPart(
        _ part: JSON, _ folder: String, path: [String], inputs: [Int], call: JSON?, depth: Int
    ) throws(ForeignError) -> [Int] {
        let className = part["class_name"]?.string ?? ""
        let own = path + [KerasConfig.name(part)]
        if KerasConfig.models.contains(className) {
            return try add(part, path: own, inputs: inputs, folder: folder, depth: depth + 1)
        }
        guard let config = part["config"] else {
            throw ForeignError(.content, "\(className) '\(own.joined(separator: "/"))' has no configuration")
        }
        folders[own] = folder
        layers.append(KerasLayer(path: own, className: className, config: config, call: call, inputs: inputs))
        return [layers.count - 1]
    }

    private mutating func addGraph(
        _ model: JSON, _ parts: [JSON], _ folders: [String], path: [String], inputs: [Int], depth: Int
    ) throws(ForeignError) -> [Int] {
        var places: [String: Int] = [:]
        for (index, part) in parts.enumerated() {
            guard places.updateValue(index, forKey: KerasConfig.name(part)) == nil else {
                throw ForeignError(.content, "two layers of the configuration are called '\(KerasConfig.name(part))'")
            }
        }
        var made: [String: [Int]] = [:]
        for (index, entry) in KerasConfig.triples(model["config"]?["input_layers"]).enumerated()
        where inputs.indices.contains(index) { made[entry.name] = [inputs[index]] }
        let ends = KerasConfig.triples(model["config"]?["output_layers"]).map(\.name)
        var open: [(name: String, isReady: Bool)] = ends.reversed().map { ($0, false) }
        var waiting: Set<String> = []
        while let (name, isReady) = open.popLast() {
            if made[name] != nil { continue }
            guard let index = places[name] else {
                throw ForeignError(.content, "the configuration speaks of a layer '\(name)' that it does not have")
            }
            let (sources, call) = try KerasConfig.sources(parts[index])
            if isReady {
                waiting.remove(name)
                let taken = sources.compactMap { made[$0]?.first }
                made[name] = try addPart(
                    parts[index], folders[index], path: path, inputs: taken, call: call, depth: depth)
            } else {
                guard waiting.insert(name).inserted else {
                    throw ForeignError(.content, "the layers of the configuration form a circle at '\(name)'")
                }
                open.append((name, true))
                for source in sources.reversed() where made[source] == nil {
                    guard !waiting.contains(source) else {
                        throw ForeignError(.content, "the layers of the configuration form a circle at '\(source)'")
                    }
                    open.append((source, false))
                }
            }
        }
        return ends.compactMap { made[$0]?.first }
    }

    /// The layers that one layer takes, and what its call was told.
    private static func sources(_ part: JSON) throws(ForeignError) -> (names: [String], call: JSON?) {
        let nodes = part["inbound_nodes"]?.array ?? []
        guard nodes.count <= 1 else {
            throw ForeignError(
                .content, "the layer '\(name(part))' is used \(nodes.count) times with the same weights",
                help: "a network here has its weights once for each use; there is no equivalent")
        }
        guard let node = nodes.first else { return ([], nil) }
        if let entries = node.array {
            let names = entries.compactMap { $0.array?.first?.string }
            let call = entries.first?.array.flatMap { $0.count > 3 ? $0[3] : nil }
            return (names, call)
        }
        var names: [String] = []
        collect(node["args"], into: &names, depth: 0)
        if names.isEmpty { collect(node["kwargs"], into: &names, depth: 0) }
        return (names, node["kwargs"])
    }

    /// The tensors within a Keras 3 call, in order.
    private static func collect(_ json: JSON?, into names: inout [String], depth: Int) {
        guard let json, depth < 16 else { return }
        if json["class_name"]?.string == "__keras_tensor__" {
            if let name = json["config"]?["keras_history"]?.array?.first?.string { names.append(name) }
        } else if let list = json.array {
            for entry in list { collect(entry, into: &names, depth: depth + 1) }
        } else if let members = json.members {
            for member in members { collect(member.value, into: &names, depth: depth + 1) }
        }
    }

    /// `conv1d`, `conv1d_1`, …: classes in snake case with a count.
    private static func folderNames(_ parts: [JSON], in folder: String) -> [String] {
        var counts: [String: Int] = [:]
        return parts.map { part in
            let base = snakeCase(part["class_name"]?.string ?? "")
            let count = counts[base, default: 0]
            counts[base] = count + 1
            return (folder.isEmpty ? "layers/" : folder + "/layers/") + (count == 0 ? base : "\(base)_\(count)")
        }
    }

    /// `BatchNormalization` as `batch_normalization`, `Conv1DTranspose` as `conv1d_transpose`: as Keras does it, an
    /// underscore before a capital that begins a word, and between a small letter or digit and a capital.
    static func snakeCase(_ name: String) -> String {
        let letters = Array(name)
        var first: [Character] = []
        for (index, letter) in letters.enumerated() {
            let isWord = index + 1 < letters.count && letter.isUppercase && letters[index + 1].isLowercase
            if isWord, index > 0 { first.append("_") }
            first.append(letter)
        }
        var second: [Character] = []
        for (index, letter) in first.enumerated() {
            if letter.isUppercase, index > 0, first[index - 1].isLowercase { second.append("_") }
            second.append(letter)
        }
        return String(second).lowercased()
    }
}
