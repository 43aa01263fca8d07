import Foundation
import GraphIR

extension MapFinding {
    public func page(command: String) -> String {
        var page = InsidePage(
            title: "What each layer makes of it",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)",
            caution:
                "A map shows what a layer holds, not what the layers behind it make of it. Each sample is drawn in the "
                + "middle of what it sees: samples lie as far apart as the strides before them say, so that arrivals "
                + "stand under each other in all layers.")
        page.sections = sections
        let rows = layers.map {
            [
                HTML.escaped($0.path), "\($0.channels)", "\($0.time)", Figures.fixed($0.jump, places: 1), "\($0.dead)",
                "\($0.constant)", "\($0.saturated)",
            ]
        }
        page.sections.append(
            (
                "Counts",
                HTML.table(
                    ["layer", "channels", "samples", "apart", "dead", "constant", "saturated"], rows,
                    caption: "Over these traces; apart: how many samples of the window lie between two of a layer",
                    style: "numbers")
            ))
        page.footer = ["Run \(run.folder), weights \(run.weights).", command]
        return page.html
    }

    var sections: [(title: String, html: String)] {
        traces.enumerated().map { place, trace in
            let width = trace.shapes[0].last ?? 1, length = Double(width) / rate
            let drawn = layers.filter { $0.time > 1 }.map { layer -> String in
                // Samples of a layer are spread evenly about the middle of the window.
                let over = layer.jump * Double(layer.time), before = (Double(width) - over) / 2
                let names = layer.channels <= 40 ? (0..<layer.channels).map { "\($0)" } : []
                let rows = min(layer.channels, 64)
                return "<h4>\(HTML.escaped(layer.path)) <small>\(layer.channels) × \(layer.time)"
                    + (layer.dead > 0 ? ", \(layer.dead) dead" : "")
                    + (layer.channels > rows ? ", the first \(rows)" : "") + "</small></h4>"
                    + InsidePage.heat(
                        layer.values[place], rows: rows, columns: layer.time, limit: layer.limit,
                        description: "\(layer.path): \(layer.channels) channels along time", rowNames: names,
                        seconds: 0...length, over: before / rate...(before + over) / rate,
                        tall: max(2, min(14, 220 / Double(max(1, rows)))))
            }
            return (
                trace.name,
                "<figure>\(waveform(trace, length: length))\(drawn.joined())<figcaption>Channels downwards, seconds "
                    + "across; red below zero, blue above; one scale a layer for all traces. Above: the first "
                    + "component, with the catalogue's arrivals.</figcaption></figure>"
            )
        }
    }

    private func waveform(_ trace: Subject.Seen, length: Double) -> String {
        let x = trace.inputs[0].prefix(trace.shapes[0].last ?? 1)
        let peak = Double(x.map { abs($0) }.max() ?? 1)
        var plot = Plot(x: Ruler(0, length), y: Ruler(-1, 1), width: 700, height: 90)
        (plot.left, plot.right) = (54, 6)
        plot.wave(x.map { peak > 0 ? Double($0) / peak : 0 }, seconds: 0...length, "wave")
        for arrival in trace.arrivals { plot.segment(arrival.seconds, -1, arrival.seconds, 1, "arrival") }
        plot.axes(x: "", y: trace.components.first ?? "waveform", ticks: 6, ticksY: 0)
        return plot.svg("the waveform of \(trace.name)")
    }
}
