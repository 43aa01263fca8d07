import Foundation
import GraphIR
import Interpreter

extension Subject {
    /// Explains a window that begins `shift` samples later; its first sample stands for what is not there. What comes
    /// back is told for the samples of the window itself.
    func shifted(
        _ finding: RelevanceFinding, by shift: Int, _ question: Question, _ explainer: Explainer
    ) throws -> (target: ExplainedTarget, explanation: Explainer.Explanation) {
        let seen = finding.seen
        var moved = seen
        for (index, input) in seen.inputs.enumerated() {
            let width = seen.shapes[index].last ?? input.count
            moved.inputs[index] = input.indices.map { place in
                input[place / width * width + max(0, place % width - shift)]
            }
        }
        moved.arrivals = seen.arrivals.map { ($0.phase, $0.seconds + Double(shift) / rate) }
        let baseline = try finding.rule == .difference ? baseline(like: moved) : nil
        try explainer.look(at: moved.inputs, baseline: baseline)
        let target = try settle(question, explainer, moved)
        var found = try explainer.explain(
            output: target.end, weights: target.weights, constant: finding.rule == .difference ? 0 : target.constant)
        for index in seen.inputs.indices {
            let width = seen.shapes[index].last ?? seen.inputs[index].count
            found.relevance[index] = back(found.relevance[index], width, shift)
            found.coefficients[index] = back(found.coefficients[index], width, shift)
        }
        return (target, found)
    }

    /// Copies of the first sample hand what they got to it, so that nothing is lost.
    private func back(_ values: [Float], _ width: Int, _ shift: Int) -> [Float] {
        var out = [Float](repeating: 0, count: values.count)
        for place in values.indices { out[place / width * width + max(0, place % width - shift)] += values[place] }
        return out
    }

    /// The mean over windows that begin up to `count - 1` samples later, which averages away the grid of strides.
    func averagedOverShifts(
        _ finding: RelevanceFinding, _ count: Int, _ question: Question, _ explainer: Explainer
    ) throws -> RelevanceFinding {
        let width = finding.seen.shapes[0].last ?? 0
        guard (2...max(2, width / 2)).contains(count) else {
            throw RunError(
                .refused, "a window of \(width) samples can be shifted by 2 to \(max(2, width / 2)), not \(count)",
                help: "--shifts 32 goes through a stride of 32 samples")
        }
        var mean = Mean(finding)
        for shift in 0..<count {
            mean.add(try shifted(finding, by: shift, question, explainer).explanation)
        }
        return mean.finding(isOverDropout: false) { deviation in
            "the mean over \(count) windows that begin up to "
                + "\(Figures.fixed(Double(count - 1) / rate, places: 2)) s later; its samples vary by "
                + "\(deviation) of |R|"
        }
    }

    /// The mean over draws of the dropout that the network asks for, or of all of it.
    func averagedOverDropout(
        _ finding: RelevanceFinding, _ draws: Int, _ question: Question
    ) throws -> RelevanceFinding {
        let random = graph.alwaysDrops ? graph : graph.withDropoutOn
        guard random.alwaysDrops else {
            throw RunError(
                .refused, "\(name) has no dropout: it says the same every time",
                help: "--uncertainty is for networks with dropout; other seeds show what training leaves open")
        }
        let explainer = try explainer(
            finding.rule, symbols: finding.seen.symbols, also: nodes(for: question), of: random)
        let baseline = try finding.rule == .difference ? baseline(like: finding.seen) : nil
        var mean = Mean(finding)
        var probabilities: [Double] = []
        for draw in 0..<draws {
            let step = UInt64(finding.seen.trace) << 16 | UInt64(draw)
            try explainer.look(at: finding.seen.inputs, baseline: baseline, seed: UInt64(max(0, note.seed)), step: step)
            // The same number is asked every time.
            let logits = explainer.result(ofNode: explainer.explained.ends[finding.target.end].logit).map(Double.init)
            let (weights, _, constant) = finding.target.weighing.weigh(logits)
            mean.add(
                try explainer.explain(
                    output: finding.target.end, weights: weights, constant: finding.rule == .difference ? 0 : constant))
            probabilities.append(probability(explainer, finding.target) ?? .nan)
        }
        let said = Sample(probabilities.filter(\.isFinite))
        let text =
            said.count > 1
            ? "; probability \(RelevanceFinding.number(said.mean)) ±\(RelevanceFinding.number(said.deviation))" : ""
        return mean.finding(isOverDropout: true) { deviation in
            "the mean over \(draws) draws of dropout; its samples vary by \(deviation) of |R|\(text)"
        }
    }

    /// What the network says where a target is, in a window that was looked at.
    func probability(_ explainer: Explainer, _ target: ExplainedTarget) -> Double? {
        guard target.weighing.ending != .none else { return nil }
        let values = explainer.result(ofNode: explainer.explained.ends[target.end].answer)
        let row = target.weighing.channel * target.weighing.time
        let own = target.weighing.samples.map { Double(values[row + $0]) }
        let mean = own.reduce(0, +) / Double(max(1, own.count))
        return target.weighing.ending == .logSoftmax ? exp(mean) : mean
    }

    /// Dropout that runs at inference too is off in an explanation; what the network says with it on.
    func withChance(_ finding: RelevanceFinding, _ question: Question) throws -> Double? {
        let explainer = try explainer(
            .standard, symbols: finding.seen.symbols, also: nodes(for: question), of: graph)
        var sum = 0.0
        for draw in 0..<Self.chanceDraws {
            try explainer.look(at: finding.seen.inputs, seed: UInt64(max(0, note.seed)), step: UInt64(draw))
            guard let said = probability(explainer, finding.target) else { return nil }
            sum += said / Double(Self.chanceDraws)
        }
        return sum
    }
    static let chanceDraws = 4
}

/// Adds up explanations of one window.
private struct Mean {
    private var finding: RelevanceFinding
    private var count = 0
    private var sums: [[Double]]
    private var squares: [[Double]]
    private var coefficients: [[Double]]
    private var accounts: [Account] = []

    init(_ finding: RelevanceFinding) {
        self.finding = finding
        sums = finding.relevance.map { $0.map { _ in 0 } }
        (squares, coefficients) = (sums, sums)
    }

    mutating func add(_ explanation: Explainer.Explanation) {
        count += 1
        accounts.append(explanation.account)
        for (index, row) in explanation.relevance.enumerated() {
            for place in row.indices {
                sums[index][place] += Double(row[place])
                squares[index][place] += Double(row[place]) * Double(row[place])
                coefficients[index][place] += Double(explanation.coefficients[index][place])
            }
        }
    }

    /// - `words`: what it is the mean of, given by how much it varies.
    func finding(isOverDropout: Bool, _ words: (String) -> String) -> RelevanceFinding {
        let n = Double(max(1, count))
        var mean = finding
        mean.relevance = sums.map { $0.map { Float($0 / n) } }
        mean.coefficients = coefficients.map { $0.map { Float($0 / n) } }
        let deviations = zip(sums, squares).map { sums, squares in
            zip(sums, squares).map { Float(max(0, $1 / n - $0 / n * $0 / n).squareRoot()) }
        }
        let all = mean.relevance.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double(abs($1)) } }
        let varied = deviations.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
        mean.account = Account(mean: accounts)
        mean.account.absolute = all
        let spread = all > 0 ? varied / all : nil
        mean.averaged = .init(
            words: words(spread.map(RelevanceFinding.percent) ?? "–"), isOverDropout: isOverDropout,
            deviations: deviations, spread: spread)
        // Shares of what is drawn: R itself, in which x and c of every window are.
        let x = finding.seen.inputs[0]
        let c = zip(mean.relevance[0], x).map { $1 == 0 ? 0 : $0 / $1 }
        let rows = max(1, finding.shares.components.count)
        mean.shares = Shares(
            x: x, c: c, rows: rows, names: finding.shares.components.map(\.name), rate: finding.rate,
            at: finding.target.seconds, reach: finding.reach,
            relevance: finding.first == .same ? nil : mean.relevance[0])
        return mean
    }
}

extension Account {
    /// Of several explanations, entry by entry.
    fileprivate init(mean accounts: [Account]) {
        self.init()
        let n = Double(max(1, accounts.count))
        func mean(_ list: (Account) -> [Share]) -> [Share] {
            var order: [String] = [], sums: [String: Double] = [:]
            for share in accounts.flatMap(list) {
                if sums[share.name] == nil { order.append(share.name) }
                sums[share.name, default: 0] += share.value / n
            }
            return order.map { Share($0, sums[$0] ?? 0) }
        }
        value = accounts.reduce(0) { $0 + $1.value / n }
        inputs = mean(\.inputs)
        constants = mean(\.constants)
        unaccounted = mean(\.unaccounted)
        stabiliser = accounts.reduce(0) { $0 + $1.stabiliser / n }
    }
}
