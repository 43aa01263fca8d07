import Files
import Foundation
import GraphIR

/// A comparison for other people's programs: a table for spreadsheets and one for papers.
extension Comparison {
    /// One row a metric and network: means, intervals, the difference from the reference and its verdict.
    public var csv: String {
        var rows = [
            [
                "metric", "unit", "better", "network", "seeds", "mean", "low", "high", "difference", "difference_low",
                "difference_high", "low_holm", "high_holm", "p", "p_holm", "margin", "smallest_detectable", "verdict",
            ]
        ]
        for metric in judged + others {
            for (contender, result) in zip(contenders, metric.results) {
                let interval = result.values.interval(confidence: 0.95)
                let judgement = result.judgement
                let difference = judgement?.difference.interval(confidence: 0.95)
                let numbers = [
                    judgement?.difference.mean, difference?.low, difference?.high,
                    judgement?.interval.low, judgement?.interval.high, judgement?.p, judgement?.adjusted,
                    metric.margin, judgement?.detectable,
                ]
                rows.append(
                    [metric.use.name, metric.use.unit, metric.use.better.rawValue, contender.name]
                        + [String(result.values.count)]
                        + [result.values.mean, interval.low, interval.high].map(History.text)
                        + numbers.map { History.text($0 ?? .nan) } + [judgement?.verdict.rawValue ?? ""])
            }
        }
        return CSV.text(rows)
    }

    /// A `tabular` with networks as rows, as papers have it; a dagger marks a verdict, the caption says of what.
    public var latex: String {
        var lines = [
            "% \(contenders.count) networks beside \(LaTeX.escaped(reference.name)); mean and 95 % interval over seeds",
            "\\begin{tabular}{l\(String(repeating: "r", count: judged.count + 1))}", "\\hline",
            (["network", "parameters"] + judged.map { LaTeX.escaped($0.title) }).joined(separator: " & ") + " \\\\",
            "\\hline",
        ]
        for (index, contender) in contenders.enumerated() {
            let cells = judged.map { metric in
                let values = metric.results[index].values
                var text = Figures.value(values.mean, error: values.halfWidth(confidence: 0.95))
                    .replacingOccurrences(of: "±", with: "\\pm").replacingOccurrences(of: "−", with: "-")
                if metric.best.contains(index) { text = "\\mathbf{\(text)}" }
                switch metric.results[index].judgement?.verdict {
                case .better: text += "^{\\uparrow}"
                case .worse: text += "^{\\downarrow}"
                case .equivalent: text += "^{=}"
                case .undecided, .same, nil: break
                }
                return text.contains("–") ? "--" : "$\(text)$"
            }
            let name = LaTeX.escaped(contender.name)
            lines.append(([name, Figures.count(costs[index].parameters)] + cells).joined(separator: " & ") + " \\\\")
        }
        lines += [
            "\\hline", "\\end{tabular}",
            "% arrows: better or worse than \(LaTeX.escaped(reference.name)) after Holm's correction "
                + "over \(judged.count) metrics; =: equivalent; nothing: cannot tell",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
