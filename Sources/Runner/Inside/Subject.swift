import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// A trained network with the data that it is looked at with. Nothing in the run's folder is changed.
public final class Subject {
    public let file: NetworkFile
    public let weights: Weights
    /// What pages and JSON say that it is.
    public let note: RelevanceFinding.RunNote
    let session: Session
    let data: TrainingData
    /// The data as they were named.
    let dataPath: String
    /// What `difference` and integrated gradients start from.
    public enum Baseline: Hashable, Sendable {
        /// As loud as the window's quietest second.
        case noise
        case zero
        case trace(Int)
    }
    public var baseline = Baseline.noise
    /// The rule of the layers that read the waveform.
    public var first = FirstRule.same
    /// Other trainings that explanations are laid beside; empty: those that lie beside this run.
    public var beside: [String] = []
    private var foundBeside: [Sibling]?
    /// How far padding's zeros reach into a window.
    let reach: PaddedReach
    /// What is remarkable about it, in sentences.
    public private(set) var warnings: [String] = []

    /// A run.
    public convenience init(
        _ folder: RunFolder, file: NetworkFile, data: String? = nil, dataset: (any Dataset)? = nil,
        weights choice: EvaluationRequest.WeightsChoice = .best, threads: Int? = nil, memory: Int? = nil
    ) throws {
        let record = try folder.record()
        let path = choice == .best ? folder.bestWeightsPath : folder.lastWeightsPath
        let note = RelevanceFinding.RunNote(
            folder: folder.path, graphHash: record.graphHash, weights: choice.rawValue, seed: record.seed)
        try self.init(
            file, weights: readWeights(path), from: path, note: note, data: data ?? record.data.path,
            dataset: dataset ?? record.openData(data, registry: file.registry),
            threads: threads, memory: memory)
    }

    /// Any network with weights that fit it.
    ///
    /// - `path`: where the weights come from, for messages.
    public init(
        _ file: NetworkFile, weights stored: Safetensors, from path: String, note: RelevanceFinding.RunNote,
        data: String, dataset given: (any Dataset)? = nil, threads: Int? = nil, memory: Int? = nil
    ) throws {
        self.file = file
        self.note = note
        dataPath = data
        reach = PaddedReach(file.network.graph)
        let dataset = try given ?? openDataset(data, registry: file.registry)
        session = try Session(file, seed: note.seed, threads: threads, memory: memory, batch: 1)
        self.data = try TrainingData(session, dataset: dataset)
        do {
            weights = try Weights(stored, layout: session.layout)
        } catch {
            throw RunError(
                .badData, "\(path): \(error)", help: "strata show --json lists the arrays that the network takes")
        }
        warnStatistics()
    }

    /// As the file calls it.
    var name: String { file.network.graph.name }
    public var graph: Graph { session.graph }
    public var dataset: any Dataset { data.dataset }
    public var rate: Double { graph.inputs.first?.type.rate ?? 100 }

    /// Running statistics that never moved make batch norm do nothing that was learned.
    private func warnStatistics() {
        let still = weights.layout.entries.filter { entry in
            guard !entry.spec.isTrainable else { return false }
            let start: Float = entry.spec.initializer == .ones ? 1 : 0
            return entry.range.allSatisfy { weights.values[$0] == start }
        }
        guard !still.isEmpty else { return }
        warnings.append("running statistics are as they start in \(still.map(\.name).joined(separator: ", "))")
    }

    // MARK: Windows

    /// One window as the network sees it.
    public struct Seen: Sendable {
        public var trace: Int
        public var name: String
        /// By input of the network, `[channels, time]` without gaps.
        public var inputs: [[Float]]
        public var shapes: [[Int]]
        public var symbols: [String: Int]
        /// Where phases arrive, in seconds of the window.
        public var arrivals: [(phase: String, seconds: Double)]
        /// The letters of the first input's rows, where there is one a row.
        public var components: [String]
        public var metadata: TraceMetadata
        /// Samples a second.
        public var rate: Double
        /// What each output learned from it, `[channels, time]`, by output.
        public var labels: [String: [Float]]
        public var event: String { metadata["source_id"] ?? metadata["event_id"] ?? name }
    }

    /// A trace by its name, or by its number.
    public func find(_ text: String) throws -> Int {
        let count = dataset.count
        if let number = Int(text) {
            guard (0..<count).contains(number) else {
                throw RunError(
                    .badData, "\(dataset.path) has traces 0 to \(count - 1), not \(number)",
                    help: "strata data info lists what is there")
            }
            return number
        }
        if let index = (0..<count).first(where: { dataset.name($0) == text || dataset.title($0) == text }) {
            return index
        }
        let near = nearestName(to: text, among: (0..<min(count, 20_000)).map { dataset.name($0) })
        throw RunError(
            .badData, "\(dataset.path) has no trace '\(text)'",
            help: near.map { "did you mean '\($0)'?" } ?? "a number from 0 to \(count - 1) will do")
    }

    /// The traces of a split, in order; those of the test split are what an explanation should be of.
    public func traces(_ choice: SplitChoice) throws -> [Int] {
        guard let split = choice.split else { return Array(0..<dataset.count) }
        let traces = data.splits.traces(split)
        guard !traces.isEmpty else {
            throw RunError(
                .badData, "\(dataset.path) has no trace in the split '\(split.rawValue)'", help: "--split all")
        }
        return traces
    }

    /// Traces as the network sees them, prepared as in training and cut as in evaluation.
    public func look(_ traces: [Int], _ body: (Seen) throws -> Void) throws {
        let stream = try data.loader(of: traces).batches(epoch: 0)
        while let batch = try stream.next() {
            for window in 0..<batch.count { try body(seen(batch, window)) }
        }
    }

    /// The same, each looked at by the network ready to be explained, which is made once for windows of one length.
    func look(_ traces: [Int], _ body: (_ seen: Seen, _ explainer: Explainer) throws -> Void) throws {
        var maker: (explainer: Explainer, symbols: [String: Int])?
        try look(traces) { seen in
            let made =
                try maker.flatMap { $0.symbols == seen.symbols ? $0.explainer : nil }
                ?? explainer(.standard, symbols: seen.symbols)
            maker = (made, seen.symbols)
            try made.look(at: seen.inputs)
            try body(seen, made)
        }
    }

    public func look(_ trace: Int) throws -> Seen {
        var found: Seen?
        try look([trace]) { found = $0 }
        guard let found else {
            throw RunError(
                .badData, "trace \(dataset.name(trace)) cannot be used",
                help: "strata data audit says what is wrong with it")
        }
        return found
    }

    private func seen(_ batch: Batch, _ window: Int) -> Seen {
        let trace = data.trace(batch, window: window)
        let parts = batch.inputs.map { input -> [Float] in
            let count = input.values.count / max(1, batch.count)
            return Array(input.values[window * count..<(window + 1) * count])
        }
        let shapes = batch.inputs.map { Array($0.shape.dropFirst()) }
        let arrivals = Phase.allCases.compactMap { phase in
            trace.arrival(phase).map { (phase.rawValue, ($0 - Double(trace.start)) / trace.rate) }
        }
        var labels: [String: [Float]] = [:]
        for (lesson, said) in zip(batch.lessons, session.recipe.lessons) {
            let count = lesson.labels.values.count / max(1, batch.count)
            labels[said.output] = Array(lesson.labels.values[window * count..<(window + 1) * count])
        }
        return Seen(
            trace: trace.index, name: dataset.name(trace.index), inputs: parts, shapes: shapes,
            symbols: Dictionary(batch.symbols.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            arrivals: arrivals, components: components(shapes), metadata: trace.metadata,
            rate: trace.rate, labels: labels)
    }

    /// The letters that `order` gives the channels, or those that a file's are put in without it.
    private func components(_ shapes: [[Int]]) -> [String] {
        guard let channels = shapes.first?.first, shapes.count == 1, shapes[0].count == 2 else { return [] }
        let order = session.recipe.preparations.last { $0.name == ComponentOrder.signature.name }
        let letters =
            order.flatMap { $0.arguments["components"] }.flatMap { String($0) } ?? (channels == 1 ? "Z" : "ZNE")
        return letters.count == channels ? letters.map(String.init) : (0..<channels).map { "\($0)" }
    }

    // MARK: Machines

    /// The network ready to be explained, for windows of these lengths.
    ///
    /// - `random`: the network with dropout that stays on.
    func explainer(
        _ rule: RelevanceRule, symbols: [String: Int], also nodes: [Int] = [], of random: Graph? = nil
    ) throws -> Explainer {
        do {
            return try Explainer(
                ExplainedGraph(
                    random ?? graph, registry: session.registry, also: nodes, keepsChance: random != nil),
                registry: session.registry,
                weights: weights, rule: rule, first: first, lengths: symbols, memoryLimit: session.memory)
        } catch let error as PlanError {
            throw RunError(.refused, error.description, help: "strata check says more; --memory MIB gives more room")
        }
    }

    /// Other trainings of it, read once.
    func others() throws -> [Sibling] {
        if let foundBeside { return foundBeside }
        let found = try siblings(named: beside)
        foundBeside = found
        return found
    }

    /// The window that explanations of another start from.
    func baseline(like seen: Seen) throws -> [[Float]] {
        switch baseline {
        case .noise: return Occlusion.noise(like: seen, rate: rate)
        case .zero: return seen.inputs.map { $0.map { _ in 0 } }
        case .trace(let trace):
            let other = try look(trace)
            guard other.shapes == seen.shapes else {
                throw RunError(
                    .refused, "\(other.name) is \(other.shapes), \(seen.name) is \(seen.shapes)",
                    help: "--baseline names a trace as long, noise or zero")
            }
            return other.inputs
        }
    }
    var baselineText: String {
        switch baseline {
        case .noise: "noise as loud as the quietest second"
        case .zero: "zeros"
        case .trace(let trace): dataset.name(trace)
        }
    }

    /// Fresh weights, as the network starts, but for the running statistics, which start too.
    func freshWeights(_ draw: Int) -> Weights { Weights(initializing: graph, seed: 1_000_003 &* UInt64(draw + 1)) }
}
