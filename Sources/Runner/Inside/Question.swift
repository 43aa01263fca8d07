import Foundation
import GraphIR
import Interpreter
import Seismic

/// Which number of a network is to be explained: `p`, `phase[P]@31.2s`, `class[VTE]@mean`, `memory/37@max`.
public struct Question: Hashable, Sendable {
    public enum Where: Hashable, Sendable {
        /// Where the likeliest pick is, or, if there is none, the highest value.
        case pick
        /// Where the catalogue has a phase.
        case phase(String)
        case seconds(Double)
        /// Over all of the window.
        case mean, max
        /// Over a stretch that is labelled with what is asked: the first, the second …
        case event(Int)
    }
    public var output: String
    public var channel: String?
    public var unit: Int?
    public var place: Where?
    /// A class whose logit is subtracted.
    public var against: String?

    /// The same against another class.
    public init(_ question: Question, against: String?) {
        self = question
        self.against = against
    }

    init(output: String, channel: String? = nil, place: Where? = nil) {
        (self.output, self.channel, self.place) = (output, channel, place)
    }

    /// `OUTPUT[CHANNEL|CLASS][@WHERE]`, or `LAYER/UNIT[@WHERE]`.
    public init(_ text: String, against: String? = nil) throws(RunError) {
        self.against = against
        var rest = text[...]
        if let at = rest.lastIndex(of: "@") {
            place = try Question.place(String(rest[rest.index(after: at)...]))
            rest = rest[..<at]
        }
        if let slash = rest.lastIndex(of: "/") {
            guard let number = Int(rest[rest.index(after: slash)...]), number >= 0 else {
                throw RunError(.refused, "'\(text)' names no unit", help: "write LAYER/UNIT, as memory/37")
            }
            unit = number
            rest = rest[..<slash]
        } else if rest.hasSuffix("]"), let open = rest.firstIndex(of: "[") {
            channel = String(rest[rest.index(after: open)...].dropLast())
            rest = rest[..<open]
        }
        guard !rest.isEmpty else {
            throw RunError(
                .refused, "'\(text)' names no output", help: "OUTPUT[CHANNEL][@WHERE] or LAYER/UNIT, as phase[S]@12.3s")
        }
        output = String(rest)
    }

    private static func place(_ text: String) throws(RunError) -> Where {
        switch text {
        case "pick": return .pick
        case "mean": return .mean
        case "max": return .max
        default:
            if Phase(rawValue: text) != nil { return .phase(text) }
            if text.hasPrefix("event") {
                let rest = text.dropFirst("event".count).trimmingPrefix { $0 == " " }
                if let number = rest.isEmpty ? 1 : Int(rest), number > 0 { return .event(number) }
            }
            let number = text.hasSuffix("s") ? String(text.dropLast()) : text
            if let seconds = Double(number), seconds >= 0, seconds.isFinite { return .seconds(seconds) }
            throw RunError(
                .refused, "'@\(text)' says no place", help: "@pick, @P, @S, @12.31s, @event 2, @mean or @max")
        }
    }
}

/// A question settled for one window: which numbers of which node, and how they are weighed.
public struct ExplainedTarget: Sendable {
    public var output: String
    /// The channel's name, or the unit's number.
    public var channel: String
    public var place: String
    /// Sample of the output, where it is one.
    public var sample: Int?
    public var seconds: Double?
    /// What the network says there, where its last layer makes probabilities.
    public var probability: Double?
    /// The number that is explained: the logit, or log odds.
    public var logit: Double
    /// What had to be decided otherwise than asked, in words.
    public var remark: String?

    var end: Int
    var weights: [Float]
    /// What of the number is not in the weighted sum.
    var constant: Double
    var weighing: Weighing
}

/// How a question weighs the logits of an output: one channel at some samples, against the others where a softmax
/// follows.
struct Weighing: Sendable {
    var channel: Int
    var channels: Int
    var time: Int
    var samples: [Int]
    var ending: ExplainedGraph.Ending
    var against: Int?

    /// Whether the weights are the same whatever the logits are.
    var isLinear: Bool { ending == .none || ending == .sigmoid || against != nil || channels < 2 }

    /// The slopes of the number by each logit, the number, and what of it is not in the weighted sum.
    func weigh(_ logits: [Double]) -> (weights: [Float], value: Double, constant: Double) {
        var weights = [Float](repeating: 0, count: logits.count)
        var (value, constant) = (0.0, 0.0)
        for sample in samples {
            let share = 1 / Double(samples.count)
            let column = (0..<channels).map { logits[$0 * time + sample] }
            let (slopes, odds) = odds(column)
            value += share * odds
            for other in 0..<channels {
                weights[other * time + sample] += Float(share * slopes[other])
                constant -= Double(Float(share * slopes[other])) * column[other]
            }
        }
        return (weights, value, isLinear ? 0 : constant + value)
    }

    /// Of the logits of one sample.
    private func odds(_ column: [Double]) -> (slopes: [Double], value: Double) {
        var slopes = column.map { _ in 0.0 }
        slopes[channel] = 1
        if let against {
            slopes[against] -= 1
            return (slopes, column[channel] - column[against])
        }
        guard !isLinear else { return (slopes, column[channel]) }
        let others = column.indices.filter { $0 != channel }
        let largest = others.map { column[$0] }.max() ?? 0
        let sum = others.reduce(0) { $0 + exp(column[$1] - largest) }
        for other in others { slopes[other] = -exp(column[other] - largest) / sum }
        return (slopes, column[channel] - largest - log(sum))
    }
}
