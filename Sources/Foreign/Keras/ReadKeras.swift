import Files
import GraphIR

extension ForeignModel {
    /// A model or a file of weights of Keras 2 or 3 in HDF5.
    init(keras file: FileBytes, source: Source) throws {
        let keras = try KerasFile(file)
        var source = source
        source.framework = "Keras \(keras.version)"
        source.name = keras.config.flatMap { $0["class_name"]?.string } ?? "weights"
        self.init(source: source, graph: nil, arrays: keras.arrays.map(\.array))
        if keras.optimizerArrays > 0 {
            notes.append("\(keras.optimizerArrays) arrays of the optimizer were left out")
        }
        if let json = keras.config {
            let config = try KerasConfig(json)
            let isThree = keras.version.hasPrefix("3")
            let owners = KerasOwners(config, arrays: keras.arrays)
            let builder = try KerasBuilder(config, arrays: owners.arrays, isThree: isThree)
            graph = builder.graph
            notes += builder.notes
            if let left = owners.left.first {
                throw ForeignError(
                    .content,
                    "\(source.path): \(owners.left.count) arrays belong to no layer of its configuration, the first is "
                        + "'\(left)'")
            }
        }
        countRounding()
    }

    /// Says how many numbers are others as float32.
    mutating func countRounding() {
        let rounded = arrays.reduce(0) { $0 + $1.rounded }
        if rounded > 0 {
            let total = arrays.reduce(0) { $0 + $1.count }
            notes.append("\(rounded) of \(total) numbers were rounded to float32")
        }
    }
}

/// Which layer each array of a file belongs to. A nested model's arrays stand below the model's own name, its trained
/// ones first and all running statistics behind, often with a number more at the end of each layer's name.
struct KerasOwners {
    private(set) var arrays: [[String]: [ForeignArray]] = [:]
    /// Arrays that no layer takes.
    private(set) var left: [String] = []

    init(_ config: KerasConfig, arrays all: [(layer: String, array: ForeignArray)]) {
        var byName: [String: [String]] = [:]
        for layer in config.layers { byName[layer.name] = byName[layer.name] == nil ? layer.path : [] }
        let plain = Set(config.layers.filter { $0.path.count == 1 }.map(\.name))
        for (group, array) in all {
            if plain.contains(group) {
                arrays[[group], default: []].append(array)
                continue
            }
            let parts = array.name.split(separator: "/").map(String.init)
            let candidates = [parts.first ?? "", KerasOwners.shortened(parts.first ?? "")] + parts.dropLast() + [group]
            guard let path = candidates.lazy.compactMap({ byName[$0] }).first(where: { !$0.isEmpty }) else {
                left.append("\(group): \(array.name)")
                continue
            }
            arrays[path, default: []].append(array)
        }
    }

    /// `conv1d_1_1` as `conv1d_1`.
    private static func shortened(_ name: String) -> String {
        guard let line = name.lastIndex(of: "_"), Int(name[name.index(after: line)...]) != nil else { return name }
        return String(name[..<line])
    }
}
