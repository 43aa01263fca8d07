import GraphIR
import Seismic

extension Comparison {
    /// Compares evaluated runs.
    ///
    /// Runs that saw different data or were judged by different rules are refused, with what differs, unless the
    /// request allows it. Runs are paired by seed; contenders without common seeds are paired in order.
    public init(_ contenders: [Contender], request: Request = Request(), registry: Registry = .builtIn) throws {
        guard !contenders.isEmpty else { throw RunError(.refused, "there is nothing to compare") }
        if let empty = contenders.first(where: { $0.runs.isEmpty }) {
            throw RunError(.refused, "'\(empty.name)' has no runs")
        }
        rule = request.rule
        // What the predictions of every network can be judged by; results may have been written before a plugin came.
        let possible = contenders.map { MetricUse.all(for: $0.runs[0].predictions, registry: registry) }
        let shared = possible.dropFirst().map { Set($0.map(\.name)) }
        let uses = possible[0].filter { use in shared.allSatisfy { $0.contains(use.name) } }
        let wanted = try Comparison.judged(uses, names: request.metrics, rule: rule)
        let judgesLabels = uses.contains { wanted.contains($0.name) && [.classes, .amounts].contains($0.group) }
        differences = Fairness.differences(contenders, judgesLabels: judgesLabels)
        let serious = differences.filter(\.isSerious)
        guard serious.isEmpty || request.allowsDifferent else {
            throw RunError(
                .refused,
                "these runs cannot be compared; they differ in\n  "
                    + serious.map(\.description).joined(separator: "\n  "),
                help: "--allow-different compares them all the same, and says so")
        }
        let aligned = try Comparison.onOneTestSet(contenders)
        self.contenders = aligned
        costs = contenders.map(Cost.init)
        rules = request.rules
        let predictions = aligned[0].runs[0].predictions
        let events = TestEvents(names: predictions.events, isEvent: predictions.isEvent)
        traceCount = predictions.count
        eventCount = events.count
        if let isEvent = predictions.isEvent {
            earthquakes = Earthquakes(traces: isEvent.count { $0 }, events: events.groups[0].count)
        }
        let judgedUses = uses.filter { wanted.contains($0.name) }
        let effect = EventEffect(
            events, of: judgedUses.compactMap { $0.metric.measure(predictions) }, replicates: request.replicates)
        replicates = effect.replicates

        let margins = try Margins(request.margins, uses: uses)
        let measured = judgedUses.map { Measured($0, aligned, effect, margins) }
        judged = measured.map(\.compared)
        self.others = uses.filter { !wanted.contains($0.name) }.map { ComparedMetric(unjudged: $0, aligned, margins) }
        let families =
            request.correctsOverNetworks
            ? [Array(aligned.indices.dropFirst())] : aligned.indices.dropFirst().map { [$0] }
        judged = judgements(of: measured, families)
        otherRules = PickRule.allCases.filter { $0 != rule }.compactMap { rule in
            let siblings = measured.compactMap { $0.use.sibling(rule, in: uses) }
            guard !siblings.isEmpty else { return nil }
            let measured = siblings.map { Measured($0, aligned, effect, margins) }
            let counted = self.others.filter {
                $0.use.rule == rule && $0.use.signature.name == DroppedArrivals.signature.name
            }
            return RuleBlock(rule: rule, metrics: judgements(of: measured, families), counted: counted)
        }
    }

    /// Judges contenders in all metrics together, family by family: the correction runs over all cases of a family.
    private func judgements(of measured: [Measured], _ families: [[Int]]) -> [ComparedMetric] {
        var compared = measured.map(\.compared)
        for family in families { judge(family, measured, &compared) }
        return compared
    }

    private func judge(_ family: [Int], _ measured: [Measured], _ compared: inout [ComparedMetric]) {
        var places: [(metric: Int, contender: Int)] = []
        var cases: [Judgement.Case] = []
        for contender in family {
            for (place, metric) in measured.enumerated() {
                compared[place].results[contender].shared = metric.shared(contender, contenders)
                guard let difference = metric.difference(contender, contenders) else { continue }
                places.append((place, contender))
                cases.append(
                    Judgement.Case(
                        difference: difference, isHigherBetter: metric.use.better == .higher,
                        margin: metric.compared.margin))
            }
        }
        for (place, judgement) in zip(places, Judgement.all(cases, rules: rules)) {
            var judgement = judgement
            let use = measured[place.metric].use
            if isSilent(0, use), isSilent(place.contender, use) {
                (judgement.verdict, judgement.outlook) = (.undecided, .picks)
            }
            if twin(of: place.contender) == 0 { (judgement.verdict, judgement.outlook) = (.same, nil) }
            compared[place.metric].results[place.contender].judgement = judgement
        }
    }

    /// Whether a network picked nothing of the phase that a metric is about, with any seed.
    private func isSilent(_ contender: Int, _ use: MetricUse) -> Bool {
        guard let rule = use.rule, let phase = use.phase(in: contenders[contender].runs[0].predictions) else {
            return false
        }
        return isSilent(contender, phase: phase, rule: rule)
    }

    func isSilent(_ contender: Int, phase: String, rule: PickRule) -> Bool {
        let tables = contenders[contender].runs.compactMap { PickTable($0.predictions, phase: phase, rule: rule) }
        return !tables.isEmpty && tables.allSatisfy { $0.picks.allSatisfy(\.isEmpty) }
    }

    /// The names of the metrics to judge.
    private static func judged(_ uses: [MetricUse], names: [String], rule: PickRule) throws -> Set<String> {
        let directed = uses.filter { $0.better != .neither }
        guard !names.isEmpty else {
            return Set(directed.filter { $0.isHeadline && ($0.rule ?? rule) == rule }.map(\.name))
        }
        for name in names where !directed.contains(where: { $0.name == name }) {
            guard !uses.contains(where: { $0.name == name }) else {
                throw RunError(
                    .refused, "'\(name)' is neither better high nor low, so that it gets no verdict",
                    help: "comparison.json and the report have it among the others; a metric says by `better` what is "
                        + "good")
            }
            let longer = directed.map(\.name).filter { $0.hasPrefix(name) }
            let near = longer.isEmpty ? nearestName(to: name, among: directed.map(\.name)).map { [$0] } ?? [] : longer
            throw RunError(
                .refused, "there is no metric '\(name)' for these runs",
                help: near.isEmpty
                    ? "there are " + directed.map(\.name).joined(separator: ", ")
                    : "did you mean \(near.prefix(3).map { "'\($0)'" }.joined(separator: " or "))?")
        }
        return Set(names)
    }

    /// The same contenders with every run's predictions in the order of the first run's traces; traces that some run
    /// lacks are left out everywhere.
    private static func onOneTestSet(_ contenders: [Contender]) throws -> [Contender] {
        let runs = contenders.flatMap(\.runs)
        let order = runs[0].predictions.identities
        if runs.allSatisfy({ $0.predictions.identities == order }) { return contenders }
        var common = Set(order)
        for run in runs { common.formIntersection(run.predictions.identities) }
        let kept = order.filter(common.contains)
        guard !kept.isEmpty else { throw RunError(.refused, "these runs have no test trace in common") }
        return contenders.map { contender in
            var contender = contender
            for index in contender.runs.indices {
                let predictions = contender.runs[index].predictions
                let places = Dictionary(
                    zip(predictions.identities, 0..<predictions.count), uniquingKeysWith: { first, _ in first })
                contender.runs[index].predictions = predictions.rows(kept.compactMap { places[$0] })
            }
            return contender
        }
    }
}

extension ComparedMetric {
    /// A metric for the record: its values, without resamples and verdicts.
    fileprivate init(unjudged use: MetricUse, _ contenders: [Contender], _ margins: Margins) {
        let results = contenders.map { contender in
            let values = contender.runs.map { run in
                use.metric.measure(run.predictions)?.value(traces: run.predictions.count) ?? .nan
            }
            return Result(values: Sample(values))
        }
        self.init(use: use, margin: margins.margin(of: use, reference: results[0].values.mean), results: results)
    }
}

/// One metric measured on every run, with what the events do to it.
struct Measured {
    var use: MetricUse
    var compared: ComparedMetric
    /// By contender, by seed.
    private var results: [[SeedResult]]
    private var leastVariance: Double
    private let effect: EventEffect

    init(_ use: MetricUse, _ contenders: [Contender], _ effect: EventEffect, _ margins: Margins) {
        self.use = use
        self.effect = effect
        results = contenders.map { contender in
            contender.runs.map { effect.result(of: use.metric.measure($0.predictions), traces: $0.predictions.count) }
        }
        let support = results.joined().map(\.events).min() ?? 1
        // A share of n events is not known better than to two of them, also where no two networks disagree (the rule
        // of three: no event in n leaves room for 3/n).
        leastVariance = use.unit.isEmpty ? 4 / Double(support * support) : 0
        let samples = results.map { Sample($0.map(\.value)) }
        compared = ComparedMetric(
            use: use, margin: margins.margin(of: use, reference: samples[0].mean),
            results: zip(samples, results).map { values, seeds in
                ComparedMetric.Result(values: values, error: Measured.error(seeds))
            })
    }

    /// The error of one network's own mean: of its seeds and of the test set.
    private static func error(_ seeds: [SeedResult]) -> TwoPartError? {
        let zero = seeds.map { SeedResult(value: 0, deviations: $0.deviations.map { _ in 0 }, events: $0.events) }
        return PairedDifference(reference: zero, other: seeds)?.error
    }

    func difference(_ contender: Int, _ contenders: [Contender]) -> PairedDifference? {
        let pairs = pairing(contenders[0].seeds, contenders[contender].seeds)
        let seeds = pairs.map { pair -> (reference: SeedResult, other: SeedResult) in
            let (first, second) = (contenders[0].runs[pair.reference], contenders[contender].runs[pair.other])
            guard let own = use.metric.measure(first.predictions, beside: second.predictions),
                let theirs = use.metric.measure(second.predictions, beside: first.predictions)
            else { return (results[0][pair.reference], results[contender][pair.other]) }
            return (
                effect.result(of: own.measurement, traces: first.predictions.count),
                effect.result(of: theirs.measurement, traces: second.predictions.count)
            )
        }
        return PairedDifference(
            reference: seeds.map(\.reference), other: seeds.map(\.other), leastDataVariance: leastVariance)
    }

    /// Of how much the difference is, where it is of what both have; `nil` where it is of the whole test set.
    func shared(_ contender: Int, _ contenders: [Contender]) -> ComparedMetric.Shared? {
        let found = pairing(contenders[0].seeds, contenders[contender].seeds).compactMap { pair in
            use.metric.measure(
                contenders[0].runs[pair.reference].predictions,
                beside: contenders[contender].runs[pair.other].predictions)
        }
        guard let what = found.first?.what else { return nil }
        return ComparedMetric.Shared(what: what, counts: found.map(\.count))
    }
}

/// Which runs stand against which: those of the same seed, or, where fewer than two seeds are common, in order.
func pairing(_ reference: [Int], _ other: [Int]) -> [(reference: Int, other: Int)] {
    let common = reference.enumerated().compactMap { place, seed in
        other.firstIndex(of: seed).map { (reference: place, other: $0) }
    }
    if common.count >= min(2, reference.count, other.count) { return common }
    return (0..<min(reference.count, other.count)).map { ($0, $0) }
}

/// The margins that somebody stated.
struct Margins {
    private var byMetric: [String: Double] = [:]
    private var byUnit: [String: Double] = [:]

    init(_ stated: [(name: String, margin: Double)], uses: [MetricUse]) throws {
        for (name, margin) in stated {
            guard margin >= 0, margin.isFinite else {
                throw RunError(.refused, "a margin is a number of at least 0, not \(margin)")
            }
            if uses.contains(where: { $0.name == name }) {
                byMetric[name] = margin
            } else if uses.contains(where: { $0.unit == name }) {
                byUnit[name] = margin
            } else {
                throw RunError(
                    .refused, "there is no metric or unit '\(name)' to state a margin for",
                    help: nearestName(to: name, among: uses.map(\.name)).map { "did you mean '\($0)'?" })
            }
        }
    }

    func margin(of use: MetricUse, reference: Double) -> Double {
        byMetric[use.name] ?? byUnit[use.unit]
            ?? ComparedMetric.customaryMargin(unit: use.unit, reference: reference)
    }
}
