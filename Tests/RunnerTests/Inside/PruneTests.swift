import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Runner

/// What is lost without units, by every criterion and in every way.
@Suite struct PruneTests {
    private static let text = """
        network Memory {
            input waveform: [1, 96] at 100 Hz
            output p: [1, 96] = waveform -> conv(3, 5) as first -> lstm(6) as memory -> conv(1, 5) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            prepare { demean -> normalize(peak, each: channel) }
            train { optimizer: adam(rate: 2e-2)
                batch: 5
                epochs: 6
                checkpoint: 0 s }
        }
        """

    private func subject(_ folder: String, text: String = text) throws -> Subject {
        try ToyStudy.train(folder, text: text)
        return try Subject(RunFolder(folder), file: ToyStudy.file(text: text), dataset: ToyData(), threads: 1)
    }

    @Test func everyCriterionRanksAndAllUnitsAreTheWhole() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var request = PruneRequest()
        (request.layer, request.criteria, request.draws) = ("memory", PruneFinding.Criterion.allCases, 3)
        request.sizes = [6, 3, 1]
        for cut in Silencing.Cut.allCases {
            for instead in Silencing.Instead.allCases {
                request.way = Silencing(cut: cut, instead: instead)
                let finding = try subject.prune(request)
                #expect(finding.points.count == 3 * PruneFinding.Criterion.allCases.count)
                for point in finding.points where point.kept == 6 {
                    // Nothing is silenced: whatever stands behind the layer changes no answer.
                    #expect(point.value == finding.whole && point.verdict == "equivalent")
                }
                #expect(finding.page(command: "strata").contains("</html>"))
                #expect(finding.json["cut"]?.string == cut.rawValue)
            }
        }
    }

    /// Silent in its weights or unheard by all who read it: for a layer without memory that is the same.
    /// By level of activity: as many units stay as reach it, which the loudest always does.
    @Test func levelsAreSharesOfTheLoudest() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var request = PruneRequest()
        (request.layer, request.criteria, request.levels) = ("memory", [.activity, .random], [100, 50, 1])
        request.draws = 2
        let finding = try subject.prune(request)
        let activity = try subject.units("memory", subject.traces(.dev), shuffles: 1).heat
        let loudest = activity[0].indices.map { unit in activity.map { $0[unit] }.max() ?? 0 }
        let most = try #require(loudest.max())
        for level in finding.levels {
            #expect(level.units == max(1, loudest.count { $0 >= most * Double(level.percent) / 100 }))
        }
        #expect(finding.levels.map(\.percent) == [100, 50, 1] && finding.levels[0].units == 1)
        #expect(Set(finding.points.map(\.kept)) == Set(finding.levels.map(\.units)))
        #expect(finding.text.contains("50 %: \(finding.levels[1].units)"))
    }

    @Test func bothWaysOfSilencingAgreeWhereTheyMust() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let node = try subject.node("first")
        func answers(_ way: Silencing) throws -> [Float] {
            let silencer = try Silencer(subject, node: node, count: 3, way, means: [0.25, 0.5, 0], threads: 1)
            let silent = try silencer.without([1])
            let session = try silent.session ?? Session(subject.file, seed: 0, threads: 1)
            let machine = try Machine(session.graph, options: PlanOptions())
            machine.load(silent.weights)
            try machine.setInput(0, to: subject.look(4).inputs[0])
            try machine.forward()
            return machine.output(0)
        }
        let zero = try answers(Silencing()), unheard = try answers(Silencing(cut: .output))
        #expect(zip(zero, unheard).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(try answers(Silencing(cut: .output, instead: .mean)) != unheard)
    }

    /// Many silent units are left out, in a network of its own that says the same; few stay, silenced in their weights.
    @Test(arguments: ["memory", "first"]) func whatIsLeftOutIsAsGoodAsSilent(layer: String) throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", text: Self.text.replacing("conv(3, 5)", with: "conv(12, 5)"))
        let node = try subject.node(layer), count = layer == "memory" ? 6 : 12
        let silencer = try Silencer(subject, node: node, count: count, Silencing(), means: [], threads: 1)
        let window = try subject.look(4).inputs[0]
        func says(_ graph: Graph, _ weights: Weights) throws -> [Float] {
            let machine = try Machine(graph, options: PlanOptions())
            machine.load(weights)
            try machine.setInput(0, to: window)
            try machine.forward()
            return machine.output(0)
        }
        for units in [Set([1, 3, 4]), [0, 1, 2, 3, 5], [2, 4]] {
            let left = try silencer.without(units)
            let session = try #require(left.session)
            #expect(left.weights.layout.trainableCount < subject.weights.layout.trainableCount)
            let masked = try says(subject.graph, subject.silenced(node, units, of: count))
            #expect(zip(try says(session.graph, left.weights), masked).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(masked != (try says(subject.graph, subject.weights)))
        }
        #expect(try silencer.without([]).session == nil)
        if count > 8 { #expect(try silencer.without([7]).session == nil) }
    }

    /// A memory that tells itself its mean is the memory whose unit rests there.
    @Test func aMeanStandsInTheMemoryToo() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let node = try subject.node("memory")
        let silencer = try Silencer(
            subject, node: node, count: 6, Silencing(cut: .unit, instead: .mean),
            means: [0, 0.5, 0, 0, 0, 0], threads: 1)
        let silent = try silencer.without([1])
        let before = try #require(subject.weights["memory.bias"]), after = try #require(silent.weights["memory.bias"])
        let matrix = try #require(subject.weights["memory.weight_hh"])
        for row in 0..<24 { #expect(abs(after[row] - before[row] - 0.5 * matrix[row * 6 + 1]) < 1e-6) }
        let forgotten = try #require(silent.weights["memory.weight_hh"])
        #expect((0..<24).allSatisfy { forgotten[$0 * 6 + 1] == 0 && forgotten[$0 * 6] == matrix[$0 * 6] })
    }

    /// Sizes are tested from the largest down: one that passes by luck below one that does not is no answer.
    @Test func luckBelowAFailureIsNoAnswer() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var request = PruneRequest()
        (request.layer, request.criteria, request.sizes) = ("memory", [.activity], [6, 3])
        var finding = try subject.prune(request)
        func point(_ kept: Int, _ verdict: String) -> PruneFinding.Point {
            .init(criterion: .activity, kept: kept, value: 1, verdict: verdict)
        }
        finding.points = [point(6, "equivalent"), point(4, "better"), point(3, "can't tell"), point(2, "equivalent")]
        #expect(finding.smallest(.activity) == 4)
        #expect(finding.verdict(.activity).hasPrefix("4 of 6 units are equivalent"))
        #expect(finding.verdict(.activity).hasSuffix("3 are not shown to be"))
        finding.points = [point(6, "worse")]
        #expect(finding.smallest(.activity) == nil)
    }

    /// Retrained and fresh networks are runs of their own, are judged beside the others, and are not trained twice.
    @Test func smallerNetworksAreTrained() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var request = PruneRequest()
        (request.layer, request.criteria, request.sizes) = ("memory", [.damage], [6, 3])
        let finding = try subject.prune(request)
        var training = PruneTraining(folder: scratch.path + "/small")
        (training.epochs, training.fresh, training.seeds, training.sizes) = (2, true, 2, [3])
        var runner = TrialRunner()
        (runner.dataset, runner.threads) = (ToyData(), 1)
        var watcher = NoWatcher()
        var announced = 0
        func train() throws -> PruneFinding {
            try subject.trained(
                finding, by: .damage, training, request, runner: runner, watcher: &watcher,
                announce: { _, _ in announced += 1 })
        }
        let trained = try train()
        #expect(trained.trained.map(\.how) == [.retrained, .fresh] && announced == 3)
        #expect(trained.trained[1].values.count == 2 && trained.trained.allSatisfy { $0.kept == 3 })
        for folder in trained.trained.flatMap(\.folders) {
            let record = try RunFolder(folder).record()
            #expect(record.status == .done && record.overrides.contains { $0.key == "memory.units" && $0.value == "3" })
        }
        #expect(trained.text.contains("from the start with 3") && trained.json["trained"]?.array?.count == 2)
        // The same again finds them done.
        let again = try train()
        #expect(announced == 3 && again.trained.map(\.values) == trained.trained.map(\.values))
    }

    @Test func whatCannotBeSilencedIsRefusedWithAWayOut() throws {
        let scratch = try Scratch()
        let text = Self.text.replacing("lstm(6) as memory", with: "gru(6) as memory -> relu as squeeze")
        let subject = try subject(scratch.path + "/run", text: text)
        var request = PruneRequest()
        request.criteria = [.activity]
        func refused(_ layer: String, _ way: Silencing, _ sizes: [Int]? = [3]) -> String {
            (request.layer, request.way, request.sizes) = (layer, way, sizes)
            do { _ = try subject.prune(request) } catch { return "\(error)" }
            return ""
        }
        #expect(refused("squeeze", Silencing()).contains("--cut output"))
        #expect(refused("squeeze", Silencing(cut: .output)).isEmpty)
        #expect(refused("memory", Silencing(cut: .unit, instead: .mean)).contains("--cut output"))
        #expect(refused("memory", Silencing(), [7]).contains("1 to 6"))
    }
}
