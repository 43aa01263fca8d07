import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// A network at work: its graph, the machines that run it, how windows are fed to it, and the losses that judge it.
///
/// Training, evaluation and whatever else asks a network share it. It knows no dataset and no optimizer.
final class Session {
    let file: NetworkFile
    let graph: Graph
    let recipe: Recipe
    var registry: Registry { file.registry }
    let lessons: Lessons
    let layout: WeightLayout
    /// The most windows that are run at once.
    let batch: Int
    /// The most that are run at once in training: a part of a batch.
    let part: Int
    let seed: UInt64
    let threads: Int
    /// So many of them make batches while the network learns.
    var loadingThreads: Int { max(1, min(threads, 2)) }
    let memory: Int?
    private let keepsDropoutOn: Bool
    /// Where a frozen trunk's features are fed, only what is behind it runs.
    var head: TrainedHead? { didSet { machines = [:] } }
    private var machines: [MachineKey: Machine] = [:]

    private struct MachineKey: Hashable {
        var mode: Mode
        var batch: Int
        var lengths: [String]
    }

    init(
        _ file: NetworkFile, seed: Int, threads: Int?, memory: Int? = nil, keepsDropoutOn: Bool = false,
        batch: Int? = nil
    ) throws {
        self.file = file
        self.seed = UInt64(max(0, seed))
        self.threads = threads ?? ThreadPool.processors
        self.memory = memory
        self.keepsDropoutOn = keepsDropoutOn
        recipe = try file.recipe()
        let whole = batch ?? recipe.training[TrainSection.batch]
        self.batch = whole
        part = min(whole, recipe.training[TrainSection.part] ?? whole)
        let frozen = try file.network.graph.freezing(recipe.training[TrainSection.freeze])
        graph = keepsDropoutOn ? frozen.withDropoutOn : frozen
        layout = WeightLayout(graph)
        let labels = try recipe.labelers(graph, registry: file.registry).map { $0.label }
        lessons = try Lessons(recipe, graph: graph, labels: labels, registry: file.registry)
    }

    // MARK: Machines

    /// The machine for a batch of these lengths; kept, as making one costs more than a step.
    func machine(_ mode: Mode, for batch: Batch) throws -> Machine {
        let lengths = batch.symbols.map { "\($0.name)=\($0.value)" }
        let key = MachineKey(mode: mode, batch: windows(mode), lengths: lengths)
        if let machine = machines[key] { return machine }
        // Streams come in few lengths; whatever came before is let go rather than hoarded.
        if machines.keys.count(where: { $0.mode == mode }) >= 4 { machines = machines.filter { $0.key.mode != mode } }
        let machine = try Machine(plan(mode, for: batch))
        machines[key] = machine
        return machine
    }

    /// How a machine for a batch of these lengths would work, and what it would take.
    func plan(_ mode: Mode, for batch: Batch) throws -> Plan {
        let whole = head?.graph ?? graph
        return try Plan(
            mode == .inference && !keepsDropoutOn ? whole.withDropoutOff : whole, registry: registry,
            options: options(mode, symbols: batch.symbols))
    }

    private func windows(_ mode: Mode) -> Int { mode == .training ? part : batch }
    /// The parts of a full batch.
    var parts: Int { (batch + part - 1) / part }
    /// The threads of a machine that there is.
    var anyPool: ThreadPool? { machines.values.first?.pool }

    func options(_ mode: Mode, symbols: [(name: String, value: Int)]) -> PlanOptions {
        var options = PlanOptions(batch: windows(mode), mode: mode, gradients: mode == .training ? .weights : .none)
        options.threads = threads
        options.memoryLimit = memory
        for symbol in symbols { options.lengths[symbol.name] = symbol.value }
        return options
    }

    func load(_ weights: Weights, into machine: Machine) { machine.load(head?.part(of: weights) ?? weights) }

    /// The gradients of a machine's last backward pass, and the running statistics that its forward pass moved.
    func read(_ machine: Machine, gradients: inout Weights, statistics: inout Weights) {
        guard let head else {
            machine.readGradients(into: &gradients)
            machine.readStatistics(into: &statistics)
            return
        }
        var part = head.part(of: gradients)
        machine.readGradients(into: &part)
        head.put(part, into: &gradients)
        part = head.part(of: statistics)
        machine.readStatistics(into: &part)
        head.put(part, into: &statistics)
    }

    // MARK: Feeding

    /// Whether the network looks at pictures.
    var takesPictures: Bool { graph.takesPictures }

    var inputPorts: [Loader.Port] { graph.inputs.map { Loader.Port($0.path, $0.type) } }
    var outputPorts: [Loader.Port] { graph.outputs.map { Loader.Port($0.name, graph.nodes[$0.node].type) } }

    /// Sets a batch's windows as the machine's inputs.
    func feed(_ batch: Batch, to machine: Machine) throws {
        for (index, input) in batch.inputs.enumerated() { try machine.setInput(index, to: input.values) }
        for window in batch.lengths.indices { try setLength(of: batch, window: window, on: machine, sample: window) }
    }

    /// Sets one window of a batch as the machine's only one.
    func feed(_ batch: Batch, window: Int, to machine: Machine) throws {
        for (index, input) in batch.inputs.enumerated() {
            let size = input.shape.dropFirst().reduce(1, *)
            try machine.setInput(index, to: Array(input.values[window * size..<(window + 1) * size]))
        }
        if batch.lengths.indices.contains(window) {
            try setLength(of: batch, window: window, on: machine, sample: 0)
        }
    }

    private func setLength(of batch: Batch, window: Int, on machine: Machine, sample: Int) throws {
        guard let symbol = batch.symbols.first else { return }
        // One whose own length gives some layer no whole number of samples has as many zeros behind it as it takes.
        for length in batch.lengths[window]..<max(batch.lengths[window], symbol.value)
        where (try? machine.setLengths([symbol.name: length], ofSample: sample)) != nil { return }
        try machine.setLengths([symbol.name: symbol.value], ofSample: sample)
    }
}

/// What stands behind a frozen trunk, with its place in the whole network's weights.
struct TrainedHead {
    let graph: Graph
    private let layout: WeightLayout
    /// Where each array of the head lies in its own block, and in the whole network's.
    private let places: [(head: Range<Int>, whole: Range<Int>)]

    init(_ graph: Graph, whole: WeightLayout) {
        self.graph = graph
        layout = WeightLayout(graph)
        places = layout.entries.compactMap { entry in whole[entry.name].map { (entry.range, $0.range) } }
    }

    /// The head's part of the network's weights.
    func part(of weights: Weights) -> Weights {
        var part = Weights(zerosIn: layout)
        for (head, whole) in places { part.values.replaceSubrange(head, with: weights.values[whole]) }
        return part
    }

    /// Puts the head's part back into the whole.
    func put(_ part: Weights, into weights: inout Weights) {
        for (head, whole) in places { weights.values.replaceSubrange(whole, with: part.values[head]) }
    }
}
