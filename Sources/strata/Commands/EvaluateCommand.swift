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
    /// Measures that come together, of other people's.
    enum MetricSet: String, CaseIterable { case tasks = "seisbench-tasks" }

    struct Options: OptionGroup {
        let data = Option<String?>(
            "--data", "PATH", "Another dataset than the one it was trained on; its result stands beside.")
        let stream = Option<Bool>(
            "--stream", "--data is a folder of continuous records with the arrivals in them (picks.csv).")
        let rule = Option<PickRule?>(
            "--rule", "RULE", "Of a stream: trigger (default), peaks or eqt, as pick has them.")
        let hop = Option<Double?>(
            "--hop", "N", "Of a stream: samples between windows, or a share of one (default 0.5).")
        let stations = Option<[String]>(
            "--stations", "LIST", "Of a stream: only these, as NET.STA* with * and ?, separated by commas.",
            separatedBy: ",")
        let name = Option<String?>(
            "--name", "N", "Put the result into evaluations/N, beside the run's own.", read: EvaluateCommand.resultName)
        let split = Option<SplitChoice>("--split", "SPLIT", "\(.words).", standard: .test)
        let uncertainty = Option<Int?>(
            "--uncertainty", "N", "Ask N times with dropout on; the spread is the uncertainty.", in: 1...10_000)
        let thresholds = Option<PickThresholds?>.thresholds(insteadOf: "those chosen on the dev split")
        let metrics = Option<MetricSet?>(
            "--metrics", "SET", "seisbench-tasks: judge as SeisBench's benchmark does, with its files.")
        let targets = Option<String?>(
            "--targets", "DIR", "The benchmark's task1.csv and task23.csv; made anew where there are none.")
        let all = Option<Bool>("--all", "Show every number, not only those that matter most.")
        let out = Option<String?>(
            "--out", "F", "Also write the numbers to this file; for a NETWORK the folder of the result.")
        let batch = Option<Int?>("--batch", "N", "Windows at a time.", in: 1...1_000_000)
        let model = ModelOptions()
        let machine = MachineOptions()
        let skipBad = Option<Bool>.skipBad
        let overwrite = Option<Bool>.overwrite
        let json = Option<Bool>.json
    }
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

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        if call.metrics != nil { return try BenchmarkTasks(call: call).run() }
        var request = EvaluationRequest(folder: try folder(call))
        request.data = call.data
        request.name = call.name
        request.split = call.split
        if let weights = call.model.weights, RunFolder(call.operands[0]).exists {
            request.weights = try Reading.word(weights.text, of: "--weights")
        }
        request.passes = call.uncertainty ?? 0
        request.batch = call.batch
        request.threads = call.machine.threads
        request.memory = call.machine.memory
        request.skipsBadTraces = call.skipBad
        request.overwrites = call.overwrite
        request.thresholds = call.thresholds
        let stream = call.stream ? try judging(call) : nil
        if stream == nil, let option = call.firstGiven(of: { [$0.rule, $0.hop, $0.stations] }) {
            throw Exit(.usage, "\(option) is of continuous records: add --stream")
        }
        let record = try request.folder.record()
        let file = try NetworkFile(of: request.folder, plugins: call.everywhere.plugin)
        let evaluation =
            try stream?.evaluate(request, record: record, file: file)
            ?? Runner.evaluate(request, record: record, file: file)
        let json = evaluation.json.text(indented: true)
        if let file = call.out, file != request.folder.path {
            try write(json + "\n", to: file, overwrite: call.overwrite)
        }
        for note in evaluation.notes { Terminal.note(note) }
        if let name = evaluation.place.name {
            Terminal.note("the result is evaluations/\(name) of \(request.folder.path); its own is as it was")
        }
        if call.json {
            Terminal.print(json)
        } else {
            let page = try report(evaluation, record, file)
            Terminal.print(table(evaluation, record, all: call.all))
            Terminal.print("page: \(page)")
        }
        return .done
    }

    private static func judging(_ call: Invocation<Options>) throws -> StreamJudging {
        guard let folder = call.data else {
            throw Exit(
                .usage, "--stream needs --data FOLDER: continuous records, and picks.csv with the arrivals in them",
                help: "strata data synth FOLDER --stream makes one")
        }
        if let option = call.firstGiven(of: { [$0.split, $0.metrics, $0.targets] }) {
            throw Exit(.usage, "\(option) is of windows, and not of a stream")
        }
        var judging = StreamJudging(folder, rule: call.rule)
        judging.order.hop = call.hop
        judging.order.stations = call.stations
        judging.order.thresholds = call.thresholds
        return judging
    }

    /// A name is one part of a path.
    @Sendable private static func resultName(_ name: String) throws -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
            throw Exit(.usage, "--name takes the name of a folder, not '\(name)'")
        }
        return name
    }

    /// The run to judge. Of a network with a file of weights one is made in the folder that `--out` names.
    private static func folder(_ call: Invocation<Options>) throws -> RunFolder {
        let name = call.operands[0]
        let folder = RunFolder(name)
        let isFile = call.model.weights.map { $0.choice == nil } ?? false
        guard !folder.exists, isFile || ModelBundle.isBundle(name) else { return folder }
        guard let data = call.data, let target = call.out else {
            throw Exit(
                .usage,
                "a bundle, or a network with --weights, is judged on --data PATH, and its result goes to --out DIR")
        }
        let model = try ModelDoor(call.model)
        var request = TrainingRequest(architecture: name, data: data, folder: RunFolder(target))
        request.threads = call.machine.threads
        request.overwrites = call.overwrite
        request.skipsBadTraces = call.skipBad
        request.command = CommandLine.arguments
        request.version = strataVersion
        try adopt(model.file, weights: model.stored, from: model.weightsPath, request: request)
        return request.folder
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
