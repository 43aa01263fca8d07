import GraphIR
import Interpreter
import Kernels
import Layers
import Seismic

/// The `learn` lines of a recipe at work: losses of outputs against labels, and the slopes that go back.
struct Lessons {
    struct Lesson {
        var output: String
        /// Its place among the graph's outputs.
        var index: Int
        var loss: any Loss
        var weight: Double
    }
    let lessons: [Lesson]

    init(_ recipe: Recipe, graph: Graph, labels: [Shape], registry: Registry) throws {
        lessons = try zip(recipe.lessons, labels).map { lesson, label in
            guard let index = graph.outputs.firstIndex(where: { $0.name == lesson.output }) else {
                throw RunError(.refused, "there is no output '\(lesson.output)' to learn")
            }
            guard let type = registry[.loss, lesson.loss.name] as? any Loss.Type else {
                throw RunError(.refused, "there is no loss '\(lesson.loss.name)'", help: "see: strata layers")
            }
            do {
                let output = graph.nodes[graph.outputs[index].node].type
                let loss = try type.init(lesson.loss.arguments, output: output, label: label)
                return Lesson(output: lesson.output, index: index, loss: loss, weight: lesson.weight)
            } catch let error as Complaint {
                throw RunError(.refused, "\(lesson.output): \(error.message)", help: error.help)
            }
        }
    }

    var outputs: [String] { lessons.map(\.output) }

    /// The mean loss of each lesson over a batch; where `backward`, the machine is handed the slopes of their weighted
    /// sum. Windows do not know of each other, so threads cannot show.
    func measure(_ batch: Batch, on machine: Machine, backward: Bool) throws -> [Double] {
        try zip(lessons, batch.lessons).map { lesson, taught in
            let shape = machine.shape(ofOutput: lesson.index)
            let count = shape.reduce(1, *)
            guard taught.labels.values.count == count * batch.count else {
                throw RunError(
                    .refused,
                    "output '\(lesson.output)' has \(count) numbers a window and its label "
                        + "\(taught.labels.values.count / max(1, batch.count))")
            }
            // Behind this line are pointers: a mask that is shorter would be read beyond its end.
            guard (taught.mask?.count ?? count * batch.count) == count * batch.count else {
                throw RunError(.refused, "the mask of output '\(lesson.output)' is not as long as its label")
            }
            let losses = lesson.measure(
                taught, on: machine, windows: batch.count, count: count, channels: shape.first ?? 1, slopes: backward)
            return losses.reduce(0, +) / Double(max(1, batch.count))
        }
    }

    /// The weighted sum of the lessons' losses.
    func total(_ losses: [Double]) -> Double { zip(lessons, losses).reduce(0) { $0 + $1.0.weight * $1.1 } }
}

extension Lessons.Lesson {
    /// The loss of each window.
    fileprivate func measure(
        _ taught: Batch.Lesson, on machine: Machine, windows: Int, count: Int, channels: Int, slopes: Bool
    ) -> [Double] {
        let scale = Float(weight / Double(max(1, windows)))
        let mask = taught.mask ?? []
        return [Double](unsafeUninitializedCapacity: windows) { losses, written in
            losses.initialize(repeating: 0)
            written = windows
            guard let losses = losses.baseAddress else { return }
            taught.labels.values.withUnsafeBufferPointer { labels in
                mask.withUnsafeBufferPointer { mask in
                    guard let labels = labels.baseAddress else { return }
                    let mask = taught.mask == nil ? nil : mask.baseAddress
                    machine.judge(index, slopes: slopes) { window, said, slopes in
                        losses[window] = loss.measure(
                            LossWindow(
                                output: said, label: labels + window * count, mask: mask.map { $0 + window * count },
                                gradient: slopes, scale: scale, channels: channels,
                                positions: count / max(1, channels)))
                    }
                }
            }
        }
    }
}
