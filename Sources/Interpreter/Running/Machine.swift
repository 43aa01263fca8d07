import GraphIR
import Layers

/// A network that runs: a plan with its memory and its threads.
///
///     let machine = try Machine(Plan(graph, options: PlanOptions(batch: 32, mode: .training, gradients: .weights)))
///     machine.load(weights)
///     try machine.setInput(0, to: windows)                 // packed [B, C, T]
///     try machine.forward(samples: 32, seed: 1, step: 0)
///     let picks = machine.output(0)                        // packed
///     try machine.setCotangent(0, to: slopes)              // d loss / d output
///     try machine.backward()
///     machine.readGradients(into: &gradients)
///     machine.readStatistics(into: &weights)               // batch norm's running statistics
///
/// A step allocates nothing but the arrays that it hands out. One thread at a time may use a machine.
public final class Machine {
    public let plan: Plan
    let memory: Memory
    let tables: Tables
    public let pool: ThreadPool

    // What the current job is about; set before the threads are called.
    var task = Task.idle
    var samples = 0
    var random = CounterRandom(seed: 0)
    var firstPlace = 0
    /// Outputs whose gradient was set since the last forward pass.
    private var hasCotangent: [Bool]
    var profile: Profile?
    var watch: Watch?
    /// Seconds by what the threads were called for; only while it is measured how work is cut.
    var stageTimes: StageTimes?

    public init(_ plan: Plan) throws(PlanError) {
        self.plan = plan
        memory = try Memory(plan)
        tables = Tables(plan, memory)
        pool = ThreadPool(threads: plan.options.threads)
        hasCotangent = plan.graph.outputs.map { _ in false }
    }
    public convenience init(_ graph: Graph, registry: Registry = .builtIn, options: PlanOptions) throws(PlanError) {
        try self.init(Plan(graph, registry: registry, options: options))
    }

    public var layout: WeightLayout { plan.layout }
    public var batch: Int { plan.options.batch }

    // MARK: Weights

    /// Takes the weights over, and packs them for the kernels.
    public func load(_ weights: Weights) {
        weights.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            memory.weights.update(from: base, count: min(values.count, plan.layout.count))
        }
        task = .prepare
        pool.run(plan.lowered.steps.count, self)
    }

    /// Copies running statistics, which a forward pass in training moves, back.
    public func readStatistics(into weights: inout Weights) {
        for entry in plan.layout.entries where !entry.spec.isTrainable {
            for index in entry.range { weights.values[index] = memory.weights[index] }
        }
    }

    /// Copies the gradients of the last backward pass. Frozen weights and statistics have zeros.
    public func readGradients(into gradients: inout Weights) {
        guard plan.slots.hasFirst else { return }
        gradients.values.withUnsafeMutableBufferPointer { values in
            values.baseAddress?.update(from: memory.gradients, count: min(values.count, plan.layout.count))
        }
    }

    // MARK: Inputs and outputs

    public var inputs: [Node] { plan.graph.inputs }
    private func inputNode(_ index: Int) -> Int {
        plan.graph.nodes.indices.filter { plan.graph.nodes[$0].isInput }[index]
    }
    /// The numbers of one sample of an input, an output, or any node.
    public func count(ofNode node: Int) -> Int { plan.lowered.flows[node].shape.reduce(1, *) }
    public func shape(ofNode node: Int) -> [Int] { plan.lowered.flows[node].shape }
    public func shape(ofOutput index: Int) -> [Int] { shape(ofNode: plan.graph.outputs[index].node) }
    public func shape(ofInput index: Int) -> [Int] { shape(ofNode: inputNode(index)) }

    /// Sets an input of one sample, `[channels, time]` without gaps. A shorter sample of a network with open lengths
    /// has its rows filled up by the caller with anything.
    public func setInput(_ index: Int, sample: Int, to values: UnsafeBufferPointer<Float>) throws(MachineError) {
        let node = inputNode(index)
        guard values.count == count(ofNode: node) else {
            throw .wrongCount(what: plan.graph.nodes[node].path, expected: count(ofNode: node), got: values.count)
        }
        guard sample >= 0, sample < batch else { throw .wrongCount(what: "batch", expected: batch, got: sample + 1) }
        if let tensor = tensor(node, plan.rooms.values[node]), let base = values.baseAddress {
            tensor.unpack(base, to: sample)
        }
    }
    /// Sets an input of the first samples of the batch, one behind the other.
    public func setInput(_ index: Int, to values: [Float]) throws(MachineError) {
        let node = inputNode(index)
        let count = count(ofNode: node)
        let samples = values.count / max(1, count)
        guard samples * count == values.count, samples <= batch else {
            throw .wrongCount(what: plan.graph.nodes[node].path, expected: batch * count, got: values.count)
        }
        guard let tensor = tensor(node, plan.rooms.values[node]) else { return }
        values.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            pool.run(samples) { sample, _ in tensor.unpack(base + sample * count, to: sample) }
        }
    }

    /// Says how long one sample really is: `["T": 4200]`. Lengths hold until they are set again.
    public func setLengths(_ lengths: [String: Int], ofSample sample: Int) throws(MachineError) {
        guard let table = memory.lengths, sample >= 0, sample < batch else { return }
        for (node, flow) in plan.lowered.flows.enumerated() {
            guard let length = flow.time.substituting(lengths).number, length > 0, length <= flow.width else {
                throw .badLength(path: plan.graph.nodes[node].path, flow.time.substituting(lengths).description)
            }
            table[node * batch + sample] = length
        }
    }

    /// How long an output of one sample really is; all of it where no length is open.
    public func length(ofOutput index: Int, sample: Int) -> Int {
        let node = plan.graph.outputs[index].node, whole = shape(ofNode: node).dropFirst().reduce(1, *)
        guard let table = memory.lengths, sample >= 0, sample < batch, shape(ofNode: node).count == 2 else {
            return whole
        }
        return min(whole, table[node * batch + sample])
    }

    /// An output of the samples that ran, packed `[B, …]`.
    public func output(_ index: Int) -> [Float] {
        packed(tensor(plan.graph.outputs[index].node, plan.rooms.values[plan.graph.outputs[index].node]))
    }
    /// The result of any node, where the plan keeps every layer (inputs and outputs are always there).
    public func result(ofNode node: Int) -> [Float] { packed(tensor(node, plan.rooms.values[node])) }
    /// The gradient with respect to an input, after `backward`.
    public func inputGradient(_ index: Int) -> [Float] {
        let node = inputNode(index)
        guard plan.schedule.hasGradient[node] else {
            return [Float](repeating: 0, count: samples * count(ofNode: node))
        }
        return packed(tensor(node, plan.rooms.gradients[node]))
    }

    /// What came back to a node, where the plan explains; zeros where nothing did.
    public func gradient(ofNode node: Int) -> [Float] {
        guard plan.schedule.hasGradient[node], let tensor = tensor(node, plan.rooms.gradients[node]) else {
            return [Float](repeating: 0, count: samples * count(ofNode: node))
        }
        return packed(tensor)
    }
    /// Forgets what the last way back added up and was started from.
    func clearGradients() {
        for index in hasCotangent.indices { hasCotangent[index] = false }
        memory.gradients.update(repeating: 0, count: plan.layout.count)
    }
    /// Outputs that nobody asks for get zeros.
    func clearOtherCotangents() {
        for (index, output) in plan.graph.outputs.enumerated() where !hasCotangent[index] {
            guard
                !plan.graph.outputs.indices.contains(where: {
                    hasCotangent[$0] && plan.graph.outputs[$0].node == output.node
                }), let tensor = tensor(output.node, plan.rooms.gradients[output.node])
            else { continue }
            for sample in 0..<samples { tensor.clear(sample) }
        }
    }

    /// Sets the gradient of the loss with respect to an output, packed `[B, …]`. Outputs that are not set have zeros.
    public func setCotangent(_ index: Int, to values: [Float]) throws(MachineError) {
        let node = plan.graph.outputs[index].node
        guard values.count == samples * count(ofNode: node) else {
            throw .wrongCount(
                what: "the gradient of \(plan.graph.outputs[index].name)", expected: samples * count(ofNode: node),
                got: values.count)
        }
        guard let tensor = tensor(node, plan.rooms.gradients[node]) else { return }
        // Two outputs may be one node's result: their gradients add up.
        let isSecond = plan.graph.outputs.indices.contains {
            $0 != index && hasCotangent[$0] && plan.graph.outputs[$0].node == node
        }
        let count = count(ofNode: node)
        values.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            for sample in 0..<samples { tensor.unpack(base + sample * count, to: sample, adding: isSecond) }
        }
        hasCotangent[index] = true
    }

    /// Lends an output sample by sample to whoever judges it, on all threads: the numbers of a sample and, with
    /// `slopes`, a room of zeros for their gradient, which is added to what others said of this output.
    public func judge(
        _ index: Int, slopes: Bool, _ body: (_ sample: Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>?) -> Void
    ) {
        let node = plan.graph.outputs[index].node
        guard let output = tensor(node, plan.rooms.values[node]) else { return }
        let gradient = slopes ? tensor(node, plan.rooms.gradients[node]) : nil
        let isSecond = plan.graph.outputs.indices.contains {
            hasCotangent[$0] && plan.graph.outputs[$0].node == node
        }
        let count = count(ofNode: node)
        pool.run(samples) { sample, _ in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, 2 * count)) { room in
                guard let said = room.baseAddress else { return }
                output.pack(sample, to: said)
                if slopes { (said + count).initialize(repeating: 0, count: count) }
                body(sample, UnsafePointer(said), slopes ? said + count : nil)
                gradient?.unpack(said + count, to: sample, adding: isSecond)
            }
        }
        if gradient != nil { hasCotangent[index] = true }
    }

    func tensor(_ node: Int, _ place: Place?) -> Tensor? { tables.batchTensor(node, place, plan, memory) }

    private func packed(_ tensor: Tensor?) -> [Float] {
        guard let tensor else { return [] }
        let count = tensor.rows * tensor.width
        return [Float](unsafeUninitializedCapacity: samples * count) { buffer, initialized in
            for sample in 0..<samples {
                if let base = buffer.baseAddress { tensor.pack(sample, to: base + sample * count) }
            }
            initialized = samples * count
        }
    }

    // MARK: Running

    /// Runs the first `samples` samples of the batch. A number that is not finite stops it: the layer and the sample
    /// that made it are named. Where these are one part of a larger batch, `firstPlace` says where they begin in it.
    public func forward(samples: Int? = nil, seed: UInt64 = 0, step: UInt64 = 0, firstPlace: Int = 0)
        throws(MachineError)
    {
        let samples = samples ?? batch
        guard samples >= 1, samples <= batch else { throw .wrongCount(what: "batch", expected: batch, got: samples) }
        self.samples = samples
        random = CounterRandom(seed: seed, stream: 0, step: step)
        self.firstPlace = max(0, firstPlace)
        for index in hasCotangent.indices { hasCotangent[index] = false }
        for stage in plan.schedule.forward.indices { timed(.forward(stage)) { run(.forward(stage)) } }
        if let found = firstNonFiniteOutput() { throw trace(found) }
    }

    /// From the gradients set for outputs to those of weights and inputs.
    public func backward() throws(MachineError) {
        clearOtherCotangents()
        guard plan.slots.hasFirst else { return }
        timed(.clearGradients) {
            task = .clearGradients
            pool.run(gradientCount.groups(of: Machine.clearedTogether), self)
        }
        for stage in plan.schedule.backward.indices { timed(.backward(stage)) { run(.backward(stage)) } }
        timed(.addSlots) {
            task = .addSlots
            pool.run(plan.slots.pieces.count, self)
        }
        if !allFinite(memory.gradients, plan.layout.count) { throw traceBackward() }
    }
}
