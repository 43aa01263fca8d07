/// A chart as SVG. Colours come from the page's style: series `n0` is the reference, `n1` and on the others, each with
/// a colour, a dash and a mark of its own, so that nothing hangs on colour alone.
public struct Plot: Sendable {
    public static let seriesCount = 10

    public var width = 320.0
    public var height = 210.0
    public var left = 44.0
    public var right = 10.0
    public var top = 22.0
    public var bottom = 36.0
    public var x: Ruler
    public var y: Ruler
    private var body = ""
    private var frame = ""

    public init(x: Ruler, y: Ruler, width: Double = 320, height: Double = 210) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public func px(_ value: Double) -> Double { left + x.place(value) * (width - left - right) }
    public func py(_ value: Double) -> Double { height - bottom - y.place(value) * (height - top - bottom) }

    // MARK: What is drawn

    public mutating func line(_ points: [(x: Double, y: Double)], _ style: String) {
        var path = ""
        var isDown = false
        for point in points {
            guard point.x.isFinite, point.y.isFinite, y.kind == .linear || point.y > 0 else {
                isDown = false
                continue
            }
            path += (isDown ? "L" : "M") + Plot.pair(px(point.x), py(point.y))
            isDown = true
        }
        body += "<path class=\"line \(style)\" d=\"\(path)\"/>"
    }

    /// Many samples as a line, the lowest and the highest of each pixel, so that no peak is lost. Steps are told from
    /// one to the next, in halves of a pixel: a window of a minute weighs ten kilobytes.
    public mutating func wave(_ values: [Double], seconds: ClosedRange<Double>, _ style: String) {
        let (from, wide) = (px(seconds.lowerBound), px(seconds.upperBound) - px(seconds.lowerBound))
        let columns = max(1, Int(wide))
        var points: [(x: Double, y: Double)] = []
        if values.count <= 2 * columns {
            let step = wide / Double(max(1, values.count))
            points = values.enumerated().map { (from + Double($0.offset) * step, $0.element) }
        } else {
            points = (0..<columns).flatMap { column -> [(x: Double, y: Double)] in
                let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
                let x = from + (Double(column) + 0.5) * wide / Double(columns)
                return [(x, part.min() ?? 0), (x, part.max() ?? 0)]
            }
        }
        var path = ""
        // Twice the pixels, so that steps are whole numbers.
        var last = (x: 0, y: 0)
        for point in points where point.y.isFinite {
            let place = (x: Int((2 * point.x).rounded()), y: Int((2 * py(point.y)).rounded()))
            path += path.isEmpty ? "M\(place.x) \(place.y)l" : "\(place.x - last.x) \(place.y - last.y) "
            last = place
        }
        body += "<path class=\"\(style)\" transform=\"scale(.5)\" "
        body += "vector-effect=\"non-scaling-stroke\" d=\"\(path)0 0\"/>"
    }

    /// Bars to either side of a line, as one shape for each of ten strengths.
    public mutating func bars(_ list: [(from: Double, to: Double, value: Double)], up: String, down: String) {
        var paths: [Int: String] = [:]
        for bar in list where bar.value.isFinite && bar.value != 0 {
            let (x0, x1) = (px(bar.from), px(bar.to)), (y0, y1) = (py(0), py(bar.value))
            let strength = max(1, min(10, Int((abs(bar.value) * 10).rounded(.up)))) * (bar.value < 0 ? -1 : 1)
            paths[strength, default: ""] +=
                "M\(Plot.pair(x0, y0))V\(Plot.text(y1))H\(Plot.text(x1))V\(Plot.text(y0))"
        }
        for strength in paths.keys.sorted() {
            let opacity = Figures.fixed(0.25 + 0.06 * Double(abs(strength)), places: 2)
            body += "<path class=\"bar \(strength > 0 ? up : down)\" opacity=\"\(opacity)\" "
            body += "d=\"\(paths[strength] ?? "")\"/>"
        }
    }

    /// The room between two lines.
    public mutating func band(_ points: [(x: Double, low: Double, high: Double)], _ style: String) {
        let known = points.filter {
            $0.x.isFinite && $0.low.isFinite && $0.high.isFinite && (y.kind == .linear || $0.low > 0)
        }
        guard known.count > 1 else { return }
        let there = known.map { Plot.pair(px($0.x), py($0.high)) }
        let back = known.reversed().map { Plot.pair(px($0.x), py($0.low)) }
        body += "<path class=\"band \(style)\" d=\"M" + (there + back).joined(separator: "L") + "Z\"/>"
    }

    public mutating func bar(
        from x0: Double, to x1: Double, low: Double = 0, high: Double, _ style: String, opacity: Double? = nil
    ) {
        guard high.isFinite else { return }
        let (topEdge, bottomEdge) = (py(high), py(low))
        let (wide, tall) = (max(0, px(x1) - px(x0)), max(0, bottomEdge - topEdge))
        let shade = opacity.map { " opacity=\"\(Figures.fixed($0, places: 2))\"" } ?? ""
        body += "<rect class=\"bar \(style)\" x=\"\(Plot.text(px(x0)))\" y=\"\(Plot.text(topEdge))\" "
        body += "width=\"\(Plot.text(wide))\" height=\"\(Plot.text(tall))\"\(shade)/>"
    }

    /// A mark in the series' own shape: circle, square, diamond or triangle.
    public mutating func mark(_ atX: Double, _ atY: Double, series: Int, size: Double = 3.2, _ style: String = "") {
        guard atX.isFinite, atY.isFinite else { return }
        mark(pixels: px(atX), py(atY), series: series, size: size, style)
    }
    public mutating func mark(pixels cx: Double, _ cy: Double, series: Int, size: Double, _ style: String = "") {
        let s = size
        let shapes: [[(Double, Double)]] = [
            [(-s, -s), (s, -s), (s, s), (-s, s)], [(0, -1.35 * s), (1.35 * s, 0), (0, 1.35 * s), (-1.35 * s, 0)],
            [(0, -1.2 * s), (1.15 * s, 0.9 * s), (-1.15 * s, 0.9 * s)],
        ]
        let name = "mark n\(series % Plot.seriesCount) \(style)"
        guard series % 4 != 0 else {
            body += "<circle class=\"\(name)\" cx=\"\(Plot.text(cx))\" cy=\"\(Plot.text(cy))\" r=\"\(Plot.text(s))\"/>"
            return
        }
        let corners = shapes[series % 4 - 1].map { Plot.pair(cx + $0.0, cy + $0.1) }
        body += "<path class=\"\(name)\" d=\"M\(corners.joined(separator: "L"))Z\"/>"
    }

    /// A stretch of the plane between two values of x, from top to bottom.
    public mutating func zone(from x0: Double, to x1: Double, _ style: String) {
        let from = max(px(x0), left), to = min(px(x1), width - right)
        frame += "<rect class=\"\(style)\" x=\"\(Plot.text(from))\" y=\"\(Plot.text(top))\" "
        frame += "width=\"\(Plot.text(max(0, to - from)))\" height=\"\(Plot.text(height - top - bottom))\"/>"
    }

    public mutating func segment(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ style: String) {
        segment(pixels: px(x0), py(y0), px(x1), py(y1), style)
    }
    public mutating func segment(pixels x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ style: String) {
        guard x0.isFinite, y0.isFinite, x1.isFinite, y1.isFinite else { return }
        body += "<path class=\"\(style)\" d=\"M\(Plot.pair(x0, y0))L\(Plot.pair(x1, y1))\"/>"
    }

    /// - Parameter turned: by so many degrees around its place.
    /// - Parameter size: in pixels, where it is not the style's.
    public mutating func write(
        _ text: String, pixels x: Double, _ y: Double, _ style: String = "", turned: Int? = nil, size: Double? = nil
    ) {
        let turn = turned.map { " transform=\"rotate(\($0) \(Plot.pair(x, y)))\"" } ?? ""
        let size = size.map { " style=\"font-size:\(Plot.text($0))px\"" } ?? ""
        body += "<text class=\"\(style)\" x=\"\(Plot.text(x))\" y=\"\(Plot.text(y))\"\(turn)\(size)>"
        body += "\(HTML.escaped(text))</text>"
    }

    // MARK: The whole

    public mutating func axes(x title: String, y titleY: String, ticks: Int = 5, ticksY: Int = 4) {
        let (x0, x1, y0, y1) = (left, width - right, height - bottom, top)
        for tick in y.ticks(about: ticksY) {
            let place = py(tick.value)
            frame += "<path class=\"grid\" d=\"M\(Plot.pair(x0, place))L\(Plot.pair(x1, place))\"/>"
            frame +=
                "<text class=\"tick end\" x=\"\(Plot.text(x0 - 5))\" y=\"\(Plot.text(place + 3.5))\">"
                + "\(tick.text)</text>"
        }
        for tick in x.ticks(about: ticks) {
            let place = px(tick.value)
            frame += "<path class=\"axis\" d=\"M\(Plot.pair(place, y0))v4\"/>"
            frame +=
                "<text class=\"tick mid\" x=\"\(Plot.text(place))\" y=\"\(Plot.text(y0 + 15))\">\(tick.text)</text>"
        }
        frame += "<path class=\"axis\" d=\"M\(Plot.pair(x0, y0))H\(Plot.text(x1))\"/>"
        frame += "<text class=\"label mid\" x=\"\(Plot.text((x0 + x1) / 2))\" y=\"\(Plot.text(height - 5))\">"
        frame += "\(HTML.escaped(title))</text>"
        frame += "<text class=\"label\" x=\"4\" y=\"\(Plot.text(y1 - 9))\">\(HTML.escaped(titleY))</text>"
    }

    /// The chart with what it shows in words, for readers that cannot see it.
    public func svg(_ description: String, heading: String? = nil, series: Int? = nil) -> String {
        var html = "<div class=\"chart\">"
        if let heading {
            html += "<h4>\(series.map { HTML.name(heading, series: $0) } ?? HTML.escaped(heading))</h4>"
        }
        return html + "<svg viewBox=\"0 0 \(Plot.text(width)) \(Plot.text(height))\" role=\"img\" "
            + "aria-label=\"\(HTML.escaped(description))\">\(frame)\(body)</svg></div>"
    }

    /// The chart as a part of a larger drawing.
    public func nested(x: Double, y: Double) -> String {
        "<svg x=\"\(Plot.text(x))\" y=\"\(Plot.text(y))\" width=\"\(Plot.text(width))\" "
            + "height=\"\(Plot.text(height))\" viewBox=\"0 0 \(Plot.text(width)) \(Plot.text(height))\">"
            + "\(frame)\(body)</svg>"
    }

    /// A pixel with a tenth of precision, without needless digits.
    public static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e7 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
    public static func pair(_ x: Double, _ y: Double) -> String { "\(text(x)) \(text(y))" }
}
