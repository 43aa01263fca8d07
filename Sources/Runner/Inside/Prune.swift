import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// What a network is worth without some of a layer's units: ranked on the dev side, judged on the test side.
public struct PruneFinding: Sendable {
    public enum Criterion: String, CaseIterable, Sendable {
        /// The loudest for any class stay, as in the volcano work.
        case activity
        /// Those that tell a class apart best.
        case selectivity
        /// Those that tell most of the class, in bits.
        case information
        /// Those with the largest weights.
        case norm
        /// Any: twenty draws.
        case random
    }
    public struct Point: Sendable {
        public var criterion: Criterion
        public var kept: Int
        public var value: Double?
        /// Of random draws, the lowest and the highest.
        public var low: Double?
        public var high: Double?
        /// How much it lies below the whole network, resampled by events: 5 % and 95 %.
        public var loss: (low: Double, high: Double)?
        public var verdict: String
    }
    public var layer: String
    public var units: Int
    public var metric: String
    public var definition: String
    public var margin: Double
    public var whole: Double
    public var points: [Point]
    /// By criterion, the units from the one that should stay first to the one that should go first.
    var orders: [Criterion: [Int]]
    public var run: RelevanceFinding.RunNote

    /// The smallest size that is equivalent to the whole network, by a criterion.
    public func smallest(_ criterion: Criterion) -> Int? {
        points.filter { $0.criterion == criterion && $0.verdict == "equivalent" }.map(\.kept).min()
    }
}

extension Subject {
    public func prune(
        _ path: String?, metric wanted: String?, criteria: [PruneFinding.Criterion], margin: Double, draws: Int = 20,
        threads: Int? = nil
    ) throws -> PruneFinding {
        let dev = try traces(data.splits.dev.isEmpty ? "train" : "dev")
        let ranking = try units(path, dev, shuffles: 20)
        let node = try self.node(ranking.layer)
        let judge = try PruneJudge(self, metric: wanted, margin: margin, threads: threads)
        let count = ranking.units.count
        let directions = directions(of: node)
        let sizes = Set(
            (0..<20).map { place -> Int in
                let size = max(1, Int((Double(count) * pow(0.01, Double(place) / 19)).rounded()))
                // A smaller layer that goes both ways has as many units in both.
                return min(count, size + size % directions)
            }
        ).sorted(by: >)
        var points: [PruneFinding.Point] = []
        let orders = Dictionary(
            criteria.map { ($0, order($0, ranking, node, draw: 0)) }, uniquingKeysWith: { first, _ in first })
        for criterion in criteria {
            for kept in sizes {
                let sets = (0..<(criterion == .random && kept < count ? draws : 1)).map {
                    Set(order(criterion, ranking, node, draw: $0).dropFirst(kept))
                }
                let measured = try sets.map { try judge.measure(silenced(node, $0, of: count)) }
                points.append(judge.point(criterion, kept, measured))
            }
        }
        return PruneFinding(
            layer: ranking.layer, units: count, metric: judge.use.name, definition: judge.use.definition,
            margin: margin,
            whole: judge.whole, points: points, orders: orders, run: note)
    }

    /// The units that should stay first.
    private func order(
        _ criterion: PruneFinding.Criterion, _ ranking: UnitFinding, _ node: Int, draw: Int
    ) -> [Int] {
        let worth: [Double]
        switch criterion {
        case .activity: worth = ranking.units.map { unit in ranking.heat.map { $0[unit.number] }.max() ?? 0 }
        case .selectivity: worth = ranking.units.map { abs($0.area - 0.5) }
        case .information: worth = ranking.units.map(\.information)
        case .norm: worth = (try? norms(node, ranking.units.count)) ?? ranking.units.map { _ in 0 }
        case .random:
            let random = CounterRandom(seed: UInt64(draw), stream: "prune")
            worth = ranking.units.map { random.uniform($0.number) }.map(Double.init)
        }
        let order = worth.indices.sorted { (worth[$1], $0) < (worth[$0], $1) }
        guard directions(of: node) == 2 else { return order }
        // The best of each direction in turn, so that what is judged can be written.
        let half = worth.count / 2
        return zip(order.filter { $0 < half }, order.filter { $0 >= half }).flatMap { [$0, $1] }
    }

    private func norms(_ node: Int, _ count: Int) throws -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        try eachRow(node, of: count) { unit, row in
            for index in row { sums[unit] += Double(weights.values[index]) * Double(weights.values[index]) }
        }
        return sums.map { $0.squareRoot() }
    }

    /// The weights with everything gone that makes some units say anything: output, memory and, behind a convolution,
    /// the rows of its batch norm, whose shift would go on speaking.
    func silenced(_ node: Int, _ units: Set<Int>, of count: Int) throws -> Weights {
        var changed = weights
        try eachRow(node, of: count) { unit, row in
            if units.contains(unit) { for index in row { changed.values[index] = 0 } }
        }
        for owner in following(node).handing.dropFirst() {
            for entry in weights.layout.entries where entry.node == owner && entry.spec.isTrainable {
                for unit in units where entry.count == count { changed.values[entry.offset + unit] = 0 }
            }
        }
        return changed
    }

    /// The network with the units that a criterion keeps, as many as are equivalent to the whole unless `wanted` says.
    public func smaller(
        _ finding: PruneFinding, by criterion: PruneFinding.Criterion, keeping wanted: Int?, base: String
    ) throws -> SmallerNetwork {
        guard let kept = wanted ?? finding.smallest(criterion), (1...finding.units).contains(kept) else {
            throw RunError(
                .refused,
                wanted.map { "\(finding.layer) has 1 to \(finding.units) units to keep, not \($0)" }
                    ?? "by \(criterion.rawValue) no size is shown to be equivalent, so there is none to write",
                help: "--units N says how many to keep")
        }
        let node = try self.node(finding.layer)
        guard let order = finding.orders[criterion] else {
            throw RunError(.refused, "units were not ranked by \(criterion.rawValue)")
        }
        // Both directions of a layer that goes both ways need as many.
        let whole = kept + kept % directions(of: node)
        return try smaller(node, keeping: Set(order.prefix(whole)), of: finding.units, base: base)
    }

    /// 2 for a layer that goes both ways, whose second half of units goes backward.
    func directions(of node: Int) -> Int {
        weights.layout.entries.contains { $0.node == node && $0.spec.name.hasPrefix("backward.") } ? 2 : 1
    }

    /// Calls `body` with every run of weights that belongs to a unit.
    private func eachRow(_ node: Int, of count: Int, _ body: (Int, Range<Int>) -> Void) throws {
        let layer = session.registry.layer(graph.nodes[node].kind)
        let isRecurrent = layer is Lstm.Type || layer is Gru.Type || layer is Rnn.Type
        guard isRecurrent || layer is Conv.Type || layer is Dense.Type else {
            throw RunError(
                .refused, "units of '\(graph.nodes[node].path)', a \(graph.nodes[node].kind), cannot be silenced alone",
                help: "--layer names a recurrent layer, a conv or a dense")
        }
        let entries = weights.layout.entries.filter { $0.node == node }
        let units = count / directions(of: node)
        for entry in entries {
            let rows = entry.shape[0], width = entry.count / max(1, rows)
            let first = entry.spec.name.hasPrefix("backward.") ? units : 0
            for row in 0..<rows {
                let start = entry.offset + row * width
                body(first + row % units, start..<start + width)
            }
        }
    }
}

/// Judges changed weights on the test windows, which are read once.
private final class PruneJudge {
    let use: MetricUse
    private(set) var whole = 0.0
    private let margin: Double
    private let session: Session
    private let data: TrainingData
    private var batches: [Batch] = []
    private let resamples: EventResamples
    private var wholeResampled: [Double] = []
    private let rows: Predictions

    init(_ subject: Subject, metric wanted: String?, margin: Double, threads: Int?) throws {
        session = try Session(subject.file, seed: subject.note.seed, threads: threads, memory: subject.session.memory)
        data = try TrainingData(session, dataset: subject.dataset)
        self.margin = margin
        let stream = try data.loader(of: subject.traces("test")).batches(epoch: 0)
        while let batch = try stream.next() { if batch.count > 0 { batches.append(batch) } }
        rows = try Self.predict(subject.weights, session, data, batches)
        let uses = MetricUse.all(for: rows, registry: session.registry).filter { $0.better == .higher }
        let asked = wanted.map { name in uses.filter { $0.name == name } } ?? uses
        guard let use = asked.first(where: \.isHeadline) ?? asked.first else {
            let near = wanted.flatMap { nearestName(to: $0, among: uses.map(\.name)) }
            throw RunError(
                .refused, wanted.map { "there is no metric '\($0)' for this network" } ?? "nothing to judge it by",
                help: near.map { "did you mean '\($0)'?" } ?? "one of: " + uses.map(\.name).joined(separator: ", "))
        }
        self.use = use
        resamples = EventResamples(TestEvents(names: rows.events, isEvent: rows.isEvent))
        guard let measurement = use.metric.measure(rows), let value = measurement.value(traces: rows.count) else {
            throw RunError(.badData, "\(use.name) is undefined on these traces")
        }
        whole = value
        wholeResampled = resamples.values(of: measurement)
    }

    private static func predict(
        _ weights: Weights, _ session: Session, _ data: TrainingData, _ batches: [Batch]
    ) throws -> Predictions {
        let predictor = Predictor(session: session, weights: weights, passes: 0)
        var readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        var windows = WindowColumns()
        var rows = TraceColumns(phases: readings.picks?.phases.map(\.phase) ?? [])
        for batch in batches {
            let answers = try predictor.answers(batch)
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                rows.append(trace.metadata, trace.identity, hasPicks: !trace.picks.isEmpty, arrival: trace.arrival)
                windows.append(trace)
                readings.read(batch, window: window, answers, trace)
            }
        }
        return Predictions(rows.columns + readings.columns + windows.columns)
    }

    func measure(_ weights: Weights) throws -> (value: Double?, losses: [Double]) {
        let predictions = try Self.predict(weights, session, data, batches)
        guard let measurement = use.metric.measure(predictions) else { return (nil, []) }
        let resampled = resamples.values(of: measurement)
        return (measurement.value(traces: predictions.count), zip(wholeResampled, resampled).map { $0 - $1 })
    }

    func point(
        _ criterion: PruneFinding.Criterion, _ kept: Int, _ measured: [(value: Double?, losses: [Double])]
    ) -> PruneFinding.Point {
        let values = measured.compactMap(\.value)
        let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        // Of random draws every draw's losses count.
        let losses = measured.flatMap(\.losses).filter(\.isFinite).sorted()
        guard losses.count >= 20 else {
            return .init(criterion: criterion, kept: kept, value: mean, verdict: "undefined")
        }
        let low = losses[losses.count / 20], high = losses[losses.count - 1 - losses.count / 20]
        let verdict =
            low > -margin && high < margin ? "equivalent" : low > 0 ? "worse" : high < 0 ? "better" : "can't tell"
        return .init(
            criterion: criterion, kept: kept, value: mean, low: values.min(), high: values.max(), loss: (low, high),
            verdict: verdict)
    }
}
