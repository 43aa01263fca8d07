import Foundation
import GraphIR

/// Recordings on which the networks disagree, one at a time: waveform, arrivals, and what each network said.
enum TraceBrowserSection: ReportSection {
    static let signature = Signature(
        .report, "disagreements", "A browser of recordings that one network reads rightly and another wrongly.")
    static let title = "Where one is right and another wrong"
    static let place = 110
    /// How many columns a waveform and a curve have in the page.
    private static let columns = 1200

    static func html(_ content: ReportContent) -> String? {
        guard !content.disagreements.isEmpty else { return nil }
        let options = content.disagreements.enumerated().map { index, trace in
            "<option value=\"\(index)\">\(HTML.escaped(trace.trace))</option>"
        }
        let kinds = content.contenders.indices.dropFirst().flatMap { index -> [String] in
            let name = HTML.escaped(content.contenders[index].name)
            let reference = HTML.escaped(content.contenders[0].name)
            return [
                "<option value=\"only:\(index)\">\(name) right more often than \(reference)</option>",
                "<option value=\"not:\(index)\">\(reference) right more often than \(name)</option>",
            ]
        }
        return """
            <p>Recordings of the test set, chosen where the seeds of one network agree with the catalogue and those of
            another do not. Vertical lines are the catalogue’s arrivals: P solid, S dashed. Curves are the outputs of
            each network’s first seed. The arrow keys go from one recording to the next, z looks closer.</p>
            <div class="browser" tabindex="0" role="group" aria-label="Recordings on which the networks disagree">
            <div class="bar-of-controls"><button type="button" data-step="-1" aria-label="Previous recording">←</button>
            <label>Recording <select>\(options.joined())</select></label>
            <button type="button" data-step="1" aria-label="Next recording">→</button>
            <label>Show <select><option value="">all of them</option>\(kinds.joined())</select></label>
            <button type="button" class="zoom" aria-pressed="false">Around the arrivals</button>
            <span class="count" aria-live="polite"></span></div>
            <p class="facts"></p><div class="drawing"><canvas role="img"></canvas></div>
            <div class="said" aria-live="polite"></div></div>
            <noscript><p>The browser of recordings needs a script; everything else on this page does not.</p></noscript>
            <script type="application/json" id="traces">\(HTML.embedded(data(content)))</script>
            """
    }

    private static func data(_ content: ReportContent) -> JSON {
        [
            "networks": .array(content.contenders.map { .string($0.name) }),
            "traces": .array(content.disagreements.map { trace($0, content) }),
        ]
    }

    private static func trace(_ trace: Disagreement, _ content: ReportContent) -> JSON {
        let length = trace.channels.first?.samples.count ?? 0
        let names = trace.readings.first?.curves.map(\.name) ?? []
        let outputs: [JSON] = names.map { name in
            let curves: [JSON] = content.contenders.indices.map { index in
                let reading = trace.readings.first { $0.contender == index }
                let curve = reading?.curves.first { $0.name == name }
                return curve.map { .string(Thinned.curve($0.values, columns: columns)) } ?? .null
            }
            return ["name": .string(name), "curves": .array(curves)]
        }
        let right: [JSON] = content.contenders.indices.map { index in
            let reading = trace.readings.first { $0.contender == index }
            return .number(reading.map { Double($0.right) / Double(max($0.seeds, 1)) } ?? 0)
        }
        return [
            "facts": .array(trace.facts.map { .string($0) }),
            "seconds": .number(Double(length) / max(trace.rate, 1e-9)),
            "channels": .array(
                trace.channels.map { channel in
                    ["name": .string(channel.name), "data": .string(Thinned.wave(channel.samples, columns: columns))]
                }),
            "arrivals": .array(
                trace.arrivals.map { arrival in
                    ["phase": .string(arrival.phase), "at": .number(arrival.sample / Double(max(length, 1)))]
                }),
            "outputs": .array(outputs), "right": .array(right), "said": .string(said(trace, content)),
            "words": .string(words(trace, content)),
        ]
    }

    private static func said(_ trace: Disagreement, _ content: ReportContent) -> String {
        let phases = trace.arrivals.map(\.phase) + trace.readings.flatMap { $0.picks.map(\.phase) }
        var columns: [String] = []
        for phase in phases where !columns.contains(phase) { columns.append(phase) }
        let rows = trace.readings.map { reading in
            [content.name(reading.contender), "\(reading.right) of \(reading.seeds) seeds"]
                + columns.map { phase in
                    guard let pick = reading.picks.first(where: { $0.phase == phase }) else { return "no pick" }
                    let probability = "<small>p = \(Figures.fixed(pick.probability, places: 2))</small>"
                    guard let truth = trace.arrivals.first(where: { $0.phase == phase }) else {
                        return "\(Figures.fixed(pick.sample / trace.rate, places: 2)) s, none there \(probability)"
                    }
                    return "\(Figures.signed((pick.sample - truth.sample) / trace.rate, places: 2)) s \(probability)"
                }
        }
        return HTML.table(["Network", "Right in"] + columns.map { "\($0) pick − arrival" }, rows, style: "numbers")
    }

    private static func words(_ trace: Disagreement, _ content: ReportContent) -> String {
        let list = trace.readings.map {
            "\(content.contenders[$0.contender].name) is right in \($0.right) of \($0.seeds) seeds"
        }
        return "\(trace.trace): waveform of \(trace.channels.count) channels; " + list.joined(separator: ", ")
    }
}

/// Samples thinned to what a picture of some hundred columns can show, as signed bytes in base 64.
enum Thinned {
    /// The lowest and the highest sample of each column, in units of the largest.
    static func wave(_ samples: [Float], columns: Int) -> String {
        let scale = samples.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
        let bytes = parts(samples.count, columns).flatMap { part -> [Int8] in
            let values = samples[part].filter(\.isFinite)
            return [
                byte((values.min() ?? 0) / max(scale, .leastNormalMagnitude)),
                byte((values.max() ?? 0) / max(scale, .leastNormalMagnitude)),
            ]
        }
        return base64(bytes)
    }

    /// The highest value of each column, from 0 to 1.
    static func curve(_ values: [Float], columns: Int) -> String {
        base64(parts(values.count, columns).map { byte(values[$0].filter(\.isFinite).max() ?? 0) })
    }

    private static func parts(_ count: Int, _ columns: Int) -> [Range<Int>] {
        let columns = min(count, columns)
        return (0..<columns).map { $0 * count / columns..<($0 + 1) * count / columns }
    }
    private static func byte(_ value: Float) -> Int8 { Int8((max(-1, min(1, value)) * 127).rounded()) }
    private static func base64(_ bytes: [Int8]) -> String {
        Data(bytes.map { UInt8(bitPattern: $0) }).base64EncodedString()
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TraceBrowserSection.self, $0) }
