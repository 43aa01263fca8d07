import Files
import Foundation
import GraphIR

extension PruneFinding {
    private var criteria: [Criterion] {
        Criterion.allCases.filter { wanted in points.contains { $0.criterion == wanted } }
    }

    /// `64 of 210 units are equivalent (margin 0.005), 48 are not`
    func verdict(_ criterion: Criterion) -> String {
        guard let smallest = smallest(criterion) else {
            return "no size is shown to be equivalent (margin \(margin))"
        }
        let next = firstThatIsNot(criterion).map { point in
            ", \(point.kept) are " + (point.verdict == "worse" ? "worse" : "not shown to be")
        }
        return "\(smallest) of \(units) units are equivalent (margin \(margin))\(next ?? "")"
    }

    /// How units are silenced, in words.
    private var wayText: String {
        (way.cut == .unit ? "silent units say nothing to anyone" : "silent units are unheard by what follows")
            + (way.instead == .zero ? "" : "; their mean over the dev side stands instead")
    }

    private func line(_ one: Trained) -> String {
        let sample = Sample(one.values)
        let width = sample.halfWidth(confidence: 0.95)
        let mean = sample.count > 0 ? Figures.fixed(sample.mean, places: 4) : "undefined"
        let spread = width.isFinite ? " ±\(Figures.fixed(width, places: 4)), \(sample.count) seeds" : ""
        return "\(one.how == .fresh ? "from the start" : "trained further") with \(one.kept): \(mean)\(spread)  "
            + one.verdict
    }

    public var text: String {
        var lines = ["\(layer): \(units) units; \(metric) of the whole network \(Figures.fixed(whole, places: 4))"]
        if way != Silencing() { lines.append(wayText) }
        if !levels.isEmpty {
            lines.append(
                "of the loudest's activity reach "
                    + levels.map { "\($0.percent) %: \($0.units)" }.joined(separator: ", ") + " units")
        }
        for criterion in criteria {
            lines.append("by \(criterion.rawValue):")
            for point in points where point.criterion == criterion {
                lines.append(
                    "  \(point.kept) kept: \(point.value.map { Figures.fixed($0, places: 4) } ?? "undefined")"
                        + (criterion == .random && point.low != point.high
                            ? " (\(Figures.fixed(point.low ?? 0, places: 4)) to "
                                + "\(Figures.fixed(point.high ?? 0, places: 4)))"
                            : "")
                        + "  \(point.verdict)")
            }
            lines.append("  " + verdict(criterion))
        }
        for one in trained { lines.append(line(one)) }
        return lines.joined(separator: "\n")
    }

    public var csv: String {
        CSV.text(
            [["criterion", "kept", metric, "low", "high", "loss_low", "loss_high", "verdict"]]
                + points.map { point in
                    [
                        point.criterion.rawValue, "\(point.kept)", point.value.map { "\($0)" } ?? "",
                        point.low.map { "\($0)" } ?? "", point.high.map { "\($0)" } ?? "",
                        point.loss.map { "\($0.low)" } ?? "", point.loss.map { "\($0.high)" } ?? "", point.verdict,
                    ]
                })
    }

    public var json: JSON {
        [
            "format": 1, "layer": .string(layer), "units": .int(units), "metric": .string(metric),
            "definition": .string(definition), "margin": .number(margin), "whole": .number(whole),
            "ranked_on": "dev", "judged_on": "test", "cut": .string(way.cut.rawValue),
            "instead": .string(way.instead.rawValue),
            "verdicts": .object(criteria.map { JSON.Member($0.rawValue, .string(verdict($0))) }),
            "verdict_rule": .string(
                "losses on resampled test events between -margin and margin from 5 % to 95 %; sizes from the largest "
                    + "down until one is not shown to be equivalent"),
            "trained": .array(
                trained.map { one in
                    [
                        "how": .string(one.how.rawValue), "kept": .int(one.kept),
                        "values": .array(one.values.map { .number($0) }),
                        "loss": one.loss.map { .array([.number($0.low), .number($0.high)]) } ?? .null,
                        "verdict": .string(one.verdict), "runs": .array(one.folders.map { .string($0) }),
                    ]
                }),
            "smallest_equivalent": .object(
                criteria.map { JSON.Member($0.rawValue, smallest($0).map { .int($0) } ?? .null) }),
            "levels": .array(levels.map { ["percent": .int($0.percent), "units": .int($0.units)] }),
            "points": .array(
                points.map { point in
                    [
                        "criterion": .string(point.criterion.rawValue), "kept": .int(point.kept),
                        "value": point.value.map { .number($0) } ?? .null,
                        "low": point.low.map { .number($0) } ?? .null, "high": point.high.map { .number($0) } ?? .null,
                        "loss": point.loss.map { .array([.number($0.low), .number($0.high)]) } ?? .null,
                        "verdict": .string(point.verdict),
                    ]
                }),
        ]
    }

    public func page(command: String) -> String {
        var page = InsidePage(
            title: "\(layer) without some of its units",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)",
            caution:
                "The others do not learn to do without silenced units: a smaller network that is trained further, or "
                + "from the start, may do better. That a unit can be spared does not say that it does nothing.")
        var plot = Plot(
            x: Ruler(1, Double(max(2, units)), .logarithmic),
            y: Ruler(
                holding: points.compactMap(\.value) + points.compactMap(\.low) + trained.flatMap(\.values)
                    + [whole, whole - margin]), width: 560, height: 330)
        plot.segment(1, whole - margin, Double(max(2, units)), whole - margin, "diagonal")
        let random = points.filter { $0.criterion == .random }
        plot.band(random.map { (x: Double($0.kept), low: $0.low ?? .nan, high: $0.high ?? .nan) }, "n3")
        for (index, criterion) in criteria.enumerated() {
            let own = points.filter { $0.criterion == criterion }
            let series = criterion == .random ? 3 : [1, 4, 5, 7, 8][index % 5]
            plot.line(own.map { (Double($0.kept), $0.value ?? .nan) }, "line n\(series)")
            for point in own { plot.mark(Double(point.kept), point.value ?? .nan, series: series) }
        }
        for one in trained {
            let interval = Sample(one.values).interval(confidence: 0.95)
            if interval.halfWidth.isFinite {
                plot.segment(Double(one.kept), interval.low, Double(one.kept), interval.high, "whisker n2")
            }
            for value in one.values { plot.mark(Double(one.kept), value, series: one.how == .fresh ? 2 : 6, size: 4.5) }
        }
        plot.axes(x: "units kept", y: metric)
        let names = criteria.enumerated().map { index, criterion in
            HTML.name(criterion.rawValue, series: criterion == .random ? 3 : [1, 4, 5, 7, 8][index % 5])
        }.joined(separator: " &nbsp; ")
        let marks = Set(trained.map(\.how.rawValue)).sorted().map {
            HTML.name($0 == "fresh" ? "trained from the start" : "trained further", series: $0 == "fresh" ? 2 : 6)
        }
        let table = HTML.table(
            ["ranked by", "kept", HTML.escaped(metric), "loss, 5 % to 95 %", "verdict"],
            points.map { point in
                [
                    point.criterion.rawValue, "\(point.kept)", point.value.map { Figures.fixed($0, places: 4) } ?? "–",
                    point.loss.map { "\(Figures.fixed($0.low, places: 4)) to \(Figures.fixed($0.high, places: 4))" }
                        ?? "–",
                    point.verdict,
                ]
            }
                + trained.map { one in
                    [
                        one.how == .fresh ? "from the start" : "trained further", "\(one.kept)",
                        one.values.map { Figures.fixed($0, places: 4) }.joined(separator: ", "),
                        one.loss.map { "\(Figures.fixed($0.low, places: 4)) to \(Figures.fixed($0.high, places: 4))" }
                            ?? "–", one.verdict,
                    ]
                })
        let verdicts = criteria.map { "<li>by \($0.rawValue): \(verdict($0))</li>" }
        page.sections.append(
            (
                "In short",
                "<ul>" + (verdicts + trained.map { "<li>\(HTML.escaped(line($0)))</li>" }).joined() + "</ul>"
            ))
        page.sections.append(
            (
                "The curve",
                HTML.figure(
                    [plot.svg("\(metric) by units kept")],
                    caption: (names + marks.map { " &nbsp; \($0)" }.joined())
                        + ". The band: lowest and highest of random draws; the dotted line: the whole network less the "
                        + "margin of \(margin). Ranked on the dev side, judged on the test side by resampled events; "
                        + "sizes are tested from the largest down. In this picture \(wayText).", data: table, wide: true
                )
            ))
        page.footer = [
            "\(metric): \(definition.prefix { $0 != "\n" })", "Run \(run.folder), weights \(run.weights).", command,
        ]
        return page.html
    }
}
