import Files
import Foundation
import GraphIR
import Interpreter
import Kernels

/// Why a network said a number of a window: its account, its map, and what the map is worth.
public struct RelevanceFinding: Sendable {
    public var seen: Subject.Seen
    public var target: ExplainedTarget
    public var rule: RelevanceRule
    public var method = Method.relevance
    public var account: Account
    /// By input: what came back, and it times what came in.
    public var coefficients: [[Float]]
    public var relevance: [[Float]]
    public var shares: Shares
    public var checks: [Check]
    /// What the network says along time where it is explained, for the picture.
    public var curve: [Float]
    /// What full slopes would have given beyond what gates held still give: not in the picture.
    public var throughGates: Double
    public var warnings: [String]
    public var rate: Double
    public var run: RunNote
    /// What it starts from, where the method starts from anything.
    public var baseline = "noise as loud as the quietest second"

    /// Of how many explanations it is the mean, where it is one.
    public var averaged: Averaged?
    /// What the number is made of at layers, where that was asked for: at the one where it was to stop, and at those
    /// that are kept beside.
    public var until: RelevanceAtLayer?
    public var kept: [RelevanceAtLayer] = []
    /// How far padding's zeros reach into the window.
    var reach: PaddedReach
    /// The rule of the layers that read the waveform.
    public var first = FirstRule.same

    /// The mean of several explanations instead of one.
    public struct Averaged: Sendable {
        public var words: String
        public var isOverDropout: Bool
        /// By input: the deviation of each sample's relevance over the explanations.
        public var deviations: [[Float]]
        /// The sum of the deviations over the sum of |R|.
        public var spread: Double?
    }

    /// Which weights of which run it is about.
    public struct RunNote: Sendable {
        public var folder: String
        public var graphHash: String
        public var weights: String
        public var seed: Int

        public init(folder: String, graphHash: String, weights: String, seed: Int) {
            (self.folder, self.graphHash, self.weights, self.seed) = (folder, graphHash, weights, seed)
        }
    }

    /// Something that an explanation is held to.
    public struct Check: Sendable {
        public var name: String
        public var value: Double?
        public var limit: Double?
        /// `nil` where nothing is asked of the value.
        public var passed: Bool?
        /// What was done, and what a failure means.
        public var definition: String
        public var failure: String
        /// `random weights: 0.91 (at most 0.5). FAILED: this picture is mostly of the trace …`
        public var words: String {
            "\(name): \(value.map(RelevanceFinding.number) ?? "–")" + (passed == false ? "  FAILED: \(failure)" : "")
        }
    }

    /// Whether one window is explained once, or several times.
    public enum Averaging: Hashable, Sendable {
        case none
        /// Over so many windows, each a sample later.
        case shifts(Int)
        /// Over so many draws of the network's dropout.
        case dropout(Int)
    }

    /// How much is checked: nothing but the account, the usual, or everything.
    public enum Checking: String, CaseIterable, Sendable { case none, some, all }
}

extension Subject {
    /// Explains one number of one window.
    public func relevance(
        _ question: Question, of seen: Seen, rule: RelevanceRule = .standard,
        checking: RelevanceFinding.Checking = .some, averaging: RelevanceFinding.Averaging = .none,
        until: String? = nil, keeping kept: [String] = []
    ) throws -> RelevanceFinding {
        let asked = try explainer(rule, symbols: seen.symbols, also: try nodes(for: question))
        return try relevance(
            question, of: seen, rule: rule, checking: checking, averaging: averaging, until: until, keeping: kept,
            asked)
    }

    func relevance(
        _ question: Question, of seen: Seen, rule: RelevanceRule, checking: RelevanceFinding.Checking,
        averaging: RelevanceFinding.Averaging = .none, until: String? = nil, keeping kept: [String] = [],
        _ explainer: Explainer
    ) throws -> RelevanceFinding {
        do {
            let baseline = try rule == .difference ? baseline(like: seen) : nil
            guard first == .same || explainer.hasFirstShares else {
                throw RunError(
                    .refused, "no convolution and no dense layer reads the waveform of \(name) itself",
                    help: "--first same, or --rule, for what comes behind")
            }
            try explainer.look(at: seen.inputs, baseline: baseline)
            let target = try settle(question, explainer, seen)
            let curve = curve(explainer, target)
            let explanation = try explainer.explain(
                output: target.end, weights: target.weights, constant: rule == .difference ? 0 : target.constant)
            let c = explanation.coefficients[0], x = seen.inputs[0]
            let start = baseline?[0] ?? [Float](repeating: 0, count: x.count)
            let shares = Shares(
                x: zip(x, start).map { $0 - $1 }, c: c, rows: rows(seen), names: seen.components, rate: rate,
                at: target.seconds, reach: reach,
                relevance: first == .same ? nil : explanation.relevance[0])
            var finding = RelevanceFinding(
                seen: seen, target: target, rule: rule, account: explanation.account,
                coefficients: explanation.coefficients, relevance: explanation.relevance, shares: shares, checks: [],
                curve: curve, throughGates: try throughGates(explainer, target, seen, explanation), warnings: warnings,
                rate: rate, run: note, reach: reach)
            (finding.baseline, finding.first) = (baselineText, first)
            finding.until = try until.map { try atLayer($0, explainer, finding.account) }
            finding.kept = try kept.map { try atLayer($0, explainer, finding.account) }
            // Read before other windows are looked at.
            let flat = try flat(explainer, finding)
            switch averaging {
            case .none: break
            case .shifts(let count): finding = try averagedOverShifts(finding, count, question, explainer)
            case .dropout(let draws): finding = try averagedOverDropout(finding, draws, question)
            }
            if let flat { finding.warnings.append(flat) }
            if !explainer.explained.silenced.isEmpty, finding.averaged?.isOverDropout != true {
                let said = checking == .none ? nil : try withChance(finding, question)
                finding.warnings.append(
                    "dropout that runs at inference too is off here: \(explainer.explained.silenced.count) layers"
                        + (said.map { "; with it on, probability \(RelevanceFinding.number($0))" } ?? ""))
            }
            if let cancellation = finding.account.cancellation, cancellation > 20 {
                finding.warnings.append(
                    "parts of this relevance cancel \(Int(cancellation)) times over: read shares, not single samples")
            }
            if abs(finding.account.fromConstants) > abs(finding.account.value) / 2 {
                finding.warnings.append(
                    "most of this is not from the waveform: constants give "
                        + "\(Int((100 * finding.account.fromConstants / finding.account.value).rounded())) % of it")
            }
            finding.checks = try checks(finding, question, explainer, checking)
            return finding
        } catch let error as MachineError {
            throw RunError(
                .notFinite, error.description, help: "strata data audit finds traces with numbers that are not finite")
        }
    }

    func rows(_ seen: Seen) -> Int { max(1, (seen.shapes.first?.dropLast() ?? []).reduce(1, *)) }

    private func curve(_ explainer: Explainer, _ target: ExplainedTarget) -> [Float] {
        let end = explainer.explained.ends[target.end]
        let shape = explainer.shape(ofNode: end.answer)
        let time = max(1, shape.dropFirst().reduce(1, *))
        guard time > 1, let row = target.weights.indices.max(by: { target.weights[$0] < target.weights[$1] }) else {
            return []
        }
        let values = explainer.result(ofNode: end.answer)
        let channel = row / time
        return Array(values[channel * time..<(channel + 1) * time])
    }

    /// The gradient of the whole network, steering included, times what came in, less what gates held still give.
    private func throughGates(
        _ explainer: Explainer, _ target: ExplainedTarget, _ seen: Seen, _ explanation: Explainer.Explanation
    ) throws -> Double {
        var options = PlanOptions(batch: 1, mode: .inference, gradients: .weightsAndInputs)
        options.lengths = seen.symbols
        options.threads = 1
        let machine = try Machine(explainer.explained.graph, registry: session.registry, options: options)
        machine.load(weights)
        for (index, input) in seen.inputs.enumerated() { try machine.setInput(index, to: input) }
        try machine.forward()
        try machine.setCotangent(target.end, to: target.weights)
        try machine.backward()
        var full = 0.0
        for (index, input) in seen.inputs.enumerated() {
            for (x, slope) in zip(input, machine.inputGradient(index)) { full += Double(x) * Double(slope) }
        }
        return full - explanation.account.fromInputs
    }
}
