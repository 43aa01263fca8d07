import Files
import Foundation
import GraphIR

extension UnitPortrait {
    private var name: String { "\(layer)/\(number)" }
    private var strongestBand: (hertz: Double, correlation: Double)? {
        bands.compactMap { band in band.correlation.map { (band.hertz, $0) } }.max { abs($0.1) < abs($1.1) }
            .map { (hertz: $0.0, correlation: $0.1) }
    }
    private var bandWidth: Double { bands.first?.hertz ?? 0 }

    public var text: String {
        var lines = ["\(name), one of \(units) units"]
        if row.isDead { lines.append("  dead: it is 0 in all of these traces") }
        lines.append(
            "  loudest for \(classes[row.loudest]), tells \(classes[row.preferred]) apart best: selectivity "
                + "\(Figures.fixed(row.selectivity, places: 2)), area \(Figures.fixed(row.area, places: 2)), "
                + "\(Figures.fixed(row.information, places: 3)) bits (chance \(Figures.fixed(row.chance, places: 3)))"
                + (row.isInformative ? "" : ": no more than dealt classes tell"))
        for (place, change) in row.changes.enumerated() {
            guard let change, abs(change) >= 3 else { continue }
            lines.append(
                "  \(change > 0 ? "rises" : "falls") at \(classes[place]), z \(Figures.fixed(change, places: 1))")
        }
        if let band = strongestBand {
            lines.append(
                "  moves most with \(Figures.fixed(band.hertz - bandWidth, places: 1)) to "
                    + "\(Figures.fixed(band.hertz, places: 1)) Hz, "
                    + "correlation \(Figures.fixed(band.correlation, places: 2))"
            )
        }
        for gate in gates {
            lines.append(
                "  gate \(gate.name): closed in \(RelevanceFinding.percent(gate.low)) of frames, open in "
                    + RelevanceFinding.percent(gate.high))
        }
        for moment in moments.prefix(3) {
            lines.append(
                "  loud in \(moment.trace) at \(Figures.fixed(moment.seconds, places: 2)) s: "
                    + RelevanceFinding.signed(Double(moment.value)))
        }
        lines.append(optimum.text)
        return lines.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1,
            "run": [
                "folder": .string(run.folder), "hash": .string(run.graphHash), "weights": .string(run.weights),
                "seed": .int(run.seed),
            ],
            "layer": .string(layer), "unit": .int(number), "units": .int(units),
            "classes": .array(classes.map { .string($0) }), "heat": .array(heat.map { .number($0) }),
            "loudest": .string(classes[row.loudest]), "preferred": .string(classes[row.preferred]),
            "selectivity": .number(row.selectivity), "area": .number(row.area), "information": .number(row.information),
            "chance": .number(row.chance), "informative": .bool(row.isInformative), "dead": .bool(row.isDead),
            "z_at_start": .array(row.changes.map { $0.map { .number($0) } ?? .null }),
            "bands": .array(
                bands.map { ["hertz": .number($0.hertz), "correlation": $0.correlation.map { .number($0) } ?? .null] }),
            "gates": .array(
                gates.map { ["name": .string($0.name), "closed": .number($0.low), "open": .number($0.high)] }),
            "moments": .array(
                moments.map {
                    [
                        "trace": .string($0.trace), "seconds": .number($0.seconds), "value": .number(Double($0.value)),
                    ]
                }),
            "optimum": optimum.json,
            "definitions": [
                "bands": .string(
                    "correlation, over whole seconds, of the mean of |h| with the logarithm of the energy of all "
                        + "components in a band that ends at this frequency"),
                "moments": "where |h| is largest in a trace, loudest traces first",
            ],
        ]
    }

    public func page(command: String) -> String {
        var page = InsidePage(
            title: "Unit \(number) of \(layer)", kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)",
            caution:
                "What a unit is loud for is not what the network needs it for: only silencing it shows that "
                + "(inside prune). Units have no identity across seeds.")
        page.sections.append(("In short", "<pre>\(HTML.escaped(text))</pre>"))
        page.sections.append(("Where it is loudest", momentFigure()))
        if !triggered.isEmpty { page.sections.append(("Around arrivals", triggeredFigure())) }
        page.sections.append(("Frequencies", bandFigure()))
        page.sections.append(("What it would like best", optimum.waveforms() + optimum.spectraFigure()))
        page.footer = [
            "Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights).", command,
        ]
        return page.html
    }

    private func momentFigure() -> String {
        let charts = moments.map { moment -> String in
            let rows = moment.samples.count, length = Double(moment.samples.first?.count ?? 1) / rate
            let peak = Double(moment.samples.flatMap { $0 }.map { abs($0) }.max() ?? 0)
            var plot = Plot(
                x: Ruler(moment.start, moment.start + max(length, 1 / rate)), y: Ruler(-Double(rows), 0), width: 300,
                height: 70 + 34 * Double(rows))
            for (row, samples) in moment.samples.enumerated() {
                let line = samples.map { -Double(row) - 0.5 + (peak > 0 ? 0.45 * Double($0) / peak : 0) }
                plot.line(RelevanceFinding.envelope(line, rate: rate).map { ($0.x + moment.start, $0.y) }, "wave")
            }
            plot.segment(moment.seconds, -Double(rows), moment.seconds, 0, "asked")
            plot.axes(x: "seconds", y: components.joined(separator: ", "), ticks: 4, ticksY: 0)
            return plot.svg(
                "\(moment.trace) where the unit is loudest",
                heading: "\(moment.trace): \(RelevanceFinding.signed(Double(moment.value)))")
        }
        return HTML.figure(
            charts, caption: "The traces in which it is loudest, cut to what it sees, six seconds at most.")
    }

    private func triggeredFigure() -> String {
        let charts = triggered.map { one -> String in
            let low = zip(one.mean, one.error).map { mean, error -> Double in mean - 2 * error }
            let high = zip(one.mean, one.error).map { mean, error -> Double in mean + 2 * error }
            let spread = (low + high + one.mean).filter(\.isFinite)
            var plot = Plot(
                x: Ruler(one.seconds.first ?? -2, one.seconds.last ?? 5),
                y: Ruler(holding: spread + [0]), width: 420, height: 220)
            plot.band(one.seconds.indices.map { (one.seconds[$0], low[$0], high[$0]) }, "n1")
            plot.line(Array(zip(one.seconds, one.mean)).map { (x: $0.0, y: $0.1) }, "line n1")
            plot.axes(x: "seconds after \(one.phase)", y: "h", ticks: 7)
            return plot.svg(
                "mean activation around \(one.phase)", heading: "around \(one.phase), \(one.events) arrivals")
        }
        return HTML.figure(charts, caption: "Mean of h over arrivals, with two standard errors.")
    }

    private func bandFigure() -> String {
        var plot = Plot(x: Ruler(0, bands.last?.hertz ?? 1), y: Ruler(-1, 1), width: 640, height: 220)
        for band in bands {
            let value = band.correlation ?? 0
            plot.bar(
                from: band.hertz - bandWidth, to: band.hertz, low: min(0, value), high: max(0, value),
                value < 0 ? "for" : "n1")
        }
        plot.axes(x: "Hz", y: "correlation", ticks: 8)
        let table = HTML.table(
            ["up to Hz", "correlation"],
            bands.map {
                [Figures.fixed($0.hertz, places: 1), $0.correlation.map { Figures.fixed($0, places: 2) } ?? "–"]
            },
            style: "numbers")
        return HTML.figure(
            [plot.svg("correlation of the unit with the energy of bands")],
            caption: "Correlation of |h| with the logarithm of the energy in sixteen bands, second by second.",
            data: table, wide: true)
    }
}
