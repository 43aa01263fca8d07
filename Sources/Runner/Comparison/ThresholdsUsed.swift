import GraphIR

extension Contender.Run {
    /// The thresholds that this run was judged with, by the rule; `nil` where there is nothing to pick.
    public func thresholds(_ rule: PickRule) -> PickThresholds? {
        test["thresholds"]?["values"]?[rule.rawValue].flatMap(PickThresholds.init(json:))
    }
}

extension Comparison {
    /// `thresholds of gru: detection 0.3, P 0.2 to 0.25`, a line a contender; none where nothing is picked.
    public var thresholdsInWords: [String] {
        contenders.compactMap { contender in
            let all = contender.runs.compactMap { $0.thresholds(rule) }
            guard let first = all.first else { return nil }
            func range(_ name: String, _ values: [Double]) -> String {
                let (low, high) = (values.min() ?? .nan, values.max() ?? .nan)
                return "\(name) \(History.text(low))" + (low < high ? " to \(History.text(high))" : "")
            }
            let parts =
                [range("detection", all.map(\.detection))]
                + first.phases.map { phase in range(phase.name, all.map { $0.phase(phase.name) }) }
            return "thresholds of \(contender.name), from the dev split: " + parts.joined(separator: ", ")
        }
    }
}
