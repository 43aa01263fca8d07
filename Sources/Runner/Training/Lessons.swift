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
    /// sum.
    func measure(_ batch: Batch, on machine: Machine, backward: Bool) throws -> [Double] {
        var slopes = [[Float]?](repeating: nil, count: machine.plan.graph.outputs.count)
        var losses: [Double] = []
        for (lesson, taught) in zip(lessons, batch.lessons) {
            let said = machine.output(lesson.index)
            guard said.count == taught.labels.values.count else {
                throw RunError(
                    .refused,
                    "output '\(lesson.output)' has \(said.count / max(1, batch.count)) numbers a window and its "
                        + "label \(taught.labels.values.count / max(1, batch.count))")
            }
            let shape = machine.shape(ofOutput: lesson.index)
            let measured = LossJob(
                lesson, said: said, taught: taught, windows: batch.count, channels: shape.first ?? 1,
                withSlopes: backward
            ).run(on: machine.pool)
            losses.append(measured.losses.reduce(0, +) / Double(max(1, batch.count)))
            guard backward else { continue }
            if let earlier = slopes[lesson.index] {
                slopes[lesson.index] = zip(earlier, measured.slopes).map { $0 + $1 }
            } else {
                slopes[lesson.index] = measured.slopes
            }
        }
        for (index, values) in slopes.enumerated() {
            if let values { try machine.setCotangent(index, to: values) }
        }
        return losses
    }

    /// The weighted sum of the lessons' losses.
    func total(_ losses: [Double]) -> Double { zip(lessons, losses).reduce(0) { $0 + $1.0.weight * $1.1 } }
}

/// One lesson over all windows of a batch, a window a unit; windows do not know of each other, so threads cannot show.
private final class LossJob: Job {
    private let lesson: Lessons.Lesson
    private let said: [Float]
    private let taught: Batch.Lesson
    private let windows: Int
    private let channels: Int
    private let withSlopes: Bool
    private var losses: [Double]
    private var slopes: [Float]
    /// Valid while `run` holds the arrays open.
    private var lossesBase: UnsafeMutablePointer<Double>?
    private var slopesBase: UnsafeMutablePointer<Float>?
    private var saidBase: UnsafePointer<Float>?
    private var labelBase: UnsafePointer<Float>?
    private var maskBase: UnsafePointer<Float>?

    init(
        _ lesson: Lessons.Lesson, said: [Float], taught: Batch.Lesson, windows: Int, channels: Int, withSlopes: Bool
    ) {
        (self.lesson, self.said, self.taught, self.windows) = (lesson, said, taught, windows)
        (self.channels, self.withSlopes) = (channels, withSlopes)
        losses = [Double](repeating: 0, count: windows)
        slopes = withSlopes ? [Float](repeating: 0, count: said.count) : []
    }

    func run(on pool: ThreadPool) -> (losses: [Double], slopes: [Float]) {
        let mask = taught.mask ?? []
        losses.withUnsafeMutableBufferPointer { losses in
            slopes.withUnsafeMutableBufferPointer { slopes in
                said.withUnsafeBufferPointer { said in
                    taught.labels.values.withUnsafeBufferPointer { label in
                        mask.withUnsafeBufferPointer { mask in
                            (lossesBase, slopesBase) = (losses.baseAddress, slopes.baseAddress)
                            (saidBase, labelBase) = (said.baseAddress, label.baseAddress)
                            maskBase = taught.mask == nil ? nil : mask.baseAddress
                            pool.run(windows, self)
                        }
                    }
                }
            }
        }
        return (losses, slopes)
    }

    func run(unit: Int, worker: Int) {
        guard let saidBase, let labelBase, windows > 0 else { return }
        let count = said.count / windows
        let offset = unit * count
        let window = LossWindow(
            output: saidBase + offset, label: labelBase + offset, mask: maskBase.map { $0 + offset },
            gradient: withSlopes ? slopesBase.map { $0 + offset } : nil,
            scale: Float(lesson.weight / Double(windows)), channels: channels, positions: count / max(1, channels))
        lossesBase?[unit] = lesson.loss.measure(window)
    }
}
