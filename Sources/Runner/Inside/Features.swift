import Files
import Foundation
import GraphIR
import Interpreter

/// The last hidden vector of every window in its two largest directions: whether classes lie apart.
public struct FeatureFinding: Sendable {
    public var layer: String
    public var names: [String]
    public var groups: [String]
    /// `[windows, features]`
    public var vectors: [Float]
    public var features: Int
    /// `[windows, 2]`, and the share of variance of each direction.
    public var points: [(Double, Double)]
    public var shares: [Double]
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    /// Of the layer that the first output is made of, unless another is named; means along time.
    public func features(_ traces: [Int], layer: String? = nil, by column: String? = nil) throws -> FeatureFinding {
        var index = try layer.map { try node($0) }
        var (names, groups, rows) = ([String](), [String](), [[Float]]())
        try look(traces) { seen, explainer in
            let place: Int
            if let index {
                place = explainer.explained.places[index]
            } else {
                // What the last weighted sum works on: what made its input.
                let logit = explainer.explained.graph.nodes[explainer.explained.ends[0].logit]
                place = logit.inputs.first ?? explainer.explained.ends[0].logit
                index = explainer.explained.places.lastIndex { $0 <= place }
            }
            let shape = explainer.shape(ofNode: place)
            let channels = shape.first ?? 1, time = max(1, shape.dropFirst().reduce(1, *))
            let values = explainer.result(ofNode: place)
            rows.append(
                (0..<channels).map { channel in
                    values[channel * time..<(channel + 1) * time].reduce(0, +) / Float(time)
                })
            names.append(seen.name)
            groups.append(
                column.map { seen.metadata[$0] ?? "not said" } ?? seen.metadata["trace_category"]
                    ?? (seen.arrivals.isEmpty ? "noise" : "earthquake"))
        }
        guard let width = rows.first?.count, rows.count > 2 else {
            throw RunError(
                .badData, "fewer than three windows: there are no directions to find",
                help: "--split all, or --most for more of them")
        }
        let (points, shares) = Self.directions(rows)
        return FeatureFinding(
            layer: index.map { graph.nodes[$0].path } ?? "", names: names, groups: groups, vectors: rows.flatMap { $0 },
            features: width, points: points, shares: shares, run: note)
    }

    /// The two principal components, by the power method on the covariance; signs so that the largest entry is
    /// positive.
    static func directions(_ rows: [[Float]]) -> (points: [(Double, Double)], shares: [Double]) {
        let width = rows[0].count, count = Double(rows.count)
        let means = (0..<width).map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / count }
        var centred = rows.map { row in row.indices.map { Double(row[$0]) - means[$0] } }
        let total = centred.reduce(0.0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        var scores: [[Double]] = []
        var shares: [Double] = []
        for component in 0..<2 {
            var direction = (0..<width).map { Double(($0 + component) % 7 + 1) }
            for _ in 0..<300 {
                var next = [Double](repeating: 0, count: width)
                for row in centred {
                    let score = zip(row, direction).reduce(0) { $0 + $1.0 * $1.1 }
                    for column in 0..<width { next[column] += score * row[column] }
                }
                let size = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
                guard size > 0 else { break }
                direction = next.map { $0 / size }
            }
            if let largest = direction.max(by: { abs($0) < abs($1) }), largest < 0 { direction = direction.map { -$0 } }
            let along = centred.map { row in zip(row, direction).reduce(0) { $0 + $1.0 * $1.1 } }
            scores.append(along)
            shares.append(total > 0 ? along.reduce(0) { $0 + $1 * $1 } / total : 0)
            for row in centred.indices {
                for column in 0..<width { centred[row][column] -= along[row] * direction[column] }
            }
        }
        return (zip(scores[0], scores[1]).map { ($0, $1) }, shares)
    }
}

extension FeatureFinding {
    public var text: String {
        let kinds = Set(groups).sorted()
        return "\(layer): \(features) features of \(names.count) windows, the first two directions hold "
            + "\(RelevanceFinding.percent(shares[0])) and \(RelevanceFinding.percent(shares[1])) of the variance\n"
            + kinds.map { kind in
                let own = points.indices.filter { groups[$0] == kind }
                let mean = own.reduce((0.0, 0.0)) {
                    ($0.0 + points[$1].0 / Double(own.count), $0.1 + points[$1].1 / Double(own.count))
                }
                return
                    "  \(kind): \(own.count) windows around \(RelevanceFinding.number(mean.0)), "
                    + "\(RelevanceFinding.number(mean.1))"
            }.joined(separator: "\n")
    }
    public var arrays: [NPZ.Entry] {
        [
            .init("vectors", NumberArray(shape: [names.count, features], floats: vectors)),
            .init("points", NumberArray(shape: [names.count, 2], doubles: points.flatMap { [$0.0, $0.1] })),
        ]
    }
    public var csv: String {
        CSV.text(
            [["trace", "group", "first", "second"]]
                + names.indices.map {
                    [names[$0], groups[$0], "\(points[$0].0)", "\(points[$0].1)"]
                })
    }
    public var json: JSON {
        [
            "format": 1, "layer": .string(layer), "windows": .int(names.count), "features": .int(features),
            "variance_shares": .array(shares.map { .number($0) }),
        ]
    }
    public func page(command: String) -> String {
        var page = InsidePage(
            title: "Do classes lie apart?",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent) · \(layer)",
            caution: "Two directions out of \(features): what lies together here may lie apart in the others.")
        var plot = Plot(
            x: Ruler(holding: points.map { $0.0 }), y: Ruler(holding: points.map { $0.1 }), width: 700, height: 460)
        let kinds = Set(groups).sorted()
        for (index, point) in points.enumerated() {
            plot.mark(point.0, point.1, series: (kinds.firstIndex(of: groups[index]) ?? 0) + 1, "faint")
        }
        plot.axes(
            x: "first direction, \(RelevanceFinding.percent(shares[0])) of the variance",
            y: "second, \(RelevanceFinding.percent(shares[1]))")
        let legend = kinds.enumerated().map { HTML.name($0.element, series: $0.offset + 1) }.joined(
            separator: " &nbsp; ")
        page.sections.append(
            (
                "Two directions",
                HTML.figure(
                    [plot.svg("windows in two principal components of \(layer)")], caption: legend,
                    data: HTML.table(
                        ["trace", "group", "first", "second"],
                        names.indices.prefix(500).map {
                            [
                                HTML.escaped(names[$0]), HTML.escaped(groups[$0]),
                                Figures.fixed(points[$0].0, places: 3), Figures.fixed(points[$0].1, places: 3),
                            ]
                        }), wide: true)
            ))
        page.footer = ["Run \(run.folder), weights \(run.weights).", command]
        return page.html
    }
}
