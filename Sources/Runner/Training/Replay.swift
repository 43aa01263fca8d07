import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// What a step that failed gives when it is taken again.
public struct ReplayResult: Sendable {
    public var epoch: Int
    public var step: Int
    public var traces: [String]
    /// What is not finite; `nil` if this time all was.
    public var what: String?
    /// The trace to blame, where one is.
    public var trace: String?
    public var isFinite: Bool { what == nil }

    public var json: JSON {
        [
            "epoch": .int(epoch), "step": .int(step), "traces": .array(traces.map { .string($0) }),
            "finite": .bool(isFinite), "what": what.map { .string($0) } ?? .null,
            "trace": trace.map { .string($0) } ?? .null,
        ]
    }
    public var description: String {
        let place = "epoch \(epoch + 1), step \(step + 1)"
        guard let what else { return "\(place): every number is finite this time" }
        return "\(place): \(what) is not finite" + (trace.map { " for trace '\($0)'" } ?? "")
    }
}

/// Takes the step again that a run saved when it met a number that is not finite.
public func replay(_ folder: RunFolder, file: NetworkFile, threads: Int? = nil) throws -> ReplayResult {
    let saved = try readWeights(folder.failurePath)
    let record = try folder.record()
    let steps = 0..<1 << 53
    guard let text = saved.note("state"), let state = try? JSON(parsing: Array(text.utf8)),
        let count = state["count"]?.int, let epoch = state["epoch"]?.int, let step = state["step"]?.int,
        let rate = state["rate"]?.double, steps.contains(epoch), steps.contains(step), rate.isFinite, rate >= 0
    else { throw RunError(.badData, "\(folder.failurePath) holds no step to take again") }
    let traces = (state["traces"]?.array ?? []).compactMap(\.string)
    // Planned with the batch of the training, so that the step runs in the same order.
    let session = try Session(file, seed: record.seed, threads: threads)
    let settings = try TrainSettings(session.recipe.training, registry: session.registry)
    guard count > 0, count <= session.part else {
        throw RunError(
            .badData,
            "\(folder.failurePath) holds a step of \(count) windows; a batch, or a part of one, has up to "
                + "\(session.part)")
    }
    let values = saved.entries.filter { $0.name.hasPrefix("weights/") }.map {
        Safetensors.Entry(String($0.name.dropFirst("weights/".count)), shape: $0.shape, values: $0.values)
    }
    let memory = saved.entries.filter { $0.name.hasPrefix("memory/") }.map(\.values)
    guard memory.count == settings.optimizer.memories, memory.allSatisfy({ $0.count == session.layout.count })
    else {
        throw RunError(.badData, "\(folder.failurePath) does not hold the memory of this network's optimizer")
    }
    let batch = Batch(saved, state: state, count: count)
    if let fault = batch.fault(for: session) {
        throw RunError(.badData, "\(folder.failurePath) holds no step of this network: \(fault)")
    }
    let weights: Weights
    do {
        weights = try Weights(Safetensors(entries: values), layout: session.layout)
    } catch {
        throw RunError(.badData, "\(folder.failurePath) holds no step of this network: \(error)")
    }
    var trainer = Trainer(session, settings: settings, weights: weights, memory: memory)
    var result = ReplayResult(epoch: epoch, step: step, traces: traces)
    do {
        _ = try trainer.step(batch, number: step + 1, rate: rate, place: state["place"]?.int ?? 0)
    } catch let problem as NotFinite {
        result.what = problem.what
        result.trace = problem.sample.flatMap { traces.indices.contains($0) ? traces[$0] : nil }
    }
    return result
}

extension Batch {
    /// The windows and labels that a failure kept.
    fileprivate init(_ saved: Safetensors, state: JSON, count: Int) {
        func values(_ prefix: String) -> [Batch.Values] {
            saved.entries.filter { $0.name.hasPrefix(prefix) }.map { entry in
                let name = entry.name.dropFirst(prefix.count)
                return Batch.Values(name: String(name), shape: entry.shape, values: entry.values)
            }
        }
        var lessons: [Batch.Lesson] = []
        while let labels = values("labels/\(lessons.count)/").first {
            lessons.append(Batch.Lesson(labels: labels, mask: values("masks/\(lessons.count)/").first?.values))
        }
        self.init(
            count: count, inputs: values("inputs/"), lessons: lessons,
            symbols: (state["symbols"]?.members ?? []).map { ($0.key, $0.value.int ?? 0) },
            lengths: (state["lengths"]?.array ?? []).map { $0.int ?? -1 }, traces: Array(0..<count),
            starts: [Int](repeating: 0, count: count))
    }

    /// Why these windows cannot be a batch for the network; `nil` if they can.
    fileprivate func fault(for session: Session) -> String? {
        let symbols = Dictionary(self.symbols.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        guard self.inputs.map(\.name) == session.graph.inputs.map(\.path) else { return "its inputs are others" }
        for (input, port) in zip(self.inputs, session.graph.inputs) {
            let shape = port.type.shape.substituting(symbols)
            guard let numbers = shape.numbers, input.shape == [count] + numbers, numbers.allSatisfy({ $0 > 0 }) else {
                return "input '\(input.name)' is \(input.shape), and \(count) windows of \(port.type.shape) are wanted"
            }
        }
        let longest = self.inputs.map { $0.shape.last ?? 0 }.max() ?? 0
        guard lengths.count == count, lengths.allSatisfy({ (0...longest).contains($0) }) else {
            return "its windows' lengths are not those of \(count) windows"
        }
        guard lessons.count == session.lessons.lessons.count else { return "its labels are of other outputs" }
        for (taught, lesson) in zip(lessons, session.lessons.lessons) {
            guard taught.labels.name == lesson.output, taught.labels.shape.first == count,
                (taught.mask?.count ?? taught.labels.values.count) == taught.labels.values.count
            else { return "the labels of '\(lesson.output)' are not of \(count) windows" }
        }
        return nil
    }
}
