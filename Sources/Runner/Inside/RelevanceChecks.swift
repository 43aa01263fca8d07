import Foundation
import GraphIR
import Interpreter
import Kernels

extension Subject {
    /// What the explanation of a window is held to. Each says what a failure means; none is a mark of quality.
    func checks(
        _ finding: RelevanceFinding, _ question: Question, _ explainer: Explainer,
        _ checking: RelevanceFinding.Checking
    ) throws -> [RelevanceFinding.Check] {
        var checks = [closes(finding)]
        guard checking != .none else { return checks }
        checks.append(try randomWeights(finding, explainer))
        if let other = try anotherOutput(finding, explainer) { checks.append(other) }
        if let deletion = try deletion(finding, explainer) { checks.append(deletion) }
        if checking == .all { checks.append(try shifts(finding, question, explainer)) }
        return checks
    }

    private func closes(_ finding: RelevanceFinding) -> RelevanceFinding.Check {
        let error = finding.account.error
        return .init(
            name: "closes", value: error, limit: 1e-4, passed: error <= 1e-4,
            definition:
                "what came in, constants and stabiliser add up to the number; the difference, of all that moved",
            failure: "the books do not close: some of this number is in nobody's account")
    }

    private func map(_ relevance: [[Float]], _ seen: Seen) -> [Double] {
        Alike.smoothed(relevance[0], rows: rows(seen), rate: rate)
    }

    /// Of the same network as it starts, three times: a picture that looks alike is of the trace.
    private func randomWeights(_ finding: RelevanceFinding, _ explainer: Explainer) throws -> RelevanceFinding.Check {
        let own = map(finding.relevance, finding.seen)
        defer { explainer.load(weights) }
        var values: [Double] = []
        for draw in 0..<3 {
            explainer.load(freshWeights(draw))
            try look(explainer, finding)
            let explanation = try explainer.explain(output: finding.target.end, weights: finding.target.weights)
            values.append(Alike.ranks(own, map(explanation.relevance, finding.seen)) ?? 0)
        }
        let mean = values.reduce(0, +) / Double(values.count)
        return .init(
            name: "random weights", value: mean, limit: 0.5, passed: mean <= 0.5,
            definition: "rank correlation of |R|, smoothed by 0.1 s, with that of three networks with fresh weights",
            failure: "this picture is mostly of the trace, not of what the network learnt")
    }

    private func look(_ explainer: Explainer, _ finding: RelevanceFinding, _ inputs: [[Float]]? = nil) throws {
        let baseline = finding.rule == .difference ? Occlusion.noise(like: finding.seen, rate: rate) : nil
        try explainer.look(at: inputs ?? finding.seen.inputs, baseline: baseline)
    }

    /// The same place asked for another channel, or another output.
    private func anotherOutput(
        _ finding: RelevanceFinding, _ explainer: Explainer
    ) throws -> RelevanceFinding.Check? {
        let target = finding.target
        let shape = explainer.shape(ofNode: explainer.explained.ends[target.end].logit)
        let time = max(1, shape.dropFirst().reduce(1, *))
        var (end, weights) = (target.end, target.weights)
        let channels = shape.first ?? 1
        if channels > 1, channels * time == weights.count {
            // The next channel takes this one's place.
            weights = target.weights.indices.map { target.weights[($0 + weights.count - time) % weights.count] }
        } else if let other = explainer.explained.ends.indices.first(where: {
            $0 != end && explainer.count(ofNode: explainer.explained.ends[$0].logit) == weights.count
        }) {
            end = other
        } else {
            return nil
        }
        try look(explainer, finding)
        let explanation = try explainer.explain(output: end, weights: weights)
        let value = Alike.ranks(map(finding.relevance, finding.seen), map(explanation.relevance, finding.seen)) ?? 0
        return .init(
            name: "another output", value: value, limit: 0.9, passed: value <= 0.9,
            definition: "rank correlation of |R|, smoothed by 0.1 s, with that of "
                + (end == target.end ? "the next channel" : explainer.explained.ends[end].name) + " at the same place",
            failure: "it would look the same for another answer")
    }

    /// The number without its most relevant second, against ten random seconds of as much energy.
    private func deletion(_ finding: RelevanceFinding, _ explainer: Explainer) throws -> RelevanceFinding.Check? {
        let seen = finding.seen
        let width = seen.shapes[0].last ?? 0, span = max(1, Int(rate.rounded()))
        guard seen.shapes[0].count == 2, width > 4 * span else { return nil }
        let smooth = map(finding.relevance, seen)
        let starts = stride(from: 0, through: width - span, by: max(1, span / 10))
        guard let best = Alike.loudestStretch(smooth, rows: rows(seen), span: span) else { return nil }
        func energy(_ first: Int) -> Double {
            (0..<rows(seen)).reduce(0) { sum, row in
                (first..<first + span).reduce(sum) {
                    $0 + Double(seen.inputs[0][row * width + $1] * seen.inputs[0][row * width + $1])
                }
            }
        }
        func fall(_ first: Int, _ draw: Int) throws -> Double {
            let without = Occlusion.replaced(seen, rows(seen), first..<first + span, rate: rate, draw: draw)
            try look(explainer, finding, without)
            let end = explainer.explained.ends[finding.target.end]
            let values = explainer.result(ofNode: end.logit)
            let now = zip(finding.target.weights, values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            return finding.target.logit - finding.target.constant - now
        }
        let loud = energy(best)
        let others = starts.filter { abs($0 - best) >= span }
            .sorted { abs(energy($0) - loud) < abs(energy($1) - loud) }.prefix(30)
        let random = CounterRandom(seed: 17, stream: "deletion")
        let picked = others.enumerated().sorted { random.uniform($0.offset) < random.uniform($1.offset) }.prefix(10)
        guard !picked.isEmpty else { return nil }
        let own = try fall(best, 0)
        let falls = try picked.map { try fall($0.element, $0.offset + 1) }
        let mean = falls.reduce(0, +) / Double(falls.count)
        return .init(
            name: "deletion", value: own - mean, limit: 0, passed: own > mean,
            definition: "how much more the number falls without its most relevant second (from "
                + "\(Figures.fixed(Double(best) / rate, places: 1)) s) than without ten others about as loud; "
                + "each replaced by noise with tapered ends",
            failure: "taking away what it calls relevant changes no more than taking away anything else")
    }

    /// The window moved by up to 0.31 s: how much the picture moves with it.
    private func shifts(
        _ finding: RelevanceFinding, _ question: Question, _ explainer: Explainer
    ) throws -> RelevanceFinding.Check {
        let seen = finding.seen
        let width = seen.shapes[0].last ?? 0
        let own = map(finding.relevance, seen)
        var values: [Double] = []
        for shift in stride(from: 1, through: 31, by: 2) {
            var moved = seen
            for row in 0..<rows(seen) {
                for t in 0..<width {
                    moved.inputs[0][row * width + t] = seen.inputs[0][row * width + max(0, t - shift)]
                }
            }
            moved.arrivals = seen.arrivals.map { ($0.phase, $0.seconds + Double(shift) / rate) }
            try look(explainer, finding, moved.inputs)
            let target = try settle(question, explainer, moved)
            let explanation = try explainer.explain(output: target.end, weights: target.weights)
            let shifted = map(explanation.relevance, seen)
            var back = [Double](repeating: 0, count: shifted.count)
            for row in 0..<rows(seen) {
                for t in 0..<width - shift { back[row * width + t] = shifted[row * width + t + shift] }
            }
            values.append(Alike.ranks(own, back) ?? 0)
        }
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        return .init(
            name: "shifts", value: mean, limit: 0.5, passed: mean >= 0.5,
            definition: "mean rank correlation of |R| with those of windows that begin 0.01 to 0.31 s later",
            failure: "the picture hangs on where the window begins")
    }
}

/// Parts of a window replaced by noise, without edges that look like onsets.
enum Occlusion {
    /// The quietest second of each row, from which noise is drawn.
    private static func quiet(_ x: ArraySlice<Float>, rate: Double) -> Float {
        let span = max(8, Int(rate))
        var least = Float.infinity
        for first in stride(from: x.startIndex, through: max(x.startIndex, x.endIndex - span), by: span) {
            let part = x[first..<min(x.endIndex, first + span)]
            let power = part.reduce(Float(0)) { $0 + $1 * $1 } / Float(max(1, part.count))
            if power < least, power > 0 { least = power }
        }
        return least.isFinite ? least.squareRoot() : 0
    }

    /// A window of nothing but noise as loud as the quietest second.
    static func noise(like seen: Subject.Seen, rate: Double, draw: Int = 0) -> [[Float]] {
        seen.inputs.enumerated().map { index, x in
            let rows = max(1, seen.shapes[index].dropLast().reduce(1, *)), width = x.count / rows
            let random = CounterRandom(seed: UInt64(draw + 1), stream: "noise \(index)")
            var out = x
            for row in 0..<rows {
                let level = quiet(x[row * width..<(row + 1) * width], rate: rate)
                for t in 0..<width { out[row * width + t] = level * Float(random.normal(row * width + t)) }
            }
            return out
        }
    }

    /// The window with some samples replaced; the first and last 0.2 s of the change go over in a cosine.
    static func replaced(
        _ seen: Subject.Seen, _ rows: Int, _ span: Range<Int>, rate: Double, draw: Int, row only: Int? = nil
    ) -> [[Float]] {
        var inputs = seen.inputs
        let width = inputs[0].count / rows
        let noise = noise(like: seen, rate: rate, draw: draw)[0]
        let taper = max(1, min(Int(0.2 * rate), span.count / 2))
        for row in 0..<rows where only == nil || only == row {
            for t in span where (0..<width).contains(t) {
                let edge = min(t - span.lowerBound, span.upperBound - 1 - t)
                let share = edge >= taper ? 1 : 0.5 - 0.5 * cos(Double.pi * (Double(edge) + 0.5) / Double(taper))
                let place = row * width + t
                inputs[0][place] = Float(1 - share) * inputs[0][place] + Float(share) * noise[place]
            }
        }
        return inputs
    }
}
