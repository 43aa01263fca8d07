import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// Explains the same traces with every run of a comparison.
public struct WhySearch {
    private let comparison: Comparison
    /// By contender, by seed.
    private let subjects: [[Subject]]
    private let traces: [Int]

    /// - `most`: so many test traces at most, the first of them.
    /// - `dataset`: the data of the runs where they are open already.
    public init(
        _ comparison: Comparison, dataset given: (any Dataset)? = nil, most: Int = 200, threads: Int? = nil,
        memory: Int? = nil
    ) throws {
        self.comparison = comparison
        var dataset = given
        subjects = try comparison.contenders.map { contender in
            guard let file = contender.file else {
                throw RunError(
                    .refused, "the text of '\(contender.name)' does not compile any more: it cannot be explained",
                    help: "strata check says why")
            }
            return try contender.runs.map { run in
                let subject = try Subject(run.folder, file: file, dataset: dataset, threads: threads, memory: memory)
                dataset = dataset ?? subject.dataset
                return subject
            }
        }
        guard let first = subjects.first?.first else {
            throw RunError(.refused, "there is nothing to explain", help: "name runs with a test split")
        }
        traces = Array(try first.traces(.test).prefix(most))
    }

    /// What one trace gives: the rows that are judged, and a coarse map to see who agrees.
    private struct Reading {
        var rows: [(group: WhyTable.Row.Group, name: String, value: Double)]
        var map: [Double]
        var event: String
    }

    public func table() throws -> WhyTable {
        var asked: [WhyTable.Asked] = []
        var cases: [(place: (asked: Int, row: Int, contender: Int), difference: PairedDifference)] = []
        for name in try questions() {
            let readings = try subjects.map { try $0.map { try read(name, $0) } }
            guard let (one, found) = compared(name, readings) else { continue }
            cases += found.map { ((asked.count, $0.row, $0.contender), $0.difference) }
            asked.append(one)
        }
        for contender in subjects.indices.dropFirst() {
            let own = cases.filter { $0.place.contender == contender }
            let judged = Judgement.all(
                own.map { .init(difference: $0.difference, isHigherBetter: true, margin: 0.02) },
                rules: comparison.rules)
            for (one, judgement) in zip(own, judged) {
                var judgement = judgement
                if comparison.twin(of: contender) == 0 { (judgement.verdict, judgement.outlook) = (.same, nil) }
                asked[one.place.asked].rows[one.place.row].judgements[contender] = judgement
            }
        }
        let weights = comparison.contenders.map { contender in
            contender.runs.map { $0.test["basis"]?["weights_sha256"]?.string ?? "" }
        }
        return WhyTable(
            names: comparison.contenders.map(\.name), weights: weights,
            data: comparison.testData?.hash ?? "", asked: asked)
    }

    /// The phases that every network picks; else the first output's answer.
    private func questions() throws -> [String] {
        let phases = try subjects.map { contender -> [String] in
            guard let subject = contender.first else { return [] }
            return try subject.graph.outputs.flatMap { try subject.channelNames($0.name) ?? [] }
        }
        let common = ["P", "S"].filter { phase in phases.allSatisfy { $0.contains(phase) } }
        return common.isEmpty ? [""] : common
    }

    private func read(_ name: String, _ subject: Subject) throws -> [Int: Reading] {
        var readings: [Int: Reading] = [:]
        let question = try Question(name.isEmpty ? subject.graph.outputs[0].name : name)
        var maker: Explainer?
        var symbols: [String: Int] = [:]
        do {
            try subject.look(traces) { seen in
                // A phase is explained where the catalogue has one, so that every network explains the same.
                guard name.isEmpty || seen.arrivals.contains(where: { $0.phase == name }) else { return }
                if maker == nil || symbols != seen.symbols {
                    maker = try subject.explainer(.standard, symbols: seen.symbols)
                    symbols = seen.symbols
                }
                guard let explainer = maker else { return }
                readings[seen.trace] = try reading(question, seen, subject, explainer)
            }
        } catch let error as MachineError {
            throw RunError(
                .notFinite, error.description, help: "strata data audit finds traces with numbers that are not finite")
        }
        return readings
    }

    private func reading(
        _ question: Question, _ seen: Subject.Seen, _ subject: Subject, _ explainer: Explainer
    ) throws -> Reading {
        try explainer.look(at: seen.inputs)
        let target = try subject.settle(question, explainer, seen)
        let found = try explainer.explain(output: target.end, weights: target.weights, constant: target.constant)
        let rows = subject.rows(seen), width = seen.inputs[0].count / rows
        let shares = Shares(
            x: seen.inputs[0], c: found.coefficients[0], rows: rows, names: seen.components, rate: subject.rate,
            at: target.seconds)
        var list: [(WhyTable.Row.Group, String, Double)] = []
        list += shares.times.map { (.time, $0.name, $0.ofAbsolute) }
        list += shares.components.map { (.component, "component \($0.name)", $0.ofAbsolute) }
        list += shares.octaves.map { (.octave, $0.name, $0.ofAbsolute) }
        let constants = abs(found.account.fromConstants)
        let all = constants + abs(found.account.fromInputs)
        list.append((.constants, "constants", all > 0 ? constants / all : .nan))
        let smooth = Alike.smoothed(found.relevance[0], rows: rows, rate: subject.rate)
        if let sample = target.sample {
            let moved = try moved(seen, smooth, target, sample, subject, explainer)
            list.append((.moved, "moved", moved.map { $0 > 0.5 ? 1 : 0 } ?? .nan))
        }
        let step = max(1, Int(subject.rate / 20))
        let map = (0..<rows).flatMap { row in
            stride(from: 0, to: width, by: step).map { smooth[row * width + $0] }
        }
        return Reading(rows: list, map: map, event: seen.event)
    }

    /// By how many seconds the highest sample moves without the most relevant second.
    private func moved(
        _ seen: Subject.Seen, _ smooth: [Double], _ target: ExplainedTarget, _ sample: Int, _ subject: Subject,
        _ explainer: Explainer
    ) throws -> Double? {
        let rows = subject.rows(seen), width = seen.inputs[0].count / rows
        let span = max(1, Int(subject.rate.rounded()))
        guard width > 4 * span else { return nil }
        guard let best = Alike.loudestStretch(smooth, rows: rows, span: span) else { return nil }
        let without = Occlusion.replaced(seen, rows, best..<best + span, rate: subject.rate, draw: 0)
        try explainer.look(at: without)
        let answers = explainer.result(ofNode: explainer.explained.ends[target.end].answer)
        let time = target.weighing.time
        let curve = answers[target.weighing.channel * time..<(target.weighing.channel + 1) * time]
        guard let highest = curve.indices.max(by: { curve[$0] < curve[$1] }) else { return nil }
        let step = Double(width) / Double(time) / subject.rate
        return Double(abs(highest - curve.startIndex - sample)) * step
    }

    /// The rows of one question, and the differences that are to be judged.
    private func compared(
        _ name: String, _ readings: [[[Int: Reading]]]
    ) -> (WhyTable.Asked, [(row: Int, contender: Int, difference: PairedDifference)])? {
        let common = traces.filter { trace in readings.allSatisfy { $0.allSatisfy { $0[trace] != nil } } }
        guard let first = common.first, let model = readings[0].first?[first] else { return nil }
        let events = TestEvents(names: common.map { readings[0][0][$0]?.event ?? "" }, isEvent: nil)
        var rows: [WhyTable.Row] = []
        var differences: [(row: Int, contender: Int, difference: PairedDifference)] = []
        for (place, row) in model.rows.enumerated() {
            let measured = readings.map { contender in
                contender.map { seed -> SeedResult in
                    let values = common.map { trace -> Double in
                        let list = seed[trace]?.rows ?? []
                        return list.indices.contains(place) && list[place].name == row.name ? list[place].value : .nan
                    }
                    return Self.result(values, events)
                }
            }
            for contender in measured.indices.dropFirst() {
                let count = min(measured[0].count, measured[contender].count)
                if let difference = PairedDifference(
                    reference: Array(measured[0].prefix(count)), other: Array(measured[contender].prefix(count)))
                {
                    differences.append((rows.count, contender, difference))
                }
            }
            rows.append(
                WhyTable.Row(
                    row.group, row.name, values: measured.map { Sample($0.map(\.value)) },
                    judgements: measured.map { _ in nil }))
        }
        let asked = WhyTable.Asked(
            name: name.isEmpty ? "the answer" : name, traces: common.count, events: events.count, rows: rows,
            seedsAgree: readings.map { agreement(pairs($0), common) },
            networksAgree: readings.indices.map { index in
                index == 0 ? nil : agreement(Array(zip(readings[0], readings[index])), common)
            })
        return (asked, differences)
    }

    private static func result(_ values: [Double], _ events: TestEvents) -> SeedResult {
        let measurement = Measurement.sums(
            terms: [values.map { $0.isFinite ? $0 : 0 }, values.map { $0.isFinite ? 1 : 0 }],
            finish: { $0[1] > 0 ? $0[0] / $0[1] : nil })
        return SeedResult(
            value: measurement.value(traces: values.count) ?? .nan, deviations: events.influence(on: measurement) ?? [],
            events: max(1, events.support(of: measurement)))
    }

    private func pairs(_ seeds: [[Int: Reading]]) -> [([Int: Reading], [Int: Reading])] {
        seeds.indices.flatMap { a in seeds.indices.filter { $0 > a }.map { (seeds[a], seeds[$0]) } }
    }

    private func agreement(_ pairs: [([Int: Reading], [Int: Reading])], _ common: [Int]) -> Double? {
        let values = pairs.flatMap { one, other in
            common.compactMap { trace -> Double? in
                guard let a = one[trace]?.map, let b = other[trace]?.map, a.count == b.count else { return nil }
                return Alike.ranks(a, b)
            }
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    // MARK: Side by side

    /// Relevance of each network's first seed on the traces on which they disagree most clearly, on one scale.
    public func pictures(atMost most: Int = 3) throws -> [(title: String, html: String)] {
        guard subjects.count > 1, let name = try questions().first else { return [] }
        let identities = comparison.contenders[0].runs[0].predictions.identities
        let chosen = comparison.differingTraces.prefix(most).map { identities[$0.trace] }
        return try chosen.compactMap { identity -> (title: String, html: String)? in
            var findings: [(name: String, finding: RelevanceFinding)] = []
            for (contender, seeds) in zip(comparison.contenders, subjects) {
                guard let subject = seeds.first,
                    let trace = subject.dataset.index(of: identity)
                else { return nil }
                let question = try Question(name.isEmpty ? subject.graph.outputs[0].name : name)
                findings.append(
                    (contender.name, try subject.relevance(question, of: subject.look(trace), checking: .none)))
            }
            let limit = findings.map { RelevanceFinding.quantile($0.finding.relevance[0].map { abs($0) }, 0.995) }.max()
            let parts = findings.enumerated().map { index, one in
                "<h4>\(HTML.name(one.name, series: index))</h4>\(one.finding.picture(limit: limit))"
                    + "<pre>\(HTML.escaped(one.finding.text))</pre>"
            }
            return (identity.description, parts.joined())
        }
    }
}

extension Dataset {
    /// Where a trace stands.
    fileprivate func index(of identity: TraceIdentity) -> Int? {
        (0..<count).first { self.identity($0) == identity }
    }
}
