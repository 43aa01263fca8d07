import Files
import GraphIR

/// Keras's HDF5 file: the configuration as a text in an attribute, the weights as arrays below a group for each layer.
struct KerasFile {
    let version: String
    let config: JSON?
    /// By layer, in the file's order.
    private(set) var arrays: [(layer: String, array: ForeignArray)] = []
    private(set) var optimizerArrays = 0
    /// How many numbers may still be read: names may be many, and all speak of one array.
    private var budget: Int

    init(_ file: FileBytes) throws {
        let hdf5 = try HDF5File(file)
        budget = Limits.array(in: file) / 4
        let root = try hdf5.attributes(of: hdf5.root)
        version = KerasFile.text(root, "keras_version") ?? "of an unknown version"
        config = try KerasFile.text(root, "model_config").map { text throws(ForeignError) in
            guard text.utf8.count <= KerasConfig.longest else {
                throw ForeignError(.content, "\(file.name): a configuration of \(text.utf8.count) bytes is too long")
            }
            return try parsedJSON(Array(text.utf8), of: file.name + ", model_config")
        }
        let group = try hdf5.find("model_weights") ?? hdf5.root
        let facts = try hdf5.attributes(of: group)
        guard let layers = KerasFile.texts(facts, "layer_names") else {
            throw ForeignError(
                .content, "\(file.name) is an HDF5 file, but not one of Keras: it has no list 'layer_names'",
                help: "strata data info shows what a dataset holds")
        }
        for layer in layers { try read(layer, of: group, in: hdf5) }
        if let optimizer = try hdf5.find("optimizer_weights") {
            optimizerArrays = KerasFile.texts(try hdf5.attributes(of: optimizer), "weight_names")?.count ?? 0
        }
    }

    private mutating func read(_ layer: String, of group: Int, in hdf5: HDF5File) throws {
        guard let address = try KerasFile.object(layer, below: group, in: hdf5) else {
            throw hdf5.error(at: group, expected: "a group for the layer '\(layer)'", found: "none")
        }
        for name in KerasFile.texts(try hdf5.attributes(of: address), "weight_names") ?? [] {
            guard let place = try KerasFile.object(name, below: address, in: hdf5) else {
                throw hdf5.error(at: address, expected: "the array '\(name)' of '\(layer)'", found: "none")
            }
            let numbers = try KerasFile.numbers(hdf5, place, &budget)
            arrays.append((layer, ForeignArray(name: name, numbers)))
        }
    }

    /// An array, if it does not bring all that was read to more than the file can hold.
    static func numbers(_ hdf5: HDF5File, _ place: Int, _ budget: inout Int) throws -> NumberArray {
        let dataset = try HDF5Dataset(hdf5, at: place)
        guard let count = product(dataset.shape), count <= budget else {
            throw hdf5.error(
                at: place, expected: "arrays of at most ten times the file", found: "more, or one array many times")
        }
        budget -= count
        return try dataset.read()
    }

    /// Names are relative paths.
    private static func object(_ path: String, below group: Int, in hdf5: HDF5File) throws -> Int? {
        var address = group
        for part in path.split(separator: "/") {
            guard let next = try hdf5.links(of: address).address(of: String(part)) else { return nil }
            address = next
        }
        return address
    }

    private static func text(_ attributes: [(name: String, value: HDF5Value)], _ name: String) -> String? {
        texts(attributes, name)?.first
    }

    /// A list of names beyond 64,512 bytes is split into `name0`, `name1`, …
    private static func texts(_ attributes: [(name: String, value: HDF5Value)], _ name: String) -> [String]? {
        func list(_ name: String) -> [String]? {
            guard let attribute = attributes.first(where: { $0.name == name }) else { return nil }
            if case .texts(let texts, _) = attribute.value { return texts }
            // A layer without weights has an empty list, which HDF5 writes as numbers.
            if case .numbers(let array) = attribute.value, array.count == 0 { return [] }
            return nil
        }
        if let whole = list(name) { return whole }
        var parts: [String]?
        var index = 0
        while let part = list("\(name)\(index)") {
            parts = (parts ?? []) + part
            index += 1
        }
        return parts
    }
}

extension ForeignArray {
    /// Any numbers as float32; those that change on the way are counted.
    init(name: String, _ numbers: NumberArray) {
        let values = numbers.floats
        var rounded = 0
        if numbers.format.size > 4 || numbers.format.kind != .float {
            for (value, exact) in zip(values, numbers.doubles) where Double(value) != exact && !exact.isNaN {
                rounded += 1
            }
        }
        let word = numbers.format.kind == .float ? "float" : numbers.format.kind == .signed ? "int" : "uint"
        self.init(
            name: name, shape: numbers.shape, type: "\(word)\(numbers.format.size * 8)", values: values,
            rounded: rounded)
    }
}
