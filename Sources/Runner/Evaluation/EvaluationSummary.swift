import GraphIR

/// What people are shown of an evaluation first: what was judged, the numbers that matter for such a network, and what
/// is undefined and why.
extension Evaluation {
    /// `Toy, seed 0, best weights of epoch 8 of 12; test split of synthetic:1000, 171 traces`, and the thresholds.
    public func judged(_ record: RunRecord) -> [String] {
        let choice = json["weights"]?.string ?? ""
        let best = choice == "best" ? record.best.map { "best weights, of epoch \($0.epoch) of \(record.epochs)" } : nil
        let data = json["data"]
        let stream = StreamFacts(json)
        let split = "\(data?["split"]?.string ?? "") split of \(data?["path"]?.string ?? "")"
        var lines = [
            "\(record.network), seed \(record.seed), \(best ?? "\(choice) weights after \(record.epochs) epochs")",
            stream.map { "continuous records of \(data?["path"]?.string ?? ""): \($0.text)" }
                ?? "\(split), \(predictions.count) traces"
                + ((data?["skipped"]?.int ?? 0) > 0 ? ", \(data?["skipped"]?.int ?? 0) skipped" : ""),
        ]
        if let thresholds = json["thresholds"]?["values"].flatMap(RuleThresholds.init(json:)) {
            lines.append(
                "thresholds \(thresholds[rule].text) (\(json["thresholds"]?["from"]?.string ?? "")); "
                    + "picks read by \(rule.rawValue)")
        }
        if json["dropout"]?.string != "off" { lines.append("dropout \(json["dropout"]?.string ?? "")") }
        return lines
    }

    /// The rule that what is shown first goes by.
    public var rule: PickRule { StreamFacts(json)?.rule ?? .peaks }

    /// The metrics that say most about networks of one kind, in the order in which they are shown.
    private static let first = [
        "event_recall", "recording_recall", "recording_precision", "false_alarms_per_hour",
        "detection_f1", "detection_auc", "pick_f1", "pick_precision", "pick_recall", "residual_mae",
        "pick_error_or_miss", "accuracy", "balanced_accuracy", "macro_f1", "mcc", "class_f1", "amount_mae",
        "amount_rms",
    ]

    /// At most ten numbers, those that matter most, of streams twelve; and the headlines of strangers' metrics, which
    /// whoever loads them wants to see.
    public var highlights: [(use: MetricUse, value: Double?)] {
        var found: [(use: MetricUse, value: Double?)] = []
        for name in Self.first {
            found += values.filter { entry in
                entry.use.signature.name == name && (entry.use.rule ?? rule) == rule && Self.matters(entry.use)
            }
        }
        let chosen = Set(found.prefix(StreamTable.isOne(predictions) ? 12 : 10).map(\.use.name))
        return values.filter { entry in
            chosen.contains(entry.use.name)
                || entry.use.isHeadline && Registry.builtIn[.metric, entry.use.signature.name] == nil
        }
    }

    /// Of a metric with arguments, the use that headlines go by.
    private static func matters(_ use: MetricUse) -> Bool {
        if let within = use.arguments["within"], within != Value.quantity(PickSettings.tolerance, .s) { return false }
        if let kept = use.arguments["picks"], kept != PickTable.Kept.matched.value { return false }
        return true
    }

    /// What is undefined, with the reason, a line for each reason.
    public var undefined: [String] {
        var byReason: [(reason: String, names: [String])] = []
        for (use, value) in values where value == nil {
            let reason = use.whyUndefined(in: predictions, judgedBy: rule)
            if let place = byReason.firstIndex(where: { $0.reason == reason }) {
                byReason[place].names.append(use.name)
            } else {
                byReason.append((reason, [use.name]))
            }
        }
        return byReason.map { entry in
            let shown = entry.names.prefix(3).joined(separator: ", ")
            let more = entry.names.count > 3 ? " and \(entry.names.count - 3) more" : ""
            return "undefined: \(shown)\(more), as \(entry.reason)"
        }
    }
}

extension MetricUse {
    /// The phase whose picks it is about, by its arguments or its name.
    public func phase(in predictions: Predictions) -> String? {
        if case .string(let phase)? = arguments["phase"] { return phase }
        return predictions.phases.first { name.hasPrefix($0.lowercased() + "_") }
    }

    /// Why it has no value for these predictions, as what follows "as"; `rule` is the one that headlines go by.
    public func whyUndefined(in predictions: Predictions, judgedBy rule: PickRule) -> String {
        guard let phase = phase(in: predictions),
            let table = PickTable(predictions, phase: phase, rule: self.rule ?? .peaks)
        else { return "these traces have nothing of what it counts" }
        if table.arrivals.allSatisfy(\.isEmpty) { return "no trace has \(phase) arrivals" }
        if table.picks.allSatisfy(\.isEmpty) {
            let read = self.rule ?? .peaks
            return read == rule ? "no \(phase) was picked" : "the rule \(read.rawValue) picks no \(phase) here"
        }
        return "no \(phase) pick is one that it counts (its definition says which)"
    }
}
