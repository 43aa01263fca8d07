import GraphIR
import Layers
import Seismic

extension Recipe {
    /// The labelers at work on the graph's windows, in the lessons' order.
    func labelers(_ graph: Graph, registry: Registry) throws -> [any LabelerSignature] {
        try labelers(graph, registry: registry, window: Recipe.window(of: graph)) { $0 }
    }

    /// The labelers for windows of another type, beside which outputs are as `like` says.
    func labelers(
        _ graph: Graph, registry: Registry, window: TensorType, output like: (TensorType) -> TensorType
    ) throws -> [any LabelerSignature] {
        try lessons.map { lesson in
            guard let output = graph.output(lesson.output) else {
                throw RunError(.refused, "there is no output '\(lesson.output)' to learn")
            }
            guard let type = registry[.labeler, lesson.labeler.name] as? any LabelerSignature.Type else {
                throw RunError(.refused, "there is no labeler '\(lesson.labeler.name)'", help: "see: strata layers")
            }
            do {
                return try type.init(
                    lesson.labeler.arguments, window: window, output: like(graph.nodes[output.node].type))
            } catch let error as Complaint {
                throw RunError(.refused, "\(lesson.output): \(error.message)", help: error.help)
            }
        }
    }

    /// The windows that all inputs of a graph take together.
    static func window(of graph: Graph) -> TensorType {
        let inputs = graph.inputs.map(\.type)
        if inputs.count == 1, inputs[0].shape.rank == 3 { return inputs[0] }
        // Several inputs share one window's channels out, as the loader does.
        let channels = inputs.reduce(Dimension.number(0)) { $0 + ($1.shape.rank == 2 ? $1.shape.channels : 1) }
        let time = inputs.first.map { $0.shape.rank == 2 ? $0.shape.time : $0.shape.count } ?? 1
        return TensorType(Shape(channels, time), rate: inputs.first?.rate)
    }
}
