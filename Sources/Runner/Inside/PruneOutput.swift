import Files
import Foundation
import GraphIR

extension PruneFinding {
    private var criteria: [Criterion] {
        Criterion.allCases.filter { wanted in points.contains { $0.criterion == wanted } }
    }

    public var text: String {
        var lines = ["\(layer): \(units) units; \(metric) of the whole network \(Figures.fixed(whole, places: 4))"]
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
            if let smallest = smallest(criterion) {
                lines.append("  \(smallest) of \(units) are equivalent within \(margin)")
            } else {
                lines.append("  no size is shown to be equivalent within \(margin)")
            }
        }
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
            "ranked_on": "dev", "judged_on": "test",
            "smallest_equivalent": .object(
                criteria.map { JSON.Member($0.rawValue, smallest($0).map { .int($0) } ?? .null) }),
            "points": .array(
                points.map { point in
                    [
                        "criterion": .string(point.criterion.rawValue), "kept": .int(point.kept),
                        "value": point.value.map { .number($0) } ?? .null,
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
            caution: "Silenced units are not retrained for: a smaller network trained from the start may do better.")
        var plot = Plot(
            x: Scale(1, Double(max(2, units)), .logarithmic),
            y: Scale(holding: points.compactMap(\.value) + points.compactMap(\.low) + [whole]), width: 720, height: 380)
        let random = points.filter { $0.criterion == .random }
        plot.band(random.map { (x: Double($0.kept), low: $0.low ?? .nan, high: $0.high ?? .nan) }, "n3")
        for (index, criterion) in criteria.enumerated() {
            let own = points.filter { $0.criterion == criterion }
            let series = criterion == .random ? 3 : [1, 2, 4, 5, 6][index % 5]
            plot.line(own.map { (Double($0.kept), $0.value ?? .nan) }, "line n\(series)")
            for point in own { plot.mark(Double(point.kept), point.value ?? .nan, series: series) }
        }
        plot.axes(x: "units kept", y: metric)
        let names = criteria.enumerated().map { index, criterion in
            HTML.name(criterion.rawValue, series: criterion == .random ? 3 : [1, 2, 4, 5, 6][index % 5])
        }.joined(separator: " &nbsp; ")
        let table = HTML.table(
            ["ranked by", "kept", HTML.escaped(metric), "loss, 5 % to 95 %", "verdict"],
            points.map { point in
                [
                    point.criterion.rawValue, "\(point.kept)", point.value.map { Figures.fixed($0, places: 4) } ?? "–",
                    point.loss.map { "\(Figures.fixed($0.low, places: 4)) to \(Figures.fixed($0.high, places: 4))" }
                        ?? "–",
                    point.verdict,
                ]
            })
        page.sections.append(
            (
                "The curve",
                HTML.figure(
                    [plot.svg("\(metric) by units kept")],
                    caption:
                        "\(names). The band: lowest and highest of random draws. Ranked on the dev side, judged "
                        + "on the test "
                        + "side; verdicts by resampled events, margin \(margin).", data: table, wide: true)
            ))
        page.footer = [
            "\(metric): \(definition.prefix { $0 != "\n" })", "Run \(run.folder), weights \(run.weights).", command,
        ]
        return page.html
    }
}
