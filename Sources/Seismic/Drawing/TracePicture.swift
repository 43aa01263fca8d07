import Foundation
import GraphIR

/// A trace as people look at it: each component with its picks, the labels that a network would learn, and how the
/// frequencies change, as one SVG.
public struct TracePicture: Sendable {
    /// A label to draw below the components.
    public struct LabelRow: Sendable {
        public var name: String
        public var values: [Float]
        public init(name: String, values: [Float]) {
            self.name = name
            self.values = values
        }
    }

    private let window: Window
    private let title: String
    private let labels: [LabelRow]

    private static let width = 1000.0
    private static let left = 64.0
    private static let rowHeight = 120.0
    private static let labelHeight = 44.0
    private static let spectrogramHeight = 170.0
    private var plotWidth: Double { Self.width - Self.left - 16 }

    public init(_ trace: Trace, labels: [LabelRow] = []) {
        self.init(
            TraceFacts(columns: trace.metadata.columns).window(trace),
            title: trace.metadata["trace_name_original"] ?? trace.name, labels: labels)
    }

    init(_ window: Window, title: String, labels: [LabelRow]) {
        self.window = window
        self.title = title
        self.labels = labels
    }

    public var svg: String {
        var body = ""
        var top = 58.0
        body += header
        for channel in window.samples.indices {
            body += row(channel, top: top)
            top += Self.rowHeight
        }
        body += marks(from: 58, to: top)
        for (number, label) in labels.enumerated() {
            body += labelRow(label, number: number, top: top)
            top += Self.labelHeight
        }
        top += 10
        body += "<g shape-rendering=\"crispEdges\">" + spectrogram(top: top) + "</g>\n"
        top += Self.spectrogramHeight
        body += timeAxis(top: top)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(svg: Self.width)" height="\(svg: top + 40)" \
            viewBox="0 0 \(svg: Self.width) \(svg: top + 40)" font-family="Helvetica, Arial, sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="#fff"/>
            \(body)</svg>

            """
    }

    private func x(_ sample: Double) -> Double { Self.left + plotWidth * sample / Double(max(1, window.length - 1)) }

    // MARK: Parts

    private var header: String {
        let facts: [(String, String)] = [
            ("source_magnitude", "M "), ("source_distance_km", "distance km "), ("source_depth_km", "depth km "),
            ("trace_snr_db", "SNR dB "), ("trace_noise_type", ""), ("trace_start_time", ""),
        ]
        let said = facts.compactMap { column, word in window.metadata[column].map { word + $0 } }
        let line = ([window.category] + said).filter { !$0.isEmpty }.joined(separator: " · ")
        return """
            <text x="\(svg: Self.left)" y="22" font-size="15" font-weight="bold">\(title.escapedForXML)</text>
            <text x="\(svg: Self.left)" y="40" fill="#555">\(line.escapedForXML)</text>

            """
    }

    /// One component: for every column of pixels the lowest and the highest sample, so that no spike is lost.
    private func row(_ channel: Int, top: Double) -> String {
        let samples = window.samples[channel]
        let finite = samples.filter(\.isFinite)
        let mean = Double(finite.isEmpty ? 0 : finite.reduce(0) { $0 + Double($1) } / Double(finite.count))
        let peak = max(finite.reduce(0) { max($0, abs(Double($1) - mean)) }, 1e-30)
        let middle = top + Self.rowHeight / 2
        let scale = (Self.rowHeight / 2 - 6) / peak
        let columns = Int(plotWidth * 2)
        var path = ""
        for column in 0..<min(columns, samples.count) {
            let first = samples.count * column / min(columns, samples.count)
            let end = max(first + 1, samples.count * (column + 1) / min(columns, samples.count))
            let part = samples[first..<min(end, samples.count)].filter(\.isFinite)
            guard let low = part.min(), let high = part.max() else { continue }
            let place = x(Double(first))
            path += "\(path.isEmpty ? "M" : "L")\(svg: place) \(svg: middle - (Double(high) - mean) * scale)"
            if low != high { path += "L\(svg: place) \(svg: middle - (Double(low) - mean) * scale)" }
        }
        let components = Array(window.components)
        let name = channel < components.count ? String(components[channel]) : "\(channel)"
        return """
            <path d="M\(svg: Self.left) \(svg: middle)H\(svg: Self.width - 16)" stroke="#ddd"/>
            <path d="\(path)" fill="none" stroke="#1b2a41" stroke-width="0.7"/>
            <text x="14" y="\(svg: middle + 5)" font-size="15" font-weight="bold">\(name.escapedForXML)</text>
            \(Self.margin(Self.short(peak), at: top + 14))

            """
    }

    private func marks(from top: Double, to bottom: Double) -> String {
        var text = ""
        for span in window.spans {
            let (first, end) = (x(Double(span.samples.lowerBound)), x(Double(span.samples.upperBound)))
            text += """
                <rect x="\(svg: first)" y="\(svg: top)" width="\(svg: end - first)" height="\(svg: bottom - top)" \
                fill="\(Self.color(of: span.name))" opacity="0.13"/>
                <text x="\(svg: first + 3)" y="\(svg: bottom - 4)" fill="#333">\(span.name.escapedForXML)</text>

                """
        }
        for pick in window.picks {
            let place = x(pick.sample)
            let color = pick.phase.family == .P ? "#d1495b" : "#00798c"
            text += """
                <path d="M\(svg: place) \(svg: top)V\(svg: bottom)" stroke="\(color)" stroke-width="1.2"/>
                <text x="\(svg: place + 3)" y="\(svg: top + 11)" fill="\(color)" font-weight="bold">\
                \(pick.phase.rawValue)</text>

                """
        }
        return text
    }

    private func labelRow(_ label: LabelRow, number: Int, top: Double) -> String {
        let bottom = top + Self.labelHeight - 8
        let height = Self.labelHeight - 14
        var path = "M\(svg: Self.left) \(svg: bottom)"
        let step = Double(window.length - 1) / Double(max(1, label.values.count - 1))
        var last: Float = 0
        for (index, value) in label.values.enumerated() where value != last || index == label.values.count - 1 {
            if index > 0 { path += "L\(svg: x(Double(index - 1) * step)) \(svg: bottom - height * Double(last))" }
            path += "L\(svg: x(Double(index) * step)) \(svg: bottom - height * Double(value))"
            last = value
        }
        path += "L\(svg: Self.width - 16) \(svg: bottom)Z"
        let color = Self.palette[number % Self.palette.count]
        return """
            <path d="\(path)" fill="\(color)" fill-opacity="0.25" stroke="\(color)"/>
            \(Self.margin(label.name, at: bottom - 6, color: color))

            """
    }

    private func spectrogram(top: Double) -> String {
        guard let first = window.samples.first else { return "" }
        let picture = Spectrogram(first, rate: window.rate)
        let (cellWidth, cellHeight) = (
            plotWidth / Double(max(1, picture.frames)), (Self.spectrogramHeight - 10) / Double(max(1, picture.bands))
        )
        var text = ""
        for band in 0..<picture.bands {
            // Cells of one colour in a row are one rectangle: the file stays small.
            var frame = 0
            while frame < picture.frames {
                let level = picture.level(frame: frame, band: band)
                var end = frame + 1
                while end < picture.frames, picture.level(frame: end, band: band) == level { end += 1 }
                text += """
                    <rect x="\(svg: Self.left + Double(frame) * cellWidth)" \
                    y="\(svg: top + Double(picture.bands - 1 - band) * cellHeight)" \
                    width="\(svg: Double(end - frame) * cellWidth + 0.3)" height="\(svg: cellHeight + 0.3)" \
                    fill="\(Self.heat(level))"/>

                    """
                frame = end
            }
        }
        let name = window.components.prefix(1)
        text += """
            <text x="14" y="\(svg: top + 60)" font-size="15" font-weight="bold">\(String(name).escapedForXML)</text>
            \(Self.margin(Self.short(window.rate / 2) + " Hz", at: top + 10))
            \(Self.margin("0 Hz", at: top + Self.spectrogramHeight - 14))

            """
        return text
    }

    private func timeAxis(top: Double) -> String {
        let duration = Double(max(1, window.length - 1)) / window.rate
        let raw = duration / 10
        let scale = pow(10, (log10(max(raw, 1e-9))).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * scale }.first { $0 >= raw } ?? raw
        var text = ""
        for tick in 0...Int(duration / step) {
            let time = Double(tick) * step
            let place = x(time * window.rate)
            text += """
                <line x1="\(svg: place)" x2="\(svg: place)" y1="\(svg: top - 6)" y2="\(svg: top)" stroke="#555"/>
                <text x="\(svg: place)" y="\(svg: top + 14)" text-anchor="middle" fill="#555">\(Self.short(time))</text>

                """
        }
        return text
            + """
            <text x="\(svg: Self.width - 16)" y="\(svg: top + 30)" text-anchor="end" fill="#555">seconds</text>

            """
    }

    // MARK: Looks

    private static let palette = ["#7a5195", "#d1495b", "#00798c", "#edae49", "#2e4057", "#66a182"]

    /// A word beside the drawing, ending where it begins.
    private static func margin(_ text: String, at height: Double, color: String = "#777") -> String {
        """
        <text x="\(svg: left - 6)" y="\(svg: height)" text-anchor="end" fill="\(color)">\(text.escapedForXML)</text>
        """
    }

    private static func color(of name: String) -> String {
        palette[name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 9973 } % palette.count]
    }

    /// Four digits are enough to read.
    private static func short(_ number: Double) -> String {
        String(format: abs(number) >= 1e5 || (abs(number) < 1e-2 && number != 0) ? "%.2e" : "%.4g", number)
    }

    /// From dark to bright.
    private static func heat(_ level: Int) -> String {
        let t = Double(level) / Double(Spectrogram.levels - 1)
        let (red, green, blue) = (
            max(0, min(1, 1.6 * t - 0.25)), max(0, min(1, 1.5 * t * t - 0.08)),
            max(0, min(1, 0.28 + 0.9 * t - 1.5 * t * t + 0.7 * t * t * t))
        )
        return String(format: "#%02x%02x%02x", Int(red * 255), Int(green * 255), Int(blue * 255))
    }
}
