import GraphIR

/// Keras layers as layers in Strata's words: channels last become channels first, kernels change their axes, gates
/// their order.
struct KerasBuilder {
    private(set) var graph = ForeignGraph()
    private(set) var notes: [String] = []
    /// From which version on `hard_sigmoid` is another function.
    let isThree: Bool
    /// By the place of the Keras layer, the place of its last layer here.
    private var places: [Int] = []
    /// How many axes each layer's result has without the batch.
    private var ranks: [Int] = []
    private var names: Set<String> = []
    /// Keras layers that are outputs: their activation stands for itself, as in the catalogue.
    private let ends: Set<[String]>

    /// - Parameter arrays: by the layer's path, in Keras's own order.
    init(_ config: KerasConfig, arrays: [[String]: [ForeignArray]], isThree: Bool) throws(ForeignError) {
        self.isThree = isThree
        ends = Set(config.outputs.map { config.layers[$0.layer].path })
        notes = config.notes
        for layer in config.layers {
            let use = Use(layer, inputs: layer.inputs.map { places[$0] }, arrays: arrays[layer.path] ?? [])
            let last = try convert(use)
            places.append(last)
        }
        for output in config.outputs {
            graph.outputs.append(.init(name: LegalName.of(output.name), layer: places[output.layer]))
        }
    }

    /// One Keras layer at its place.
    struct Use {
        let layer: KerasLayer
        let inputs: [Int]
        let arrays: [ForeignArray]
        init(_ layer: KerasLayer, inputs: [Int], arrays: [ForeignArray]) {
            (self.layer, self.inputs, self.arrays) = (layer, inputs, arrays)
        }
        var config: JSON { layer.config }

        func refused(_ why: String, help: String? = nil) -> ForeignError {
            ForeignError(.content, "\(layer.title): \(why)", help: help)
        }
        func int(_ key: String) throws(ForeignError) -> Int {
            guard let value = config[key]?.int else { throw refused("its configuration has no whole number '\(key)'") }
            return value
        }
        func flag(_ key: String, standard: Bool) -> Bool { config[key]?.bool ?? standard }
        /// A number, or a list of them, as the language writes it; equal sides once.
        func sizes(_ key: String) throws(ForeignError) -> [Int] {
            let value = config[key]
            let list = value?.array?.compactMap(\.int) ?? value?.int.map { [$0] } ?? []
            guard !list.isEmpty else { throw refused("its configuration has no sizes '\(key)'") }
            return list
        }
        /// The only thing that this setting may be.
        func require(_ key: String, _ wanted: JSON, or missing: Bool = true) throws(ForeignError) {
            guard let value = config[key], value != .null else {
                if missing { return }
                throw refused("its configuration does not say '\(key)'")
            }
            guard value == wanted || (value.double != nil && value.double == wanted.double) else {
                throw refused("'\(key)' is \(value.text()); only \(wanted.text()) has an equivalent here")
            }
        }
    }

    // MARK: What the chapters use

    func rank(_ use: Use, _ input: Int = 0) throws(ForeignError) -> Int {
        guard use.inputs.indices.contains(input) else { throw use.refused("nothing flows into it") }
        return ranks[use.inputs[input]]
    }

    /// Adds a layer; what it is called follows the Keras layer's name.
    mutating func add(
        _ use: Use, _ kind: String, _ arguments: [ForeignLayer.Argument] = [], weights: [ForeignWeight] = [],
        to inputs: [Int]? = nil, suffix: String = "", rank: Int
    ) -> Int {
        let name = LegalName.unique(use.layer.path.joined(separator: "_") + suffix, among: &names)
        graph.layers.append(
            ForeignLayer(
                name: name, kind: kind, arguments: arguments, inputs: inputs ?? use.inputs, weights: weights,
                origin: use.layer.title))
        ranks.append(rank)
        return graph.layers.count - 1
    }

    mutating func setShape(_ shape: [String], of layer: Int) { graph.layers[layer].shape = shape }
    mutating func note(_ text: String) { notes.append(text) }

    /// An activation by name: a word that layers take as an argument, or a layer of its own.
    enum Applied {
        case none
        case word(String)
        case layer(String, [ForeignLayer.Argument])
    }

    func activation(_ use: Use, _ key: String = "activation") throws(ForeignError) -> Applied {
        let said = use.config[key]
        let name = said?.string ?? said?["config"]?.string ?? said?["class_name"]?.string ?? "linear"
        switch name {
        case "linear": return .none
        case "relu", "sigmoid", "tanh", "elu", "gelu", "silu", "mish": return .word(name)
        case "swish": return .word("silu")
        case "hard_sigmoid":
            if isThree {
                throw use.refused(
                    "hard_sigmoid of Keras 3 is x / 6 + 0.5; here, as in Keras 2, it is 0.2 x + 0.5",
                    help: "there is no equivalent")
            }
            return .word("hard_sigmoid")
        case "softmax", "log_softmax": return .layer(name, [])
        case "leaky_relu": return .layer(name, [.init("slope", "0.2")])
        default: throw use.refused("the activation '\(name)' has no equivalent here")
        }
    }

    /// Adds a layer that takes `activation:`; where the activation is none of those, it stands behind.
    mutating func addActivated(
        _ use: Use, _ kind: String, _ arguments: [ForeignLayer.Argument], weights: [ForeignWeight], rank: Int
    ) throws(ForeignError) -> Int {
        switch try activation(use) {
        case .none: return add(use, kind, arguments, weights: weights, rank: rank)
        case .word(let word) where ends.contains(use.layer.path):
            let main = add(use, kind, arguments, weights: weights, rank: rank)
            return add(use, word, to: [main], suffix: "_" + word, rank: rank)
        case .word(let word):
            return add(use, kind, arguments + [.init("activation", word)], weights: weights, rank: rank)
        case .layer(let name, let said):
            let main = add(use, kind, arguments, weights: weights, rank: rank)
            return add(use, name, said, to: [main], suffix: "_" + name, rank: rank)
        }
    }

    /// A weight from the layer's array at a place, with its axes in another order.
    func weight(
        _ use: Use, _ name: String, _ index: Int, order: [Int]? = nil, reshaped: [Int]? = nil
    ) throws(ForeignError) -> ForeignWeight {
        guard use.arrays.indices.contains(index) else {
            throw use.refused("the file holds \(use.arrays.count) arrays for it, which is too few")
        }
        let array = use.arrays[index]
        var (shape, values) = (array.shape, array.values)
        if let order {
            guard order.count == shape.count else {
                throw use.refused("its array '\(array.name)' has \(shape.count) axes instead of \(order.count)")
            }
            (shape, values) = Layouts.permuted(values, shape: shape, order: order)
        }
        if let reshaped {
            guard reshaped.reduce(1, Rational.product) == values.count else {
                throw use.refused("its array '\(array.name)' of shape \(array.shape) does not fill \(reshaped)")
            }
            shape = reshaped
        }
        return ForeignWeight(name: name, shape: shape, values: values, sources: [array.name])
    }

    /// Exactly so many arrays must be there, if any are.
    func expect(_ use: Use, _ count: Int) throws(ForeignError) -> Bool {
        guard !use.arrays.isEmpty else { return false }
        guard use.arrays.count == count else {
            throw use.refused("the file holds \(use.arrays.count) arrays for it instead of \(count)")
        }
        return true
    }

    /// A number as a text would say it: seven digits, as many as a float32 holds, without what its rounding left.
    static func text(_ value: Double) -> String { "\(short(value))" }

    /// The shortest number that a float32 cannot tell from this one.
    static func short(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        return (1...7).lazy.map { rounded(value, digits: $0) }.first { Float($0) == Float(value) } ?? value
    }

    /// The roundest number that is this one but for what several steps in float32 left of it.
    static func snapped(_ value: Double, within share: Double = 2e-4) -> Double {
        guard value != 0, value.isFinite else { return value }
        return (1...7).lazy.map { rounded(value, digits: $0) }.first { abs($0 - value) <= share * abs(value) } ?? value
    }

    private static func rounded(_ value: Double, digits: Int) -> Double {
        var exponent = 0
        var scale = abs(value)
        while scale >= 10 {
            scale /= 10
            exponent += 1
        }
        while scale < 1 {
            scale *= 10
            exponent -= 1
        }
        var mantissa = scale
        for _ in 1..<digits { mantissa *= 10 }
        let whole = mantissa.rounded()
        return Double("\(value < 0 ? "-" : "")\(Int(whole))e\(exponent - digits + 1)") ?? value
    }
}

/// Names that an architecture file can have.
enum LegalName {
    private static let taken: Set<String> = [
        "network", "variant", "block", "input", "output", "learn", "from", "loss", "weight", "prepare", "augment",
        "train", "expect", "freeze", "use", "plugin", "for", "in", "repeat", "if", "else", "as", "return", "of", "set",
        "replace", "with", "insert", "before", "after", "remove", "not", "and", "or", "true", "false", "none", "on",
        "at", "init", "start",
    ]

    /// One that nobody has yet.
    static func unique(_ name: String, among names: inout Set<String>) -> String {
        let base = of(name)
        var name = base
        var count = 2
        while !names.insert(name).inserted {
            name = "\(base)_\(count)"
            count += 1
        }
        return name
    }

    static func of(_ name: String) -> String {
        var text = String(
            name.unicodeScalars.map { scalar in
                let isLegal = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isLegal ? Character(scalar) : "_"
            })
        while text.hasPrefix("_") { text.removeFirst() }
        if text.isEmpty { text = "layer" }
        if text.first?.isNumber == true { text = "layer_" + text }
        return taken.contains(text) || Registry.builtIn.layer(text) != nil ? text + "_1" : text
    }
}
