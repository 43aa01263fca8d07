import Files
import Foundation
import GraphIR

extension UnitFinding {
    /// The loudest units of each class, as the seed's table has them.
    public func loudest(_ count: Int) -> [[Int]] {
        heat.map { row in Array(row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(count)) }
    }
    /// By class, the loudest per cent of its mean, or, steadily, those that are among them in each of its stretches.
    public func mostActive(_ share: Int) -> [Set<Int>] {
        let count = max(1, units.count * share / 100)
        func top(_ row: [Double]) -> Set<Int> {
            Set(row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(count))
        }
        guard isSteady else { return heat.map(top) }
        return classes.indices.map { label in
            let own = stretches.filter { $0.label == label }.map { top($0.loudness) }
            return own.dropFirst().reduce(own.first ?? []) { $0.intersection($1) }
        }
    }

    /// Those that prefer each class and are most selective for it.
    public func selective(_ count: Int) -> [[Int]] {
        classes.indices.map { label in
            let own = units.filter { $0.preferred == label && !$0.isDead }
            let order = own.sorted { (abs($1.area - 0.5), $0.number) < (abs($0.area - 0.5), $1.number) }
            return Array(order.prefix(count).map(\.number))
        }
    }

    /// - `keep`: the shares that `steady` is said of.
    public func text(top: Int, keep: [Int] = []) -> String {
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
        let late = classes.indices.compactMap { label -> String? in
            guard let onset = delays[label].onset, let end = delays[label].end else { return nil }
            return "\(classes[label]) \(Self.seconds(onset)) and \(Self.seconds(end))"
        }
        if !late.isEmpty { lines.append("begins and ends are said late by (median): " + late.joined(separator: ", ")) }
        let places = loud.flatMap { $0 }
        lines.append("\(places.count) places of the loudest are held by \(Set(places).count) units")
        if isSteady {
            for share in keep where share < 100 {
                let counts = zip(classes, mostActive(share)).map { "\($0) \($1.count)" }
                lines.append(
                    "among the loudest \(share) % in every stretch of a class: " + counts.joined(separator: ", "))
            }
        }
        let informative = units.count { $0.isInformative }
        lines.append(
            "\(informative) of \(units.count) units tell more of the classes than in 98 of 100 deals of them; "
                + "\(units.count { $0.isDead }) are dead")
        if let sameness, !sameness.others.isEmpty {
            let width =
                sameness.others.count == 1 ? "the other training" : "each of \(sameness.others.count) other trainings"
            lines.append(
                "\(sameness.steady) of \(units.count) have a partner with |r| > \(UnitSameness.limit) in \(width)")
        }
        if let damage { lines += Self.lines(damage) }
        if let alike { lines += alike.lines }
        return lines.joined(separator: "\n")
    }

    private static func seconds(_ value: Double) -> String {
        (value >= 0 ? "+" : "−") + Figures.fixed(abs(value), places: 1) + " s"
    }

    /// What the units are whose loss hurts most.
    private static func lines(_ damage: UnitDamage) -> [String] {
        let worst = damage.losses.indices.sorted {
            (damage.losses[$1], damage.changes[$1], $0) < (damage.losses[$0], damage.changes[$0], $1)
        }
        let free = damage.losses.count { $0 <= 0 }
        return ["without one alone: \(free) of \(damage.losses.count) cost no \(damage.metric); most by"]
            + worst.prefix(5).map { unit in
                let hurt = zip(damage.names, damage.byClass[unit]).compactMap { name, loss in loss.map { (name, $0) } }
                    .max { $0.1 < $1.1 }
                return "  \(unit): \(damage.metric) \(RelevanceFinding.signed(-damage.losses[unit]))"
                    + (hurt.map { $0.1 > 0 ? ", \($0.0) \(RelevanceFinding.signed(-$0.1))" : "" } ?? "")
            }
    }

    public var csv: String {
        var rows = [
            [
                "unit", "loudest", "preferred", "selectivity", "area", "information_bits", "chance_bits", "informative",
                "dead", "susceptibility",
            ]
                + classes.map { "heat_\($0)" } + classes.map { "z_start_\($0)" }
                + edges.map { "band_to_\(Figures.fixed($0, places: 1))_hz" }
                + (damage.map { ["loss_\($0.metric)"] + $0.names.map { "loss_\($0)" } } ?? [])
                + (sameness?.others.flatMap { ["partner_\($0.name)", "r_\($0.name)"] } ?? [])
        ]
        for unit in units {
            rows.append(
                [
                    "\(unit.number)", classes[unit.loudest], classes[unit.preferred], "\(unit.selectivity)",
                    "\(unit.area)", "\(unit.information)", "\(unit.chance)", "\(unit.isInformative)", "\(unit.isDead)",
                    susceptibility[unit.number].map { "\($0)" } ?? "",
                ] + heat.map { "\($0[unit.number])" } + unit.changes.map { $0.map { "\($0)" } ?? "" }
                    + bands[unit.number].map { $0.map { "\($0)" } ?? "" }
                    + (damage.map { damage in
                        ["\(damage.losses[unit.number])"]
                            + damage.byClass[unit.number].map { $0.map { "\($0)" } ?? "" }
                    } ?? [])
                    + (sameness?.others.flatMap {
                        ["\($0.partners[unit.number])", "\($0.correlations[unit.number])"]
                    } ?? []))
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
                        "bands": .array(bands[$0.number].map { $0.map { .number($0) } ?? .null }),
                    ]
                }),
            "alike": alike.map(\.json) ?? .null,
            "delay_of_onset_s": .array(delays.map { $0.onset.map { .number($0) } ?? .null }),
            "delay_of_end_s": .array(delays.map { $0.end.map { .number($0) } ?? .null }),
            "susceptibility": .array(susceptibility.map { $0.map { .number($0) } ?? .null }),
            "band_edges_hz": .array(edges.map { .number($0) }),
            "damage": damage.map { damage in
                [
                    "metric": .string(damage.metric), "losses": .array(damage.losses.map { .number($0) }),
                    "by_class": .object(
                        damage.names.enumerated().map { place, name in
                            JSON.Member(
                                name, .array(damage.byClass.map { $0[place].map { .number($0) } ?? .null }))
                        }), "traces": .int(damage.traces),
                ]
            } ?? .null,
            "sameness": sameness.map { sameness in
                [
                    "limit": .number(UnitSameness.limit), "steady": .int(sameness.steady),
                    "others": .array(
                        sameness.others.map {
                            [
                                "name": .string($0.name), "partners": .array($0.partners.map { .int($0) }),
                                "correlations": .array($0.correlations.map { .number($0) }),
                            ]
                        }),
                ]
            } ?? .null,
            "definitions": [
                "bands": "correlation over whole seconds of |h| with the logarithm of the energy in each band",
                "delay": "from the labelled beginning, or end, to the first, or last, frame that is said so; medians",
                "susceptibility": "mean |h[t] - h[t-1]| in the second after a class begins, over that elsewhere",
                "damage": "what the metric, and each class, loses when this unit alone is silenced",
                "sameness":
                    "units paired one to one with those of another training by the largest |correlation| over frames",
                "heat": "mean over a class's stretches of the mean of |h| over the stretch's frames",
                "selectivity": "(largest - mean of the others) / (largest + mean of the others), of the classes' heat",
                "area": "how often a stretch of the preferred class has a larger mean h than one of another class",
                "information": "mutual information of the mean h in eight equal bins with the class, in bits",
                "informative":
                    "more than in 98 of 100 deals, which lay the classes of one trace over another's activations",
                "chance": "mean of the information over those deals",
                "polarised_share": "share of |h| > 0.9", "quiet_share": "share of |h| < 0.1",
            ],
        ]
    }

    public var arrays: [NPZ.Entry] {
        var entries: [NPZ.Entry] = [
            .init("heat", NumberArray(shape: [classes.count, units.count], doubles: heat.flatMap { $0 })),
            .init("histograms", NumberArray(shape: [classes.count, 41], doubles: histograms.flatMap { $0 })),
        ]
        for (place, example) in examples.enumerated() {
            entries.append(
                .init(
                    place == 0 ? "activations" : "activations_\(place)",
                    NumberArray(shape: [units.count, example.time], floats: example.activations)))
        }
        entries.append(
            .init(
                "bands",
                NumberArray(
                    shape: [units.count, edges.count], doubles: bands.flatMap { $0.map { $0 ?? .nan } })))
        return entries
    }
}
