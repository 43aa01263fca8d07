import Foundation
import GraphIR
import Interpreter

/// What is in a network, in a few lines, and the pages behind them in one.
public struct Overview: Sendable {
    public var lines: [String]
    public var findings: [RelevanceFinding]
    public var maps: MapFinding
    public var kernels: KernelFinding?
    public var attention: AttentionFinding?
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    /// Explains the first output of a few traces, and looks at kernels, maps and attention with them.
    public func overview(_ traces: [Int]) throws -> Overview {
        let question = try Question(graph.outputs.first?.name ?? "")
        var findings: [RelevanceFinding] = []
        try look(traces) { findings.append(try relevance(question, of: $0)) }
        guard let first = findings.first else { throw RunError(.badData, "none of these traces can be used") }
        let maps = try maps(Array(traces.prefix(2)))
        let kernels = try? kernels()
        let attention = try? attention(first.seen)
        var lines: [String] = ["\(name): \(graph.nodes.count) layers, \(traces.count) traces looked at"]
        lines += warnings
        let dead = maps.layers.filter { $0.dead > 0 }.sorted { $0.dead > $1.dead }
        lines.append(
            dead.isEmpty
                ? "no channel is dead in them"
                : "dead channels: "
                    + dead.prefix(3).map { "\($0.dead) of \($0.channels) in \($0.path)" }.joined(separator: ", "))
        let constants = findings.map { abs($0.account.fromConstants) / max(abs($0.account.value), 1e-9) }.sorted()
        lines.append(
            "constants give \(RelevanceFinding.percent(constants[constants.count / 2])) of "
                + "\(first.target.output) in the median trace"
        )
        let within = findings.compactMap { finding in
            finding.shares.times.isEmpty ? nil : finding.shares.times[2...4].reduce(0) { $0 + $1.ofAbsolute }
        }
        if !within.isEmpty {
            let mean = within.reduce(0, +) / Double(within.count)
            lines.append("\(RelevanceFinding.percent(mean)) of |relevance| within 1 s of what is explained")
        }
        for check in first.checks {
            let failed = findings.count { $0.checks.contains { $0.name == check.name && $0.passed == false } }
            if failed > 0 {
                lines.append("check '\(check.name)' fails in \(failed) of \(findings.count): \(check.failure)")
            }
        }
        if let attention { lines += attention.text.split(separator: "\n").map(String.init) }
        return Overview(
            lines: lines, findings: findings, maps: maps, kernels: kernels, attention: attention, run: note)
    }
}

extension Overview {
    public var text: String { lines.joined(separator: "\n") }
    public var json: JSON {
        [
            "format": 1, "lines": .array(lines.map { .string($0) }), "explanations": .array(findings.map(\.json)),
            "maps": maps.json, "attention": attention?.json ?? .null,
        ]
    }

    public func page(command: String) -> String {
        var page = InsidePage(
            title: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)", kicker: "What a network learnt",
            caution: RelevanceFinding.caution)
        page.sections.append(("In short", "<ul>" + lines.map { "<li>\(HTML.escaped($0))</li>" }.joined() + "</ul>"))
        for finding in findings {
            page.sections.append((finding.seen.name, finding.picture() + "<pre>\(HTML.escaped(finding.text))</pre>"))
        }
        page.footer = ["Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights).", command]
        return page.html
    }
}
