import GraphIR
import Seismic

/// Traces with what all units do in them: waveform, spectrogram, classes and activations on one axis of time.
extension UnitFinding {
    func activations(_ example: UnitExample) -> String {
        let rows = max(1, example.seen.shapes[0].dropLast().reduce(1, *)), width = example.seen.inputs[0].count / rows
        let length = Double(width) / rate
        let x = Array(example.seen.inputs[0].prefix(width))
        let peak = Double(x.map { abs($0) }.max() ?? 1)
        var plot = Plot(x: Ruler(0, length), y: Ruler(-1, 1), width: Self.width, height: 90)
        plot.wave(x.map { peak > 0 ? Double($0) / peak : 0 }, seconds: 0...length, "wave")
        plot.axes(x: "seconds", y: "waveform", ticks: 6, ticksY: 0)
        let name = HTML.escaped(example.seen.name)
        let component = example.seen.components.first.map { ", component \($0)" } ?? ""
        let charts = [
            plot.svg("the waveform of \(example.seen.name)\(component)"), spectrogram(x, length: length),
            strip(example.labels, length: length, "what it is"),
            example.said.map { strip($0, length: length, "what is said") } ?? "", map(example, length: length),
        ]
        let rightly = example.rightly.map { ", \(RelevanceFinding.percent($0)) of frames said rightly" } ?? ""
        let figure = HTML.figure(
            ["<div>\(charts.joined())</div>"],
            caption:
                "\(name), \(example.why.rawValue)\(rightly). Units downwards, by preferred class, then by how well "
                + "they tell it apart; red below zero, blue above. The spectrogram reaches 70 dB below its loudest.",
            wide: true)
        return "<div class=\"stack\">\(figure)</div>"
    }

    static let width = 700.0

    private func strip(_ labels: [Int], length: Double, _ title: String) -> String {
        var strip = Plot(x: Ruler(0, length), y: Ruler(0, 1), width: Self.width, height: 52)
        strip.bottom = 14
        var first = 0
        let step = length / Double(max(1, labels.count))
        while first < labels.count {
            var last = first
            while last + 1 < labels.count, labels[last + 1] == labels[first] { last += 1 }
            strip.bar(
                from: Double(first) * step, to: Double(last + 1) * step, high: 1,
                "n\((labels[first] + 1) % Plot.seriesCount)")
            // Names stand where there is room for them.
            if Double(last + 1 - first) * step > length / 12, classes.indices.contains(labels[first]) {
                strip.write(
                    classes[labels[first]], pixels: strip.px((Double(first) + 0.1) * step) + 3, strip.py(0.5) + 4,
                    "strong")
            }
            first = last + 1
        }
        strip.axes(x: "", y: title, ticks: 0, ticksY: 0)
        return strip.svg("\(title), class by class along time")
    }

    private func spectrogram(_ x: [Float], length: Double) -> String {
        let found = Spectrogram(x, rate: rate)
        guard found.frames > 0 else { return "" }
        var values: [Float] = []
        var names: [String] = []
        for row in 0..<found.bands {
            let band = found.bands - 1 - row
            let top = rate / 2 * Double(band + 1) / Double(found.bands)
            names.append(row % max(1, found.bands / 4) == 0 ? Figures.fixed(top, places: 0) + " Hz" : "")
            values += (0..<found.frames).map {
                Float(found.level(frame: $0, band: band)) / Float(Spectrogram.levels - 1)
            }
        }
        return InsidePage.heat(
            values, rows: found.bands, columns: found.frames, limit: 1,
            description: "spectrogram of the waveform", rowNames: names, width: Self.width - 54, tall: 3)
    }

    private func map(_ example: UnitExample, length: Double) -> String {
        let sorted = order.flatMap { unit in
            example.activations[unit * example.time..<(unit + 1) * example.time]
        }
        let limit = max(example.activations.map { abs($0) }.max() ?? 1, 1e-9)
        return InsidePage.heat(
            sorted, rows: units.count, columns: example.time, limit: min(limit, 1),
            description: "activations of all units along time", rowNames: order.map { "\($0)" }, seconds: 0...length,
            width: Self.width - 54)
    }

    /// By preferred class, then by how well they tell it apart.
    var order: [Int] {
        units.sorted { a, b in
            (a.preferred, -abs(a.area - 0.5), a.number) < (b.preferred, -abs(b.area - 0.5), b.number)
        }.map(\.number)
    }

    // MARK: Bands and other trainings

    func bandFigure() -> String {
        let values = order.flatMap { unit in bands[unit].map { Float($0 ?? 0) } }
        let table = HTML.table(
            ["unit"] + edges.map { "to \(Figures.fixed($0, places: 1)) Hz" },
            order.prefix(300).map { unit in
                ["\(unit)"] + bands[unit].map { $0.map { Figures.fixed($0, places: 2) } ?? "–" }
            }, caption: "Correlation of |h| with the logarithm of the energy in a band", style: "numbers")
        return HTML.figure(
            [
                InsidePage.heat(
                    values, rows: units.count, columns: edges.count, limit: 1,
                    description: "correlation of every unit with the energy of sixteen bands",
                    rowNames: order.map { "\($0)" }, seconds: 0...(edges.last ?? 1), width: 420)
            ],
            caption:
                "Units downwards, frequency across, in Hz: correlation over whole seconds of |h| with the logarithm "
                + "of the energy of all components in a band; red: falls with it, blue: grows with it.", data: table,
            wide: true)
    }

    func samenessFigure(_ sameness: UnitSameness) -> String {
        let rows = order.prefix(300).map { unit in
            ["\(unit)"]
                + sameness.others.map {
                    "\($0.partners[unit]) <small>\(Figures.fixed($0.correlations[unit], places: 2))</small>"
                }
        }
        return "<p class=\"reading\">Units have no identity over trainings: each is paired with the unit of the other "
            + "training that goes with it over the frames of \(sameness.traces) traces, one to one. "
            + "\(sameness.steady) of "
            + "\(units.count) have a partner with |r| above \(UnitSameness.limit) in every other training.</p>"
            + HTML.table(
                ["unit"] + sameness.others.map { HTML.escaped($0.name) }, rows,
                caption: "Partners in other trainings, with their correlation", style: "numbers")
    }

    func damageFigure(_ damage: UnitDamage) -> String {
        let order = damage.losses.indices.sorted {
            (damage.losses[$1], damage.changes[$1], $0) < (damage.losses[$0], damage.changes[$0], $1)
        }
        return HTML.table(
            ["unit", HTML.escaped(damage.metric)] + damage.names.map { HTML.escaped($0) } + ["answers move by"],
            order.prefix(300).map { unit in
                ["\(unit)", RelevanceFinding.signed(-damage.losses[unit])]
                    + damage.byClass[unit].map { $0.map { RelevanceFinding.signed(-$0) } ?? "–" }
                    + [RelevanceFinding.number(damage.changes[unit])]
            }, caption: "What changes when this unit alone says nothing, over \(damage.traces) traces", style: "numbers"
        )
    }
}
