import Foundation
import GraphIR
import Interpreter

extension RelevanceFinding {
    /// One line of the picture.
    private struct Chart {
        var plot: Plot
        var heading: String
        var description: String
    }

    /// The picture as a figure of a page.
    ///
    /// - `limit`: the relevance of full strength, where several pictures have one scale.
    public func picture(limit: Float? = nil) -> String {
        let charts = charts(limit: limit).map { $0.plot.svg($0.description, heading: $0.heading) }
        let figure = HTML.figure([charts.joined()], caption: Self.legend + silent + shaded, data: nil)
        let held = failedWords.map { "<p class=\"failed\">\(HTML.escaped($0))</p>" }.joined()
        return "<div class=\"stack\">\(figure)\(held)</div>"
    }

    /// The picture as a file of its own, which needs no page around it.
    public var svg: String {
        // Columns of a terminal are no columns in a drawing.
        let lines = text.split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "   ", with: " · ")
        }
        var sheet = InsideSheet(title: lines.first ?? "", words: seen.name + ": " + (lines.first ?? ""))
        for chart in charts(limit: nil) { sheet.add(chart.plot, heading: chart.heading) }
        let foot = [Self.legend + silent + shaded, definition]
        sheet.add(lines.dropFirst() + foot + ["Run \(run.folder), network \(run.graphHash.prefix(16)), \(seen.name)."])
        return sheet.svg
    }

    /// How it was found, as a sentence.
    var definition: String {
        guard method == .relevance else { return "\(method.definition)." }
        return "Rule: \(rule.formula)." + (first == .same ? "" : " First layers: \(first.formula).")
    }

    private static let legend =
        "Black: what the network saw. Red bars above the line speak for the number, blue ones below against it; their "
        + "strength is |R| against its 99.5 % quantile. Green below: |R| smoothed by 0.1 s. Solid upright line: what "
        + "is explained; dashed: the catalogue's arrivals."

    private var silent: String {
        let rows = rows, width = width
        let quiet = (0..<rows).filter { row in
            seen.inputs[0][row * width..<(row + 1) * width].allSatisfy { $0 == 0 }
        }.map { shares.components[$0].name }
        return quiet.isEmpty ? "" : " \(quiet.joined(separator: ", ")) is silent in this trace, not irrelevant."
    }

    private var shaded: String {
        shares.ends.map { " Grey ground: \($0.name), where convolutions see zeros beyond the window." } ?? ""
    }

    private var rows: Int { max(1, shares.components.count) }
    private var width: Int { seen.inputs[0].count / rows }

    private func charts(limit given: Float?) -> [Chart] {
        let rows = rows, width = width, length = Double(width) / rate
        let smooth = Alike.smoothed(relevance[0], rows: rows, rate: rate)
        let limit = given ?? Self.quantile(relevance[0].map { abs($0) }, 0.995)
        let highest = smooth.max() ?? 0
        var charts = (0..<rows).map { row -> Chart in
            let x = Array(seen.inputs[0][row * width..<(row + 1) * width])
            let peak = Double(x.map { abs($0) }.max() ?? 1)
            var plot = Plot(x: Ruler(0, length), y: Ruler(-1.5, 1), width: 900, height: 150)
            shadeEnds(&plot, length)
            strength(&plot, row, width, limit)
            plot.wave(x.map { peak > 0 ? Double($0) / peak : 0 }, seconds: 0...length, "wave")
            let shown = (0..<width).map { highest > 0 ? -1.45 + 0.4 * smooth[row * width + $0] / highest : -1.45 }
            plot.wave(Self.highest(shown, of: 430), seconds: 0...length, "said")
            for arrival in seen.arrivals { plot.segment(arrival.seconds, -1.5, arrival.seconds, 1, "arrival") }
            if let seconds = target.seconds { plot.segment(seconds, -1.5, seconds, 1, "asked") }
            plot.axes(x: row == rows - 1 ? "seconds" : "", y: shares.components[row].name, ticks: 8, ticksY: 0)
            let (name, share) = (shares.components[row].name, Self.percent(shares.components[row].ofAbsolute))
            return Chart(
                plot: plot, heading: "\(name), \(share) of |R|",
                description: "component \(name): waveform and relevance; it has \(share) of |relevance|")
        }
        if curve.count > 1 {
            var plot = Plot(x: Ruler(0, length), y: Ruler(0, 1), width: 900, height: 110)
            plot.wave(curve.map(Double.init), seconds: 0...length, "line n1")
            if let seconds = target.seconds { plot.segment(seconds, 0, seconds, 1, "asked") }
            plot.axes(x: "seconds", y: target.output, ticks: 8, ticksY: 2)
            charts.append(
                Chart(
                    plot: plot, heading: "what \(target.output) says",
                    description: "what the network says along time"))
        }
        return charts
    }

    private func shadeEnds(_ plot: inout Plot, _ length: Double) {
        let (start, end) = (Double(reach.start) / rate, Double(reach.end) / rate)
        if start > 0 { plot.zone(from: 0, to: min(start, length), "ends") }
        if end > 0, start < length { plot.zone(from: max(start, length - end), to: length, "ends") }
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
}
