import Foundation
import GraphIR

extension AttentionFinding {
    public func page(command: String) -> String {
        var page = InsidePage(
            title: "Where it looks",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent) · \(seen.name)",
            caution:
                "Weights of attention say where a frame looks, not what it does with what it sees, nor how related a "
                + "time is to the answer. A rollout goes through blocks of attention that follow each other, and "
                + "through nothing else: convolutions and memories before and behind mix times, too.")
        page.sections = sections
        page.footer = ["Run \(run.folder), weights \(run.weights).", command]
        return page.html
    }

    private var length: Double { Double(seen.shapes[0].last ?? 1) / rate }
    private var rows: Int { max(1, seen.shapes[0].dropLast().reduce(1, *)) }

    /// A component against its peak.
    private func waveform(_ row: Int) -> [Double] {
        let width = seen.inputs[0].count / rows
        let x = seen.inputs[0][row * width..<(row + 1) * width]
        let peak = Double(x.map { abs($0) }.max() ?? 1)
        return x.map { peak > 0 ? Double($0) / peak : 0 }
    }

    var sections: [(title: String, html: String)] {
        let charts = (0..<rows).map { row -> String in
            var plot = Plot(x: Ruler(0, length), y: Ruler(-1, 1), width: 900, height: 90)
            plot.wave(waveform(row), seconds: 0...length, "wave")
            for arrival in seen.arrivals { plot.segment(arrival.seconds, -1, arrival.seconds, 1, "arrival") }
            let name = seen.components.indices.contains(row) ? seen.components[row] : ""
            plot.axes(x: "seconds", y: name, ticks: 8, ticksY: 0)
            return plot.svg("waveform of component \(name)")
        }
        let window = HTML.figure(
            [charts.joined()], caption: "What the network saw; dashed: the catalogue's arrivals.")
        return [("The window", "<div class=\"stack\">\(window)</div>")] + maps.map { ($0.name, figure($0)) }
    }

    private func figure(_ map: Map) -> String {
        let step = length / Double(max(1, map.frames))
        func row(_ title: String, _ text: (Int) -> String) -> [[String]] {
            map.received.indices.map { [Figures.fixed((Double($0) + 0.5) * step, places: 2), text($0)] }
        }
        let table = HTML.table(
            ["seconds", "looked at, mean"], row("") { Figures.fixed(map.received[$0], places: 4) })
        let charts = isLocal(map) ? [offsets(map), received(map)] : [whole(map), received(map)]
        return HTML.figure(
            charts,
            caption: (isLocal(map)
                ? "A frame looks at itself and its neighbours only: how much at each of them, along time. "
                : "Downwards who looks, across who is looked at, with the waveform along both. ")
                + "\(map.frames) frames of \(Figures.fixed(step, places: 2)) s. Entropy "
                + "\(RelevanceFinding.percent(map.entropy)) of the most; "
                + "\(RelevanceFinding.percent(map.diagonal)) of the weight within a frame of itself.",
            data: table, wide: true)
    }

    /// Whether all the weight lies within a frame of the diagonal.
    private func isLocal(_ map: Map) -> Bool { map.frames > 3 && map.diagonal > 0.9999 }

    private static let left = 54.0, width = 480.0

    private func plot(_ top: Double, height: Double) -> Plot {
        var plot = Plot(
            x: Ruler(0, length), y: Ruler(0, top), width: Self.left + Self.width + 48, height: height)
        (plot.left, plot.right) = (Self.left, 48)
        return plot
    }

    private func whole(_ map: Map) -> String {
        var along = Plot(x: Ruler(0, length), y: Ruler(-1, 1), width: Self.left + Self.width + 48, height: 60)
        (along.left, along.right, along.bottom, along.top) = (Self.left, 48, 6, 6)
        along.wave(waveform(0), seconds: 0...length, "wave")
        // One under the other, so that times stand under each other.
        return "<div>" + along.svg("waveform along who is looked at")
            + InsidePage.heat(
                map.weights, rows: map.frames, columns: map.frames, limit: map.weights.max() ?? 1,
                description: "weights of attention of \(map.name), seconds that look by seconds that are looked at",
                seconds: 0...length, width: Self.width, rowSeconds: 0...length, beside: waveform(0)) + "</div>"
    }

    private func received(_ map: Map) -> String {
        var plot = plot((map.received.max() ?? 1) * 1.05, height: 150)
        let step = length / Double(max(1, map.frames))
        plot.line(map.received.enumerated().map { ((Double($0.offset) + 0.5) * step, $0.element) }, "line n1")
        for arrival in seen.arrivals {
            plot.segment(arrival.seconds, 0, arrival.seconds, (map.received.max() ?? 1), "arrival")
        }
        plot.axes(x: "seconds", y: "looked at, mean", ticks: 6, ticksY: 3)
        return plot.svg("who is looked at, by \(map.name)")
    }

    /// Local attention as lines: the frame before, itself, the frame after.
    private func offsets(_ map: Map) -> String {
        var plot = plot(1, height: 200)
        let step = length / Double(max(1, map.frames))
        for offset in -1...1 {
            let line = (0..<map.frames).compactMap { frame -> (x: Double, y: Double)? in
                let other = frame + offset
                guard (0..<map.frames).contains(other) else { return nil }
                return ((Double(frame) + 0.5) * step, Double(map.weights[frame * map.frames + other]))
            }
            plot.line(line, "line n\(offset + 2)")
        }
        plot.axes(x: "seconds", y: "weight", ticks: 6, ticksY: 3)
        let names = ["the frame before", "itself", "the frame after"].enumerated().map {
            HTML.name($0.element, series: $0.offset + 1)
        }
        return "<div>" + plot.svg("how much a frame looks at the one before, at itself and at the one after")
            + "<p>\(names.joined(separator: " &nbsp; "))</p></div>"
    }
}
