import GraphIR
import Interpreter
import Layers

extension Subject {
    /// Grad-CAM in one dimension. It knows times, not components: every component gets an equal part of the map.
    func classActivation(
        _ finding: inout RelevanceFinding, _ slopes: Slopes, _ explained: ExplainedGraph, layer: String?
    ) throws {
        let seen = finding.seen
        let last = graph.nodes.lastIndex {
            $0.kind == Conv.signature.name && $0.type.shape.rank == 2 && !isOutput($0)
        }
        guard let index = try layer.map({ try node($0) }) ?? last else {
            throw RunError(
                .refused, "\(name) has no hidden convolution along time to weigh",
                help: "--layer names another layer with channels and time")
        }
        _ = try slopes.slopes(seen.inputs)
        let found = slopes.array(ofNode: explained.places[index])
        guard found.shape.count == 2, found.shape[1] > 1 else {
            throw RunError(
                .refused, "'\(graph.nodes[index].path)' is \(found.shape), which has no time",
                help: "--layer names one with channels and time")
        }
        let map = Self.classActivation(found.values, found.slopes, channels: found.shape[0])
        let rows = rows(seen), width = seen.inputs[0].count / rows
        let stretched = Self.stretched(map, to: width).map { $0 / Float(rows) }
        finding.relevance = seen.inputs.enumerated().map { place, input in
            place == 0 ? (0..<rows).flatMap { _ in stretched } : input.map { _ in 0 }
        }
        finding.warnings.append(
            "of \(graph.nodes[index].path), \(found.shape[0]) channels of \(found.shape[1]): "
                + "Grad-CAM knows times, not components")
        if map.allSatisfy({ $0 == 0 }) {
            finding.warnings.append("no channel's mean slope is for it here: the map is empty")
        }
    }

    private func isOutput(_ node: Node) -> Bool {
        graph.outputs.contains { output in
            let end = graph.nodes[output.node]
            return end.path == node.path || end.inputs.contains { graph.nodes[$0].path == node.path }
        }
    }

    /// `relu(sum of a_k A_k(t))`, `a_k` the mean over time of the slopes by `A_k`.
    static func classActivation(_ values: [Float], _ slopes: [Float], channels: Int) -> [Float] {
        let time = values.count / max(1, channels)
        var map = [Double](repeating: 0, count: time)
        for channel in 0..<channels {
            let part = channel * time..<(channel + 1) * time
            let weight = slopes[part].reduce(0.0) { $0 + Double($1) } / Double(max(1, time))
            for (t, value) in values[part].enumerated() { map[t] += weight * Double(value) }
        }
        return map.map { Float(max(0, $0)) }
    }

    /// Straight lines between the middles of a map's pieces of the window.
    static func stretched(_ map: [Float], to width: Int) -> [Float] {
        guard map.count > 1 else { return [Float](repeating: map.first ?? 0, count: width) }
        return (0..<width).map { t in
            let place = (Double(t) + 0.5) * Double(map.count) / Double(width) - 0.5
            let low = max(0, min(map.count - 2, Int(place.rounded(.down))))
            let share = Float(max(0, min(1, place - Double(low))))
            return map[low] + share * (map[low + 1] - map[low])
        }
    }
}
