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
        let explain = explaining(finding, explainer)
        checks.append(try randomWeights(finding, explain: explain))
        if checking == .all, let top = try randomTop(finding, explain: explain) { checks.append(top) }
        if let other = try anotherOutput(finding, explainer) { checks.append(other) }
        if let deletion = try deletion(finding, explainer) { checks.append(deletion) }
        if let seeds = try otherSeeds(finding, others(), explain: explain) { checks.append(seeds) }
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

    /// How alike two maps are where there is a signal: where nothing came in every map is zero, and agrees.
    func alike(_ one: [Double], _ other: [Double], _ seen: Seen) -> Double {
        let loud = Alike.smoothed(seen.inputs[0], rows: rows(seen), rate: rate)
        let live = loud.indices.filter { loud[$0] > 0 }
        guard live.count < loud.count else { return Alike.ranks(one, other) ?? 0 }
        return Alike.ranks(live.map { one[$0] }, live.map { other[$0] }) ?? 0
    }

    /// Explains a window with other weights of the same network.
    private func explaining(
        _ finding: RelevanceFinding, _ explainer: Explainer
    ) -> (_ weights: Weights) throws -> [[Float]] {
        { weights in
            try explainer.load(weights)
            let relevance = Result {
                try self.look(explainer, finding)
                return try explainer.explain(output: finding.target.end, weights: finding.target.weights).relevance
            }
            try explainer.load(self.weights)
            return try relevance.get()
        }
    }

    /// Of the same network as it starts, three times: a picture that looks alike is of the trace.
    ///
    /// - `explain`: the relevance of this window with other weights.
    func randomWeights(
        _ finding: RelevanceFinding, explain: (Weights) throws -> [[Float]]
    ) throws -> RelevanceFinding.Check {
        let own = map(finding.relevance, finding.seen)
        let values = try (0..<3).map { draw in
            alike(own, map(try explain(freshWeights(draw)), finding.seen), finding.seen)
        }
        let mean = values.reduce(0, +) / Double(values.count)
        return .init(
            name: "random weights", value: mean, limit: 0.5, passed: mean <= 0.5,
            definition: "rank correlation of |R|, smoothed by 0.1 s, with that of three networks with fresh weights",
            failure: "this picture is mostly of the trace, not of what the network learnt")
    }

    /// Of the same network with its last layer, its last third and its last two thirds as they start.
    func randomTop(
        _ finding: RelevanceFinding, explain: (Weights) throws -> [[Float]]
    ) throws -> RelevanceFinding.Check? {
        let own = map(finding.relevance, finding.seen)
        let nodes = Set(weights.layout.entries.filter { $0.spec.isTrainable }.map(\.node)).sorted()
        guard nodes.count >= 3 else { return nil }
        let fresh = freshWeights(0)
        let values = try [1, (nodes.count + 2) / 3, (2 * nodes.count + 2) / 3].map { count -> Double in
            var mixed = weights
            let top = Set(nodes.suffix(count))
            for entry in weights.layout.entries where top.contains(entry.node) {
                mixed.values.replaceSubrange(entry.range, with: fresh.values[entry.range])
            }
            return alike(own, map(try explain(mixed), finding.seen), finding.seen)
        }
        let texts = values.map { Figures.fixed($0, places: 2) }
        return .init(
            name: "random top", value: values[1], limit: 0.9, passed: values[1] <= 0.9,
            definition: "the same with fresh weights in the last third of the layers alone; in the last layer "
                + "\(texts[0]), in two thirds \(texts[2])",
            failure: "the picture hardly depends on the later layers")
    }

    /// Of other trainings of this network: an explanation that they do not share is an anecdote.
    func otherSeeds(
        _ finding: RelevanceFinding, _ siblings: [Sibling], explain: (Weights) throws -> [[Float]]
    ) throws -> RelevanceFinding.Check? {
        guard !siblings.isEmpty else { return nil }
        let own = map(finding.relevance, finding.seen)
        let values = try siblings.map { alike(own, map(try explain($0.weights), finding.seen), finding.seen) }
        let mean = values.reduce(0, +) / Double(values.count)
        let each = zip(siblings, values).map { "\($0.name) \(Figures.fixed($1, places: 2))" }
        return .init(
            name: "other seeds", value: mean, limit: 0.5, passed: mean >= 0.5,
            definition: "mean rank correlation of |R|, smoothed by 0.1 s, with those of other trainings of this "
                + "network: \(each.joined(separator: ", "))",
            failure: "other trainings of the same network look elsewhere: of one training this is an anecdote")
    }

    private func look(_ explainer: Explainer, _ finding: RelevanceFinding, _ inputs: [[Float]]? = nil) throws {
        let baseline = try finding.rule == .difference ? baseline(like: finding.seen) : nil
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
        let value = alike(map(finding.relevance, finding.seen), map(explanation.relevance, finding.seen), finding.seen)
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
        let own = map(finding.relevance, seen), width = seen.shapes[0].last ?? 0
        var values: [Double] = []
        for shift in stride(from: 1, through: 31, by: 2) where shift < width {
            let (_, explanation) = try shifted(finding, by: shift, question, explainer)
            values.append(alike(own, map(explanation.relevance, seen), seen))
        }
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        return .init(
            name: "shifts", value: mean, limit: 0.5, passed: mean >= 0.5,
            definition:
                "mean rank correlation of |R|, smoothed by 0.1 s, with those of windows that "
                + "begin 0.01 to 0.31 s later",
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
