import GraphIR
import Seismic

/// How the outputs of one kind of task become columns of `predictions.csv`: picks, classes, frames, amounts.
protocol Reading {
    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow)
    var columns: [Predictions.Column] { get }
}

/// The outputs of a recipe by what they mean.
struct Readings {
    var picks: PickReading?
    var classes: ClassReading?
    var tags: TagReading?
    var frames: FrameReading?
    var amounts: AmountReading?

    init(_ recipe: Recipe, graph: Graph, thresholds: RuleThresholds?, registry: Registry) throws {
        var picks = PickReading(thresholds: thresholds)
        for (lesson, labeler) in zip(recipe.lessons.indices, try recipe.labelers(graph, registry: registry)) {
            let output = recipe.lessons[lesson].output
            switch labeler.meaning {
            case .detection: picks.detection = output
            case .onsets(let phases):
                for (channel, phase) in phases.enumerated() {
                    if let phase = phase.flatMap(Phase.init(rawValue:)) {
                        picks.add(phase, output: output, channel: channel)
                    }
                }
            case .classes(let names): classes = classes ?? ClassReading(lesson: lesson, output: output, names: names)
            case .tags(let names): tags = tags ?? TagReading(lesson: lesson, output: output, names: names)
            case .frames(let names): frames = frames ?? FrameReading(lesson: lesson, output: output, names: names)
            case .amounts: amounts = amounts ?? AmountReading(lesson: lesson, output: output)
            }
        }
        if picks.detection != nil || !picks.phases.isEmpty { self.picks = picks }
    }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        picks?.read(batch, window: window, answers, trace)
        classes?.read(batch, window: window, answers, trace)
        tags?.read(batch, window: window, answers, trace)
        frames?.read(batch, window: window, answers, trace)
        amounts?.read(batch, window: window, answers, trace)
    }

    var columns: [Predictions.Column] {
        let readings: [(any Reading)?] = [picks, classes, tags, frames, amounts]
        return readings.compactMap { $0 }.flatMap { $0.columns }
    }
}
