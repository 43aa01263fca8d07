import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// Everything about a training that is settled before its first step: the network, the data, the settings, and how
/// each is put to work.
final class Workbench {
    let file: NetworkFile
    let graph: Graph
    let recipe: Recipe
    let settings: TrainSettings
    var registry: Registry { file.registry }
    let dataset: any Dataset
    let splits: Splits
    let dataHash: String
    let lessons: Lessons
    let layout: WeightLayout
    let seed: UInt64
    let threads: Int
    let memory: Int?
    private let badTraces: Loader.BadTraces
    /// Where a frozen trunk's features are kept, only what is behind it runs.
    var trunk: KeptTrunk? { didSet { machines = [:] } }
    private var machines: [MachineKey: Machine] = [:]
    private var loaders: [String: Loader] = [:]

    private struct MachineKey: Hashable {
        var mode: Mode
        var batch: Int
        var lengths: [String]
    }

    init(
        _ file: NetworkFile, dataset: any Dataset, seed: Int, threads: Int?, memory: Int? = nil,
        skipsBadTraces: Bool = false, keepsDropoutOn: Bool = false, batch: Int? = nil
    ) throws {
        self.file = file
        self.dataset = dataset
        self.seed = UInt64(max(0, seed))
        self.threads = threads ?? ThreadPool.processors
        self.memory = memory
        badTraces = skipsBadTraces ? .skip : .stop
        recipe = try file.recipe()
        var settings = try TrainSettings(recipe.training, registry: file.registry)
        settings.batch = batch ?? settings.batch
        self.settings = settings
        let frozen = try file.network.graph.freezing(settings.freeze)
        graph = keepsDropoutOn ? frozen.withDropoutOn : frozen
        layout = WeightLayout(graph)
        splits = Splits(dataset)
        dataHash = try splits.hash(dataset)
        let labels = try recipe.labelers(graph, registry: file.registry).map { $0.label }
        lessons = try Lessons(recipe, graph: graph, labels: labels, registry: file.registry)
    }

    /// The machine for a batch of these lengths; kept, as making one costs more than a step.
    func machine(_ mode: Mode, for batch: Batch) throws -> Machine {
        let lengths = batch.symbols.map { "\($0.name)=\($0.value)" }
        let key = MachineKey(mode: mode, batch: settings.batch, lengths: lengths)
        if let machine = machines[key] { return machine }
        // Streams come in few lengths; whatever came before is let go rather than hoarded.
        if machines.keys.count(where: { $0.mode == mode }) >= 4 { machines = machines.filter { $0.key.mode != mode } }
        let machine = try Machine(
            trunk?.head ?? graph, registry: registry, options: options(mode, symbols: batch.symbols))
        machines[key] = machine
        return machine
    }

    func options(_ mode: Mode, symbols: [(name: String, value: Int)]) -> PlanOptions {
        var options = PlanOptions(batch: settings.batch, mode: mode, gradients: mode == .training ? .weights : .none)
        options.threads = threads
        options.memoryLimit = memory
        for symbol in symbols { options.lengths[symbol.name] = symbol.value }
        return options
    }

    func load(_ weights: Weights, into machine: Machine) { machine.load(trunk?.part(of: weights) ?? weights) }

    /// The gradients of a machine's last backward pass, and the running statistics that its forward pass moved.
    func read(_ machine: Machine, gradients: inout Weights, statistics: inout Weights) {
        guard let trunk else {
            machine.readGradients(into: &gradients)
            machine.readStatistics(into: &statistics)
            return
        }
        var part = trunk.part(of: gradients)
        machine.readGradients(into: &part)
        trunk.put(part, into: &gradients)
        part = trunk.part(of: statistics)
        machine.readStatistics(into: &part)
        trunk.put(part, into: &statistics)
    }

    /// Whether the dev split says which epoch is best; without one the training loss does.
    var watchesDev: Bool { settings.watch == .dev && !splits.dev.isEmpty }

    // MARK: Data

    /// The loader of a split; of the training split only the share that an epoch sees.
    func loader(_ split: Split, epoch: Int = 0) throws -> Loader {
        let share = split == .train ? settings.share(at: epoch) : 1
        let key = "\(split.rawValue) \(share)"
        if let loader = loaders[key] { return loader }
        let isTraining = split == .train
        var traces = splits.traces(split)
        if share < 1 { traces = grown(traces, to: share) }
        let loader = try Loader(
            dataset, traces: traces, training: splits.train, recipe: recipe, inputs: inputPorts, outputs: outputPorts,
            options: Loader.Options(
                batch: settings.batch, seed: seed, threads: max(1, min(threads, 2)), augments: isTraining,
                order: isTraining ? settings.order : .sequential, badTraces: badTraces),
            registry: registry)
        loaders[key] = loader
        return loader
    }

    /// The batches of an epoch of a split, from traces or from what a frozen trunk made of them.
    func batches(_ split: Split, epoch: Int, from first: Int = 0) throws -> BatchStream {
        // The order of the dev split is the same every epoch.
        let loader = try loader(split, epoch: epoch)
        guard let file = trunk?.file else { return loader.batches(epoch: epoch, from: first) }
        return loader.batches(epoch: epoch, from: first) { file.batch(of: $0) }
    }

    /// A loader of any traces, each once and as it stands.
    func loader(of traces: [Int]) throws -> Loader {
        try Loader(
            dataset, traces: traces, training: splits.train, recipe: recipe, inputs: inputPorts, outputs: outputPorts,
            options: Loader.Options(
                batch: settings.batch, seed: seed, threads: max(1, min(threads, 2)), badTraces: badTraces),
            registry: registry)
    }

    /// What the catalogue knows of a window of a batch.
    func trace(_ batch: Batch, window: Int) -> TraceInWindow {
        let index = batch.traces[window]
        let shape = batch.inputs.first?.shape ?? []
        let rate = graph.inputs.first?.type.rate ?? dataset.rate(index) ?? 100
        return TraceInWindow(
            index: index, name: dataset.name(index), metadata: dataset.metadata(index), picks: dataset.picks(index),
            traceRate: dataset.rate(index) ?? rate, rate: rate, start: batch.starts[window], length: shape.last ?? 0)
    }

    /// The first part of the training set in an order that the seed fixes: what it grows by later comes on top.
    private func grown(_ traces: [Int], to share: Double) -> [Int] {
        let random = CounterRandom(seed: seed, stream: "grow")
        var shuffled = traces
        for index in stride(from: shuffled.count - 1, to: 0, by: -1) {
            shuffled.swapAt(index, random.int(index, in: 0..<index + 1))
        }
        return shuffled.prefix(max(1, Int((Double(traces.count) * share).rounded()))).sorted()
    }

    var inputPorts: [Loader.Port] { graph.inputs.map { Loader.Port($0.path, $0.type) } }
    var outputPorts: [Loader.Port] { graph.outputs.map { Loader.Port($0.name, graph.nodes[$0.node].type) } }

    // MARK: Running

    /// Sets a batch's windows as the machine's inputs.
    func feed(_ batch: Batch, to machine: Machine) throws {
        for (index, input) in batch.inputs.enumerated() { try machine.setInput(index, to: input.values) }
        guard let symbol = batch.symbols.first else { return }
        for (sample, length) in batch.lengths.enumerated() {
            // A recording whose own length gives no whole number of frames counts whole: what follows it is zeros.
            let lengths = [symbol.name: length]
            if (try? machine.setLengths(lengths, ofSample: sample)) == nil {
                try machine.setLengths([symbol.name: symbol.value], ofSample: sample)
            }
        }
    }

    /// The mean losses of a split under some weights, by lesson, each window once.
    func losses(of split: Split, weights: Weights) throws -> [Double] {
        var sums = [Double](repeating: 0, count: lessons.lessons.count)
        var windows = 0
        var number: UInt64 = 0
        let stream = try batches(split, epoch: 0)
        while let batch = try stream.next() {
            defer { number += 1 }
            guard batch.count > 0 else { continue }
            let machine = try machine(.inference, for: batch)
            load(weights, into: machine)
            try feed(batch, to: machine)
            try machine.forward(samples: batch.count, seed: seed, step: number)
            for (index, loss) in try lessons.measure(batch, on: machine, backward: false).enumerated() {
                sums[index] += loss * Double(batch.count)
            }
            windows += batch.count
        }
        return sums.map { windows > 0 ? $0 / Double(windows) : .nan }
    }
}

extension Recipe {
    /// The labelers at work on the graph's windows, in the lessons' order.
    func labelers(_ graph: Graph, registry: Registry) throws -> [any LabelerSignature] {
        // Several inputs share one window's channels out, as the loader does.
        let inputs = graph.inputs.map(\.type)
        let channels = inputs.reduce(Dimension.number(0)) { $0 + ($1.shape.rank == 2 ? $1.shape.channels : 1) }
        let time = inputs.first.map { $0.shape.rank == 2 ? $0.shape.time : $0.shape.count } ?? 1
        let window = TensorType(Shape(channels, time), rate: inputs.first?.rate)
        return try lessons.map { lesson in
            guard let output = graph.output(lesson.output) else {
                throw RunError(.refused, "there is no output '\(lesson.output)' to learn")
            }
            guard let type = registry[.labeler, lesson.labeler.name] as? any LabelerSignature.Type else {
                throw RunError(.refused, "there is no labeler '\(lesson.labeler.name)'", help: "see: strata layers")
            }
            do {
                return try type.init(
                    lesson.labeler.arguments, window: window, output: graph.nodes[output.node].type)
            } catch let error as Complaint {
                throw RunError(.refused, "\(lesson.output): \(error.message)", help: error.help)
            }
        }
    }
}

extension Graph {
    /// The graph with the layers frozen whose paths match one of the patterns; a pattern that matches none is refused.
    func freezing(_ patterns: [String]) throws(RunError) -> Graph {
        var graph = self
        for pattern in patterns {
            let matching = nodes.indices.filter { !nodes[$0].isInput && matches(nodes[$0].path, pattern) }
            if matching.isEmpty {
                throw RunError(
                    .refused, "freeze: no layer matches '\(pattern)'",
                    help: nearestName(to: pattern, among: nodes.map(\.path)).map { "did you mean '\($0)'?" })
            }
            for index in matching { graph.nodes[index].isTrainable = false }
        }
        return graph
    }
}

/// Whether a label path is meant by a pattern: `*` stands for anything, and a path stands for all below it.
func matches(_ path: String, _ pattern: String) -> Bool {
    func match(_ text: Substring, _ rest: Substring) -> Bool {
        guard let first = rest.first else { return text.isEmpty || text.first == "." }
        if first == "*" {
            return text.indices.contains { match(text[$0...], rest.dropFirst()) } || match("", rest.dropFirst())
        }
        return text.first == first && match(text.dropFirst(), rest.dropFirst())
    }
    return match(Substring(path), Substring(pattern))
}
