import GraphIR

/// The same metrics within bins of signal-to-noise, distance and magnitude, where networks differ most.
struct Strata {
    struct Stratum {
        var column: String
        var unit: String
        var edges: [Double]
    }
    static let all = [
        Stratum(column: "snr_db", unit: "dB", edges: [-.infinity, 5, 10, 20, 30, .infinity]),
        Stratum(column: "earthquake_distance_km", unit: "km", edges: [0, 25, 50, 100, 200, .infinity]),
        Stratum(column: "source_magnitude", unit: "", edges: [-.infinity, 1, 2, 3, 4, .infinity]),
    ]
    /// What a handful of traces says is not worth a row.
    static let fewest = 5

    /// One entry a bin that has traces: its limits, how many, and every metric that can be taken of them.
    static func json(_ predictions: Predictions, registry: Registry) -> JSON {
        var bins: [JSON] = []
        for stratum in all {
            guard let values = predictions.numbers(stratum.column) else { continue }
            for (low, high) in zip(stratum.edges, stratum.edges.dropFirst()) {
                let rows = values.indices.filter { values[$0] >= low && values[$0] < high }
                guard rows.count >= fewest else { continue }
                let part = predictions.rows(rows)
                let metrics = MetricUse.all(for: part, registry: registry).filter { $0.group != .eqtStudy }
                bins.append([
                    "by": .string(stratum.column), "unit": .string(stratum.unit),
                    "from": low.isFinite ? .number(low) : .null, "to": high.isFinite ? .number(high) : .null,
                    "traces": .int(rows.count),
                    "metrics": .object(
                        metrics.compactMap { use in
                            let value = use.metric.measure(part)?.value(traces: part.count)
                            return value.map { JSON.Member(use.name, .number($0)) }
                        }),
                ])
            }
        }
        return .array(bins)
    }
}
