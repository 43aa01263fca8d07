import Foundation
import GraphIR
import Runner

/// `strata evaluate`: what a trained network is worth on traces that it has not seen.
struct EvaluateCommand: Command {
    static let name = "evaluate"
    static let otherWords = ["eval", "test", "score", "judge", "validate", "predict", "infer", "inference"]
    static let summary = "Judge a trained network on the test split."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] = [
        Option("--data", "PATH", "Another dataset than the one it was trained on; its result stands beside."),
        Option("--stream", "--data is a folder of continuous records with the arrivals in them (picks.csv)."),
        Option("--rule", "RULE", "Of a stream: trigger (default), peaks or eqt, as pick has them."),
        Option("--hop", "N", "Of a stream: samples between windows, or a share of one (default 0.5)."),
        Option("--stations", "LIST", "Of a stream: only these, as NET.STA* with * and ?, separated by commas."),
        Option("--name", "N", "Put the result into evaluations/N, beside the run's own."),
        Option("--split", "SPLIT", "train, dev, test (default) or all."),
        Option("--weights", "WHICH", "best (default) or last of a run; else a file of weights for a NETWORK."),
        Option("--uncertainty", "N", "Ask N times with dropout on; the spread is the uncertainty."),
        Option("--thresholds", "LIST", "As detection=0.3,P=0.1,S=0.1, instead of those chosen on the dev split."),
        Option("--metrics", "SET", "seisbench-tasks: judge as SeisBench's benchmark does, with its files."),
        Option("--targets", "DIR", "The benchmark's task1.csv and task23.csv; made anew where there are none."),
        Option("--all", "Show every number, not only those that matter most."),
        Option("--out", "F", "Also write the numbers to this file; for a NETWORK the folder of the result."),
        Option("--batch", "N", "Windows at a time."),
        Option.threads, Option("--memory", "MIB", "Use at most so many MiB."),
        Option("--skip-bad", "Leave out traces that cannot be used, and count them."),
        Option.overwrite, Option.set, Option.path, Option.plugin, Option.json,
    ]
    static let examples: [(line: String, says: String)] = [
        ("strata evaluate runs/first", "Picks, detections and their scores on the test split of its data."),
        ("strata evaluate runs/eqt --data other/ --split all", "The same network on somebody else's traces."),
        (
            "strata evaluate runs/eqt --metrics seisbench-tasks --targets targets/stead",
            "The three tasks of SeisBench's benchmark; a folder of its predictions may stand in the run's place."
        ),
        (
            "strata evaluate eqt --weights w.safetensors --data stead/ --out judged",
            "Weights from elsewhere; judged is then a folder like a run's."
        ),
        (
            "strata evaluate runs/eqt --data network --stream",
            "On continuous records, as pick would pick them: false alarms an hour, earthquakes found."
        ),
        ("strata evaluate runs/eqt --uncertainty 5", "As EQTransformer's tester: five passes with dropout on."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        if try call.word("--metrics", among: [BenchmarkTasks.word]) != nil {
            return try reporting { try BenchmarkTasks(call: call).run() }
        }
        var request = EvaluationRequest(folder: try folder(call))
        request.data = call.value("--data")
        request.name = try call.value("--name").map(resultName)
        request.split = try call.word("--split", among: ["train", "dev", "test", "all"]) ?? "test"
        request.weights =
            RunFolder(call.operands[0]).exists
            ? try call.word("--weights", among: EvaluationRequest.WeightsChoice.allCases.map(\.rawValue))
                .flatMap(EvaluationRequest.WeightsChoice.init) ?? .best : .best
        request.passes = try call.int("--uncertainty", in: 1...10_000) ?? 0
        request.batch = try call.int("--batch", in: 1...1_000_000)
        request.threads = try call.int("--threads", in: 1...256)
        request.memory = try call.int("--memory", in: 1...1 << 30).map { $0 << 20 }
        request.skipsBadTraces = call.has("--skip-bad")
        request.overwrites = call.has("--overwrite")
        request.thresholds = try call.value("--thresholds").map(thresholds)
        let stream = call.has("--stream") ? try StreamJudging(call) : nil
        if stream == nil, let option = StreamJudging.options.first(where: call.has) {
            throw Exit(.usage, "\(option) is of continuous records: add --stream")
        }
        return try reporting {
            let record = try request.folder.record()
            let file = try NetworkFile(of: request.folder, call)
            let evaluation =
                try stream?.evaluate(request, record: record, file: file)
                ?? Runner.evaluate(request, record: record, file: file)
            let json = evaluation.json.text(indented: true)
            if let file = call.value("--out"), file != request.folder.path {
                try write(json + "\n", to: file, overwrite: call.has("--overwrite"))
            }
            for note in evaluation.notes { Terminal.note(note) }
            if let name = evaluation.place.name {
                Terminal.note("the result is evaluations/\(name) of \(request.folder.path); its own is as it was")
            }
            if call.has("--json") {
                Terminal.print(json)
            } else {
                let page = try report(evaluation, record, file)
                Terminal.print(table(evaluation, record, all: call.has("--all")))
                Terminal.print("page: \(page)")
            }
            return .done
        }
    }

    /// A name is one part of a path.
    private static func resultName(_ name: String) throws -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
            throw Exit(.usage, "--name takes the name of a folder, not '\(name)'")
        }
        return name
    }

    /// The run to judge. Of a network with a file of weights one is made in the folder that `--out` names.
    private static func folder(_ call: Invocation) throws -> RunFolder {
        let name = call.operands[0]
        let folder = RunFolder(name)
        let isFile = call.value("--weights").map { !["best", "last"].contains($0) } ?? false
        guard !folder.exists, isFile || ModelBundle.isBundle(name) else { return folder }
        guard let data = call.value("--data"), let target = call.value("--out") else {
            throw Exit(
                .usage,
                "a bundle, or a network with --weights, is judged on --data PATH, and its result goes to --out DIR")
        }
        return try reporting {
            let model = try ModelDoor(call)
            var request = TrainingRequest(architecture: name, data: data, folder: RunFolder(target))
            request.threads = try call.int("--threads", in: 1...256)
            request.overwrites = call.has("--overwrite")
            request.skipsBadTraces = call.has("--skip-bad")
            request.command = CommandLine.arguments
            request.version = strataVersion
            try adopt(model.file, weights: model.stored, from: model.weightsPath, request: request)
            return request.folder
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

    /// One page about one run: learning curves, residuals, calibration, the clearest and the worst traces.
    private static func report(_ evaluation: Evaluation, _ record: RunRecord, _ file: NetworkFile) throws -> String {
        let comparison = try Comparison(evaluation, record: record, file: file)
        let content = ReportContent(
            comparison: comparison, disagreements: try DisagreementSearch(comparison).disagreements(),
            pictures: PictureSearch(comparison).pictures(),
            command: ["strata"] + CommandLine.arguments.dropFirst(), version: strataVersion)
        return try evaluation.place.write(report: Report(content, registry: file.registry).html)
    }

    /// What was judged, the numbers that matter by group, and where the others are; their definitions are in
    /// `strata layers NAME` and in `test.json`.
    private static func table(_ evaluation: Evaluation, _ record: RunRecord, all: Bool) -> String {
        let shown = all ? evaluation.values : evaluation.highlights
        let width = (shown.map { $0.use.name.count }.max() ?? 0) + 2
        var lines = evaluation.judged(record)
        var group: MetricGroup?
        for (use, value) in shown {
            if use.group != group {
                group = use.group
                lines += ["", Terminal.styled(use.group.title, .bold)]
            }
            let text = value.map { TrainingDisplay.text($0) + (use.unit.isEmpty ? "" : " " + use.unit) } ?? "undefined"
            lines.append("  " + use.name.padded(to: width) + text)
        }
        lines.append("")
        lines += evaluation.undefined
        let left = evaluation.values.count - shown.count
        if left > 0 { lines.append("\(left) more numbers: --all, or \(evaluation.place.testPath)") }
        return lines.joined(separator: "\n")
    }
}
