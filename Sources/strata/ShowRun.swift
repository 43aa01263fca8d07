import Runner

/// What `show` says of a run beside its network: how far it came, and which results lie with it.
enum ShowRun {
    static func lines(_ folder: RunFolder) throws -> [String] {
        let record = try folder.record()
        var lines = [
            Terminal.styled(folder.path, .bold) + ": \(record.network), seed \(record.seed), on \(record.data.path)",
            record.unfinished.map { "UNFINISHED: \($0)" } ?? "\(record.epochs) epochs"
                + (record.best.map { ", best epoch \($0.epoch)" } ?? ""),
        ]
        let reasons = folder.staleness(record)
        lines.append(
            reasons.isEmpty
                ? "its result: \(folder.result.testPath)"
                : "no result that holds (\(reasons.joined(separator: ", "))): strata evaluate \(folder.path)")
        let names = folder.evaluations
        lines.append(names.isEmpty ? "no other results" : "other results:")
        return try lines
            + names.map { name in
                let data = try folder.evaluation(name).test()["data"]
                return
                    "  evaluations/\(name): \(data?["split"]?.string ?? "") split of \(data?["path"]?.string ?? ""), "
                    + "\(data?["traces"]?.int ?? 0) traces"
            }
    }
}
