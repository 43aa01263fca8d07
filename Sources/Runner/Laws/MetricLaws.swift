import GraphIR

/// What every metric keeps: a number or nothing, whatever the order of the traces, each counted as often as it weighs.
enum MetricLaws {
    static func violations(of type: any Metric.Type, in registry: Registry) -> [String] {
        var found = sharedNames(of: type, in: registry)
        for table in [picks, classes] {
            for arguments in type.uses(for: table) {
                guard let metric = try? type.init(arguments) else {
                    found.append("it refuses the arguments that it asks to be used with")
                    continue
                }
                guard let measured = metric.measure(table) else { continue }
                if metric.name.isEmpty || metric.name.contains(" ") { found.append("'\(metric.name)' is no name") }
                let value = measured.value(traces: table.count)
                func differs(_ other: Double?) -> Bool {
                    guard let value, let other else { return (value == nil) != (other == nil) }
                    return abs(value - other) > 1e-9 * max(1, abs(value))
                }
                let count = table.count
                let mixed = table.rows((0..<count).map { ($0 * 7 + 3) % count })
                if differs(metric.measure(mixed)?.value(traces: count)) {
                    found.append("\(metric.name) depends on the order of the traces")
                }
                let ones = [Double](repeating: 1, count: count)
                if differs(measured.value(weights: ones, traces: count)) {
                    found.append("\(metric.name) is another number with all weights 1")
                }
            }
        }
        return Array(found.prefix(4))
    }

    /// Results are told apart by their names, in tables, files and comparisons.
    static func sharedNames(of type: any Metric.Type, in registry: Registry) -> [String] {
        let others = registry.plugins(.metric).compactMap { $0 as? any Metric.Type }
            .filter { $0.signature.name != type.signature.name }
        var found: [String] = []
        for table in [picks, classes] {
            let own = names(of: type, in: table)
            for (index, name) in own.enumerated() where own[..<index].contains(name) {
                found.append("two uses of it call their results '\(name)': let `name` tell their arguments")
            }
            for other in others {
                guard let name = names(of: other, in: table).first(where: own.contains) else { continue }
                found.append(
                    "its results and those of the metric '\(other.signature.name)' share the name '\(name)': "
                        + "give `name`, which tables show, a beginning of its own")
            }
        }
        return found.reduce(into: []) { list, line in if !list.contains(line) { list.append(line) } }
    }
    private static func names(of type: any Metric.Type, in table: Predictions) -> [String] {
        type.uses(for: table).compactMap { try? type.init($0).name }
    }

    /// Twenty traces, some without earthquake, with picks that are right, late, missing and made up.
    private static var picks: Predictions {
        let count = 20
        let isEvent = (0..<count).map { $0 % 4 != 3 }
        func numbers(_ name: String, _ value: (Int) -> Double) -> Predictions.Column {
            Predictions.Column(name, .numbers((0..<count).map(value)))
        }
        func texts(_ name: String, _ value: (Int) -> String) -> Predictions.Column {
            Predictions.Column(name, .texts((0..<count).map(value)))
        }
        var columns = [
            texts("network_code") { _ in "XX" }, texts("ID") { isEvent[$0] ? "event\($0 / 2)" : "" },
            numbers("earthquake_distance_km") { isEvent[$0] ? Double($0) * 5 : .nan },
            numbers("snr_db") { Double($0) }, texts("trace_name") { "trace\($0)" },
            texts("trace_category") { isEvent[$0] ? "earthquake_local" : "noise" },
            numbers("source_magnitude") { isEvent[$0] ? Double($0) / 5 : .nan },
            numbers("number_of_detections") { $0 % 5 == 2 ? 0 : 1 },
            numbers("detection_probability") { $0 % 5 == 2 ? .nan : 0.5 + Double($0) / 50 },
            numbers("detected") { $0 % 5 == 2 ? 0 : 1 }, numbers("detection_score") { Double(($0 * 3) % 20) / 20 },
            numbers("rate_hz") { _ in 100 },
        ]
        for (phase, place) in [("P", 300.0), ("S", 500.0)] {
            func pick(_ index: Int) -> Double { index % 6 == 4 ? .nan : place + Double(index * index % 31) - 4 }
            columns += [
                numbers(phase.lowercased() + "_arrival_sample") { isEvent[$0] ? place : .nan },
                numbers(phase + "_pick", pick), numbers(phase + "_probability") { pick($0).isNaN ? .nan : 0.6 },
                numbers(phase + "_error") { isEvent[$0] ? place - pick($0) : .nan },
                numbers(phase + "_score") { Double(($0 * 7) % 20) / 20 }, numbers(phase + "_best") { pick($0) },
            ]
            func lists(_ name: String, _ value: (Int) -> [Double]) -> Predictions.Column {
                Predictions.Column(phase + name, .lists((0..<count).map(value)))
            }
            // Some traces have two arrivals, some two picks, of which one stands on a flat top.
            func all(_ index: Int) -> [Double] {
                (pick(index).isNaN ? [] : [pick(index)]) + (index % 3 == 0 ? [place + 900] : [])
            }
            columns += [
                lists(PickColumn.arrivals) { isEvent[$0] ? [place] + ($0 % 5 == 0 ? [place + 905] : []) : [] }
            ]
            for rule in [PickRule.peaks, .trigger] {
                columns += [
                    lists(PickColumn.picks(rule), all),
                    lists(PickColumn.probability(rule)) { all($0).enumerated().map { 0.6 - Double($0.offset) / 5 } },
                ]
            }
            columns.append(lists(PickColumn.plateau) { all($0).map { $0 > 900 ? 4 : 1 } })
        }
        return Predictions(columns)
    }

    /// Eighteen windows of three classes.
    private static var classes: Predictions {
        let names = ["noise", "near", "far"]
        let range = 0..<18
        return Predictions(
            [
                .init("trace_name", .texts(range.map { "trace\($0)" })),
                .init(ClassTable.truthColumn, .texts(range.map { names[$0 % 3] })),
                .init(ClassTable.saidColumn, .texts(range.map { names[($0 + $0 / 7) % 3] })),
            ]
                + names.indices.map { place in
                    .init(
                        ClassTable.scorePrefix + names[place],
                        .numbers(range.map { ($0 + $0 / 7) % 3 == place ? 0.6 : 0.2 }))
                })
    }
}
