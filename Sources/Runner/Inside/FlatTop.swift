import GraphIR
import Interpreter

extension Subject {
    /// Whether what is explained stands where only constants speak: all channels that the last weighted sum reads are
    /// zero around it, so that nothing tells neighbouring samples apart.
    func flat(_ explainer: Explainer, _ finding: RelevanceFinding) throws -> String? {
        let target = finding.target
        guard let sample = target.sample, target.weighing.time > 1 else { return nil }
        let graph = explainer.explained.graph
        let logit = explainer.explained.ends[target.end].logit
        guard let reader = Self.weightedSum(graph, from: logit), let input = graph.nodes[reader].inputs.first else {
            return nil
        }
        let shape = explainer.shape(ofNode: input)
        guard shape.count == 2, shape[1] == target.weighing.time else { return nil }
        let values = explainer.result(ofNode: input)
        let reach = graph.nodes[reader].weights.first { $0.shape.count == 3 }.map { $0.shape[2] / 2 } ?? 0
        let around = max(0, sample - reach)..<min(shape[1], sample + reach + 1)
        let dead = (0..<shape[0]).count { channel in around.allSatisfy { values[channel * shape[1] + $0] == 0 } }
        guard dead == shape[0] else { return nil }
        let top = Self.plateau(explainer.result(ofNode: logit), target.weighing, sample)
        let share = finding.account.value == 0 ? 0 : finding.account.fromConstants / finding.account.value
        return "only constants speak there (constants \(Int((100 * share).rounded())) %): all \(dead) channels that "
            + "'\(graph.nodes[reader].path)' reads are 0, and \(top.count) samples from "
            + "\(Figures.fixed(seconds(top.lowerBound, target), places: 2)) to "
            + "\(Figures.fixed(seconds(top.upperBound - 1, target), places: 2)) s have one value to the bit"
    }

    private func seconds(_ sample: Int, _ target: ExplainedTarget) -> Double {
        guard let own = target.sample, let at = target.seconds, own > 0 else { return Double(sample) / rate }
        return Double(sample) * at / Double(own)
    }

    /// The last layer with weights that are multiplied, walking back where there is one way.
    private static func weightedSum(_ graph: Graph, from node: Int) -> Int? {
        var at = node
        while !graph.nodes[at].isInput {
            if graph.nodes[at].weights.contains(where: { $0.name == "weight" && $0.shape.count >= 2 }) { return at }
            guard graph.nodes[at].inputs.count == 1 else { return nil }
            at = graph.nodes[at].inputs[0]
        }
        return nil
    }

    /// The samples around one that have its very value.
    private static func plateau(_ values: [Float], _ weighing: Weighing, _ sample: Int) -> Range<Int> {
        let row = values[weighing.channel * weighing.time..<(weighing.channel + 1) * weighing.time]
        func value(_ t: Int) -> Float { row[row.startIndex + t] }
        var (first, last) = (sample, sample)
        while first > 0, value(first - 1) == value(sample) { first -= 1 }
        while last + 1 < weighing.time, value(last + 1) == value(sample) { last += 1 }
        return first..<last + 1
    }
}
