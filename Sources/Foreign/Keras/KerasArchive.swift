import Files
import GraphIR

extension ForeignModel {
    /// Keras 3's zip: a configuration, and weights in HDF5 in a folder for each layer.
    init(kerasArchive file: FileBytes, source: Source) throws {
        let members = try ZipArchive.checkedMembers(of: file)
        func contents(_ name: String, limit: Int) throws -> [UInt8] {
            guard let member = members.first(where: { $0.name == name }) else {
                throw file.error(at: nil, expected: "a member '\(name)'", found: "none")
            }
            return try ZipArchive.contents(of: member, in: file, limit: min(limit, Limits.array(in: file)))
        }
        func json(_ name: String) throws -> JSON {
            try parsedJSON(try contents(name, limit: KerasConfig.longest), of: source.path + ", " + name)
        }
        let config = try KerasConfig(try json("config.json"))
        let version = try json("metadata.json")["keras_version"]?.string ?? "3"
        guard members.contains(where: { $0.name == "model.weights.h5" }) else {
            throw ForeignError(
                .content, "\(source.path) has no model.weights.h5",
                help: "save it again with model.save(\"model.keras\")")
        }
        let inner = FileBytes(try contents("model.weights.h5", limit: .max), name: source.path + ", model.weights.h5")
        let hdf5 = try HDF5File(inner)
        var arrays: [[String]: [ForeignArray]] = [:]
        var all: [ForeignArray] = []
        var budget = Limits.array(in: inner) / 4
        for layer in config.layers {
            guard let folder = config.folders[layer.path], let group = try hdf5.find(folder) else { continue }
            var found: [ForeignArray] = []
            try KerasArchive.collect(group, folder, in: hdf5, depth: 0, into: &found, &budget)
            if !found.isEmpty { arrays[layer.path] = found }
            all += found
        }
        let builder = try KerasBuilder(config, arrays: arrays, isThree: true)
        var source = source
        (source.framework, source.name) = ("Keras \(version)", "Functional")
        self.init(source: source, graph: builder.graph, arrays: all, notes: builder.notes)
        countRounding()
    }
}

/// The arrays below a layer's folder: its own by their numbers, then those of its parts in the order of a call.
private enum KerasArchive {
    private static let order = [
        "forward_layer", "backward_layer", "layer", "cell", "query_dense", "key_dense", "value_dense", "output_dense",
    ]

    static func collect(
        _ group: Int, _ path: String, in hdf5: HDF5File, depth: Int, into arrays: inout [ForeignArray],
        _ budget: inout Int
    ) throws {
        guard depth < 16 else {
            throw ForeignError(.content, "\(hdf5.file.name): folders nest deeper than 16 at '\(path)'")
        }
        let links = try hdf5.links(of: group)
        if let own = links.address(of: "vars") {
            let vars = try hdf5.links(of: own)
            var index = 0
            while let place = vars.address(of: String(index)) {
                let numbers = try KerasFile.numbers(hdf5, place, &budget)
                arrays.append(ForeignArray(name: "\(path)/vars/\(index)", numbers))
                index += 1
            }
            guard index == vars.count else {
                throw ForeignError(.content, "\(hdf5.file.name): '\(path)/vars' holds more than its numbered arrays")
            }
        }
        let parts = try links.sorted().filter { $0.name != "vars" }
        let ranked = parts.sorted { (rank($0.name), $0.name) < (rank($1.name), $1.name) }
        for part in ranked {
            // A seed's state is no weight.
            if part.name == "seed_generator" || part.name.hasSuffix("_seed_generator") { continue }
            if (try? HDF5Dataset(hdf5, at: part.address)) != nil { continue }
            try collect(part.address, path + "/" + part.name, in: hdf5, depth: depth + 1, into: &arrays, &budget)
        }
    }

    private static func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
}
