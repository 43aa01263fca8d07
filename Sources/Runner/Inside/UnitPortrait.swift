import Files
import Foundation
import GraphIR
import Interpreter
import Kernels

/// One unit of a layer: what it is loudest for, what it does at arrivals, which frequencies move it, what it likes.
public struct UnitPortrait: Sendable {
    /// A real window in which it is loud, cut to what it can see there.
    public struct Moment: Sendable {
        public var trace: String
        /// In seconds of the window.
        public var seconds: Double
        public var value: Float
        /// By component, and where the cut begins.
        public var samples: [[Float]]
        public var start: Double
    }
    /// The mean of what it says around an arrival, from 2 s before to 5 s after.
    public struct Triggered: Sendable {
        public var phase: String
        public var seconds: [Double]
        public var mean: [Double]
        public var error: [Double]
        public var events: Int
    }
    public var layer: String
    public var number: Int
    public var units: Int
    /// What is said of it among the others.
    public var row: UnitFinding.Unit
    public var classes: [String]
    public var heat: [Double]
    public var moments: [Moment]
    public var triggered: [Triggered]
    /// Sixteen bands from low to high: upper edges in Hz, and the correlation of |h| with the logarithm
    /// of their energy.
    public var bands: [(hertz: Double, correlation: Double?)]
    /// By gate, the shares of frames below 0.1 and above 0.9.
    public var gates: [(name: String, low: Double, high: Double)]
    public var optimum: OptimumFinding
    public var components: [String]
    public var rate: Double
    public var run: RelevanceFinding.RunNote
}

extension Subject {
    /// - `steps`: of each search for what it likes.
    public func portrait(_ question: Question, _ traces: [Int], steps: Int = 300) throws -> UnitPortrait {
        guard let number = question.unit else {
            throw RunError(.refused, "'\(question.output)' names no unit", help: "write LAYER/UNIT, as memory/37")
        }
        let index = try node(question.output)
        var gather = PortraitGathering(self, node: index, unit: number)
        let all = try units(question.output, traces, shuffles: 100) { seen, h, time in
            guard (number + 1) * time <= h.count else {
                throw RunError(
                    .refused, unknown(number, of: index, count: h.count / max(1, time)),
                    help: "strata inside units lists them")
            }
            gather.add(seen, Array(h[number * time..<(number + 1) * time]))
        }
        var wishes = OptimumFinding.Wishes()
        wishes.steps = steps
        var asked = question
        asked.place = asked.place ?? .mean
        // Streams differ in length: windows are as long as the one in which it is loudest.
        let best = Array(gather.loudest.prefix(1))
        let alike = best + traces.prefix(100).filter { !best.contains($0) }
        let optimum = try optimum(
            asked, from: [.zeros, .noise(0), .noise(1)] + best.map { .trace($0) },
            traces: alike, wishes: wishes)
        return UnitPortrait(
            layer: all.layer, number: number, units: all.units.count, row: all.units[number], classes: all.classes,
            heat: all.heat.map { $0[number] }, moments: gather.moments(9), triggered: gather.triggered(),
            bands: Array(zip(all.edges, all.bands[number])).map { (hertz: $0.0, correlation: $0.1) },
            gates: all.gates.compactMap { gate in
                gate.low.indices.contains(number) ? (gate.name, gate.low[number], gate.high[number]) : nil
            }, optimum: optimum, components: optimum.components, rate: rate, run: note)
    }

    /// `no unit 37: memory has units 0 to 15 forward, 16 to 31 backward`
    private func unknown(_ number: Int, of node: Int, count: Int) -> String {
        let path = graph.nodes[node].path
        return "no unit \(number): \(path) has units "
            + (directions(of: node) == 2
                ? "0 to \(count / 2 - 1) forward, \(count / 2) to \(count - 1) backward" : "0 to \(count - 1)")
    }
}

/// Adds up what one unit does.
private struct PortraitGathering {
    private let rate: Double
    private let reach: Double
    private var loud: [(trace: Int, moment: UnitPortrait.Moment)] = []
    private var around: [String: [[Double]]] = [:]
    private static let before = 2.0, after = 5.0, points = 71

    init(_ subject: Subject, node: Int, unit: Int) {
        rate = subject.rate
        var graph = subject.graph
        graph.outputs = [Graph.Output(name: "unit", node: node, place: .nowhere)]
        switch ReceptiveField(graph) {
        case .samples(let count): reach = min(6, max(0.5, Double(count) / subject.rate))
        case .everything: reach = 6
        }
    }

    /// Traces in which it is loudest.
    var loudest: [Int] { sorted.map(\.trace) }
    private var sorted: [(trace: Int, moment: UnitPortrait.Moment)] {
        loud.sorted { (abs($1.moment.value), $0.trace) < (abs($0.moment.value), $1.trace) }
    }

    mutating func add(_ seen: Subject.Seen, _ h: [Float]) {
        let rows = max(1, seen.shapes[0].dropLast().reduce(1, *)), width = seen.inputs[0].count / rows
        let step = Double(width) / rate / Double(h.count)
        guard let best = h.indices.max(by: { abs(h[$0]) < abs(h[$1]) }) else { return }
        let seconds = (Double(best) + 0.5) * step
        let start = max(0, Int((seconds - reach / 2) * rate)), end = min(width, start + max(8, Int(reach * rate)))
        loud.append(
            (
                seen.trace,
                .init(
                    trace: seen.name, seconds: seconds, value: h[best],
                    samples: (0..<rows).map {
                        Array(seen.inputs[0][$0 * width + start..<$0 * width + max(start, end)])
                    },
                    start: Double(start) / rate)
            ))
        for arrival in seen.arrivals {
            around[arrival.phase, default: []].append(
                (0..<Self.points).map { point in
                    let t =
                        arrival.seconds - Self.before
                        + (Self.before + Self.after) * Double(point) / Double(Self.points - 1)
                    let frame = Int((t / step).rounded(.down))
                    return h.indices.contains(frame) ? Double(h[frame]) : .nan
                })
        }
    }

    func moments(_ count: Int) -> [UnitPortrait.Moment] { sorted.prefix(count).map(\.moment) }

    func triggered() -> [UnitPortrait.Triggered] {
        around.keys.sorted().map { phase in
            let rows = around[phase] ?? []
            let columns = (0..<Self.points).map { point in Sample(rows.map { $0[point] }.filter(\.isFinite)) }
            return .init(
                phase: phase,
                seconds: (0..<Self.points).map {
                    -Self.before + (Self.before + Self.after) * Double($0) / Double(Self.points - 1)
                }, mean: columns.map { $0.count > 0 ? $0.mean : .nan },
                error: columns.map { $0.count > 1 ? ($0.variance / Double($0.count)).squareRoot() : .nan },
                events: rows.count)
        }
    }
}
