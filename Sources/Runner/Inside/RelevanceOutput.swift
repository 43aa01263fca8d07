import Files
import Foundation
import GraphIR
import Interpreter
import Kernels

extension RelevanceFinding {
    /// What a terminal shows.
    public var text: String {
        var lines: [String] = []
        let channel = target.channel == "0" ? "" : " (\(target.channel))"
        var first = "\(target.output)\(channel) at \(target.place)"
        if let seconds = target.seconds { first += ", \(Figures.fixed(seconds, places: 2)) s" }
        if let probability = target.probability { first += ": probability \(Self.number(probability))," }
        lines.append(first + " logit \(Self.number(target.logit))")
        if let remark = target.remark { lines.append("  " + remark) }
        if method != .relevance { lines.append("  " + method.definition) }
        if self.first != .same { lines.append("  the layers that read the waveform: \(self.first.formula)") }
        lines.append(
            "  waveform \(Self.signed(account.fromInputs))   constants \(Self.signed(account.fromConstants))"
                + (account.stabiliser == 0 ? "" : "   stabiliser \(Self.signed(account.stabiliser))")
                + "   error \(String(format: "%.0e", account.error))"
                + "   (through the gates \(Self.signed(throughGates)), not in the picture)")
        for open in open { lines.append("  " + open) }
        let components = shares.components.map { "\($0.name) \(Self.percent($0.ofAbsolute))" }
        lines.append("  " + components.joined(separator: "   ") + "   of |relevance|")
        if !shares.times.isEmpty {
            lines.append(
                "  " + shares.times.map { "\($0.name) \(Self.percent($0.ofAbsolute))" }.joined(separator: "   "))
        }
        let loudest = shares.octaves.sorted { $0.ofAbsolute > $1.ofAbsolute }.prefix(3)
        if !loudest.isEmpty {
            lines.append("  " + loudest.map { "\($0.name) \(Self.percent($0.ofAbsolute))" }.joined(separator: "   "))
        }
        if let ends = shares.ends {
            lines.append("  \(ends.name), where padding's zeros reach: \(Self.percent(ends.ofAbsolute))")
        }
        if let until { lines.append("  " + until.words) }
        if let averaged { lines.append("  " + averaged.words) }
        for check in checks { lines.append("  " + check.words) }
        for warning in warnings { lines.append("  warning: " + warning) }
        return lines.joined(separator: "\n")
    }

    /// What it fails at, in words: on every picture of it and in its JSON.
    var failedWords: [String] { checks.filter { $0.passed == false }.map(\.words) + open }

    /// Layers that leave more than a thousandth of what moves in nobody's account.
    var open: [String] {
        account.unaccounted.filter { abs($0.value) > 1e-3 * max(account.turnover, 1e-30) }.map {
            "layer '\($0.name)' leaves \(Self.percent(abs($0.value) / max(account.turnover, 1e-30))) of what moves in "
                + "nobody's account: say `relevance` in its file, or read the picture with that in mind"
        }
    }

    static func number(_ value: Double) -> String {
        abs(value) >= 100 || (abs(value) < 0.001 && value != 0)
            ? String(format: "%.2g", value) : Figures.fixed(value, places: 3)
    }
    static func signed(_ value: Double) -> String { (value >= 0 ? "+" : "") + number(value) }
    static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

    public var json: JSON {
        func shares(_ parts: [Shares.Part]) -> JSON {
            .array(
                parts.map {
                    [
                        "name": .string($0.name), "of_absolute": .number($0.ofAbsolute),
                        "of_sum": $0.ofSum.map { .number($0) } ?? .null,
                    ]
                })
        }
        func named(_ parts: [Account.Share]) -> JSON {
            .object(parts.map { JSON.Member($0.name, .number($0.value)) })
        }
        return [
            "format": 1,
            "run": [
                "folder": .string(run.folder), "hash": .string(run.graphHash), "weights": .string(run.weights),
                "seed": .int(run.seed),
            ],
            "trace": .string(seen.name),
            "target": [
                "output": .string(target.output), "channel": .string(target.channel), "where": .string(target.place),
                "sample": target.sample.map { .int($0) } ?? .null,
                "seconds": target.seconds.map { .number($0) } ?? .null,
                "probability": target.probability.map { .number($0) } ?? .null, "logit": .number(target.logit),
                "remark": target.remark.map { .string($0) } ?? .null,
            ],
            "method": .string(method.rawValue), "definition": .string(method.definition),
            "rule": method == .relevance ? .string(rule.formula) : .null,
            "first": method == .relevance && first != .same ? .string(first.formula) : .null,
            "baseline": rule == .difference || method == .integrated ? .string(baseline) : .null,
            "account": [
                "value": .number(account.value), "inputs": named(account.inputs), "constants": named(account.constants),
                "stabiliser": .number(account.stabiliser), "unaccounted": named(account.unaccounted),
                "error": .number(account.error), "through_gates": .number(throughGates),
                "cancellation": account.cancellation.map { .number($0) } ?? .null,
            ],
            "shares": [
                "component": shares(self.shares.components), "time": shares(self.shares.times),
                "octave": shares(self.shares.octaves),
                "padding": self.shares.ends.map { .number($0.ofAbsolute) } ?? .null,
            ],
            "padding_reach": [
                "start_samples": .int(reach.start), "end_samples": .int(reach.end),
            ],
            "checks": .array(
                checks.map {
                    [
                        "name": .string($0.name), "value": $0.value.map { .number($0) } ?? .null,
                        "limit": $0.limit.map { .number($0) } ?? .null,
                        "passed": $0.passed.map { .bool($0) } ?? .null, "definition": .string($0.definition),
                        "says": .string($0.words),
                    ]
                }),
            "failed": .array(failedWords.map { .string($0) }),
            "until": until.map(\.json) ?? .null, "kept_layers": .array(kept.map(\.json)),
            "averaged": averaged.map { .string($0.words) } ?? .null,
            "spread": averaged?.spread.map { .number($0) } ?? .null,
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }

    /// How much each sample varies, where the picture is a mean.
    private var spreads: [NPZ.Entry] {
        (averaged?.deviations ?? []).enumerated().map { index, values in
            .init(
                seen.inputs.count == 1 ? "spread" : "spread_\(index)",
                NumberArray(shape: seen.shapes[index], floats: values))
        }
    }

    /// The arrays behind the picture.
    public var arrays: [NPZ.Entry] {
        seen.inputs.indices.flatMap { index -> [NPZ.Entry] in
            let end = seen.inputs.count == 1 ? "" : "_\(index)"
            return [
                .init("x" + end, NumberArray(shape: seen.shapes[index], floats: seen.inputs[index])),
                .init("relevance" + end, NumberArray(shape: seen.shapes[index], floats: relevance[index])),
                .init("coefficient" + end, NumberArray(shape: seen.shapes[index], floats: coefficients[index])),
            ]
        } + spreads + ([until].compactMap { $0 } + kept).flatMap(\.arrays) + [
            .init(
                "account",
                NumberArray(
                    shape: [5],
                    doubles: [
                        account.value, account.fromInputs, account.fromConstants, account.stabiliser,
                        account.fromNobody,
                    ]))
        ]
    }

    /// A row a sample: what came in and what it was worth, by component.
    public var csv: String {
        let rows = max(1, shares.components.count), width = seen.inputs[0].count / rows
        let names = shares.components.map(\.name)
        var table = [["sample", "seconds"] + names.map { "x_\($0)" } + names.map { "relevance_\($0)" }]
        for t in 0..<width {
            table.append(
                ["\(t)", "\(Double(t) / rate)"] + (0..<rows).map { "\(seen.inputs[0][$0 * width + t])" }
                    + (0..<rows).map { "\(relevance[0][$0 * width + t])" })
        }
        return CSV.text(table)
    }
}
