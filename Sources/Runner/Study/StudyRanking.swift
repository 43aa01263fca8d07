import GraphIR

/// What a study found, best first, with the honesty of a comparison: the first place is not always better.
public struct StudyRanking: Sendable {
    public struct Place: Sendable {
        public var index: Int
        public var name: String
        public var values: Sample
        public var verdict: String
        public var parameters: Int
    }

    public let comparison: Comparison
    public let places: [Place]
    private let metric: ComparedMetric

    /// `nil` where nothing was judged.
    public init?(_ comparison: Comparison) {
        guard let metric = comparison.judged.first else { return nil }
        self.comparison = comparison
        self.metric = metric
        let sign = metric.use.better == .lower ? 1.0 : -1.0
        let order = metric.results.indices.sorted { a, b in
            let (x, y) = (sign * metric.results[a].values.mean, sign * metric.results[b].values.mean)
            return (x.isNaN ? .infinity : x, a) < (y.isNaN ? .infinity : y, b)
        }
        places = order.map { index in
            Place(
                index: index, name: comparison.contenders[index].name, values: metric.results[index].values,
                verdict: index == 0 ? "reference" : metric.results[index].judgement?.shortVerdict ?? "not defined",
                parameters: comparison.costs[index].parameters)
        }
    }

    /// A row a place, to a width.
    public func text(width: Int = 80) -> String {
        let value = { (place: Place) in
            Figures.value(place.values.mean, error: place.values.halfWidth(confidence: 0.95))
        }
        let columns = [
            ["", ""] + ranks, [metric.title, ""] + places.map(value),
            ["", ""] + places.map(\.verdict), ["parameters", ""] + places.map { Figures.count($0.parameters) },
        ]
        let widths = columns.map { $0.map(\.count).max() ?? 0 }
        let room = max(16, width - widths.reduce(0, +) - 2 * columns.count)
        let names = ["", ""] + RowNames(places.map(\.name)).names.map { RowNames.fitting($0, room) }
        var lines = names.indices.map { row in
            let cells = zip(columns, widths).map { column, width in
                String(repeating: " ", count: width - column[row].count) + column[row]
            }
            return (cells.joined(separator: "  ") + "  " + names[row])
        }
        lines.remove(at: 1)
        lines = lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
        let notes = comparison.verdictNotes(metric.results.compactMap(\.judgement))
        return (lines + (notes.isEmpty ? [] : [""]) + notes).joined(separator: "\n")
    }

    /// Equal means share a place.
    private var ranks: [String] {
        places.indices.map { index in
            let first = places[...index].firstIndex { $0.values.mean == places[index].values.mean } ?? index
            return "\(first + 1)"
        }
    }

    public var json: JSON {
        [
            "metric": .string(metric.use.name), "reference": .string(comparison.reference.name),
            "places": .array(
                places.map { place in
                    [
                        "network": .string(place.name), "mean": .number(place.values.mean),
                        "seeds": .array(place.values.values.map { .number($0) }),
                        "verdict": .string(
                            place.index == 0
                                ? "reference" : metric.results[place.index].judgement?.verdict.rawValue ?? "undefined"),
                        "parameters": .int(place.parameters),
                    ]
                }),
        ]
    }
}
