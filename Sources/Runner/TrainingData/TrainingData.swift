import GraphIR
import Kernels
import Seismic

/// A dataset as a session's network sees it: which traces are on which side, and the loaders that make windows of them.
final class TrainingData {
    let session: Session
    let dataset: any Dataset
    let splits: Splits
    /// What the data are, part by part.
    let fingerprint: DatasetFingerprint
    var hash: String { fingerprint.hash }
    /// What a frozen trunk made of every window; batches are of these where there are any.
    var features: FeatureFile?
    /// Whether labels lie beside the features; those that trainings share are without.
    var featuresHaveLabels = true
    private let sampling: Sampling
    private let badTraces: Loader.BadTraces
    private var loaders: [String: Loader] = [:]

    init(_ session: Session, dataset: any Dataset, skipsBadTraces: Bool = false, looksAtEverySample: Bool = false)
        throws
    {
        self.session = session
        self.dataset = dataset
        sampling = try Sampling(session.recipe.training)
        badTraces = skipsBadTraces ? .skip : .stop
        splits = Splits(dataset)
        fingerprint = try splits.fingerprint(dataset, strict: looksAtEverySample, threads: session.threads)
    }

    /// The loader of a split; of the training split only the share that an epoch sees.
    func loader(_ split: Split, epoch: Int = 0) throws -> Loader {
        let share = split == .train ? sampling.share(at: epoch) : 1
        let key = "\(split.rawValue) \(share)"
        if let loader = loaders[key] { return loader }
        let isTraining = split == .train
        var traces = splits.traces(split)
        if share < 1 { traces = grown(traces, to: share) }
        let loader = try loader(of: traces, augments: isTraining, order: isTraining ? sampling.order : .sequential)
        loaders[key] = loader
        return loader
    }

    /// A loader of any traces, each once and as it stands unless something else is said.
    func loader(of traces: [Int], augments: Bool = false, order: Loader.Order = .sequential) throws -> Loader {
        try Loader(
            dataset, traces: traces, training: splits.train, recipe: session.recipe, inputs: session.inputPorts,
            outputs: session.outputPorts,
            options: Loader.Options(
                batch: session.batch, seed: session.seed, threads: session.loadingThreads,
                augments: augments, order: order, badTraces: badTraces),
            registry: session.registry)
    }

    /// The batches of an epoch of a split, from traces or from what a frozen trunk made of them.
    func batches(_ split: Split, epoch: Int, from first: Int = 0) throws -> BatchStream {
        // The order of the dev split is the same every epoch.
        let loader = try loader(split, epoch: epoch)
        guard let features else { return loader.batches(epoch: epoch, from: first) }
        return loader.batches(epoch: epoch, from: first, make: maker(features, loader))
    }

    /// The batches of an epoch of the training split in parts, of which only some are made here.
    func shares(epoch: Int, from first: Int = 0, own: Range<Int>) throws -> ItemStream<BatchShare> {
        let loader = try loader(.train, epoch: epoch)
        let part = session.part
        guard let features else { return loader.shares(epoch: epoch, from: first, part: part, own: own) }
        return loader.shares(epoch: epoch, from: first, part: part, own: own, make: maker(features, loader))
    }

    private func maker(_ features: FeatureFile, _ loader: Loader) -> @Sendable (ArraySlice<Int>) throws -> Batch {
        if featuresHaveLabels { return { features.batch(of: $0) } }
        return { features.batch(of: $0, labels: loader) }
    }

    /// The windows behind a part of a batch of the training split, which may hold features of them.
    func windows(of batch: Batch, at place: Int, epoch: Int, number: Int) throws -> Batch {
        guard features != nil else { return batch }
        let part = place / session.part
        let share = try loader(.train, epoch: epoch)
            .shares(epoch: epoch, from: number, part: session.part, own: part..<part + 1).next()
        return share?.own.first?.batch ?? batch
    }

    /// What the catalogue knows of a window of a batch.
    func trace(_ batch: Batch, window: Int) -> TraceInWindow {
        let index = batch.traces[window]
        // Features of a frozen trunk have no samples; windows of one length have no length of their own.
        let length = batch.symbols.isEmpty ? batch.inputs.first?.shape.last ?? 0 : batch.lengths[window]
        let rate = session.graph.inputs.first?.type.rate ?? dataset.rate(index) ?? 100
        return TraceInWindow(
            identity: dataset.identity(index), index: index, metadata: dataset.metadata(index),
            picks: dataset.picks(index),
            traceRate: dataset.rate(index) ?? rate, rate: rate, start: batch.starts[window], length: length)
    }

    /// The first part of the training set in an order that the seed fixes: what it grows by later comes on top.
    private func grown(_ traces: [Int], to share: Double) -> [Int] {
        let random = CounterRandom(seed: session.seed, stream: "grow")
        var shuffled = traces
        for index in stride(from: shuffled.count - 1, to: 0, by: -1) {
            shuffled.swapAt(index, random.int(index, in: 0..<index + 1))
        }
        return shuffled.prefix(max(1, Int((Double(traces.count) * share).rounded()))).sorted()
    }
}
