import GraphIR

/// What of some traces would surprise whoever trains on them, counted before the first step: components that are not
/// there, channels that do not move, arrivals far from any sample. Nothing of it is refused; the counts are said.
public enum DataLook {
    /// How many traces, spread over all, are read; of the others the table is looked at.
    public static let mostRead = 512

    /// - Parameter components: what the network sees, one letter a channel; `nil` where it takes what comes.
    public static func notes(_ dataset: any Dataset, traces: [Int], components: String?, threads: Int) -> [String] {
        missingComponents(dataset, traces, components) + distantArrivals(dataset, traces)
            + findings(dataset, traces, threads: threads) + dataset.notes + dataset.leftOut.map { "not read: \($0)" }
    }

    /// Orders of components that lack some of those that are wanted, or name one twice.
    private static func missingComponents(_ dataset: any Dataset, _ traces: [Int], _ wanted: String?) -> [String] {
        var counts: [String: Int] = [:]
        for index in traces { if let own = dataset.components(index) { counts[own, default: 0] += 1 } }
        let orders = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var notes: [String] = []
        for (own, count) in orders where Set(own).count < own.count {
            notes.append(
                "\(count) of \(traces.count) traces call their components \(shown(own)): of one that is named twice "
                    + "the first is taken")
        }
        guard let wanted else { return notes }
        let alias: [Character: Character] = ["N": "1", "E": "2", "1": "N", "2": "E"]
        for (own, count) in orders {
            let lacking = wanted.filter { letter in !own.contains(letter) && alias[letter].map(own.contains) != true }
            guard !lacking.isEmpty else { continue }
            notes.append(
                "\(count) of \(traces.count) traces have the components \(shown(own)) and lack \(lacking) of \(wanted)")
        }
        return notes
    }

    /// Components that are wanted and that few traces have or none: a network sees zeros in their place.
    public static func hardlyThere(_ dataset: any Dataset, traces: [Int], components wanted: String) -> [String] {
        let alias: [Character: Character] = ["N": "1", "E": "2", "1": "N", "2": "E"]
        var known = traces.compactMap { dataset.components($0) }
        // Where the table does not say it, a trace does.
        if known.isEmpty, let first = traces.first, let trace = try? dataset.trace(first) { known = [trace.components] }
        guard !known.isEmpty else { return [] }
        return wanted.compactMap { letter in
            let count = known.count { $0.contains(letter) || alias[letter].map($0.contains) == true }
            guard 2 * count < known.count else { return nil }
            let some = count == 0 ? "no training trace has" : "\(count) of \(known.count) training traces have"
            return "\(some) the component \(letter) of order(\(wanted)): the network sees zeros in its place"
        }
    }

    /// Arrivals before or behind every sample, where the table says how many there are, or farther than any is.
    private static func distantArrivals(_ dataset: any Dataset, _ traces: [Int]) -> [String] {
        let facts = TraceFacts(columns: dataset.columns)
        var first: (trace: Int, pick: Window.Pick)?
        let count = traces.count { index in
            let metadata = dataset.metadata(index)
            let length = metadata.double("trace_npts") ?? 1e8
            guard let pick = facts.picks(of: metadata).first(where: { !($0.sample >= 0 && $0.sample < length) }) else {
                return false
            }
            first = first ?? (index, pick)
            return true
        }
        guard let first else { return [] }
        return [
            "\(count) of \(traces.count) traces have arrivals outside their samples, as "
                + "\(first.pick.phase.rawValue) at \(first.pick.sample) of \(shown(dataset.title(first.trace)))"
        ]
    }

    /// What the audit finds in traces by themselves.
    private static func findings(_ dataset: any Dataset, _ traces: [Int], threads: Int) -> [String] {
        let read = min(mostRead, traces.count)
        let looked = (0..<read).map { traces[$0 * traces.count / read] }
        let found = Audit.findings(of: looked, in: dataset, threads: threads)
        return Audit.Kind.allCases.compactMap { kind in
            let subjects = found.filter { $0.kind == kind }.map(\.subject)
            // Arrivals were counted over the whole table.
            guard let first = subjects.first, kind != .pickOutside, kind != .clipped else { return nil }
            return "\(Set(subjects).count) of \(read) traces looked at: \(kind.meaning), as \(shown(first)) "
                + "(strata data audit lists all)"
        }
    }
}
