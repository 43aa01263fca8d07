import Foundation
import GraphIR
import Interpreter
import Kernels
import Layers

/// Other ways than relevance of saying what counts, each with its definition.
public enum Method: String, CaseIterable, Sendable {
    case relevance
    /// The slope of the number by each sample.
    case gradient
    /// The slope times what came in.
    case product
    /// The slopes along the straight way from the baseline to the window, times the way: adds up to the difference.
    case integrated
    /// The mean of slope times what came in over copies with noise of the trace's own level.
    case smooth
    /// How much the number falls when half a second of a component is replaced by noise with tapered ends.
    case occlusion
    /// Grad-CAM in one dimension: a layer's channels, weighed by their mean slopes, where the sum is positive.
    case cam

    public var definition: String {
        switch self {
        case .relevance: "relevance: x · c, gates held still and chords for curves"
        case .gradient: "gradient: df/dx"
        case .product: "product: x · df/dx, steering included"
        case .integrated: "integrated gradients: (x - x0) times the mean slope from x0 to x, by Gauss and Legendre"
        case .smooth: "smoothed: the mean of x · df/dx over 24 copies with noise as loud as the quietest second"
        case .occlusion: "occlusion: how much the number falls without half a second of one component"
        case .cam:
            "Grad-CAM: relu(sum of a_k A_k(t)) of a layer, a_k the mean over time of df/dA_k; stretched to the window, "
                + "the same for every component"
        }
    }
}

extension Subject {
    /// One number of one window by another method than relevance. The account says what of it adds up, and only
    /// integrated gradients are held to that.
    ///
    /// - `layer`: whose channels Grad-CAM weighs; the last convolution along time where none is named.
    public func explain(
        _ question: Question, of seen: Seen, by method: Method, layer: String? = nil
    ) throws -> RelevanceFinding {
        var finding = try relevance(question, of: seen, checking: .none)
        guard method != .relevance else { return finding }
        let explained = try ExplainedGraph(graph, registry: session.registry, also: nodes(for: question))
        do {
            let slopes = try Slopes(
                self, explained, finding.target, lengths: seen.symbols, readsNodes: method == .cam)
            finding.method = method
            finding.checks = []
            finding.throughGates = 0
            finding.account = Account()
            finding.account.value = finding.target.logit
            if method == .cam {
                try classActivation(&finding, slopes, explained, layer: layer)
            } else {
                try fill(&finding, slopes, method)
            }
        } catch let error as MachineError {
            throw RunError(
                .notFinite, error.description, help: "strata data audit finds traces with numbers that are not finite")
        }
        let c = zip(finding.relevance[0], seen.inputs[0]).map { $1 == 0 ? 0 : $0 / $1 }
        finding.shares = Shares(
            x: seen.inputs[0], c: c, rows: rows(seen), names: seen.components, rate: rate, at: finding.target.seconds,
            reach: reach)
        finding.account.inputs = finding.relevance.enumerated().map { index, r in
            Account.Share(graph.inputs[index].path, r.reduce(0) { $0 + Double($1) })
        }
        finding.account.absolute = finding.relevance.reduce(0) { $0 + $1.reduce(0) { $0 + Double(abs($1)) } }
        return finding
    }

    private func fill(_ finding: inout RelevanceFinding, _ slopes: Slopes, _ method: Method) throws {
        let seen = finding.seen
        switch method {
        case .relevance, .cam: return
        case .gradient:
            finding.relevance = try slopes.slopes(seen.inputs)
        case .product:
            finding.relevance = zip(seen.inputs, try slopes.slopes(seen.inputs)).map { zip($0, $1).map { $0 * $1 } }
        case .smooth:
            var sums = seen.inputs.map { $0.map { _ in Float(0) } }
            for draw in 0..<24 {
                let noise = Occlusion.noise(like: seen, rate: rate, draw: draw)
                let noisy = zip(seen.inputs, noise).map { zip($0, $1).map { $0 + $1 } }
                for (index, part) in try slopes.slopes(noisy).enumerated() {
                    for place in part.indices { sums[index][place] += part[place] * seen.inputs[index][place] / 24 }
                }
            }
            finding.relevance = sums
        case .occlusion: try occlude(&finding, slopes)
        case .integrated: try integrate(&finding, slopes)
        }
    }

    private func occlude(_ finding: inout RelevanceFinding, _ slopes: Slopes) throws {
        let seen = finding.seen
        let rows = rows(seen), width = seen.inputs[0].count / rows
        let span = max(2, Int(0.5 * rate)), step = max(1, span / 2)
        let whole = try slopes.value(seen.inputs)
        var map = seen.inputs.map { $0.map { _ in Float(0) } }
        for row in 0..<rows {
            for first in stride(from: 0, to: width, by: step) {
                let part = first..<min(width, first + span)
                let without = Occlusion.replaced(seen, rows, part, rate: rate, draw: 0, row: row)
                let fall = Float(whole - (try slopes.value(without))) / Float(2 * part.count)
                for t in part { map[0][row * width + t] += fall }
            }
        }
        finding.relevance = map
    }

    /// Twice as many points until what adds up is within 1 % of the difference.
    private func integrate(_ finding: inout RelevanceFinding, _ slopes: Slopes) throws {
        let seen = finding.seen
        let start = try baseline(like: seen)
        let difference = try slopes.value(seen.inputs) - slopes.value(start)
        var points = 16
        while true {
            var sums = seen.inputs.map { $0.map { _ in 0.0 } }
            for (place, weight) in Self.legendre(points) {
                let between = zip(start, seen.inputs).map { zip($0, $1).map { $0 + Float(place) * ($1 - $0) } }
                for (index, part) in try slopes.slopes(between).enumerated() {
                    for t in part.indices { sums[index][t] += weight * Double(part[t]) }
                }
            }
            finding.relevance = sums.enumerated().map { index, part in
                part.indices.map { Float(part[$0] * Double(seen.inputs[index][$0] - start[index][$0])) }
            }
            let total = finding.relevance.reduce(0) { $0 + $1.reduce(0) { $0 + Double($1) } }
            let open = abs(total - difference) / max(abs(difference), 1e-9)
            if open <= 0.01 || points >= 512 {
                finding.account.value = difference
                finding.checks = [
                    .init(
                        name: "complete", value: open, limit: 0.01, passed: open <= 0.01,
                        definition: "the sum against the difference from \(baselineText), \(points) points",
                        failure: "the points do not follow the way closely enough")
                ]
                return
            }
            points *= 2
        }
    }

    /// Places and weights of Gauss and Legendre between 0 and 1.
    static func legendre(_ count: Int) -> [(place: Double, weight: Double)] {
        (0..<count).map { index in
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var (p, before) = (1.0, 0.0)
                for degree in 0..<count {
                    (p, before) = (((2 * Double(degree) + 1) * x * p - Double(degree) * before) / Double(degree + 1), p)
                }
                slope = Double(count) * (x * p - before) / (x * x - 1)
                let next = x - p / slope
                if abs(next - x) < 1e-15 { break }
                x = next
            }
            return ((1 - x) / 2, 1 / ((1 - x * x) * slope * slope))
        }
    }
}
