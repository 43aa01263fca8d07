import Foundation
import GraphIR
import Interpreter

/// The checks of many explanations of one network, taken together.
public struct CheckSummary: Sendable {
    public struct Row: Sendable {
        public var name: String
        public var passed: Int
        public var of: Int
        public var median: Double
        public var limit: Double?
        public var definition: String
        public var failure: String
        /// Alarms that go off for most traces are the network's; a single one is the trace's.
        public var holds: Bool { name == "closes" ? passed == of : 2 * passed > of }
    }
    public var rows: [Row]
    /// By layer, the largest share that it left in nobody's account.
    public var open: [(layer: String, share: Double)]
    public var traces: Int
    public var passed: Bool { rows.allSatisfy(\.holds) }
}

extension Subject {
    /// Explains every trace and holds it to its checks: the account to the last trace, alarms on most of them.
    public func check(_ question: Question, _ traces: [Int], rule: RelevanceRule) throws -> CheckSummary {
        var byName: [(name: String, checks: [RelevanceFinding.Check])] = []
        var open: [String: Double] = [:]
        var count = 0
        try look(traces) { seen in
            let finding = try relevance(question, of: seen, rule: rule)
            count += 1
            for check in finding.checks {
                if let place = byName.firstIndex(where: { $0.name == check.name }) {
                    byName[place].checks.append(check)
                } else {
                    byName.append((check.name, [check]))
                }
            }
            for share in finding.account.unaccounted {
                let part = abs(share.value) / max(finding.account.turnover, 1e-30)
                open[share.name] = max(open[share.name] ?? 0, part)
            }
        }
        guard count > 0 else {
            throw RunError(
                .badData, "none of these traces can be used", help: "strata data audit says what is wrong with them")
        }
        return CheckSummary(
            rows: byName.map { name, checks in
                let values = checks.compactMap(\.value).sorted()
                return .init(
                    name: name, passed: checks.count { $0.passed == true }, of: checks.count,
                    median: values.isEmpty ? .nan : values[values.count / 2], limit: checks[0].limit,
                    definition: checks[0].definition, failure: checks[0].failure)
            }, open: open.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }, traces: count)
    }
}

extension CheckSummary {
    public var text: String {
        var lines = ["\(traces) traces"]
        for row in rows {
            lines.append(
                "  \(row.name): \(row.passed) of \(row.of) pass, median \(RelevanceFinding.number(row.median))"
                    + (row.holds ? "" : "  FAILED: \(row.failure)"))
        }
        if let worst = open.first {
            lines.append(
                "  most in nobody's account: \(worst.layer), \(String(format: "%.1e", worst.share)) of what moves")
        }
        return lines.joined(separator: "\n")
    }
    public var json: JSON {
        [
            "format": 1, "traces": .int(traces), "passed": .bool(passed),
            "checks": .array(
                rows.map {
                    [
                        "name": .string($0.name), "passed": .int($0.passed), "of": .int($0.of),
                        "median": .number($0.median), "limit": $0.limit.map { .number($0) } ?? .null,
                        "holds": .bool($0.holds), "definition": .string($0.definition),
                    ]
                }),
            "unaccounted": .object(open.map { JSON.Member($0.layer, .number($0.share)) }),
        ]
    }
}
