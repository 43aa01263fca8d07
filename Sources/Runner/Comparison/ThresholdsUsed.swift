import GraphIR

extension Contender.Run {
    /// The thresholds that this run was judged with, by the rule; `nil` where there is nothing to pick.
    public func thresholds(_ rule: PickRule) -> PickThresholds? {
        test["thresholds"]?["values"]?[rule.rawValue].flatMap(PickThresholds.init(json:))
    }
}

extension Comparison {
    /// The thresholds of one network, over its seeds: `detection`, `0.3`; `P`, `0.2 to 0.25`.
    public struct ThresholdsOf {
        public var contender: Int
        public var parts: [(name: String, range: String)]
    }

    /// An entry a contender; none where nothing is picked.
    public var thresholds: [ThresholdsOf] {
        contenders.indices.compactMap { index in
            let all = contenders[index].runs.compactMap { $0.thresholds(rule) }
            guard let first = all.first else { return nil }
            func range(_ values: [Double]) -> String {
                let (low, high) = (values.min() ?? .nan, values.max() ?? .nan)
                return History.text(low) + (low < high ? " to \(History.text(high))" : "")
            }
            return ThresholdsOf(
                contender: index,
                parts: [("detection", range(all.map(\.detection)))]
                    + first.phases.map { phase in (phase.name, range(all.map { $0.phase(phase.name) })) })
        }
    }

    /// `thresholds of gru: detection 0.3, P 0.2 to 0.25`, a line a contender; none where nothing is picked.
    public var thresholdsInWords: [String] {
        thresholds.map { entry in
            "thresholds of \(contenders[entry.contender].name), from the dev split: "
                + entry.parts.map { "\($0.name) \($0.range)" }.joined(separator: ", ")
        }
    }
}
