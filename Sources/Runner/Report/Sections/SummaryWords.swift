/// What was found, as a paragraph.
public enum SummaryWords {
    public static func abstract(_ content: ReportContent) -> String {
        let comparison = content.comparison
        let amount = comparison.testSetInWords
        if content.isOneNetwork { return alone(content, amount) }
        let seeds = comparison.contenders.map(\.runs.count)
        let (least, most) = (seeds.min() ?? 0, seeds.max() ?? 0)
        var text = "\(Words.number(content.contenders.count, "network").capitalizedFirst) were trained with "
        text += least == most ? "\(Words.number(most, "seed"))" : "\(least) to \(most) seeds"
        text += " each on the same data and judged on the same \(amount). "
        return text + found(content)
    }

    private static func alone(_ content: ReportContent, _ amount: String) -> String {
        let runs = content.contenders[0].runs
        guard runs.count == 1 else {
            return "\(content.name(0)) was trained with \(Words.number(runs.count, "seed")) on the same data and "
                + "judged on the same \(amount)."
        }
        let epochs = Words.number(runs[0].record.epochs, "epoch")
        return "\(content.name(0)), seed \(runs[0].record.seed), after \(epochs), judged on \(amount)."
    }

    /// Of few networks a sentence each; of many how many were found to be what: the table has each.
    private static func found(_ content: ReportContent) -> String {
        let groups = Groups(content)
        if let why = content.withoutVerdicts { return (twins(groups, content) + [why]).joined(separator: " ") }
        let others = content.contenders.count - 1
        guard others <= 4 else { return tally(groups, others, content) }
        var parts = groups.decided.map { sentence($0, content) } + twins(groups, content)
        if !groups.open.isEmpty {
            let (names, one) = (Words.list(groups.open.map(content.name)), groups.open.count == 1)
            parts.append(
                "Whether \(names) \(one ? "differs" : "differ") from \(content.name(0)) cannot be told from these runs."
            )
        }
        return parts.joined(separator: " ")
    }

    /// The networks beside the reference by what was found of them.
    private struct Groups {
        var better: [Int] = []
        var worse: [Int] = []
        var equivalent: [Int] = []
        var open: [Int] = []
        /// Those that are the same network as another, with that one.
        var twins: [(of: Int, who: [Int])] = []
        /// Of which something was found.
        var decided: [Int] = []

        init(_ content: ReportContent) {
            let comparison = content.comparison
            for index in content.contenders.indices.dropFirst() {
                if let twin = comparison.twin(of: index) {
                    if let known = twins.firstIndex(where: { $0.of == twin }) {
                        twins[known].who.append(index)
                    } else {
                        twins.append((twin, [index]))
                    }
                    continue
                }
                let verdicts = Set(comparison.judged.compactMap { $0.results[index].judgement?.verdict })
                if verdicts.contains(.better) { better.append(index) }
                if verdicts.contains(.worse) { worse.append(index) }
                if verdicts.isDisjoint(with: [.better, .worse, .equivalent]) {
                    open.append(index)
                } else {
                    decided.append(index)
                    if verdicts.isDisjoint(with: [.better, .worse]) { equivalent.append(index) }
                }
            }
        }
    }

    private static func tally(_ groups: Groups, _ others: Int, _ content: ReportContent) -> String {
        let kinds = [
            (groups.better, "<strong>better</strong> in something"),
            (groups.worse, "<strong>worse</strong> in something"), (groups.equivalent, "equivalent in something"),
        ]
        var parts = kinds.filter { !$0.0.isEmpty }.map { indices, words in
            "\(Words.number(indices.count).capitalizedFirst) \(indices.count == 1 ? "is" : "are") \(words): "
                + "\(Words.list(indices.map(content.name)))."
        }
        parts += twins(groups, content)
        if !groups.open.isEmpty {
            let count = Words.number(groups.open.count)
            let all = groups.open.count == others
            parts.append("Of \(all ? "all \(count)" : "\(count) of them") nothing can be told from these runs.")
        }
        return "Beside \(content.name(0)) stand \(Words.number(others)). " + parts.joined(separator: " ")
    }

    private static func twins(_ groups: Groups, _ content: ReportContent) -> [String] {
        groups.twins.map { twin, who in
            "\(Words.list(who.map(content.name))) \(who.count == 1 ? "is" : "are") the same network as "
                + "\(content.name(twin)): what they differ by is noise."
        }
    }

    private static func sentence(_ index: Int, _ content: ReportContent) -> String {
        func metrics(_ verdict: Verdict) -> [String] {
            content.comparison.judged.filter { $0.results[index].judgement?.verdict == verdict }.map {
                HTML.escaped($0.heading)
            }
        }
        var parts: [String] = []
        if !metrics(.better).isEmpty { parts.append("<strong>better</strong> in \(Words.list(metrics(.better)))") }
        if !metrics(.worse).isEmpty { parts.append("<strong>worse</strong> in \(Words.list(metrics(.worse)))") }
        if !metrics(.equivalent).isEmpty { parts.append("equivalent in \(Words.list(metrics(.equivalent)))") }
        let open = metrics(.undecided)
        let rest = open.isEmpty ? "" : "; of \(Words.list(open)) nothing can be told"
        return "Beside \(content.name(0)), \(content.name(index)) is \(Words.list(parts))\(rest)."
    }
}
