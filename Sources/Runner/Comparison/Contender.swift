import Views
import GraphIR
import Interpreter
import Zoo

/// One network in a comparison, with a run for each seed.
public struct Contender: Sendable {
    /// One training of it, with what it said of the test traces.
    public struct Run: Sendable {
        public var folder: RunFolder
        public var record: RunRecord
        public var history: History
        public var predictions: Predictions
        /// What `test.json` says.
        public var test: JSON

        /// What the result is of, which need not be what the run was trained on.
        var judgedData: String { test["data"]?["path"]?.string ?? record.data.path }

        public init(folder: RunFolder, record: RunRecord, history: History, predictions: Predictions, test: JSON) {
            self.folder = folder
            self.record = record
            self.history = history
            self.predictions = predictions
            self.test = test
        }

        /// Reads an evaluated run from its folder.
        public init(reading folder: RunFolder) throws { try self.init(reading: folder, judged: folder.result) }

        /// The same with another result than the run's own.
        public init(reading folder: RunFolder, judged place: ResultPlace) throws {
            try self.init(
                folder: folder, record: folder.record(), history: folder.history(),
                predictions: place.predictions(), test: place.test())
        }
    }

    /// What people call it here; no two in a comparison have one name.
    public var name: String
    /// The network with what it was compiled with; `nil` where its text does not compile any more.
    public var file: NetworkFile?
    /// By seed, ascending.
    public var runs: [Run]

    public init(name: String, file: NetworkFile?, runs: [Run]) {
        self.name = name
        self.file = file
        self.runs = runs
    }

    public var network: Network? { file?.network }
    public var registry: Registry { file?.registry ?? .builtIn }

    /// Of the graph's meaning.
    public var hash: String { runs.first?.record.graphHash ?? "" }
    /// What it is trained as; `nil` where there is no run that says.
    public var identity: TrainingIdentity? {
        runs.first.map { TrainingIdentity($0.record, network: network) }
    }
    public var seeds: [Int] { runs.map(\.record.seed) }
}

/// What a network costs, beside what it achieves.
public struct Cost: Sendable {
    public var parameters: Int
    /// Floating-point operations of one window forward; `nil` where nobody knows.
    public var flops: Int?
    /// Seconds that all epochs took, a value a seed.
    public var trainingSeconds: Sample
    /// Training windows a second, a value a seed.
    public var windowsPerSecond: Sample
    /// Bytes that training a batch needs.
    public var memory: Int?

    public init(_ contender: Contender) {
        let runs = contender.runs
        parameters = runs.first?.record.parameters ?? contender.network?.graph.trainableCount ?? 0
        let graph = contender.network.map { $0.graph.substituting($0.graph.customaryLengths) }
        flops = graph?.flops.number
        let batch = runs.first?.record.setting("train.batch").flatMap { Int($0) }
        memory = graph.flatMap { graph in
            batch.flatMap { try? MemoryNeed(graph, registry: contender.registry, batch: $0).training }
        }
        trainingSeconds = Sample(runs.compactMap { $0.history["seconds"]?.filter(\.isFinite).reduce(0, +) })
        windowsPerSecond = Sample(
            runs.compactMap { run in
                let rates = (run.history["windows_per_s"] ?? []).filter(\.isFinite).sorted()
                return rates.isEmpty ? nil : rates[rates.count / 2]
            })
    }
}

extension RunRecord {
    /// The value of a setting, as text.
    func setting(_ key: String) -> String? { settings.last { $0.key == key }?.value }
}
