import Files
import Foundation
import GraphIR
import Kernels

extension OptimumFinding {
    private var subject: String {
        "\(target.output)\(target.channel == "0" ? "" : " (\(target.channel))") at \(target.place)"
    }
    /// In words, how much the ends are alike.
    private var agreementText: String? {
        agreement.map {
            "the ends agree to \(Figures.fixed($0, places: 2)) after the best shift"
                + ($0 < 0.5 ? ": there is no one optimum" : "")
        }
    }

    public var text: String {
        let width = max(8, searches.map(\.name.count).max() ?? 0) + 2
        var lines = ["what \(subject) likes \(wishes.isLeast ? "least" : "best")"]
        for search in searches {
            var line = search.name.padding(toLength: width, withPad: " ", startingAt: 0)
            if search.hasNoSlope {
                line += "no slope from there: nothing says which way is up"
            } else {
                line +=
                    "\(RelevanceFinding.signed(search.first)) to \(RelevanceFinding.signed(search.last)) in "
                    + "\(search.curve.count) steps\(search.hasSettled ? "" : ", still moving")"
                line +=
                    ", peak "
                    + zip(components, search.peaks).map {
                        "\($0) \(Figures.fixed($1, places: 1))"
                    }.joined(separator: " ") + " Hz"
                if let change = search.change { line += ", changed by \(Figures.fixed(change, places: 0)) dB" }
            }
            lines.append("  " + line)
        }
        if let agreementText { lines.append("  " + agreementText) }
        lines += notes.map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1,
            "run": [
                "folder": .string(run.folder), "hash": .string(run.graphHash), "weights": .string(run.weights),
                "seed": .int(run.seed),
            ],
            "target": [
                "output": .string(target.output), "channel": .string(target.channel), "where": .string(target.place),
            ],
            "least": .bool(wishes.isLeast),
            "searches": .array(
                searches.map { search in
                    [
                        "start": .string(search.name), "first": .number(search.first), "last": .number(search.last),
                        "steps": .int(search.curve.count), "settled": .bool(search.hasSettled),
                        "no_slope": .bool(search.hasNoSlope), "change_db": search.change.map { .number($0) } ?? .null,
                        "peaks_hz": .array(search.peaks.map { .number($0) }),
                    ]
                }),
            "agreement": agreement.map { .number($0) } ?? .null,
            "notes": .array(notes.map { .string($0) }),
            "definitions": [
                "first, last": "the logit, or log odds, at the start and at the best step",
                "settled": "the best value grew by less than 1e-4 in 20 steps",
                "change_db": "energy of what changed, over that of the start, when the number first was above zero",
                "agreement": "mean over pairs of ends of their largest correlation at any shift",
            ],
        ]
    }

    public var arrays: [NPZ.Entry] {
        [
            .init(
                "starts", NumberArray(shape: [searches.count] + shape, floats: searches.flatMap(\.from))),
            .init("ends", NumberArray(shape: [searches.count] + shape, floats: searches.flatMap(\.to))),
        ]
            + searches.enumerated().map {
                .init("curve_\($0.offset)", NumberArray(shape: [$0.element.curve.count], doubles: $0.element.curve))
            }
    }

    static let caution =
        "A window that a network likes best is no earthquake: it shows what the network answers to, within the band "
        + "and the loudness that it was kept to."

    public func page(command: String) -> String {
        var page = InsidePage(
            title: "What \(subject) likes \(wishes.isLeast ? "least" : "best")",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)", caution: Self.caution)
        page.sections.append(("Spectra", spectraFigure()))
        page.sections.append(("Starts and ends", waveforms()))
        page.sections.append(("How the number grew", convergence()))
        page.footer =
            notes.map { $0 + "." } + [
                "Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights), seed \(run.seed).",
                command,
            ]
        return page.html
    }

    private func table() -> String {
        HTML.table(
            ["start", "at first", "at the end", "steps", "peak, Hz", "change, dB", ""],
            searches.map { search in
                [
                    HTML.escaped(search.name), RelevanceFinding.signed(search.first),
                    RelevanceFinding.signed(search.last), "\(search.curve.count)",
                    search.peaks.map { Figures.fixed($0, places: 1) }.joined(separator: ", "),
                    search.change.map { Figures.fixed($0, places: 1) } ?? "–",
                    search.hasNoSlope ? "no slope" : search.hasSettled ? "" : "still moving",
                ]
            }, caption: "The searches")
    }

    private func convergence() -> String {
        let moving = searches.filter { !$0.hasNoSlope }
        guard !moving.isEmpty else { return "<p class=\"failed\">No start has a slope.</p>" + table() }
        var plot = Plot(
            x: Ruler(0, Double(moving.map(\.curve.count).max() ?? 1)), y: Ruler(holding: moving.flatMap(\.curve)),
            width: 720, height: 300)
        for (index, search) in moving.enumerated() {
            plot.line(
                search.curve.enumerated().map { (Double($0.offset), $0.element) },
                "line n\(1 + index % (Plot.seriesCount - 1))")
        }
        plot.axes(x: "steps", y: "logit")
        return HTML.figure(
            [plot.svg("the number after each step, a line a start")],
            caption: agreementText.map { "A line a start; " + HTML.escaped($0) + "." } ?? "A line a start.",
            data: table(), wide: true)
    }

    func waveforms() -> String {
        let (rows, width) = (shape[0], shape[1])
        let length = Double(width) / rate
        let charts = searches.map { search -> String in
            var pair = ""
            for (part, x) in [("start", search.from), ("end", search.to)] {
                let peak = Double(x.map { abs($0) }.max() ?? 0)
                var plot = Plot(
                    x: Ruler(0, length), y: Ruler(-Double(rows), 0), width: 420, height: 60 + 44 * Double(rows))
                for row in 0..<rows {
                    let line = x[row * width..<(row + 1) * width].map {
                        -Double(row) - 0.5 + (peak > 0 ? 0.45 * Double($0) / peak : 0)
                    }
                    plot.line(RelevanceFinding.envelope(line, rate: rate), "wave")
                }
                if let seconds = target.seconds { plot.segment(seconds, -Double(rows), seconds, 0, "asked") }
                plot.axes(x: "seconds", y: components.joined(separator: ", "), ticks: 6, ticksY: 0)
                let value = part == "start" ? search.first : search.last
                pair += plot.svg(
                    "\(part) of the search from \(search.name)",
                    heading: "\(search.name), \(part): \(RelevanceFinding.signed(value))")
            }
            return pair
        }
        return HTML.figure(
            charts, caption: "Each component over the other, on one scale a window. Upright line: what is asked for.",
            wide: true)
    }

    /// Spectra of the ends over the bands of the data, some hundred frequencies on a logarithmic axis.
    func spectraFigure() -> String {
        let transform = Fourier(atLeast: shape[1])
        let half = transform.length / 2
        let lowest = rate / Double(transform.length)
        let edges = (0...100).map { lowest * pow(rate / 2 / lowest, Double($0) / 100) }
        let cells = zip(edges, edges.dropFirst()).map { from, to -> ClosedRange<Int> in
            let first = min(half, max(1, Int((from / lowest).rounded())))
            return first...max(first, min(half, Int((to / lowest).rounded()) - 1))
        }
        func reduced(_ spectrum: [Double]) -> [Double] {
            cells.map { cell in cell.reduce(0) { $0 + spectrum[$1] } / Double(cell.count) }
        }
        let middles = cells.map { Double($0.lowerBound + $0.upperBound) / 2 * lowest }
        let moving = searches.filter { !$0.hasNoSlope }
        let charts = (0..<shape[0]).map { row -> String in
            let ends = moving.map { search -> [Double] in
                let (re, im) = transform.spectrum(search.to[row * shape[1]..<(row + 1) * shape[1]])
                return reduced((0...half).map { (re[$0] * re[$0] + im[$0] * im[$0]).squareRoot() })
            }
            let highs = ends.flatMap { $0 } + bands.flatMap { reduced($0.high[row]) }
            let top = max(highs.max() ?? 1, 1e-6)
            var plot = Plot(
                x: Ruler(lowest, rate / 2, .logarithmic), y: Ruler(top / 1e4, top * 1.5, .logarithmic), width: 420,
                height: 280)
            for (index, band) in bands.enumerated() {
                let (low, high) = (reduced(band.low[row]), reduced(band.high[row]))
                plot.band(
                    middles.indices.map { (middles[$0], max(low[$0], top / 1e4), max(high[$0], top / 1e4)) },
                    index == 0 ? "n2" : "n3")
            }
            for end in ends { plot.line(zip(middles, end).map { ($0, max($1, top / 1e4)) }, "line n1") }
            plot.axes(x: "Hz", y: "amplitude")
            let name = components.indices.contains(row) ? components[row] : "\(row)"
            return plot.svg("spectra of the ends over those of the data, component \(name)", heading: name)
        }
        let names = bands.enumerated().map {
            HTML.name("\($0.element.name), \($0.element.traces) traces", series: $0.offset == 0 ? 2 : 3)
        }.joined(separator: " &nbsp; ")
        return HTML.figure(
            charts,
            caption: "\(HTML.name("ends of the searches", series: 1)) &nbsp; \(names): between a tenth and nine tenths "
                + "of the traces.", data: table(), wide: true)
    }
}
