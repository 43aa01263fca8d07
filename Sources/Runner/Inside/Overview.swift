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
        let told = try telling(traces, question)
        try look(told) { findings.append(try relevance(question, of: $0)) }
        guard let first = findings.first else {
            throw RunError(
                .badData, "none of these traces can be used", help: "strata data audit says what is wrong with them")
        }
        let maps = try maps(Array(told.prefix(2)))
        let kernels = try? kernels()
        let attention = try? attention(first.seen)
        var lines = ["\(name): \(graph.nodes.count) layers, \(findings.count) traces explained of \(traces.count)"]
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
        let flat = findings.flatMap(\.warnings).filter { $0.hasPrefix("only constants speak") }
        if let first = flat.first { lines.append("in \(flat.count) of \(findings.count) \(first)") }
        if let attention { lines += attention.text.split(separator: "\n").map(String.init) }
        return Overview(
            lines: lines, findings: findings, maps: maps, kernels: kernels, attention: attention, run: note)
    }
}

extension Subject {
    /// Of many traces four that tell: where the number is largest with an arrival, smallest, in the middle, and largest
    /// without one.
    private func telling(_ traces: [Int], _ question: Question) throws -> [Int] {
        guard traces.count > 4 else { return traces }
        var events: [(trace: Int, value: Double)] = [], noise = events
        try look(traces) { seen, explainer in
            let target = try settle(question, explainer, seen)
            if seen.arrivals.isEmpty {
                noise.append((seen.trace, target.logit))
            } else {
                events.append((seen.trace, target.logit))
            }
        }
        events.sort { ($0.value, $0.trace) < ($1.value, $1.trace) }
        noise.sort { ($0.value, $0.trace) < ($1.value, $1.trace) }
        let list = events.isEmpty ? noise : events
        var chosen: [Int] = []
        let wanted = [
            list.last, list.first, list.isEmpty ? nil : list[list.count / 2], events.isEmpty ? nil : noise.last,
        ]
        for one in wanted.compactMap({ $0?.trace }) where !chosen.contains(one) { chosen.append(one) }
        return chosen
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
        if let kernels {
            page.sections += kernels.sections.prefix(2).map { ("\(kernels.layer): \($0.title)", $0.html) }
        }
        if let map = maps.sections.first { page.sections.append(("What each layer makes of it", map.html)) }
        if let attention {
            page.sections += attention.sections.dropFirst().map { ("Attention: \($0.title)", $0.html) }
        }
        page.footer = ["Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights).", command]
        return page.html
    }
}
