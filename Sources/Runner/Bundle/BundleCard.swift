import Files
import GraphIR

extension BundleManifest {
    /// What a person reads first, made from the manifest.
    var card: String {
        var lines = ["# \(shown(origin.name)) \(shown(origin.version))", ""]
        lines.append(
            origin.authors.isEmpty ? "No authors are named." : origin.authors.map { shown($0) }.joined(separator: ", "))
        lines += ["", "- Licence of the weights: \(shown(origin.licence))"]
        lines.append("- To cite: \(shown(origin.citation ?? "nothing is given"))")
        lines.append("- Hash of the network's meaning: \(hash)")
        lines.append("- Hash of the numbers: \(tensors)")
        lines.append("- Made with: \(shown(program))")
        for input in interface["inputs"]?.array ?? [] { lines.append("- Takes " + BundleManifest.port(input)) }
        for output in interface["outputs"]?.array ?? [] { lines.append("- Answers " + BundleManifest.port(output)) }
        lines.append(
            "- Preparation: \(preparation.isEmpty ? "none is stated" : shown(preparation.joined(separator: ", then ")))"
        )
        if let name = data["name"]?.string {
            lines.append("- Trained on: \(shown(name)), fingerprint \(shown(data["hash"]?.string ?? ""))")
        }
        for parent in parents.array ?? [] {
            let hash = shown(parent["sha256"]?.string ?? "")
            lines.append("- Imported from: \(shown(parent["file"]?.string ?? "")), SHA-256 \(hash)")
        }
        if let picking { lines.append("- Picks: \(picking.text)") }
        for plugin in plugins { lines.append("- Wants the plugin \(shown(plugin.path)), SHA-256 \(plugin.sha256)") }
        let metrics = result["metrics"]?.array ?? []
        if metrics.isEmpty {
            lines += ["", "It was not judged."]
        } else {
            if let intervals = result["intervals"]?.string { lines += ["", "Intervals: \(shown(intervals))."] }
            lines += ["", "| number | value | interval | definition |", "| --- | --- | --- | --- |"]
            for metric in metrics {
                let value = metric["value"]?.double.map { BundleManifest.number($0) } ?? "undefined"
                let words = [
                    metric["name"]?.string ?? "", value, BundleManifest.interval(metric) ?? "",
                    (metric["definition"]?.string ?? "").split(separator: "\n").joined(separator: " "),
                ]
                lines.append(
                    "| "
                        + words.map { shown($0).split(separator: "|").joined(separator: "\\|") }.joined(
                            separator: " | ") + " |")
            }
        }
        lines += [
            "",
            "`strata bundle verify FILE` runs the example (\(shown(example.from))) and says how far it is off"
                + (picking == nil ? "." : "; it picks the short record and says which picks are others."), "",
        ]
        return lines.joined(separator: "\n")
    }

    /// `0.71 to 0.83`
    static func interval(_ metric: JSON) -> String? {
        guard let ends = metric["interval"]?.array?.compactMap(\.double), ends.count == 2 else { return nil }
        return "\(number(ends[0])) to \(number(ends[1]))"
    }

    /// To four digits, which is more than any of them means.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value != 0, abs(value) < 1e6 else { return "\(value)" }
        return PickText.decimal(value, abs(value) < 10 ? 4 : abs(value) < 1000 ? 2 : 0)
    }

    static func port(_ json: JSON) -> String {
        var text = "`\(shown(json["name"]?.string ?? ""))` \(shown(json["shape"]?.string ?? ""))"
        if let rate = json["rate_hz"]?.double { text += " at \(rate) Hz" }
        if let learns = json["learns"]?.string { text += ", learnt as \(shown(learns))" }
        return text
    }
}

extension BundleFacts {
    /// What a run and the notes beside its weights say. A result counts only if it was made with the same weights.
    public init(
        _ folder: RunFolder?, notes: Safetensors?, weightsSHA256: String?, registry: Registry = .builtIn
    ) throws {
        self.init()
        if let text = notes?.note(WeightNote.thresholds), let json = try? JSON(parsing: Array(text.utf8)) {
            thresholds = json
        }
        if let from = notes?.note("imported_from") {
            parents = [["file": .string(from), "sha256": .string(notes?.note("imported_sha256") ?? "")]]
        }
        guard let folder else { return }
        let record = try folder.record()
        data = [
            "name": .string(String(record.data.path.split(separator: "/").last ?? "")),
            "hash": .string(record.data.hash),
            "traces": .object(record.data.traces.map { JSON.Member($0.name, .int($0.count)) }),
        ]
        guard let test = try? folder.result.test(), let basis = test["basis"],
            basis["weights_sha256"]?.string == weightsSHA256
        else { return }
        let kept = ["name", "value", "unit", "better", "definition"]
        let intervals = try? ResultIntervals(folder.result.predictions(), registry: registry)
        let metrics = (test["metrics"]?.array ?? []).map { metric in
            var members = kept.compactMap { key in metric[key].map { JSON.Member(key, $0) } }
            if let ends = metric["name"]?.string.flatMap({ intervals?.ends[$0] }) {
                members.append(.init("interval", .array([.number(ends.lowerBound), .number(ends.upperBound)])))
            }
            return JSON.object(members)
        }
        result = [
            "split": basis["split"] ?? .null, "thresholds": test["thresholds"]?["values"] ?? .null,
            "thresholds_from": test["thresholds"]?["from"] ?? .null,
            "traces": test["data"]?["traces"] ?? .null,
            "intervals": intervals.map { .string($0.statement) } ?? .null, "metrics": .array(metrics),
        ]
    }
}
