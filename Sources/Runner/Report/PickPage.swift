import Foundation
import GraphIR
import Seismic

/// A night's picks as one page that needs no network: when each instrument recorded and what was picked, how many an
/// hour, how likely, and the clearest and the most doubtful to look at.
public struct PickPage {
    private let summary: PickSummary
    private let network: String
    private let program: String

    public init(_ summary: PickSummary, network: String, program: String) {
        self.summary = summary
        self.network = network
        self.program = program
    }

    private static let style = """
        .map svg text { font-size: 10px; } .map .seen { fill: var(--zone); }
        .map .lost { fill: var(--bad); opacity: .45; }
        .map .hit { fill: var(--c1); } .map { overflow-x: auto; }
        .map svg { min-width: 44rem; width: 100%; height: auto; }
        .views figure { margin: 0; overflow-x: auto; }
        .views figure svg { display: block; min-width: 40rem; width: 100%; height: auto; }
        .js .views figure[hidden] { display: none; }
        .controls { display: none; }
        .js .controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
          padding: .6rem .9rem; font: .8rem/1.4 var(--sans); background: var(--panel);
          border-bottom: 1px solid var(--rule); }
        .controls select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule);
          border-radius: 4px; padding: .25rem .4rem; max-width: 100%; }
        .controls .count { margin-left: auto; color: var(--soft); }
        .views { border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
        @media (max-width: 640px) { .map, .views figure {
          mask-image: linear-gradient(90deg, #000 calc(100% - 2.5rem), transparent); } }
        """
    /// Shows one view at a time; without it all stand below one another.
    private static let script = """
        (() => {
          const box = document.querySelector('.views');
          if (!box) return;
          document.documentElement.classList.add('js');
          const all = [...box.querySelectorAll('figure')], kind = box.querySelector('select');
          const count = box.querySelector('.count');
          let at = 0;
          const fits = f => ['all', f.dataset.kind, f.dataset.phase].includes(kind.value);
          const shown = () => all.filter(fits);
          const show = () => {
            const some = shown();
            at = Math.max(0, Math.min(at, some.length - 1));
            all.forEach(f => { f.hidden = f !== some[at]; });
            count.textContent = some.length ? `${at + 1} of ${some.length}` : 'none';
          };
          const go = n => { at += n; show(); };
          box.querySelector('[data-go="-1"]').addEventListener('click', () => go(-1));
          box.querySelector('[data-go="1"]').addEventListener('click', () => go(1));
          kind.addEventListener('change', () => { at = 0; show(); });
          box.addEventListener('keydown', e => {
            const wide = e.target !== box && e.target.scrollWidth > e.target.clientWidth;
            if (e.target === kind || wide && ['ArrowRight', 'ArrowLeft'].includes(e.key)) return;
            const n = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -1e6, End: 1e6 }[e.key];
            if (n) { go(n); e.preventDefault(); }
          });
          show();
        })();
        """

    public var html: String {
        let sections: [(title: String, html: String)] = [
            ("What came of it", account), ("Hours and stations", map), ("Rates", rates),
            ("Probabilities", probabilities), ("Clear and doubtful", browser),
        ]
        return PageFrame(
            title: title, kicker: "Picks by \(network)", sections: sections,
            footer: ["Made by \(program), model \(summary.picks.first?.model ?? "none")."], style: Self.style,
            script: Self.script
        ).html
    }

    private var title: String {
        let rows = summary.coverage.rows
        guard let from = rows.map(\.from).min(), let to = rows.map(\.to).max() else { return "No recordings" }
        return "\(Words.number(summary.picks.count, "pick")), \(Self.minute(from)) to \(Self.minute(to))"
    }

    private static func minute(_ time: Instant) -> String {
        String(time.description.prefix(16)).replacing("T", with: " ")
    }

    // MARK: What came of it

    private var account: String {
        let thresholds = (summary.settings?.thresholds.phases ?? []).map {
            "\($0.name) \(PickText.decimal($0.threshold, 3))"
        }
        let named = summary.settings?.rule.rawValue ?? "unknown"
        let rule = "Rule \(named), thresholds \(thresholds.joined(separator: ", "))."
        let lines = summary.lines.map { "<li>\(HTML.escaped($0))</li>" }.joined()
        let hours = summary.coverage.hours.sorted { $0.value > $1.value }.map {
            [$0.key.rawValue, PickText.decimal($0.value, 2)]
        }
        return "<ul>\(lines)</ul><p class=\"reading\">\(HTML.escaped(rule))</p>"
            + HTML.table(["what", "hours"], hours, caption: "What became of the hours of all instruments")
    }

    // MARK: Hours and stations

    /// Time is cut into so many columns at most.
    private static let columns = 168
    private static let rows = 120

    private struct Span {
        var from: Instant
        var hours: Double
        var count: Int
        /// How long a column is, in words.
        var length: String { hours < 1 ? "\(Int((hours * 60).rounded())) min" : "\(Int(hours)) h" }
        func place(_ time: Instant) -> Int { Int((time.seconds(since: from) / 3600 / hours).rounded(.down)) }
    }

    private var span: Span? {
        let rows = summary.coverage.rows
        guard let from = rows.map(\.from).min(), let to = rows.map(\.to).max() else { return nil }
        let hour = 3_600_000_000_000
        let first = Instant(nanoseconds: floorDivide(from.nanoseconds, hour) * hour)
        let hours = max(1, (to.seconds(since: first) / 3600).rounded(.up))
        // Of half a day by the hour there would be little to see.
        let steps = hours < 12 ? [1.0 / 6] : [1.0, 2, 3, 6, 12, 24, 48, 168, 720]
        let step = steps.first { hours / $0 <= Double(Self.columns) } ?? 8760
        return Span(from: first, hours: step, count: max(1, Int((hours / step).rounded(.up))))
    }

    private var map: String {
        guard let span else { return "<p>Nothing was recorded.</p>" }
        let groups = Set(summary.coverage.rows.map(\.group)).sorted()
        let shown = groups.prefix(Self.rows)
        let (left, cell, tall) = (120.0, max(4, 860 / Double(span.count)), 18.0)
        let width = left + cell * Double(span.count) + 8
        var counts: [StreamGroup: [Int: Int]] = [:]
        for pick in summary.picks { counts[pick.group, default: [:]][span.place(pick.time), default: 0] += 1 }
        let most = Double(counts.values.flatMap(\.values).max() ?? 1)
        var text = ""
        for (row, group) in shown.enumerated() {
            let y = Double(row) * tall + 16
            text += "<text x=\"4\" y=\"\(Plot.text(y + 11))\">\(HTML.escaped(group.description))</text>"
            for entry in summary.coverage.rows where entry.group == group && entry.fate != .gap {
                let from = entry.from.seconds(since: span.from) / 3600 / span.hours * cell
                let wide = max(0.6, entry.seconds / 3600 / span.hours * cell)
                let style = entry.fate == .picked || entry.fate == .notPreferred ? "seen" : "lost"
                text += "<rect class=\"\(style)\" x=\"\(Plot.text(left + from))\" y=\"\(Plot.text(y))\" "
                text += "width=\"\(Plot.text(wide))\" height=\"\(Plot.text(tall - 3))\"/>"
            }
            for (column, count) in (counts[group] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let strength = 0.18 + 0.82 * log(1 + Double(count)) / log(1 + most)
                let when = Self.minute(span.from.advanced(bySeconds: Double(column) * span.hours * 3600))
                text += "<rect class=\"hit\" x=\"\(Plot.text(left + Double(column) * cell + 0.4))\" "
                text += "y=\"\(Plot.text(y))\" width=\"\(Plot.text(cell - 0.8))\" height=\"\(Plot.text(tall - 3))\" "
                text += "opacity=\"\(Figures.fixed(strength, places: 2))\"><title>\(HTML.escaped(group.description)) "
                text += "\(when): \(Words.number(count, "pick"))</title></rect>"
            }
        }
        let bottom = Double(shown.count) * tall + 16
        let every = max(1, Int((80 / cell).rounded(.up)))
        for column in stride(from: 0, to: span.count, by: every) {
            let when = Self.minute(span.from.advanced(bySeconds: Double(column) * span.hours * 3600)).dropFirst(5)
            text += "<path class=\"axis\" d=\"M\(Plot.pair(left + Double(column) * cell, bottom))v4\"/>"
            text += "<text class=\"tick\" x=\"\(Plot.text(left + Double(column) * cell))\" "
            text += "y=\"\(Plot.text(bottom + 15))\">\(when)</text>"
        }
        let rest = groups.count > shown.count ? " The first \(shown.count) of \(groups.count) instruments." : ""
        return "<figure><div class=\"map\" tabindex=\"0\" role=\"region\" aria-label=\"map of hours and stations\">"
            + "<svg viewBox=\"0 0 \(Plot.text(width)) \(Plot.text(bottom + 22))\" role=\"img\" "
            + "aria-label=\"when each instrument recorded and how many picks it has\">\(text)</svg></div>"
            + "<figcaption>Grey: recorded and looked at. Blue: picks in \(span.length), "
            + "the more the stronger, at most \(Int(most)). Red: recorded, but left out; coverage.csv says why.\(rest)"
            + "</figcaption>"
            + "<details class=\"data\"><summary>The numbers of this figure</summary>\(table)</details></figure>"
    }

    private var table: String {
        let rows = Set(summary.coverage.rows.map(\.group)).sorted().prefix(1000).map { group -> [String] in
            let own = summary.coverage.rows.filter { $0.group == group }
            let looked = own.filter { $0.fate == .picked }.reduce(0) { $0 + $1.seconds } / 3600
            let picks = summary.picks.filter { $0.group == group }
            return [HTML.escaped(group.description), PickText.decimal(looked, 2), String(picks.count)]
        }
        return HTML.table(["instrument", "hours looked at", "picks"], Array(rows))
    }

    // MARK: Rates and probabilities

    private var phases: [String] { summary.counts.keys.sorted() }

    private var rates: String {
        guard let span, !summary.picks.isEmpty else { return "<p>There are no picks.</p>" }
        var counts = phases.map { _ in [Double](repeating: 0, count: span.count) }
        for pick in summary.picks {
            guard let phase = phases.firstIndex(of: pick.phase) else { continue }
            counts[phase][max(0, min(span.count - 1, span.place(pick.time)))] += 1 / span.hours
        }
        let hours = Double(span.count) * span.hours
        let charts = phases.indices.map { phase -> String in
            var plot = Plot(
                x: Ruler(0, hours), y: Ruler(0, max(1, counts[phase].max() ?? 1) * 1.08), width: 460, height: 190)
            for (column, rate) in counts[phase].enumerated() {
                plot.bar(
                    from: Double(column) * span.hours, to: Double(column + 1) * span.hours, high: rate,
                    "n\((phase + 1) % Plot.seriesCount)")
            }
            plot.axes(x: "hours since \(Self.minute(span.from))", y: "picks an hour")
            return plot.svg(
                "picks of \(phases[phase]) an hour, at most \(Figures.fixed(counts[phase].max() ?? 0, places: 1))",
                heading: phases[phase], series: phase + 1)
        }
        return HTML.figure(charts, caption: "Picks an hour of all instruments together.", wide: true)
    }

    private var probabilities: String {
        guard !summary.picks.isEmpty else { return "<p>There are no picks.</p>" }
        let charts = phases.indices.map { phase -> String in
            let values = summary.picks.filter { $0.phase == phases[phase] }.map(\.probability)
            var bins = [Double](repeating: 0, count: 40)
            for value in values { bins[max(0, min(39, Int(value * 40)))] += 1 }
            var plot = Plot(x: Ruler(0, 1), y: Ruler(0, max(1, bins.max() ?? 1) * 1.08), width: 460, height: 190)
            for (bin, count) in bins.enumerated() where count > 0 {
                plot.bar(
                    from: Double(bin) / 40, to: Double(bin + 1) / 40, high: count,
                    "n\((phase + 1) % Plot.seriesCount)")
            }
            let threshold = summary.settings?.thresholds.phase(phases[phase]) ?? 0
            plot.segment(threshold, 0, threshold, plot.y.high, "diagonal")
            plot.axes(x: "probability", y: "picks")
            return plot.svg(
                "probabilities of \(values.count) picks of \(phases[phase]); threshold "
                    + PickText.decimal(threshold, 2), heading: phases[phase], series: phase + 1)
        }
        return HTML.figure(charts, caption: "How likely the picks are; dashed: the threshold.", wide: true)
    }

    // MARK: The browser

    private var browser: String {
        let views = summary.views.clear.map { ("clear", $0) } + summary.views.doubtful.map { ("doubtful", $0) }
        guard !views.isEmpty else { return "<p>There are no picks to look at.</p>" }
        let kinds =
            "<option value=\"all\">all</option><option value=\"clear\">the clearest</option>"
            + "<option value=\"doubtful\">the most doubtful</option>"
            + phases.map { "<option>\(HTML.escaped($0))</option>" }.joined()
        let figures = views.map { kind, view in
            "<figure data-kind=\"\(kind)\" data-phase=\"\(HTML.escaped(view.pick.phase))\">"
                + view.drawing(network: network).svg + "</figure>"
        }.joined()
        return "<div class=\"views\" tabindex=\"0\" role=\"region\" aria-label=\"picks to look at; arrow keys go on\">"
            + "<div class=\"controls\"><label>Show <select aria-label=\"which picks\">\(kinds)</select></label>"
            + "<button type=\"button\" data-go=\"-1\">Previous</button>"
            + "<button type=\"button\" data-go=\"1\">Next</button>"
            + "<span class=\"count\" aria-live=\"polite\"></span></div>"
            + figures
            + "</div><p class=\"reading\">Arrow keys go on. strata plot picks.csv --at TIME draws any pick.</p>"
    }
}
