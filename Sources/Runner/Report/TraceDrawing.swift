import GraphIR
import Seismic

/// One trace as a network sees it: the waveform, its curves with their thresholds, the picks, and what the catalogue
/// says, as one SVG that needs nothing else.
public struct TraceDrawing: Sendable {
    private let trace: TraceCurves
    private let title: String
    private let facts: [String]
    private var rate: Double { trace.rate }
    private var channels: [(name: String, samples: [Float])] { trace.waveform }
    private var curves: [TraceCurves.Curve] { trace.curves }
    private var arrivals: [(phase: String, sample: Double)] { trace.arrivals }

    private let showsSpectrogram: Bool

    /// - Parameters:
    ///   - network: whose curves they are.
    ///   - showsSpectrogram: whether the first channel's frequencies are drawn below.
    public init(_ trace: TraceCurves, network: String, showsSpectrogram: Bool = false) {
        self.trace = trace
        self.showsSpectrogram = showsSpectrogram
        title = "\(trace.trace.description): \(network)"
        facts = [trace.channel, trace.startTime ?? ""].filter { !$0.isEmpty } + trace.facts
    }

    private static let width = 1000.0
    private static let left = 84.0
    private static let right = 16.0
    private static let top = 58.0
    private static let channelHeight = 84.0
    private static let curveHeight = 78.0
    private static let spectrogramHeight = 110.0
    private var length: Int { channels.first?.samples.count ?? curves.first?.values.count ?? 0 }
    private var plotWidth: Double { Self.width - Self.left - Self.right }

    /// Where a sample of the window stands.
    private func x(_ sample: Double) -> Double { Self.left + plotWidth * sample / Double(max(1, length - 1)) }

    public var svg: String {
        var body = ""
        var y = Self.top
        for channel in channels {
            body += wave(channel.name, channel.samples, top: y)
            y += Self.channelHeight
        }
        var phases = 0
        for curve in curves {
            // Grey is what says no phase, wherever it stands; phases have the colours that pages give them.
            let isPhase = !["detection", "noise"].contains(curve.name)
            phases += isPhase ? 1 : 0
            body += row(curve, style: isPhase ? "c\((phases - 1) % 5 + 1)" : "c0", top: y)
            y += Self.curveHeight
        }
        if showsSpectrogram {
            body += spectrogram(top: y)
            y += Self.spectrogramHeight
        }
        body += arrivalLines(bottom: y)
        body += axis(top: y)
        let height = y + 44
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width.whole)" height="\(height.whole)" \
            viewBox="0 0 \(Self.width.whole) \(height.whole)" font-family="Helvetica, Arial, sans-serif" \
            font-size="11" role="img" aria-label="\(HTML.escaped(words))">
            <style>\(Self.style)</style>
            <rect class="paper" width="100%" height="100%"/>
            <text class="ink" x="\(Self.left.whole)" y="22" font-size="15" font-weight="bold">\
            \(HTML.escaped(title))</text>
            <text class="soft" x="\(Self.left.whole)" y="40">\(HTML.escaped(facts.joined(separator: " · ")))</text>
            \(body)</svg>

            """
    }

    /// What the picture shows, for readers that cannot see it.
    private var words: String {
        let picks = curves.flatMap { curve in
            curve.picks.map { "\(curve.name) pick at \(Figures.fixed($0.sample / rate, places: 2)) s" }
        }
        let truths = arrivals.map { "\($0.phase) at \(Figures.fixed($0.sample / rate, places: 2)) s" }
        return "\(title): \(channels.count) channels; arrivals \(Words.list(truths)); \(Words.list(picks))"
    }

    // MARK: Parts

    /// For every column of half pixels the lowest and the highest sample, so that no spike is lost.
    private func wave(_ name: String, _ samples: [Float], top: Double) -> String {
        let finite = samples.filter(\.isFinite)
        let mean = finite.isEmpty ? 0 : finite.reduce(0.0) { $0 + Double($1) } / Double(finite.count)
        let peak = max(finite.reduce(0.0) { max($0, abs(Double($1) - mean)) }, 1e-30)
        let middle = top + Self.channelHeight / 2
        let scale = (Self.channelHeight / 2 - 5) / peak
        let columns = min(Int(plotWidth * 2), samples.count)
        var path = ""
        for column in 0..<columns {
            let first = samples.count * column / columns
            let part = samples[first..<max(first + 1, samples.count * (column + 1) / columns)].filter(\.isFinite)
            guard let low = part.min(), let high = part.max() else { continue }
            let place = x(Double(first))
            path += (path.isEmpty ? "M" : "L") + Plot.pair(place, middle - (Double(high) - mean) * scale)
            if low != high { path += "L" + Plot.pair(place, middle - (Double(low) - mean) * scale) }
        }
        return "<path class=\"grid\" d=\"M\(Plot.pair(Self.left, middle))H\(Plot.text(Self.width - Self.right))\"/>"
            + "<path class=\"wave\" d=\"\(path)\"/>\(margin(name, middle + 4))\n"
    }

    private func row(_ curve: TraceCurves.Curve, style: String, top: Double) -> String {
        let (low, high) = (top + Self.curveHeight - 12, top + 6)
        func y(_ value: Double) -> Double { low - min(1, max(0, value)) * (low - high) }
        let step = Double(max(1, length - 1)) / Double(max(1, curve.values.count - 1))
        let columns = max(1, min(Int(plotWidth * 2), curve.values.count))
        var path = ""
        for column in 0..<min(columns, curve.values.count) {
            let first = curve.values.count * column / columns
            let part = curve.values[first..<max(first + 1, curve.values.count * (column + 1) / columns)]
            guard let value = part.filter(\.isFinite).max() else { continue }
            path += (path.isEmpty ? "M" : "L") + Plot.pair(x(Double(first) * step), y(Double(value)))
        }
        var text = "<path class=\"grid\" d=\"M\(Plot.pair(Self.left, low))H\(Plot.text(Self.width - Self.right))\"/>"
        text += "<path class=\"curve \(style)\" d=\"\(path)\"/>" + margin(curve.name, (low + high) / 2 + 4)
        if let threshold = curve.threshold {
            text += "<path class=\"threshold \(style)\" d=\"M\(Plot.pair(Self.left, y(threshold)))"
            text += "H\(Plot.text(Self.width - Self.right))\"/>"
            text += "<text class=\"soft\" x=\"\(Plot.text(Self.left - 6))\" y=\"\(Plot.text(y(threshold) + 3))\" "
            text += "text-anchor=\"end\" font-size=\"9\">\(History.text(threshold))</text>"
        }
        for pick in curve.picks {
            let place = x(pick.sample)
            text += "<path class=\"pick \(style)\" d=\"M\(Plot.pair(place, low))V\(Plot.text(high))\"/>"
            text += "<path class=\"pickmark \(style)\" d=\"M\(Plot.pair(place, high + 5))l-4 -7h8z\"/>"
        }
        return text + "\n"
    }

    /// How loud each frequency is along time, in 15 steps of one path each: dark is loud.
    private func spectrogram(top: Double) -> String {
        guard let first = channels.first else { return "" }
        let picture = Spectrogram(first.samples, rate: rate)
        guard picture.frames > 0, picture.bands > 0 else { return "" }
        let cell = (plotWidth / Double(picture.frames), (Self.spectrogramHeight - 14) / Double(picture.bands))
        var paths = [String](repeating: "", count: Spectrogram.levels)
        for band in 0..<picture.bands {
            let y = top + Double(picture.bands - 1 - band) * cell.1
            var frame = 0
            while frame < picture.frames {
                let level = picture.level(frame: frame, band: band)
                var end = frame + 1
                while end < picture.frames, picture.level(frame: end, band: band) == level { end += 1 }
                let (x0, x1) = (Self.left + Double(frame) * cell.0, Self.left + Double(end) * cell.0)
                paths[level] += "M\(Plot.pair(x0, y))H\(Plot.text(x1))V\(Plot.text(y + cell.1 + 0.3))H\(Plot.text(x0))Z"
                frame = end
            }
        }
        var text = "<g class=\"heat\" shape-rendering=\"crispEdges\">"
        for level in 1..<Spectrogram.levels where !paths[level].isEmpty {
            let strength = Figures.fixed(Double(level) / Double(Spectrogram.levels - 1), places: 2)
            text += "<path opacity=\"\(strength)\" d=\"\(paths[level])\"/>"
        }
        let (edge, bottom) = (Plot.text(Self.left - 6), Plot.text(top + Self.spectrogramHeight - 16))
        return text + "</g>" + margin(first.name, top + 44)
            + "<text class=\"soft\" x=\"\(Plot.text(Self.left - 6))\" y=\"\(Plot.text(top + 10))\" text-anchor=\"end\" "
            + "font-size=\"9\">\(PickText.rate(rate / 2)) Hz</text>"
            + "<text class=\"soft\" x=\"\(edge)\" y=\"\(bottom)\" "
            + "text-anchor=\"end\" font-size=\"9\">0 Hz</text>\n"
    }

    private func arrivalLines(bottom: Double) -> String {
        arrivals.map { arrival in
            let place = x(arrival.sample)
            return "<path class=\"arrival\" d=\"M\(Plot.pair(place, Self.top))V\(Plot.text(bottom - 8))\"/>"
                + "<text class=\"ink\" x=\"\(Plot.text(place + 3))\" y=\"\(Plot.text(Self.top + 9))\" "
                + "font-weight=\"bold\">\(HTML.escaped(arrival.phase))</text>"
        }.joined() + "\n"
    }

    private func axis(top: Double) -> String {
        let seconds = Double(max(0, length - 1)) / rate
        let ticks = Ruler(0, seconds).ticks(about: 10).map { tick in
            let place = x(tick.value * rate)
            return "<path class=\"grid\" d=\"M\(Plot.pair(place, top - 8))v5\"/><text class=\"soft\" "
                + "x=\"\(Plot.text(place))\" y=\"\(Plot.text(top + 10))\" text-anchor=\"middle\">\(tick.text)</text>"
        }
        return ticks.joined() + "<text class=\"soft\" x=\"\(Plot.text(Self.width - Self.right))\" "
            + "y=\"\(Plot.text(top + 28))\" text-anchor=\"end\">seconds of the window; "
            + "\(arrivals.isEmpty ? "" : "upright lines: the catalogue, ")triangles: picks, dashes: thresholds</text>\n"
    }

    private func margin(_ text: String, _ y: Double) -> String {
        "<text class=\"ink\" x=\"8\" y=\"\(Plot.text(y))\" font-weight=\"bold\">\(HTML.escaped(text))</text>"
    }

    /// The colours of `report.css`, by day and by night.
    private static let palette = [
        ("#5c5f66", "#a9abb0"), ("#0069a8", "#58aee6"), ("#c8500a", "#f08a4b"), ("#00805e", "#3fc79b"),
        ("#a8467f", "#df88ba"), ("#a87800", "#e0b03f"),
    ]
    private static func colours(_ colour: ((String, String)) -> String) -> String {
        palette.enumerated().map { number, pair in
            ".c\(number){stroke:\(colour(pair))}.pickmark.c\(number){stroke:none;fill:\(colour(pair))}"
        }.joined()
    }

    private static let style = """
        .paper{fill:#fff}.ink{fill:#1c1d1f}.soft{fill:#5c5f66}.grid{stroke:#ddd;fill:none}\
        .wave{stroke:#33363b;stroke-width:.7;fill:none}.arrival{stroke:#1c1d1f;stroke-width:1;fill:none;opacity:.6}\
        .heat{fill:#1c1d1f;stroke:none}\
        .curve{fill:none;stroke-width:1.5}.threshold{fill:none;stroke-dasharray:4 3;opacity:.7}\
        .pick{fill:none;opacity:.8}\(colours(\.0))\
        @media (prefers-color-scheme:dark){.heat{fill:#e6e4de}.paper{fill:#16181b}.ink{fill:#e6e4de}.soft{fill:#a9abb0}\
        .grid{stroke:#3a3d43}.wave{stroke:#d3d2cd}.arrival{stroke:#e6e4de}\(colours(\.1))}
        """
}

extension Double {
    /// Without a point: sizes of pictures are whole.
    fileprivate var whole: String { Plot.text(rounded()) }
}
