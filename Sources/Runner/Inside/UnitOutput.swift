import Files
import Foundation
import GraphIR

extension UnitFinding {
    /// The loudest units of each class, as the seed's table has them.
    public func loudest(_ count: Int) -> [[Int]] {
        heat.map { row in Array(row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(count)) }
    }
    /// Those that prefer each class and are most selective for it.
    public func selective(_ count: Int) -> [[Int]] {
        classes.indices.map { label in
            let own = units.filter { $0.preferred == label && !$0.isDead }
            let order = own.sorted { (abs($1.area - 0.5), $0.number) < (abs($0.area - 0.5), $1.number) }
            return Array(order.prefix(count).map(\.number))
        }
    }

    public func text(top: Int) -> String {
        let loud = loudest(top), selective = selective(top)
        let width = (classes.map(\.count).max() ?? 0) + 2
        var lines = ["\(layer): \(units.count) units, \(stretches.count) stretches of \(classes.count) classes"]
        lines.append(
            "".padding(toLength: width, withPad: " ", startingAt: 0) + "quiet  polarised  loudest / most selective")
        for (label, name) in classes.enumerated() {
            lines.append(
                name.padding(toLength: width, withPad: " ", startingAt: 0)
                    + RelevanceFinding.percent(quietShare[label]).padding(toLength: 7, withPad: " ", startingAt: 0)
                    + RelevanceFinding.percent(polarisedShare[label]).padding(toLength: 11, withPad: " ", startingAt: 0)
                    + loud[label].map { "\($0)" }.joined(separator: " ") + " / "
                    + selective[label].map { "\($0)" }.joined(separator: " "))
        }
        let places = loud.flatMap { $0 }
        lines.append("\(places.count) places of the loudest are held by \(Set(places).count) units")
        let informative = units.count { $0.isInformative }
        lines.append(
            "\(informative) of \(units.count) units tell classes apart more than 98 % of shuffled labels do; "
                + "\(units.count { $0.isDead }) are dead")
        return lines.joined(separator: "\n")
    }

    public var csv: String {
        var rows = [
            [
                "unit", "loudest", "preferred", "selectivity", "area", "information_bits", "chance_bits", "informative",
                "dead",
            ]
                + classes.map { "heat_\($0)" } + classes.map { "z_start_\($0)" }
        ]
        for unit in units {
            rows.append(
                [
                    "\(unit.number)", classes[unit.loudest], classes[unit.preferred], "\(unit.selectivity)",
                    "\(unit.area)", "\(unit.information)", "\(unit.chance)", "\(unit.isInformative)", "\(unit.isDead)",
                ] + heat.map { "\($0[unit.number])" } + unit.changes.map { $0.map { "\($0)" } ?? "" })
        }
        return CSV.text(rows)
    }

    public var json: JSON {
        func matrix(_ rows: [[Double?]]) -> JSON {
            .array(rows.map { .array($0.map { $0.map { .number($0) } ?? .null }) })
        }
        return [
            "format": 1, "layer": .string(layer), "classes": .array(classes.map { .string($0) }),
            "stretches": .int(stretches.count),
            "quiet_share": .array(quietShare.map { .number($0) }),
            "polarised_share": .array(polarisedShare.map { .number($0) }),
            "correlations": matrix(raw), "correlations_centred": matrix(centred),
            "units": .array(
                units.map {
                    [
                        "unit": .int($0.number), "loudest": .string(classes[$0.loudest]),
                        "preferred": .string(classes[$0.preferred]), "selectivity": .number($0.selectivity),
                        "area": .number($0.area), "information": .number($0.information),
                        "chance": .number($0.chance), "informative": .bool($0.isInformative), "dead": .bool($0.isDead),
                    ]
                }),
            "definitions": [
                "heat": "mean over a class's stretches of the mean of |h| over the stretch's frames",
                "selectivity": "(largest - mean of the others) / (largest + mean of the others), of the classes' heat",
                "area": "how often a stretch of the preferred class has a larger mean h than one of another class",
                "information": "mutual information of the mean h in eight equal bins with the class, in bits",
                "informative": "more than 98 % of shuffled classes give",
                "polarised_share": "share of |h| > 0.9", "quiet_share": "share of |h| < 0.1",
            ],
        ]
    }

    public var arrays: [NPZ.Entry] {
        var entries: [NPZ.Entry] = [
            .init("heat", NumberArray(shape: [classes.count, units.count], doubles: heat.flatMap { $0 })),
            .init("histograms", NumberArray(shape: [classes.count, 41], doubles: histograms.flatMap { $0 })),
        ]
        if let example {
            entries.append(
                .init("activations", NumberArray(shape: [units.count, example.time], floats: example.activations)))
        }
        return entries
    }
}
