import Foundation
import GraphIR
import Runner
import Seismic

/// `strata evaluate … --metrics seisbench-tasks`: a run judged as SeisBench's benchmark judges, with its files.
struct BenchmarkTasks {
    private static let word = EvaluateCommand.MetricSet.tasks.rawValue
    let call: Invocation<EvaluateCommand.Options>

    /// The operand is a run, or a folder of predictions that somebody made already.
    func run() throws -> ExitStatus {
        let folder = call.operands[0]
        let made =
            FileManager.default.fileExists(atPath: folder + "/test_task1.csv")
            || FileManager.default.fileExists(atPath: folder + "/test_task23.csv")
        let scores = made ? try score(folder) : try ask(RunFolder(folder))
        if call.json {
            Terminal.print(scores.json.text(indented: true))
        } else {
            let width = (scores.values.map { $0.name.count }.max() ?? 0) + 2
            for (name, value) in scores.values {
                Terminal.print(name.padded(to: width) + TrainingDisplay.text(value))
            }
        }
        return scores.values.isEmpty ? .no : .done
    }

    private func ask(_ folder: RunFolder) throws -> BenchmarkScores {
        let record = try folder.record()
        let file = try NetworkFile(of: folder, plugins: call.everywhere.plugin)
        let dataset = try record.openData(
            call.data, registry: file.registry, skippingBad: call.skipBad)
        let place = call.targets ?? folder.path + "/evaluations/\(Self.word)/targets"
        let out = call.out ?? folder.evaluation(Self.word).folder
        var request = EvaluationRequest(folder: folder)
        request.threads = call.machine.threads
        request.batch = call.batch
        request.skipsBadTraces = call.skipBad
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        for task in BenchmarkTargets.Task.allCases {
            guard let targets = try targets(task, in: place, dataset) else { continue }
            for split in ["dev", "test"] {
                var part = targets
                part.targets = targets.targets.filter { $0.split == split }
                guard !part.targets.isEmpty else { continue }
                let said = try predictions(of: folder, file: file, dataset: dataset, targets: part, request: request)
                try write(said.csv, to: "\(out)/\(split)_\(task.rawValue).csv", overwrite: true)
            }
        }
        Terminal.note("predictions in the files of pick-benchmark: \(out)")
        let scores = try score(out)
        try write(scores.json.text(indented: true) + "\n", to: out + "/tasks.json", overwrite: true)
        return scores
    }

    /// Targets that are there, or made anew by pick-benchmark's rules where none were named.
    private func targets(
        _ task: BenchmarkTargets.Task, in place: String, _ dataset: any Dataset
    ) throws -> BenchmarkTargets? {
        let path = "\(place)/\(task.rawValue).csv"
        if let data = FileManager.default.contents(atPath: path) {
            return try BenchmarkTargets(csv: String(decoding: data, as: UTF8.self), task: task, path: path)
        }
        if let named = call.targets, FileManager.default.fileExists(atPath: named) { return nil }
        let made = BenchmarkTargets(task, of: dataset)
        guard !made.targets.isEmpty else { return nil }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try write(made.csv, to: path, overwrite: false)
        Terminal.note("\(path): \(made.targets.count) targets made anew; published ones are compared with more easily")
        return made
    }

    private func score(_ folder: String) throws -> BenchmarkScores {
        func pair(_ task: BenchmarkTargets.Task) throws -> (dev: BenchmarkPredictions, test: BenchmarkPredictions)? {
            let files = try ["dev", "test"].compactMap { split -> BenchmarkPredictions? in
                let path = "\(folder)/\(split)_\(task.rawValue).csv"
                guard let data = FileManager.default.contents(atPath: path) else { return nil }
                return try BenchmarkPredictions(csv: String(decoding: data, as: UTF8.self), task: task, path: path)
            }
            guard files.count == 2 else {
                Terminal.note("\(folder) has no dev_\(task.rawValue).csv with test_\(task.rawValue).csv: not scored")
                return nil
            }
            return (files[0], files[1])
        }
        return BenchmarkScores(detection: try pair(.detection), phases: try pair(.phases))
    }
}
