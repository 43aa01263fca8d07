import Foundation
import GraphIR

/// Recordings on which the networks disagree, one at a time: waveform, arrivals, and what each network said.
enum TraceBrowserSection: ReportSection {
    static let signature = Signature(
        .report, "disagreements", "A browser of recordings that one network reads rightly and another wrongly.")
    static let title = "Recordings, right and wrong"
    static let place = 110
    /// How many columns a waveform and a curve have in the page.
    private static let columns = 1200

    static func html(_ content: ReportContent) -> String? {
        let differing = content.comparison.differingTraces
        guard !content.disagreements.isEmpty else {
            return differing.isEmpty ? nil : "<p>\(intro(differing, content))</p>" + list(differing, content)
        }
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
        let curves =
            content.hasOneSeed
            ? "Curves have the threshold as a dashed line and a triangle at each pick."
            : "Curves are those of \(content.isOneNetwork ? "the" : "each network’s") first seed, with the threshold "
                + "of each as a dashed line and a triangle at each pick."
        let show = "<label>Show <select><option value=\"\">all of them</option>\(kinds.joined())</select></label>"
        let label = content.isOneNetwork ? "Recordings that it read" : "Recordings on which the networks disagree"
        return """
            <p>\(intro(differing, content)) Vertical lines are the catalogue’s arrivals: P solid, S dashed. \(curves)
            The arrow keys go from one recording to the next, z looks closer.</p>\(content.smallLegend)
            <div class="browser" tabindex="0" role="group" aria-label="\(label)">
            <div class="bar-of-controls"><button type="button" data-step="-1" aria-label="Previous recording">←</button>
            <label>Recording <select>\(options.joined())</select></label>
            <button type="button" data-step="1" aria-label="Next recording">→</button>
            \(content.ofSeveral(show))
            <button type="button" class="zoom" aria-pressed="false">Around the arrivals</button>
            <span class="count" aria-live="polite"></span></div>
            <p class="facts"></p><div class="drawing"><canvas role="img"></canvas></div>
            <div class="said" aria-live="polite"></div></div>
            <noscript><p>The browser of recordings needs a script; everything else on this page does not.</p></noscript>
            <script type="application/json" id="traces">\(HTML.embedded(data(content)))</script>
            \(list(differing, content))
            """
    }

    private static func intro(_ differing: [DifferingTrace], _ content: ReportContent) -> String {
        guard content.contenders.count > 1 else {
            return
                "Earthquakes that the network read wrongly, the surest mistakes first, then those that it read "
                + "rightly, the clearest first, then noise that it took for something."
        }
        let drawn = content.disagreements.count
        let events = differing.count(where: \.isEvent)
        var text =
            "On \(Figures.count(differing.count)) of \(Figures.count(content.comparison.traceCount)) test traces "
        text += "(\(Figures.count(events)) earthquakes, \(Figures.count(differing.count - events)) noise) the networks "
        text +=
            "differ \(content.hasOneSeed ? "in whether they" : "in how many of their seeds") read them rightly: every "
        text += "arrival picked within half a second, nothing "
        text += "else, and the event found or rightly not. "
        if drawn < differing.count {
            text +=
                "The clearest \(Figures.count(drawn)) are drawn; <code>strata plot RUN --trace NAME</code> draws "
                + "others. "
        }
        return text
            + "All of them, with every run’s picks and thresholds, are in <code>differing_traces.csv</code> beside "
            + "this page."
    }

    /// Every trace on which networks differ, drawn or not.
    private static func list(_ differing: [DifferingTrace], _ content: ReportContent) -> String {
        guard !differing.isEmpty, let table = content.contenders[0].runs.first?.predictions else { return "" }
        let rows = differing.prefix(5000).map { entry in
            let facts = ["channel", "window_start_time", "snr_db", "earthquake_distance_km", "source_magnitude"].map {
                HTML.escaped(table.cell($0, entry.trace))
            }
            return [HTML.escaped(table.cell("trace_name", entry.trace)), entry.isEvent ? "earthquake" : "noise"]
                + facts + zip(entry.right, content.contenders).map { rightly($0, $1.runs.count) }
        }
        let header =
            ["Trace", "What", "Channel", "Window from", "SNR (dB)", "Distance (km)", "Magnitude"]
            + content.contenders.indices.map { "Right: \(content.name($0))" }
        return "<details class=\"data\"><summary>All \(Figures.count(differing.count)) traces on which they differ"
            + "</summary>" + HTML.table(header, rows, style: "numbers") + "</details>"
    }

    private static func data(_ content: ReportContent) -> JSON {
        [
            "networks": .array(content.contenders.map { .string($0.name) }),
            "traces": .array(content.disagreements.map { trace($0, content) }),
        ]
    }

    private static func trace(_ trace: Disagreement, _ content: ReportContent) -> JSON {
        let length = trace.channels.first?.samples.count ?? 0
        var names: [String] = []
        for name in trace.readings.flatMap({ $0.curves.map(\.name) }) where !names.contains(name) { names.append(name) }
        let outputs: [JSON] = names.map { name in
            let curves = content.contenders.indices.map { index in
                trace.readings.first { $0.contender == index }?.curves.first { $0.name == name }
            }
            return [
                "name": .string(name),
                "curves": .array(
                    curves.map { $0.map { .string(Thinned.curve($0.values, columns: columns)) } ?? .null }),
                "thresholds": .array(curves.map { $0?.threshold.map { .number($0) } ?? .null }),
                "picks": .array(
                    curves.map { curve in
                        .array((curve?.picks ?? []).map { .number($0.sample / Double(max(length - 1, 1))) })
                    }),
            ]
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

    /// `2 of 3`; of one seed `yes` or `no`.
    private static func rightly(_ right: Int, _ seeds: Int) -> String {
        seeds == 1 ? (right == 1 ? "yes" : "no") : "\(right) of \(seeds)"
    }

    static func said(_ trace: Disagreement, _ content: ReportContent) -> String {
        let phases =
            trace.arrivals.map { String($0.phase.prefix(1)) } + trace.readings.flatMap { $0.picks.map(\.phase) }
        // What no network has a curve of, none can pick.
        let curves = Set(trace.readings.flatMap { $0.curves.map(\.name) })
        let columns = Words.unique(phases).filter(curves.contains)
        let rows = trace.readings.map { reading in
            [
                content.name(reading.contender),
                rightly(reading.right, reading.seeds) + (reading.seeds == 1 ? "" : " seeds"),
            ]
                + columns.map { phase in
                    guard reading.curves.contains(where: { $0.name == phase }) else { return "does not pick \(phase)" }
                    let picks = reading.picks.filter { $0.phase == phase }
                    guard !picks.isEmpty else { return "no pick" }
                    return picks.map { said($0, trace) }.joined(separator: "<br>")
                }
        }
        let header = ["Network", content.hasOneSeed ? "Right" : "Right in"]
        return HTML.table(header + columns.map { "\($0) pick − arrival" }, rows, style: "numbers")
    }

    /// A pick beside the nearest arrival of its phase.
    private static func said(
        _ pick: (phase: String, sample: Double, probability: Double), _ trace: Disagreement
    ) -> String {
        let probability = "<small>p = \(Figures.fixed(pick.probability, places: 2))</small>"
        let truths = trace.arrivals.filter { $0.phase.hasPrefix(pick.phase) }
        guard let truth = truths.min(by: { abs($0.sample - pick.sample) < abs($1.sample - pick.sample) }) else {
            return "\(Figures.fixed(pick.sample / trace.rate, places: 2)) s, none there \(probability)"
        }
        return "\(Figures.signed((pick.sample - truth.sample) / trace.rate, places: 2)) s \(probability)"
    }

    private static func words(_ trace: Disagreement, _ content: ReportContent) -> String {
        let list = trace.readings.map {
            "\(content.contenders[$0.contender].name) is "
                + ($0.seeds == 1 ? ($0.right == 1 ? "right" : "wrong") : "right in \($0.right) of \($0.seeds) seeds")
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
