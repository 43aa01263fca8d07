import Files
import Foundation
import GraphIR
import Interpreter
import Layers

/// Who looks at whom in the attention layers of a network, for one trace.
public struct AttentionFinding: Sendable {
    public struct Map: Sendable {
        /// The layer's path and, where it has several, the head.
        public var name: String
        public var frames: Int
        /// `[who looks][who is looked at]`
        public var weights: [Float]
        /// The mean over all that look: who is looked at.
        public var received: [Double]
        /// The mean entropy of a row as a share of the most there can be; 0: each looks at one frame.
        public var entropy: Double
        /// The share of weight within one frame of the diagonal.
        public var diagonal: Double
        /// The three frames that are looked at most, in seconds of the window.
        public var top: [Double]
    }
    public var seen: Subject.Seen
    public var maps: [Map]
    public var rate: Double
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    public func attention(_ seen: Seen) throws -> AttentionFinding {
        let explainer = try explainer(.standard, symbols: seen.symbols)
        try explainer.look(at: seen.inputs)
        let length = Double(seen.shapes[0].last ?? 1) / rate
        var maps: [AttentionFinding.Map] = []
        for (index, node) in graph.nodes.enumerated() where !node.isInput {
            let insides = explainer.insides(ofNode: explainer.explained.places[index]).filter { $0.kind == .attention }
            for inside in insides {
                let name = insides.count > 1 ? "\(node.path), \(inside.name)" : node.path
                maps.append(Self.map(name, inside, length: length))
            }
        }
        guard !maps.isEmpty else {
            throw RunError(
                .refused, "\(name) has no attention layer",
                help: "strata inside maps shows what its layers make of a trace")
        }
        return AttentionFinding(seen: seen, maps: maps, rate: rate, run: note)
    }

    private static func map(_ name: String, _ inside: Inside, length: Double) -> AttentionFinding.Map {
        let n = inside.rows
        var received = [Double](repeating: 0, count: n)
        var (entropy, diagonal) = (0.0, 0.0)
        for row in 0..<n {
            for column in 0..<n {
                let w = Double(inside.values[row * n + column])
                received[column] += w / Double(n)
                if abs(row - column) <= 1 { diagonal += w / Double(n) }
                if w > 0 { entropy -= w * log(w) / Double(n) }
            }
        }
        let most = received.indices.sorted { received[$0] > received[$1] }.prefix(3)
        return .init(
            name: name, frames: n, weights: inside.values, received: received,
            entropy: n > 1 ? entropy / log(Double(n)) : 0, diagonal: diagonal,
            top: most.map { (Double($0) + 0.5) * length / Double(n) })
    }
}

extension AttentionFinding {
    public var text: String {
        let length = Double(seen.shapes[0].last ?? 1) / rate
        return maps.map { map in
            "\(map.name): \(map.frames) frames of "
                + "\(Figures.fixed(length / Double(max(1, map.frames)), places: 2)) s, looks most at "
                + map.top.map { "\(Figures.fixed($0, places: 1)) s" }.joined(separator: ", ")
                + "; entropy \(RelevanceFinding.percent(map.entropy)) of the most, "
                + "\(RelevanceFinding.percent(map.diagonal)) within a frame of itself"
        }.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "format": 1, "trace": .string(seen.name),
            "maps": .array(
                maps.map {
                    [
                        "layer": .string($0.name), "frames": .int($0.frames), "entropy": .number($0.entropy),
                        "diagonal": .number($0.diagonal), "top_seconds": .array($0.top.map { .number($0) }),
                        "received": .array($0.received.map { .number($0) }),
                    ]
                }),
        ]
    }

    public var arrays: [NPZ.Entry] {
        maps.map { .init($0.name, NumberArray(shape: [$0.frames, $0.frames], floats: $0.weights)) }
    }

    public func page(command: String) -> String {
        let length = Double(seen.shapes[0].last ?? 1) / rate
        var page = InsidePage(
            title: "Where it looks",
            kicker: "Inside \(URL(fileURLWithPath: run.folder).lastPathComponent) · \(seen.name)",
            caution:
                "Weights of attention say where a frame looks, not what it does with what it sees, nor how related a "
                + "time is to the answer.")
        let rows = max(1, seen.components.count), width = seen.inputs[0].count / rows
        let trace = (0..<rows).map { row -> String in
            let x = Array(seen.inputs[0][row * width..<(row + 1) * width])
            let peak = Double(x.map { abs($0) }.max() ?? 1)
            var plot = Plot(x: Scale(0, length), y: Scale(-1, 1), width: 900, height: 90)
            plot.line(RelevanceFinding.envelope(x.map { peak > 0 ? Double($0) / peak : 0 }, rate: rate), "wave")
            for arrival in seen.arrivals { plot.segment(arrival.seconds, -1, arrival.seconds, 1, "arrival") }
            plot.axes(
                x: "seconds", y: seen.components.indices.contains(row) ? seen.components[row] : "", ticks: 8, ticksY: 0)
            return plot.svg("waveform")
        }
        page.sections.append(
            (
                "The window",
                HTML.figure([trace.joined()], caption: "What the network saw; dashed: the catalogue's arrivals.")
            ))
        for map in maps {
            let heat = InsidePage.heat(
                map.weights, rows: map.frames, columns: map.frames, limit: map.weights.max() ?? 1,
                description: "weights of attention of \(map.name)", seconds: 0...length, width: 480)
            var plot = Plot(x: Scale(0, length), y: Scale(0, (map.received.max() ?? 1) * 1.05), width: 480, height: 130)
            plot.line(
                map.received.enumerated().map { ((Double($0.offset) + 0.5) * length / Double(map.frames), $0.element) },
                "line n1")
            plot.axes(x: "seconds", y: "looked at, mean", ticks: 6, ticksY: 3)
            let table = HTML.table(
                ["seconds", "looked at, mean"],
                map.received.enumerated().map {
                    [
                        Figures.fixed((Double($0.offset) + 0.5) * length / Double(map.frames), places: 2),
                        Figures.fixed($0.element, places: 4),
                    ]
                })
            page.sections.append(
                (
                    map.name,
                    HTML.figure(
                        [heat, plot.svg("who is looked at, by \(map.name)")],
                        caption: "Downwards who looks, across who is looked at, \(map.frames) frames of "
                            + "\(Figures.fixed(length / Double(max(1, map.frames)), places: 2)) s. Entropy "
                            + "\(RelevanceFinding.percent(map.entropy)) of the most; "
                            + "\(RelevanceFinding.percent(map.diagonal)) of the "
                            + "weight within a frame of itself.", data: table, wide: true)
                ))
        }
        page.footer = ["Run \(run.folder), weights \(run.weights).", command]
        return page.html
    }
}
