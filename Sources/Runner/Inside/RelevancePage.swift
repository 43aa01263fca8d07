import Foundation
import GraphIR
import Interpreter

extension RelevanceFinding {
    static let caution =
        "Relevance says how this function split this number among what came in; it is no proof of physics. Gates held "
        + "still hide what they decided, and where the signal is near zero the picture is too: no method that "
        + "multiplies "
        + "with the signal can show that silence mattered."

    /// The whole as one page.
    public func page(command: String) -> String {
        var page = InsidePage(
            title: "Why \(target.output)\(target.channel == "0" ? "" : " (\(target.channel))")?",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent) · \(seen.name)", caution: Self.caution
        )
        page.sections.append(("The window", picture() + accountTable() + checksHTML()))
        let seconds = Double(seen.shapes.first?.last ?? 1) / rate
        if let until { page.sections.insert(("At \(until.path)", until.figure(seconds: seconds)), at: 0) }
        page.sections.append(("Shares", sharesHTML()))
        page.footer = [
            definition,
            "Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights), seed \(run.seed).",
            command,
        ]
        return page.html
    }

    private func accountTable() -> String {
        var rows = account.inputs.map { ["waveform (\(HTML.escaped($0.name)))", Self.signed($0.value)] }
        let largest = account.constants.sorted { abs($0.value) > abs($1.value) }
        rows += largest.prefix(8).map { ["constants of \(HTML.escaped($0.name))", Self.signed($0.value)] }
        let rest = largest.dropFirst(8).reduce(0) { $0 + $1.value }
        if largest.count > 8 { rows.append(["constants of \(largest.count - 8) more layers", Self.signed(rest)]) }
        if account.stabiliser != 0 { rows.append(["swallowed by the stabiliser", Self.signed(account.stabiliser)]) }
        rows.append(["in nobody's account", Self.signed(account.fromNobody)])
        rows.append(["<b>the number</b>", "<b>\(Self.signed(account.value))</b>"])
        rows.append(["through the gates, not in the picture", Self.signed(throughGates)])
        let open = open.map { "<p class=\"failed\">\(HTML.escaped($0))</p>" }.joined()
        return HTML.table(["Account", "of the logit"], rows, caption: "Where the number comes from") + open
    }

    private func checksHTML() -> String {
        let rows = checks.map { check in
            [
                HTML.escaped(check.name), check.value.map(Self.number) ?? "–", check.limit.map(Self.number) ?? "–",
                check.passed == false
                    ? "<span class=\"failed\">failed: \(HTML.escaped(check.failure))</span>"
                    : check.passed == nil ? "" : "passed",
                "<small>\(HTML.escaped(check.definition))</small>",
            ]
        }
        let warnings = warnings.map { "<p class=\"warning\">\(HTML.escaped($0))</p>" }.joined()
        return HTML.table(["Check", "value", "limit", "", "what it does"], rows, caption: "What it is held to")
            + warnings
    }

    private func sharesHTML() -> String {
        func table(_ title: String, _ parts: [Shares.Part]) -> String {
            HTML.table(
                [title, "of |R|", "of R"],
                parts.map {
                    [HTML.escaped($0.name), Self.percent($0.ofAbsolute), $0.ofSum.map { Self.percent($0) } ?? "–"]
                }, caption: "Shares by \(title)")
        }
        return table("component", shares.components) + (shares.times.isEmpty ? "" : table("time", shares.times))
            + (shares.octaves.isEmpty ? "" : table("octave", shares.octaves))
    }
}
