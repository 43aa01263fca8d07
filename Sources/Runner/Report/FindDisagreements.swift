import GraphIR

/// Asks the networks of a comparison what they see in the recordings on which they differ.
public struct DisagreementSearch {
    private let comparison: Comparison
    private var contenders: [Contender] { comparison.contenders }

    public init(_ comparison: Comparison) { self.comparison = comparison }

    /// More than these would make a page of many megabytes; the table beside it has all.
    public static let most = 200

    /// The recordings on which networks differ, the clearest first, with waveforms and with the curves of every
    /// network's first seed.
    public func disagreements(atMost most: Int = most) throws -> [Disagreement] {
        let chosen =
            contenders.count == 1 ? comparison.exemplars(of: 8) : Array(comparison.differingTraces.prefix(most))
        // The traces of a stream lie in no dataset, and pictures are shown as what they are.
        guard !chosen.isEmpty, !contenders[0].runs[0].predictions.isOfPictures,
            !StreamTable.isOne(contenders[0].runs[0].predictions)
        else { return [] }
        let identities = contenders[0].runs[0].predictions.identities
        let wanted = chosen.map { identities[$0.trace] }
        let curves = try contenders.map { contender in
            guard let file = contender.file else { return [TraceCurves]() }
            return try Runner.curves(
                of: contender.runs[0].folder, file: file, traces: wanted, rule: comparison.rule,
                data: contender.runs[0].judgedData)
        }
        return chosen.indices.compactMap { place in
            let all = curves.map { list in list.first { $0.trace == wanted[place] } }
            guard let first = all.lazy.compactMap({ $0 }).first else { return nil }
            return Disagreement(
                trace: first.trace.description,
                facts: [first.trace.description, first.channel, first.startTime ?? ""].filter { !$0.isEmpty }
                    + first.facts, rate: first.rate, channels: first.waveform, arrivals: first.arrivals,
                readings: contenders.indices.map { index in
                    Disagreement.Reading(
                        contender: index, right: chosen[place].right[index], seeds: contenders[index].runs.count,
                        curves: all[index]?.curves ?? [])
                })
        }
    }
}
