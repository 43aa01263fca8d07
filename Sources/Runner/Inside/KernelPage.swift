import Foundation
import GraphIR

extension KernelFinding {
    public func page(_ run: RelevanceFinding.RunNote, command: String) -> String {
        var page = InsidePage(
            title: "Kernels of \(layer)", kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)",
            caution:
                "A kernel says what one layer multiplies with; only the first layer's is in the units of the waveform.")
        page.sections = sections
        page.footer = ["Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights).", command]
        return page.html
    }

    var sections: [(title: String, html: String)] {
        var sections: [(title: String, html: String)] = []
        let limit = Double(kernels.flatMap(\.taps).map { abs($0) }.max() ?? 1)
        let shown = kernels.prefix(filters * min(channels, 3) > 120 ? 120 : kernels.count)
        let charts = shown.map { kernel -> String in
            var plot = Plot(
                x: Ruler(0, Double(max(1, kernel.taps.count - 1)) / rate), y: Ruler(-limit, limit), width: 220,
                height: 130)
            plot.line(kernel.taps.enumerated().map { (Double($0.offset) / rate, Double($0.element)) }, "line n1")
            plot.axes(x: "s", y: "", ticks: 3, ticksY: 2)
            return plot.svg(
                "kernel of filter \(kernel.filter) for channel \(kernel.channel)",
                heading: "\(kernel.filter) ← \(kernel.channel)")
        }
        let responses = (0..<min(filters, 40)).map { filter -> String in
            var plot = Plot(x: Ruler(0, rate / 2), y: Ruler(-40, 10), width: 220, height: 130)
            for kernel in kernels where kernel.filter == filter && kernel.channel < 4 {
                let amplitude = Subject.amplitude(kernel.taps)
                let points = amplitude.enumerated().map {
                    (
                        x: Double($0.offset) * rate / 2 / Double(amplitude.count - 1),
                        y: max(-40, 20 * log10(max($0.element, 1e-9)))
                    )
                }
                plot.line(points, "line thin n\(kernel.channel + 1)")
            }
            plot.axes(x: "Hz", y: "dB", ticks: 4, ticksY: 3)
            return plot.svg("amplitude response of filter \(filter)", heading: "filter \(filter)")
        }
        let table = HTML.table(
            ["filter ← channel", "peak, Hz", "half-width, Hz", "energy"],
            kernels.prefix(400).map {
                [
                    "\($0.filter) ← \($0.channel)", Figures.fixed($0.peak, places: 2),
                    Figures.fixed($0.halfWidth, places: 2),
                    RelevanceFinding.percent($0.energy),
                ]
            }, caption: "What each kernel does to frequencies")
        sections.append(
            (
                "Along time",
                HTML.figure(
                    Array(charts), caption: "One scale for all; taps in seconds at the rate of this layer.", data: table
                )
            ))
        sections.append(
            (
                "Along frequency",
                HTML.figure(responses, caption: "Amplitude in dB up to half the rate at this layer; a line a channel.")
            ))
        sections.append(
            (
                "Who looks at whom",
                HTML.figure(
                    [
                        InsidePage.heat(
                            norms, rows: filters, columns: channels, limit: norms.max() ?? 1,
                            description: "norms of all kernels, filters by channels")
                    ],
                    caption: "The norm of each kernel: filters downwards, channels across.")
            ))
        return sections
    }
}
