import Foundation
import GraphIR
import Runner

/// `strata evaluate`: what a trained network is worth on traces that it has not seen.
struct EvaluateCommand: Command {
    static let name = "evaluate"
    static let summary = "Judge a trained network on the test split."
    static let operands = "RUN"
    static let operandCount = 1...1
    static let options: [Option] = [
        Option("--data", "PATH", "Another dataset than the one it was trained on."),
        Option("--split", "SPLIT", "train, dev, test (default) or all."),
        Option("--weights", "WHICH", "best (default) or last."),
        Option("--uncertainty", "N", "Ask N times with dropout on; the spread is the uncertainty."),
        Option("--thresholds", "LIST", "As detection=0.3,P=0.1,S=0.1, instead of those chosen on the dev split."),
        Option("--out", "F", "Also write the numbers to this file."), Option("--batch", "N", "Windows at a time."),
        Option.threads, Option("--memory", "MIB", "Use at most so many MiB."),
        Option("--skip-bad", "Leave out traces that cannot be used, and count them."),
        Option.overwrite, Option.plugin, Option.json,
    ]
    static let examples: [(line: String, says: String)] = [
        ("strata evaluate runs/first", "Picks, detections and their scores on the test split of its data."),
        ("strata evaluate runs/eqt --data other/ --split all", "The same network on somebody else's traces."),
        ("strata evaluate runs/eqt --uncertainty 5", "As EQTransformer's tester: five passes with dropout on."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        var request = EvaluationRequest(folder: RunFolder(call.operands[0]))
        request.data = call.value("--data")
        request.split = try call.word("--split", among: ["train", "dev", "test", "all"]) ?? "test"
        request.weights =
            try call.word("--weights", among: EvaluationRequest.WeightsChoice.allCases.map(\.rawValue))
            .flatMap(EvaluationRequest.WeightsChoice.init) ?? .best
        request.passes = try call.int("--uncertainty", in: 1...10_000) ?? 0
        request.batch = try call.int("--batch", in: 1...1_000_000)
        request.threads = try call.int("--threads", in: 1...256)
        request.memory = try call.int("--memory", in: 1...1 << 30).map { $0 << 20 }
        request.skipsBadTraces = call.has("--skip-bad")
        request.overwrites = call.has("--overwrite")
        request.thresholds = try call.value("--thresholds").map(thresholds)
        return try reporting {
            let record = try request.folder.record()
            let file = try NetworkFile(of: request.folder, call)
            let evaluation = try Runner.evaluate(request, record: record, file: file)
            let json = evaluation.json.text(indented: true)
            if let file = call.value("--out") {
                try write(json + "\n", to: file, overwrite: call.has("--overwrite"))
            }
            Terminal.print(call.has("--json") ? json : table(evaluation))
            return .done
        }
    }

    static func thresholds(_ text: String) throws -> PickThresholds {
        var thresholds = PickThresholds(detection: 0.2, phases: [])
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let value = Double(pair[1]), (0...1).contains(value), !pair[0].isEmpty else {
                throw Exit(.usage, "--thresholds takes NAME=NUMBER from 0 to 1, not '\(part)'")
            }
            if pair[0] == "detection" {
                thresholds.detection = value
            } else {
                thresholds.phases.append(.init(String(pair[0]), value))
            }
        }
        return thresholds
    }

    /// The metrics by group, a line each; the definitions are in `strata layers NAME` and in `test.json`.
    private static func table(_ evaluation: Evaluation) -> String {
        let width = (evaluation.values.map { $0.use.name.count }.max() ?? 0) + 2
        var lines = ["\(evaluation.predictions.count) traces"]
        var group: MetricGroup?
        for (use, value) in evaluation.values {
            if use.group != group {
                group = use.group
                lines += ["", Terminal.styled(use.group.title, .bold)]
            }
            let text = value.map { TrainingDisplay.text($0) + (use.unit.isEmpty ? "" : " " + use.unit) } ?? "undefined"
            lines.append("  " + use.name.padded(to: width) + text)
        }
        return lines.joined(separator: "\n")
    }
}
