import GraphIR

/// A page about the inside of a network: one file, light and dark, with the numbers under each figure.
struct InsidePage {
    var title: String
    var kicker: String
    /// The sentence that each page says about what it cannot say.
    var caution: String
    var sections: [(title: String, html: String)] = []
    var footer: [String] = []

    private static let style = """
        .for { fill: var(--bad); } .against { fill: var(--c1); }
        .wave { stroke: var(--ink); fill: none; stroke-width: .8; }
        .said { stroke: var(--c3); fill: none; stroke-width: 1.2; }
        .arrival { stroke: var(--c5); stroke-dasharray: 4 3; }
        .asked { stroke: var(--good); stroke-width: 1.4; } .failed { color: var(--bad); font-weight: 600; }
        .heat rect { shape-rendering: crispEdges; } .stack .charts { grid-template-columns: 1fr; }
        figure svg { overflow: hidden; }
        """

    var html: String {
        PageFrame(
            title: title, kicker: kicker, reading: caution, sections: sections, footer: footer, style: Self.style
        ).html
    }

    /// Numbers as a picture: a row a line, red for negative, blue for positive, strength by size.
    static func heat(
        _ values: [Float], rows: Int, columns: Int, limit: Float, description: String, rowNames: [String] = [],
        seconds: ClosedRange<Double>? = nil, width: Double = 640
    ) -> String {
        let shown = min(columns, 320), cell = width / Double(shown), tall = max(2, min(14, 420 / Double(max(1, rows))))
        let left = rowNames.isEmpty ? 4.0 : 54.0, height = tall * Double(rows) + 20
        var body = ""
        for row in 0..<rows {
            let y = Plot.text(Double(row) * tall)
            for column in 0..<shown {
                let from = column * columns / shown, to = max(from + 1, (column + 1) * columns / shown)
                // Of many samples in one cell the largest is shown.
                var value: Float = 0
                for place in from..<to where abs(values[row * columns + place]) > abs(value) {
                    value = values[row * columns + place]
                }
                let strength = limit > 0 ? min(1, Double(abs(value) / limit)) : 0
                guard strength > 0.02 else { continue }
                body +=
                    "<rect class=\"\(value < 0 ? "for" : "against")\" x=\"\(Plot.text(left + Double(column) * cell))\" "
                body += "y=\"\(y)\" width=\"\(Plot.text(cell + 0.3))\" height=\"\(Plot.text(tall))\" "
                body += "opacity=\"\(Figures.fixed(strength, places: 2))\"/>"
            }
            if rowNames.indices.contains(row), tall >= 7 || row % Int(8 / tall + 1) == 0 {
                body +=
                    "<text class=\"tick end\" x=\"\(Plot.text(left - 4))\" "
                    + "y=\"\(Plot.text(Double(row) * tall + tall * 0.8))\">"
                body += "\(HTML.escaped(rowNames[row]))</text>"
            }
        }
        if let seconds {
            for tick in Scale(seconds.lowerBound, seconds.upperBound).ticks(about: 6) {
                let x = left + (tick.value - seconds.lowerBound) / (seconds.upperBound - seconds.lowerBound) * width
                body +=
                    "<text class=\"tick mid\" x=\"\(Plot.text(x))\" y=\"\(Plot.text(height - 6))\">\(tick.text)</text>"
            }
        }
        return
            "<div class=\"chart heat\"><svg viewBox=\"0 0 \(Plot.text(left + width + 6)) \(Plot.text(height))\" "
            + "role=\"img\" "
            + "aria-label=\"\(HTML.escaped(description))\">\(body)</svg></div>"
    }
}
