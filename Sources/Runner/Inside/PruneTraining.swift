import Files
import Foundation
import GraphIR
import Interpreter

/// Smaller networks that are trained: further from the pruned weights, or from the start.
public struct PruneTraining: Sendable {
    /// Epochs from the pruned weights; `nil`: none are trained further.
    public var epochs: Int?
    /// Whether networks so small are trained from the start as well.
    public var fresh = false
    public var seeds = 3
    /// How many units stay; `nil`: the fewest that are equivalent by the first criterion, or half.
    public var sizes: [Int]?
    /// Where the runs go.
    public var folder: String
    public init(folder: String) { self.folder = folder }
}

extension Subject {
    /// Trains smaller networks and judges them beside the pruned ones.
    ///
    /// - `runner`: how trainings are done; `announce` hears of each before it begins.
    public func trained(
        _ finding: PruneFinding, by criterion: PruneFinding.Criterion, _ wanted: PruneTraining, _ request: PruneRequest,
        runner: TrialRunner, watcher: inout some TrainingWatcher, announce: (Trial, TrialPlace) -> Void = { _, _ in },
        isStopped: () -> Bool = { false }
    ) throws -> PruneFinding {
        let node = try node(finding.layer)
        let directions = directions(of: node)
        var finding = finding
        let judge = try PruneJudge(
            self, traces(.test), metric: request.metric, margin: request.margin, threads: request.threads)
        let usual = finding.smallest(criterion).map { $0 < finding.units ? $0 : finding.units / 2 } ?? finding.units / 2
        for size in wanted.sizes ?? [usual] {
            let kept = max(directions, size + size % directions)
            var trials: [(how: PruneFinding.Trained.How, trials: [Trial])] = []
            if let epochs = wanted.epochs {
                let small = try smaller(finding, by: criterion, keeping: kept, base: "")
                let path = "\(wanted.folder)/retrained_\(kept)/pruned.safetensors"
                try Self.put(small.weights, at: path)
                let settings = [("train.weights", "\"\(path)\""), ("train.epochs", "\(epochs)")]
                trials.append((.retrained, [try trial(node, kept, settings, wanted.folder, "retrained", note.seed)]))
            }
            if wanted.fresh {
                trials.append(
                    (
                        .fresh,
                        try (0..<wanted.seeds).map { try trial(node, kept, [], wanted.folder, "fresh", $0) }
                    ))
            }
            for (how, trials) in trials {
                let ending = try runner.run(trials, watcher: &watcher, announce: announce, isStopped: isStopped)
                guard ending == .finished else {
                    throw RunError(
                        .access, "stopped and saved in \(wanted.folder)", help: "the same command goes on")
                }
                let measured = try trials.map { try judged($0, judge) }
                let (loss, verdict) = judge.verdict(measured)
                finding.trained.append(
                    .init(
                        how: how, kept: kept, folders: trials.map(\.folder.path), values: measured.compactMap(\.value),
                        loss: loss, verdict: verdict))
            }
        }
        return finding
    }

    private static func put(_ weights: Weights, at path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "\(folder) cannot be made: \(error.localizedDescription)", help: "--runs DIR")
        }
        let bytes = weights.safetensors().bytes
        // What is there already is kept: a run that stands on it is known by it.
        if FileManager.default.contents(atPath: path) == Data(bytes) { return }
        try AtomicFile(path).write(bytes)
    }

    /// A network of so few units, as a run of its own.
    private func trial(
        _ node: Int, _ kept: Int, _ settings: [(String, String)], _ folder: String, _ how: String, _ seed: Int
    ) throws -> Trial {
        let path = graph.nodes[node].path, width = kept / directions(of: node)
        var small = file
        let setting = "\(path).\(unitsSetting(node))"
        small.overrides = file.overrides.filter { pair in !settings.contains { $0.0 == pair.key } }
        small.overrides += [(setting, "\(width)")] + settings.map { (key: $0.0, value: $0.1) }
        small.network = try NetworkFile.compiled(
            file.sources, settings: small.overrides, plugins: file.plugins, registry: session.registry, of: note.folder)
        return Trial(
            contender: "\(how) with \(kept)", file: small, data: dataPath, seed: seed,
            folder: RunFolder("\(folder)/\(how)_\(kept)/seed_\(seed)"))
    }

    /// What a layer's number of units is called where it is set.
    func unitsSetting(_ node: Int) -> String {
        graph.nodes[node].arguments["filters"] == nil ? "units" : "filters"
    }

    private func judged(_ trial: Trial, _ judge: PruneJudge) throws -> PruneJudge.Judged {
        let session = try judging(trial.file, threads: nil)
        let path = trial.folder.bestWeightsPath
        do {
            return try judge.measure(
                Silenced(weights: Weights(readWeights(path), layout: session.layout), session: session))
        } catch let error as WeightMismatch {
            throw RunError(.badData, "\(path): \(error)", help: "remove that folder, or name another --runs")
        }
    }
}
