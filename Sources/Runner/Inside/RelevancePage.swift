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
        page.sections.append(("Shares", sharesHTML()))
        page.footer = [
            method == .relevance ? "Rule: \(rule.formula)." : "\(method.definition).",
            "Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights), seed \(run.seed).",
            command,
        ]
        return page.html
    }

    /// The picture alone, as SVG that needs nothing.
    ///
    /// - `limit`: the relevance of full strength, where several pictures have one scale.
    public func picture(limit given: Float? = nil) -> String {
        let rows = max(1, shares.components.count), width = seen.inputs[0].count / rows
        let length = Double(width) / rate
        let smooth = Alike.smoothed(relevance[0], rows: rows, rate: rate)
        let limit = given ?? Self.quantile(relevance[0].map { abs($0) }, 0.995)
        let smoothLimit = smooth.max() ?? 0
        var charts = ""
        for row in 0..<rows {
            let x = Array(seen.inputs[0][row * width..<(row + 1) * width])
            let peak = Double(x.map { abs($0) }.max() ?? 1)
            var plot = Plot(x: Scale(0, length), y: Scale(-1.5, 1), width: 900, height: 150)
            strength(&plot, row, width, limit)
            plot.wave(x.map { peak > 0 ? Double($0) / peak : 0 }, seconds: 0...length, "wave")
            let shown = (0..<width).map {
                smoothLimit > 0 ? -1.45 + 0.4 * smooth[row * width + $0] / smoothLimit : -1.45
            }
            plot.wave(Self.highest(shown, of: 430), seconds: 0...length, "said")
            for arrival in seen.arrivals { plot.segment(arrival.seconds, -1.5, arrival.seconds, 1, "arrival") }
            if let seconds = target.seconds { plot.segment(seconds, -1.5, seconds, 1, "asked") }
            plot.axes(x: row == rows - 1 ? "seconds" : "", y: shares.components[row].name, ticks: 8, ticksY: 0)
            let share = Self.percent(shares.components[row].ofAbsolute)
            charts += plot.svg(
                "component \(shares.components[row].name): waveform and relevance; it has \(share) of |relevance|",
                heading: "\(shares.components[row].name), \(share) of |R|")
        }
        if curve.count > 1 {
            var plot = Plot(x: Scale(0, length), y: Scale(0, 1), width: 900, height: 110)
            plot.wave(curve.map(Double.init), seconds: 0...length, "line n1")
            if let seconds = target.seconds { plot.segment(seconds, 0, seconds, 1, "asked") }
            plot.axes(x: "seconds", y: target.output, ticks: 8, ticksY: 2)
            charts += plot.svg("what the network says along time", heading: "what \(target.output) says")
        }
        let figure = HTML.figure(
            [charts],
            caption: "Black: what the network saw. Red bars above the line speak for the number, blue ones below "
                + "against it; their strength is |R| against its 99.5 % quantile. Green below: |R| smoothed by "
                + "0.1 s. Solid upright line: what is explained; dashed: the catalogue's arrivals."
                + silent(rows, width), data: nil)
        let held = failedWords.map { "<p class=\"failed\">\(HTML.escaped($0))</p>" }.joined()
        return "<div class=\"stack\">\(figure)\(held)</div>"
    }

    private func silent(_ rows: Int, _ width: Int) -> String {
        let quiet = (0..<rows).filter { row in
            seen.inputs[0][row * width..<(row + 1) * width].allSatisfy { $0 == 0 }
        }.map { shares.components[$0].name }
        return quiet.isEmpty ? "" : " \(quiet.joined(separator: ", ")) is silent in this trace, not irrelevant."
    }

    private func strength(_ plot: inout Plot, _ row: Int, _ width: Int, _ limit: Float) {
        let shown = min(width, 450)
        let bars = (0..<shown).compactMap { cell -> (from: Double, to: Double, value: Double)? in
            let from = cell * width / shown, to = max(from + 1, (cell + 1) * width / shown)
            let value = (from..<to).map { relevance[0][row * width + $0] }.max { abs($0) < abs($1) } ?? 0
            let share = limit > 0 ? min(1, Double(abs(value) / limit)) : 0
            guard share > 0.03 else { return nil }
            return (Double(from) / rate, Double(to) / rate, value > 0 ? share : -share)
        }
        // The sign also shows in which side of the line it stands.
        plot.bars(bars, up: "for", down: "against")
    }

    /// The highest of each of so many stretches.
    private static func highest(_ values: [Double], of count: Int) -> [Double] {
        guard values.count > count else { return values }
        return (0..<count).map { cell in
            values[cell * values.count / count..<(cell + 1) * values.count / count].max() ?? 0
        }
    }

    /// Lowest and highest of each pixel, so that no peak is lost.
    static func envelope(_ values: [Double], rate: Double) -> [(x: Double, y: Double)] {
        let shown = 860
        guard values.count > 2 * shown else {
            return values.enumerated().map { (Double($0.offset) / rate, $0.element) }
        }
        return (0..<shown).flatMap { cell -> [(x: Double, y: Double)] in
            let from = cell * values.count / shown, to = (cell + 1) * values.count / shown
            let part = values[from..<to]
            let t = Double(from) / rate
            return [(t, part.min() ?? 0), (t, part.max() ?? 0)]
        }
    }

    static func quantile(_ values: [Float], _ share: Double) -> Float {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
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
            + table("octave", shares.octaves)
    }
}
