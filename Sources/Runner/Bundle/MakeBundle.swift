import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// What to put into a bundle, beside the network and its weights.
public struct BundleOrder {
    public var file: NetworkFile
    public var weights: Weights
    /// The notes that lie beside the weights.
    public var notes: Safetensors?
    public var origin: BundleManifest.Origin
    public var facts = BundleFacts()
    /// Arrays for the example; made from a seed where there are none.
    public var inputs: [NamedArray] = []
    /// A file of waveforms, of which picks are taken; made from a seed where there is none.
    public var record: String?
    public var program: String

    public init(file: NetworkFile, weights: Weights, origin: BundleManifest.Origin, program: String) {
        (self.file, self.weights, self.origin, self.program) = (file, weights, origin, program)
    }
}

extension ModelBundle {
    /// The bytes of a bundle: the same for the same order.
    public static func make(_ order: BundleOrder) throws -> [UInt8] {
        let graph = order.file.network.graph
        let registry = order.file.registry
        var members: [(name: String, contents: [UInt8])] = []
        let texts = try BundleSources(order.file)
        for (place, source) in texts.sources.enumerated() {
            members.append((texts.member(place), Array(source.text.utf8)))
        }
        members.append(("network.txt", Array((graph.text + "\n").utf8)))
        let stored = storedWeights(order)
        members.append((weightsMember, stored.bytes))
        let preparation = order.file.network.recipe?.preparations.map(\.description) ?? []
        members.append(("prepare.txt", Array((preparation.joined(separator: "\n") + "\n").utf8)))
        let (inputs, from) = try BundleExample.inputs(order)
        let answers = try BundleExample.run(graph, registry, order.weights, inputs)
        for (place, input) in inputs.enumerated() {
            let array = NumberArray(shape: input.shape, floats: input.values)
            members.append((BundleExample.member(place, of: inputs.count), NPY.bytes(of: array)))
        }
        members.append((BundleExample.output, try BundleExample.packed(answers)))
        let picked = try BundleRecord.members(order)
        members += picked?.members ?? []
        let example = BundleManifest.Example(
            from: from,
            inputs: inputs.enumerated().map {
                .init(path: $0.element.name, member: BundleExample.member($0.offset, of: inputs.count))
            }, output: BundleExample.output, processor: BundleExample.processor, tolerance: BundleManifest.tolerance)
        var manifest = BundleManifest(
            origin: order.origin, hash: graph.meaningHash(registry), tensors: stored.tensorsSHA256,
            sources: texts.sources.enumerated().map { .init(path: $0.element.path, member: texts.member($0.offset)) },
            overrides: order.file.overrides.map { .init(key: $0.key, value: $0.value) },
            interface: order.file.network.bundleInterface, preparation: preparation, facts: order.facts,
            plugins: texts.plugins, example: example, program: order.program)
        manifest.picking = picked?.picking
        members.append(("card.md", Array(manifest.card.utf8)))
        manifest.members = members.map {
            .init(name: $0.name, size: $0.contents.count, sha256: SHA256.hex(of: $0.contents))
        }
        return try ZipArchive.stored([(BundleManifest.fileName, manifest.bytes)] + members)
    }

    /// The numbers, with those notes that say nothing of the machine they were made on.
    private static func storedWeights(_ order: BundleOrder) -> Safetensors {
        let kept = [WeightNote.hash, WeightNote.preparation, WeightNote.thresholds, WeightNote.data]
        return order.weights.safetensors(
            metadata: kept.compactMap { key in order.notes?.note(key).map { (key: key, value: $0) } })
    }
}

/// The texts of a network under names that do not say where they lay.
struct BundleSources {
    var sources: [RunRecord.Source]
    var plugins: [RunRecord.Plugin]

    func member(_ place: Int) -> String { place == 0 ? "network.arch" : "uses/\(place).arch" }

    /// Takes off the folder that all texts share. That the rest compiles to the same network is tried at once: a text
    /// that names another in a way that no longer leads there keeps its whole path.
    init(_ file: NetworkFile) throws {
        let shared = BundleSources.sharedFolder(file.sources.map(\.path))
        func short(_ path: String) -> String { path.hasPrefix(shared) ? String(path.dropFirst(shared.count)) : path }
        sources = file.sources.map { .init(path: short($0.path), text: $0.text) }
        plugins = file.plugins.map {
            .init(
                path: short($0.path), file: URL(fileURLWithPath: $0.file).lastPathComponent, sha256: $0.sha256,
                brings: $0.brings)
        }
        let hash = file.network.graph.meaningHash(file.registry)
        let again = try? NetworkFile.compiled(
            sources, settings: file.overrides, plugins: plugins, registry: file.registry, of: file.name)
        if again?.graph.meaningHash(file.registry) == hash { return }
        (sources, plugins) = (file.sources, file.plugins)
        _ = try NetworkFile.compiled(
            sources, settings: file.overrides, plugins: plugins, registry: file.registry, of: file.name)
    }

    static func sharedFolder(_ paths: [String]) -> String {
        let folders = paths.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropLast() }
        guard var shared = folders.first else { return "" }
        for folder in folders { shared = shared.prefix(zip(shared, folder).prefix { $0 == $1 }.count) }
        return shared.isEmpty ? "" : shared.joined(separator: "/") + "/"
    }
}

/// Arrays in and out, by which another machine can tell that it computes the same.
enum BundleExample {
    static let output = "example/output.npz"
    static func member(_ place: Int, of count: Int) -> String {
        count == 1 ? "example/input.npy" : "example/input_\(place + 1).npy"
    }
    static var processor: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "another"
        #endif
    }

    static func run(
        _ graph: Graph, _ registry: Registry, _ weights: Weights, _ inputs: [NamedArray], threads: Int = 1
    ) throws -> [NamedArray] {
        var function = NetworkFunction(graph, registry: registry, weights: weights)
        function.threads = threads
        do { return try function(inputs).arrays } catch {
            throw RunError(.badData, "the example does not run: \(error)", help: "--example [NAME=]X.npy gives another")
        }
    }

    static func packed(_ arrays: [NamedArray]) throws -> [UInt8] {
        try ZipArchive.stored(
            arrays.map {
                ($0.name + ".npy", NPY.bytes(of: NumberArray(shape: $0.shape, floats: $0.values)))
            })
    }

    /// What was given; else two synthetic earthquakes where the network takes windows of records, else numbers from a
    /// seed.
    static func inputs(_ order: BundleOrder) throws -> ([NamedArray], from: String) {
        let graph = order.file.network.graph
        if !order.inputs.isEmpty {
            let named = order.inputs.map { array in
                var array = array
                if array.name.isEmpty, graph.inputs.count == 1 { array.name = graph.inputs[0].path }
                return array
            }
            return (named, "given")
        }
        if let records = try? synthetic(order.file) { return ([records], "two synthetic earthquakes, seed 1") }
        let drawn = graph.inputs.enumerated().map { number, input -> NamedArray in
            let shape = [2] + input.type.shape.dimensions.map { $0.number ?? 512 }
            let random = CounterRandom(seed: 1, stream: UInt64(number))
            let values = (0..<shape.reduce(1, *)).map { Float(random.uniform($0, in: -1...1)) }
            return NamedArray(input.path, shape: shape, values: values)
        }
        return (drawn, "uniform numbers from -1 to 1, seed 1")
    }

    private struct NoRecords: Error {}

    private static func synthetic(_ file: NetworkFile) throws -> NamedArray {
        guard let recipe = file.network.recipe, let input = file.network.graph.inputs.first,
            file.network.graph.inputs.count == 1, input.type.shape.rank == 2, let rate = input.type.rate,
            let channels = input.type.shape.channels.number
        else { throw NoRecords() }
        let length = input.type.shape.time.number ?? Int(30 * rate)
        let pipeline = try Pipeline(recipe, window: input.type, registry: file.registry)
        let dataset = try SyntheticDataset(.init(count: 2, seed: 1, length: length, rate: rate))
        var values: [Float] = []
        for index in 0..<2 {
            let trace = try dataset.trace(index)
            var window = Window(
                samples: (0..<trace.channels).map { Array(trace.channel($0)) }, components: trace.components,
                rate: trace.rate, metadata: trace.metadata)
            try pipeline.prepare(&window)
            guard window.length == length, window.samples.count == channels else { throw NoRecords() }
            for channel in window.samples { values += channel }
        }
        return NamedArray(input.path, shape: [2, channels, length], values: values)
    }
}
