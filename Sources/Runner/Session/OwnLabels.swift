import GraphIR
import Seismic

/// What a network would be taught of one trace: the labels that its `learn` statements make, to be looked at before any
/// training.
public struct OwnLabels {
    /// Labels along the trace, a row for each channel.
    public private(set) var rows: [TracePicture.LabelRow] = []
    /// What is no curve, in words, and what should be known of the others.
    public private(set) var notes: [String] = []
    private static let mostRows = 12
    private static let shortestCurve = 16

    /// - Parameter index: the trace, which is looked at whole, at its own rate.
    public init(_ network: Network, registry: Registry, dataset: any Dataset, trace index: Int) throws {
        guard let recipe = network.recipe, !recipe.lessons.isEmpty else {
            throw RunError(.refused, "\(network.graph.name) learns nothing: it has no 'learn'")
        }
        let window = try dataset.window(index)
        let input = network.graph.inputs.first?.type
        if let rate = input?.rate, abs(rate - window.rate) > 1e-4 * rate {
            notes.append(
                "the trace has \(window.rate) samples a second and \(network.graph.name) takes \(rate): labels are "
                    + "drawn at the trace's own")
        }
        // Outputs are as long beside this trace as they are beside the network's window.
        let time = input.flatMap { $0.shape.rank == 2 ? $0.shape.time.number : nil }
        let type = TensorType(Shape(.number(window.samples.count), .number(window.length)), rate: window.rate)
        let labelers = try recipe.labelers(network.graph, registry: registry, window: type) { output in
            guard output.shape.rank == 2 else { return output }
            let share = output.shape.time.number.flatMap { own in time.map { (own, max(1, $0)) } } ?? (1, 1)
            let length = max(1, window.length * share.0 / share.1)
            return TensorType(Shape(output.shape.channels, .number(length)), rate: window.rate)
        }
        let training = (0..<dataset.count).filter { (dataset.split($0) ?? .train) == .train }
        for (lesson, signature) in zip(recipe.lessons, labelers) {
            guard let labeler = signature as? any Labeler else { continue }
            let fitted = try labeler.fitted(to: dataset, training: training, seed: 0)
            add(fitted.label(for: window), of: fitted, as: lesson.output)
        }
        if rows.count > Self.mostRows {
            notes.append("\(rows.count - Self.mostRows) more rows of labels are not drawn")
            rows.removeLast(rows.count - Self.mostRows)
        }
    }

    private mutating func add(_ label: Label, of labeler: any Labeler, as output: String) {
        let channels = max(1, labeler.label.rank >= 2 ? labeler.label.channels.number ?? 1 : 1)
        let length = label.values.count / channels
        guard length >= Self.shortestCurve, label.values.count == channels * length,
            label.values.allSatisfy({ $0 >= 0 && $0 <= 1 })
        else {
            let values = label.values.prefix(8).map { "\($0)" }.joined(separator: ", ")
            notes.append("\(output): \(values)\(label.values.count > 8 ? ", …" : "") (\(labeler.statement))")
            return
        }
        for channel in 0..<channels {
            rows.append(
                .init(
                    name: channels == 1 ? output : "\(output) \(channel)",
                    values: Array(label.values[channel * length..<(channel + 1) * length])))
        }
    }
}
