import Foundation
import GraphIR
import Seismic

/// `strata data audit`: what is wrong with a dataset before anyone trains on it.
enum DataAuditCommand: Command {
    static let name = "data audit"
    static let summary = "Look for leaks between splits, bad picks, dead and clipped traces."
    static let operands = "PATH"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let threads = Option<Int?>.threads
        let skipBad = Option<Bool>.skipBad
        let json = Option<Bool>.json
    }
    static let examples: [(line: String, says: String)] = [
        ("strata data audit stead.json", "Read every trace; status 1 if a study's result would be doubtful.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let threads = call.threads ?? ProcessInfo.processInfo.activeProcessorCount
        let dataset = try openDataset(
            call.operands[0], registry: PluginUse(call.everywhere.plugin).registry, skippingBad: call.skipBad)
        let audit = Audit(dataset, threads: threads)
        Terminal.print(call.json ? json(audit).text(indented: true) : text(audit))
        return audit.hasErrors ? .no : .done
    }

    private static func text(_ audit: Audit) -> String {
        var lines = ["\(audit.count) traces"]
        for kind in Audit.Kind.allCases {
            let findings = audit.findings(kind)
            guard !findings.isEmpty else { continue }
            lines.append("\(kind.isError ? "error" : "note"): \(findings.count) \(kind.meaning)")
            for finding in findings.prefix(5) {
                lines.append(
                    "  \(shown(finding.subject))" + (finding.detail.isEmpty ? "" : "  \(shown(finding.detail))"))
            }
            if findings.count > 5 { lines.append("  … and \(findings.count - 5) more; --json lists all") }
        }
        if audit.findings.isEmpty { lines.append("nothing found") }
        return lines.joined(separator: "\n")
    }

    private static func json(_ audit: Audit) -> JSON {
        let counts = Audit.Kind.allCases.map { JSON.Member($0.rawValue, .int(audit.findings($0).count)) }
        let findings = audit.findings.map { finding -> JSON in
            [
                "kind": .string(finding.kind.rawValue), "subject": .string(finding.subject),
                "detail": .string(finding.detail),
            ]
        }
        return [
            "traces": .int(audit.count), "ok": .bool(!audit.hasErrors), "counts": .object(counts),
            "findings": .array(findings),
        ]
    }
}
