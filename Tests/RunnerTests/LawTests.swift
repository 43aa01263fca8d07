import GraphIR
import Seismic
import Testing

@testable import Runner

/// Laws that everything keeps would be no laws: each finds a plugin that breaks it.
@Suite struct LawTests {
    struct Climber: Optimizer {
        static let signature = Signature(
            .optimizer, "climber", "Goes uphill, everywhere.", example: "optimizer: climber")
        init(_ arguments: Arguments) {}
        var rate: Double { 1e-2 }
        var memories: Int { 0 }
        func update(
            _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep
        ) {
            for index in weights.indices { weights[index] += 1e-3 * gradient[index] }
        }
    }

    struct Plunge: Schedule {
        static let signature = Signature(.schedule, "plunge", "Falls below zero.", example: "schedule: plunge")
        init(_ arguments: Arguments) {}
        func rate(at clock: TrainingClock, base: Double) -> Double { base * (1 - clock.time) }
    }

    struct Fixed: Labeler {
        static let signature = Signature(.labeler, "fixed", "Always the same place.", example: "learn p from fixed")
        let label: Shape
        init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) { label = output.shape }
        func label(for window: Window) -> Label {
            Label((0..<window.length).map { $0 == 300 ? 1 : 0 })
        }
    }

    struct Stay: Augmentation {
        static let signature = Signature(.augmentation, "stay", "Leaves the picks behind.", example: "augment { stay }")
        init(_ arguments: Arguments, window: TensorType) throws(Complaint) {}
        func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
            for channel in window.samples.indices {
                window.samples[channel] =
                    Array(window.samples[channel].dropFirst(100))
                    + [Float](repeating: 0, count: 100)
            }
            return .goesOn
        }
    }

    struct Root: Preparation {
        static let signature = Signature(
            .preparation, "root", "The root, of negative numbers too.", example: "prepare { root }")
        init(_ arguments: Arguments, window: TensorType) throws(Complaint) {}
        var statement: String { "root" }
        func apply(to window: inout Window) {
            for channel in window.samples.indices {
                window.samples[channel] = window.samples[channel].map { $0.squareRoot() }
            }
        }
    }

    struct First: Metric {
        static let signature = Signature(.metric, "first", "What the first trace scores.", example: "first")
        static let group = MetricGroup.picks
        init(_ arguments: Arguments) {}
        func measure(_ predictions: Predictions) -> Measurement? {
            guard let scores = predictions.numbers("P_score") else { return nil }
            return .whole { _ in scores.first }
        }
    }

    /// Under a name of its own, with the results of another metric.
    struct Echo: Metric {
        static let signature = Signature(.metric, "echo", "The recall of P picks once more.", example: "echo")
        static let group = MetricGroup.picks
        var name: String { "detection_f1" }
        init(_ arguments: Arguments) {}
        func measure(_ predictions: Predictions) -> Measurement? { nil }
        static func uses(for predictions: Predictions) -> [Arguments] { [signature.defaults, signature.defaults] }
    }

    struct Impostor: Plugin {
        static let signature = Signature(.reader, "impostor", "Reads nothing.", example: "none")
    }

    static let bad: [(plugin: any Plugin.Type, words: [String])] = [
        (Climber.self, ["do not lower it", "outside the stretch", "at the rate 0"]), (Plunge.self, ["its rate is -"]),
        (Fixed.self, ["do not move with the trace"]), (Stay.self, ["a pick is not where its impulse went"]),
        (Root.self, ["no number"]), (First.self, ["order of the traces"]),
        (Echo.self, ["those of the metric 'detection_f1' share the name", "two uses of it"]),
        (Impostor.self, ["does not do what one does"]),
    ]

    @Test(arguments: bad.indices) func eachLawFindsWhoBreaksIt(_ index: Int) {
        let (plugin, words) = Self.bad[index]
        let violations = PluginLaws.violations(of: plugin, in: .builtIn)
        for word in words {
            #expect(violations.contains { $0.contains(word) }, "\(plugin): \(violations)")
        }
    }
}
