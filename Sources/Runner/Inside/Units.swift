import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers

/// What each unit of a layer does while something is under way: the volcano work's analysis for any layer along time.
public struct UnitFinding: Sendable {
    /// One stretch of one class in one trace; frames of one stretch are not independent, so stretches are what counts.
    public struct Stretch: Sendable {
        public var trace: Int
        public var label: Int
        public var frames: Range<Int>
        /// By unit: the mean of |h| and of h, and how many of its numbers are near ±1 and near 0.
        public var loudness: [Double]
        public var mean: [Double]
        public var polarised: [Double]
        public var quiet: [Double]
    }
    /// What is said of one unit.
    public struct Unit: Sendable {
        public var number: Int
        /// The class for which it is loudest, and the one that it tells apart best.
        public var loudest: Int
        public var preferred: Int
        /// (largest − mean of the others) / (largest + mean of the others), of the classes' loudness.
        public var selectivity: Double
        /// The area under the curve of its mean h over stretches: the preferred class against the rest, signed apart.
        public var area: Double
        /// What its mean tells of the class, in bits, and what it tells of shuffled ones.
        public var information: Double
        public var chance: Double
        public var isInformative: Bool
        /// How its mean changes at the start of each class: seconds after less seconds before, in standard errors.
        public var changes: [Double?]
        public var isDead: Bool
    }
    public var layer: String
    public var classes: [String]
    public var units: [Unit]
    /// The mean over a class's stretches of the mean of |h|: `[class][unit]`.
    public var heat: [[Double]]
    /// Correlations of the classes' heat, as it is and after taking each unit's mean over classes off.
    public var raw: [[Double?]]
    public var centred: [[Double?]]
    public var stretches: [Stretch]
    public var polarisedShare: [Double]
    public var quietShare: [Double]
    /// 41 bins from −1 to 1, by class: shares of all numbers.
    public var histograms: [[Double]]
    /// Gates of a recurrent layer: by name, for each unit the shares below 0.1 and above 0.9.
    public var gates: [(name: String, low: [Double], high: [Double])]
    /// By class, how late it is said and how late it ends, in seconds; medians, `nil` where no classes are said.
    public var delays: [(onset: Double?, end: Double?)]
    /// By unit, how many times more it moves in the second after a class begins than elsewhere.
    public var susceptibility: [Double?]
    /// By unit and band, the correlation of |h| with the logarithm of the band's energy; and the bands' upper edges.
    public var bands: [[Double?]]
    public var edges: [Double]
    /// Traces to look at: the best answered, the worst, and one of the rarest class.
    var examples: [UnitExample]
    /// What a class loses without each unit, where that was asked for.
    public var damage: UnitDamage?
    /// Whether other trainings of the network have the same units, where there are any.
    public var sameness: UnitSameness?
    /// Where units are on that are on in a span, where that was asked for.
    public var alike: UnitAlike?
    /// Whether the loudest of a class are those that are among the loudest in every one of its stretches.
    public var isSteady = false
    public var run: RelevanceFinding.RunNote
    public var rate: Double
}

extension Subject {
    /// - `shuffles`: how often classes are dealt anew to stretches, to see what chance tells.
    public func units(_ path: String?, _ traces: [Int], shuffles: Int = 100) throws -> UnitFinding {
        try units(path, traces, shuffles: shuffles) { _, _, _ in }
    }

    /// - `also`: sees every window with what all units do in it, `[units, time]`.
    func units(
        _ path: String?, _ traces: [Int], shuffles: Int, also: (_ seen: Seen, _ h: [Float], _ time: Int) throws -> Void
    ) throws -> UnitFinding {
        let index = try path.map { try node($0) } ?? usualLayer()
        let classes = try UnitClasses(self)
        var gather = UnitGathering(classes: classes.names, rate: rate)
        try activations(of: index, traces) { seen, explainer, place, h, shape in
            gather.add(
                h, units: shape[0], time: shape[1], seen,
                labels: classes.labels(seen, time: shape[1], rate: rate),
                said: classes.said(explainer, time: shape[1]), insides: explainer.insides(ofNode: place))
            try also(seen, h, shape[1])
        }
        guard gather.units > 0, Set(gather.stretches.map(\.label)).count > 1 else {
            throw RunError(
                .badData, "these traces hold fewer than two classes, so there is nothing that units could tell apart",
                help: "--data brings other traces")
        }
        return gather.finding(
            layer: graph.nodes[index].path, shuffles: shuffles, run: note, rate: rate)
    }

    /// What all units of a layer do, window by window.
    func activations(
        _ path: String, _ traces: [Int], _ body: (_ seen: Seen, _ h: [Float], _ units: Int, _ time: Int) throws -> Void
    ) throws {
        try activations(of: node(path), traces) { seen, _, _, h, shape in try body(seen, h, shape[0], shape[1]) }
    }

    private func activations(
        of index: Int, _ traces: [Int],
        _ body: (_ seen: Seen, _ explainer: Explainer, _ place: Int, _ h: [Float], _ shape: [Int]) throws -> Void
    ) throws {
        try look(traces) { seen, explainer in
            let place = explainer.explained.places[index]
            let shape = explainer.shape(ofNode: place)
            guard shape.count == 2, shape[1] > 1 else {
                throw RunError(
                    .refused, "'\(graph.nodes[index].path)' is \(shape), which has no time",
                    help: "--layer names one with channels and time")
            }
            try body(seen, explainer, place, explainer.result(ofNode: place), shape)
        }
    }

    /// The last recurrent layer; where there is none, the last hidden one with time.
    private func usualLayer() throws -> Int {
        let recurrent = graph.nodes.lastIndex { ["lstm", "gru", "rnn"].contains($0.kind) }
        let hidden = graph.nodes.lastIndex { node in
            node.type.shape.rank == 2 && !graph.outputs.contains { graph.nodes[$0.node].path == node.path }
        }
        guard let found = recurrent ?? hidden else {
            throw RunError(
                .refused, "\(name) has no layer with channels and time",
                help: "strata inside features looks at the last hidden vector of each window")
        }
        return found
    }
}

/// Which class each frame is of.
struct UnitClasses {
    let names: [String]
    private let output: String?

    /// Those that an output says of frames; for pickers the time around the arrivals.
    init(_ subject: Subject) throws {
        let labelers = try subject.session.recipe.labelers(subject.graph, registry: subject.session.registry)
        for (lesson, labeler) in zip(subject.session.recipe.lessons, labelers) {
            if case .frames(let names) = labeler.meaning {
                self.names = names
                output = lesson.output
                return
            }
        }
        names = ["noise", "before P", "P ±0.2 s", "P to S", "S ±0.2 s", "coda"]
        output = nil
    }

    /// The largest of all classes, frame by frame.
    private func largest(_ values: [Float], time: Int) -> [Int] {
        let frames = values.count / max(1, names.count)
        return (0..<time).map { t in
            let frame = min(frames - 1, t * frames / time)
            return (0..<names.count).max { values[$0 * frames + frame] < values[$1 * frames + frame] } ?? 0
        }
    }

    /// What the network says, where it says classes of frames.
    func said(_ explainer: Explainer, time: Int) -> [Int]? {
        guard let output, let end = explainer.explained.ends.first(where: { $0.name == output }) else { return nil }
        return largest(explainer.result(ofNode: end.answer), time: time)
    }

    func labels(_ seen: Subject.Seen, time: Int, rate: Double) -> [Int] {
        if let output, let labels = seen.labels[output] { return largest(labels, time: time) }
        let length = Double(seen.shapes.first?.last ?? 1) / rate
        let p = seen.arrivals.first { $0.phase == "P" }?.seconds, s = seen.arrivals.first { $0.phase == "S" }?.seconds
        return (0..<time).map { t in
            let seconds = (Double(t) + 0.5) * length / Double(time)
            guard let first = p ?? s else { return 0 }
            if let s, abs(seconds - s) <= 0.2 { return 4 }
            if let p, abs(seconds - p) <= 0.2 { return 2 }
            if let s, seconds > s { return 5 }
            if seconds < first { return 1 }
            return s == nil ? 5 : 3
        }
    }
}
