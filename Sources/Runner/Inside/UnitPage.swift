import Foundation
import GraphIR

extension UnitFinding {
    public func page(top: Int, keep: [Int], command: String) -> String {
        var page = InsidePage(
            title: "Units of \(layer)", kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent)",
            caution:
                "A selective unit is neither needed nor enough for what it is selective for; a loud one is loud for "
                + "many. What happens without a unit, only silencing it shows.")
        if !examples.isEmpty {
            let legend = classes.enumerated().map { HTML.name($0.element, series: $0.offset + 1) }
            page.sections.append(
                ("Activations", "<p>\(legend.joined(separator: " &nbsp; "))</p>" + examples.map(activations).joined()))
        }
        page.sections.append(("How large they are", histogramFigure()))
        page.sections.append(("Loudness by class", keep.map(heatFigure).joined()))
        page.sections.append(("Which classes are alike", keep.map(correlationFigure).joined()))
        page.sections.append(("The loudest and the selective", topTable(top) + unitTable()))
        page.sections.append(("Frequencies", bandFigure()))
        if let damage { page.sections.append(("Without one of them", damageFigure(damage))) }
        if let sameness { page.sections.append(("Other trainings", samenessFigure(sameness))) }
        if let alike { page.sections.append(("Alike elsewhere", alike.html)) }
        if !gates.isEmpty { page.sections.append(("Gates", gateFigure())) }
        page.footer = ["Run \(run.folder), network \(run.graphHash.prefix(16)), weights \(run.weights).", command]
        return page.html
    }

    private func histogramFigure() -> String {
        let charts = classes.indices.map { label -> String in
            var plot = Plot(
                x: Ruler(-1, 1), y: Ruler(0, max(0.02, (histograms[label].max() ?? 0) * 1.05)), width: 320, height: 150)
            for (bin, value) in histograms[label].enumerated() {
                plot.bar(
                    from: Double(bin) / 20.5 - 1, to: Double(bin + 1) / 20.5 - 1, high: value,
                    "n\((label + 1) % Plot.seriesCount)")
            }
            plot.axes(x: "h", y: "share", ticks: 4, ticksY: 3)
            return plot.svg(
                "how large activations are during \(classes[label])",
                heading: "\(classes[label]): \(RelevanceFinding.percent(quietShare[label])) quiet, "
                    + "\(RelevanceFinding.percent(polarisedShare[label])) polarised")
        }
        return HTML.figure(
            charts, caption: "All numbers of all units, by class; quiet: |h| below 0.1, polarised: above 0.9.")
    }

    private func whom(_ share: Int) -> String {
        "loudest \(share) % of units" + (isSteady ? " in every stretch" : "")
    }

    private func heatFigure(_ share: Int) -> String {
        let kept = mostActive(share)
        let values = heat.indices.flatMap { label in
            heat[label].indices.map { kept[label].contains($0) ? Float(heat[label][$0]) : 0 }
        }
        return HTML.figure(
            [
                InsidePage.heat(
                    values, rows: classes.count, columns: units.count, limit: values.max() ?? 1,
                    description: "loudness of the loudest \(share) % of units by class",
                    rowNames: classes.map { String($0.prefix(8)) })
            ],
            caption:
                "The \(whom(share)) of each class, by their numbers from left to right: the mean over a "
                + "class's stretches of the mean of |h|.", wide: true)
    }

    /// Of the loudest units of either class, all of both classes' sets together.
    private func correlations(_ share: Int) -> (raw: [[Double?]], centred: [[Double?]]) {
        guard share < 100 else { return (raw, centred) }
        let sets = mostActive(share)
        let means = units.indices.map { unit in heat.reduce(0) { $0 + $1[unit] } / Double(heat.count) }
        func table(_ value: (Int, Int) -> Double) -> [[Double?]] {
            classes.indices.map { a in
                classes.indices.map { b in
                    let both = sets[a].union(sets[b]).sorted()
                    return Alike.pearson(both.map { value(a, $0) }, both.map { value(b, $0) })
                }
            }
        }
        return (table { heat[$0][$1] }, table { heat[$0][$1] - means[$1] })
    }

    private func correlationFigure(_ share: Int) -> String {
        let found = correlations(share)
        let whom = share < 100 ? ", the \(whom(share)) of either class" : ""
        func table(_ title: String, _ rows: [[Double?]]) -> String {
            HTML.table(
                [""] + classes.map { HTML.escaped($0) },
                rows.enumerated().map { index, row in
                    [HTML.escaped(classes[index])]
                        + row.map { value in
                            guard let value else { return "–" }
                            return Figures.fixed(value, places: 2)
                        }
                }, caption: title, style: "numbers")
        }
        return table(
            "Correlation of the classes' loudness\(whom), as it is: nearly always high, since a loud unit is loud "
                + "everywhere", found.raw)
            + table("The same after taking each unit's mean over classes off\(whom)", found.centred)
    }

    private func topTable(_ top: Int) -> String {
        let (loud, selective) = (loudest(top), selective(top))
        let places = loud.flatMap { $0 }
        return HTML.table(
            ["class", "loudest", "most selective"],
            classes.indices.map { label in
                [
                    HTML.escaped(classes[label]), loud[label].map { "\($0)" }.joined(separator: ", "),
                    selective[label].map { "\($0)" }.joined(separator: ", "),
                ]
            }, caption: "\(places.count) places of the loudest are held by \(Set(places).count) units")
    }

    private func unitTable() -> String {
        HTML.table(
            ["unit", "loudest for", "tells apart", "selectivity", "area", "bits", "by chance", "moves", ""]
                + classes.map { "z at \(HTML.escaped($0))" },
            order.prefix(300).map { number in
                let unit = units[number]
                return [
                    "\(number)", HTML.escaped(classes[unit.loudest]), HTML.escaped(classes[unit.preferred]),
                    Figures.fixed(unit.selectivity, places: 2), Figures.fixed(unit.area, places: 2),
                    Figures.fixed(unit.information, places: 3), Figures.fixed(unit.chance, places: 3),
                    susceptibility[number].map { Figures.fixed($0, places: 1) } ?? "–",
                    unit.isDead ? "dead" : unit.isInformative ? "informative" : "",
                ] + unit.changes.map { $0.map { Figures.fixed($0, places: 1) } ?? "–" }
            },
            caption: "Units by preferred class; moves: how many times more in the second after a class begins than "
                + "elsewhere", style: "numbers")
    }

    private func gateFigure() -> String {
        let charts = gates.map { gate -> String in
            var plot = Plot(x: Ruler(0, 1), y: Ruler(0, 1), width: 260, height: 220)
            for unit in gate.low.indices { plot.mark(gate.low[unit], gate.high[unit], series: 1, "faint") }
            plot.axes(x: "share below 0.1", y: "share above 0.9", ticks: 4, ticksY: 4)
            return plot.svg("how often the gate \(gate.name) is closed and open, a mark a unit", heading: gate.name)
        }
        return HTML.figure(
            charts,
            caption: "An output gate bounds what an LSTM's unit can say, so that it is less polarised by construction.")
    }
}
