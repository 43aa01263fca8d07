import GraphIR

/// A page about the inside of a network: one file, light and dark, with the numbers under each figure.
struct InsidePage {
    var title: String
    var kicker: String
    /// The sentence that each page says about what it cannot say.
    var caution: String
    var sections: [(title: String, html: String)] = []
    var footer: [String] = []

    private static let style = "figure svg { overflow: hidden; }"

    var html: String {
        PageFrame(
            title: title, kicker: kicker, reading: caution, sections: sections, footer: footer, style: Self.style
        ).html
    }

    /// Numbers as a picture: a row a line, red for negative, blue for positive, strength by size.
    ///
    /// - `over`: the seconds that the columns stand for, where they are not all of `seconds`.
    /// - `rowSeconds`: what the rows stand for, where they are times, too; `beside`: a waveform along them.
    static func heat(
        _ values: [Float], rows: Int, columns: Int, limit: Float, description: String, rowNames: [String] = [],
        seconds: ClosedRange<Double>? = nil, over: ClosedRange<Double>? = nil, width: Double = 640,
        tall given: Double? = nil, rowSeconds: ClosedRange<Double>? = nil, beside: [Double] = []
    ) -> String {
        let tall = given ?? max(2, min(14, 420 / Double(max(1, rows))))
        let left = rowNames.isEmpty && rowSeconds == nil ? 4.0 : 54.0, deep = tall * Double(rows)
        var (x0, wide) = (left, width)
        if let seconds, let over {
            let scale = width / (seconds.upperBound - seconds.lowerBound)
            x0 = left + (over.lowerBound - seconds.lowerBound) * scale
            wide = (over.upperBound - over.lowerBound) * scale
        }
        var body = "<image x=\"\(Plot.text(x0))\" y=\"0\" width=\"\(Plot.text(wide))\" "
        body += "height=\"\(Plot.text(deep))\" preserveAspectRatio=\"none\" "
        body += "href=\"\(pixels(values, rows: rows, columns: columns, limit: limit).address)\"/>"
        for row in rowNames.indices.prefix(rows)
        where !rowNames[row].isEmpty && (tall >= 7 || row % Int(8 / tall + 1) == 0) {
            let y = Plot.text(Double(row) * tall + tall * 0.8)
            body += "<text class=\"tick end\" x=\"\(Plot.text(left - 4))\" y=\"\(y)\">"
            body += "\(HTML.escaped(rowNames[row]))</text>"
        }
        if let seconds { body += ticks(seconds, from: left, to: left + width, y: deep + 14) }
        if let rowSeconds {
            for tick in Ruler(rowSeconds.lowerBound, rowSeconds.upperBound).ticks(about: 6) {
                let share = (tick.value - rowSeconds.lowerBound) / (rowSeconds.upperBound - rowSeconds.lowerBound)
                body += "<text class=\"tick end\" x=\"\(Plot.text(left - 4))\" "
                body += "y=\"\(Plot.text(share * deep + 3.5))\">\(tick.text)</text>"
            }
        }
        if !beside.isEmpty { body += upright(beside, x: left + width + 24, deep: deep) }
        let whole = left + width + (beside.isEmpty ? 6 : 48)
        return "<div class=\"chart heat\"><svg viewBox=\"0 0 \(Plot.text(whole)) \(Plot.text(deep + 20))\" "
            + "role=\"img\" aria-label=\"\(HTML.escaped(description))\">\(body)</svg></div>"
    }

    private static func pixels(_ values: [Float], rows: Int, columns: Int, limit: Float) -> Pixels {
        let shown = max(1, min(columns, 320))
        var pixels = Pixels(rows: rows, columns: shown)
        guard limit > 0, values.count >= rows * columns else { return pixels }
        for row in 0..<rows {
            for column in 0..<shown {
                let from = column * columns / shown, to = max(from + 1, (column + 1) * columns / shown)
                // Of many samples in one cell the largest is shown.
                var value: Float = 0
                for place in from..<min(to, columns) where abs(values[row * columns + place]) > abs(value) {
                    value = values[row * columns + place]
                }
                pixels.set(row, column, Double(value / limit))
            }
        }
        return pixels
    }

    private static func ticks(_ range: ClosedRange<Double>, from: Double, to: Double, y: Double) -> String {
        Ruler(range.lowerBound, range.upperBound).ticks(about: 6).map { tick in
            let share = (tick.value - range.lowerBound) / (range.upperBound - range.lowerBound)
            return "<text class=\"tick mid\" x=\"\(Plot.text(from + share * (to - from)))\" "
                + "y=\"\(Plot.text(y))\">\(tick.text)</text>"
        }.joined()
    }

    /// A waveform downwards.
    private static func upright(_ values: [Double], x: Double, deep: Double) -> String {
        let shown = min(values.count, 400)
        let path = (0..<shown).flatMap { cell -> [String] in
            let part = values[cell * values.count / shown..<(cell + 1) * values.count / shown]
            let y = Double(cell) / Double(shown) * deep
            return [part.min(), part.max()].map { Plot.pair(x + 20 * ($0 ?? 0), y) }
        }
        return "<path class=\"wave\" d=\"M\(path.joined(separator: "L"))\"/>"
    }
}
