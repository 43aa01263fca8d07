import GraphIR

/// Finds recordings that one network reads rightly and another wrongly, and asks both what they see there.
public struct DisagreementSearch {
    private let contenders: [Contender]
    /// How often each contender's seeds read each trace rightly.
    private let right: [[Int]]

    public init(_ comparison: Comparison) {
        contenders = comparison.contenders
        right = contenders.map { contender in
            let readings = contender.runs.map { DisagreementSearch.isRight($0.predictions) }
            let count = contender.runs.first?.predictions.count ?? 0
            return (0..<count).map { trace in readings.count { $0.indices.contains(trace) && $0[trace] } }
        }
    }

    /// The traces to show: for each network the clearest cases in which it beats the reference or is beaten.
    public func traces(atMost most: Int = 24) -> [Int] {
        let others = contenders.indices.dropFirst()
        guard !others.isEmpty, let count = right.first?.count, count > 0 else { return [] }
        let share = max(1, most / (2 * others.count))
        var chosen: [Int] = []
        for other in others {
            for sign in [1.0, -1.0] {
                let ranked = (0..<count).map { (trace: $0, lead: sign * lead(other, $0)) }.filter { $0.lead > 0 }
                    .sorted { ($1.lead, $0.trace) < ($0.lead, $1.trace) }
                chosen += ranked.prefix(share).map(\.trace).filter { !chosen.contains($0) }
            }
        }
        return Array(chosen.prefix(most)).sorted()
    }

    /// By how much a larger share of its seeds is right than of the reference's.
    private func lead(_ other: Int, _ trace: Int) -> Double {
        Double(right[other][trace]) / Double(max(1, contenders[other].runs.count))
            - Double(right[0][trace]) / Double(max(1, contenders[0].runs.count))
    }

    /// The traces with waveforms and with the curves of every network's first seed.
    public func disagreements(atMost most: Int = 24) throws -> [Disagreement] {
        let chosen = traces(atMost: most)
        guard !chosen.isEmpty else { return [] }
        let identities = contenders[0].runs[0].predictions.identities
        let wanted = chosen.map { identities[$0] }
        let curves = try contenders.map { contender in
            guard let file = contender.file else { return [TraceCurves]() }
            return try Runner.curves(of: contender.runs[0].folder, file: file, traces: wanted)
        }
        return chosen.indices.compactMap { place in
            let all = curves.map { list in list.first { $0.trace == wanted[place] } }
            guard let first = all[0] else { return nil }
            return disagreement(chosen[place], first, all)
        }
    }

    private func disagreement(_ trace: Int, _ first: TraceCurves, _ all: [TraceCurves?]) -> Disagreement {
        let predictions = contenders[0].runs[0].predictions
        let input = first.inputs.first?.channels ?? []
        let names = channelNames(count: input.count)
        return Disagreement(
            trace: first.trace.description, facts: facts(trace), rate: first.rate,
            channels: zip(names, input).map { ($0, $1) },
            arrivals: predictions.phases.compactMap { phase in
                let sample = predictions.numbers(phase.lowercased() + "_arrival_sample")?[trace]
                return sample.flatMap { $0.isFinite ? (phase, $0 - Double(first.start)) : nil }
            },
            readings: contenders.indices.map { index in
                Disagreement.Reading(
                    contender: index, right: right[index][trace], seeds: contenders[index].runs.count,
                    picks: picks(trace, contenders[index].runs[0].predictions, from: first.start),
                    curves: (all[index]?.outputs ?? []).compactMap { output in
                        output.channels.count == 1 ? (output.name, output.channels[0]) : nil
                    })
            })
    }

    /// The components in the order that the network's own preparation fixes; else numbers.
    private func channelNames(count: Int) -> [String] {
        let order = contenders[0].network?.recipe?.preparations.first { $0.name == "order" }
        for entry in order?.arguments.entries ?? [] {
            let letters = entry.value.description.filter(\.isLetter)
            if letters.count == count { return letters.map(String.init) }
        }
        return (0..<count).map { "\($0 + 1)" }
    }

    /// Picks in samples of the window, which begins at `start` in the trace.
    private func picks(
        _ trace: Int, _ predictions: Predictions, from start: Int
    ) -> [(phase: String, sample: Double, probability: Double)] {
        predictions.phases.flatMap { phase in
            let picks = predictions.lists(phase + PickColumn.picks(.peaks))?[trace] ?? []
            let probabilities = predictions.lists(phase + PickColumn.probability(.peaks))?[trace] ?? []
            return picks.indices.map { index in
                let probability = probabilities.indices.contains(index) ? probabilities[index] : .nan
                return (phase, picks[index] - Double(start), probability)
            }
        }
    }

    private func facts(_ trace: Int) -> [String] {
        let predictions = contenders[0].runs[0].predictions
        var facts = [predictions.identities[trace].description]
        for (column, prefix, unit) in [
            ("snr_db", "SNR ", " dB"), ("earthquake_distance_km", "", " km"), ("source_magnitude", "M ", ""),
        ] {
            if let value = predictions.numbers(column)?[trace], value.isFinite {
                facts.append(prefix + Figures.fixed(value, places: 1) + unit)
            }
        }
        if predictions.isEvent?[trace] == false { facts.append("noise") }
        return facts
    }

    /// Whether a run read each trace rightly: every phase picked within half a second or rightly not at all, the event
    /// found or rightly not, the class said.
    private static func isRight(_ predictions: Predictions) -> [Bool] {
        var isRight = [Bool](repeating: true, count: predictions.count)
        for phase in predictions.phases {
            guard let counts = PickTable(predictions, phase: phase)?.counts(within: 0.5) else { continue }
            for trace in isRight.indices where counts.falsePicks[trace] + counts.missed[trace] > 0 {
                isRight[trace] = false
            }
        }
        if let table = DetectionTable(predictions) {
            for trace in isRight.indices where table.isEvent[trace] != table.isDetected[trace] {
                isRight[trace] = false
            }
        }
        if let truths = predictions.texts(ClassTable.truthColumn), let said = predictions.texts(ClassTable.saidColumn) {
            for trace in isRight.indices where truths[trace] != said[trace] { isRight[trace] = false }
        }
        return isRight
    }
}
