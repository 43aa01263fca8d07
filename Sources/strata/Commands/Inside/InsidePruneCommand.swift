import Files
import Foundation
import GraphIR
import Runner

/// `strata inside prune`: what a network is worth without some of a layer's units.
struct InsidePruneCommand: Command {
    static let name = "inside prune"
    static let summary = "Silence a layer's units, the least of them first, and see what is lost."
    static let operands = "MODEL"
    static let operandCount = 1...1
    static let options: [Option] =
        [
            InsideOptions.layer, InsideOptions.csv,
            Option(
                "--by", "LIST",
                "activity,selectivity,information,norm,damage,random (default: the first two and random)."),
            Option(
                "--cut", "WHAT", "unit (default): it says nothing to anyone; output: what follows does not hear it."),
            Option("--instead", "WHAT", "zero (default), or mean: what it says on average stands in its place."),
            Option("--sizes", "LIST", "Keep so many units, as 110,30 (default: twenty sizes down to 1 %)."),
            Option("--level", "LIST", "Keep units that reach so many per cent of the loudest's activity, as 90,50,10."),
            Option("--metric", "NAME", "One that evaluate reports (default: its first headline)."),
            Option("--margin", "M", "Losses below this do not matter (default 0.005)."),
            Option("--write", "F", "Write the smaller network, F.arch, and its weights beside it."),
            Option("--units", "N", "With --write: keep so many (default: the fewest that are equivalent)."),
            Option("--retrain", "N", "Train the smaller network N epochs further, from the pruned weights."),
            Option("--fresh", "Train networks so small from the start, too."),
            Option(
                "--small", "LIST", "With those two: keep so many (default: the fewest that are equivalent, or half)."),
            Option("--seeds", "K", "With --fresh: so many trainings (default 3)."),
            Option("--runs", "DIR", "Where those trainings go; compare takes them as runs."),
        ] + InsideOptions.shared
    static let examples: [(line: String, says: String)] = [
        ("strata inside prune runs/volcano --layer memory --html prune.html", "How many units are as good as all.")
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        let criteria = try (call.value("--by") ?? "activity,selectivity,random").split(separator: ",").map { text in
            guard let criterion = PruneFinding.Criterion(rawValue: String(text)) else {
                let names = PruneFinding.Criterion.allCases.map(\.rawValue)
                let near = nearestName(to: String(text), among: names)
                throw Exit(
                    .usage, "--by takes \(names.joined(separator: ", ")), not '\(text)'",
                    help: near.map { "did you mean '\($0)'?" })
            }
            return criterion
        }
        let margin = try call.double("--margin") ?? 0.005
        guard margin > 0 else { throw Exit(.usage, "--margin takes a number above 0") }
        let target = try call.value("--write").map { try Target($0, call) }
        let kept = try call.int("--units", in: 1...1_000_000)
        if kept != nil, target == nil { throw Exit(.usage, "--units is for --write") }
        var request = PruneRequest()
        (request.criteria, request.margin) = (criteria, margin)
        (request.layer, request.metric) = (call.value(InsideOptions.layer.name), call.value("--metric"))
        request.way = Silencing(
            cut: try InsideOptions.word(call, "--cut", Silencing.Cut.self) ?? .unit,
            instead: try InsideOptions.word(call, "--instead", Silencing.Instead.self) ?? .zero)
        request.sizes = try sizes(call, "--sizes")
        request.levels = try sizes(call, "--level")
        if request.levels != nil, request.sizes != nil {
            throw Exit(
                .usage, "--level says which units are kept, --sizes how many", help: "give one of them")
        }
        if let wrong = request.levels?.first(where: { $0 > 100 }) {
            throw Exit(
                .usage, "--level takes per cents from 1 to 100, not \(wrong)",
                help: "100 keeps the loudest alone, 1 nearly all")
        }
        request.threads = try NetworkRun.threads(call)
        let training = try training(call)
        if training != nil || target != nil, request.way != Silencing() {
            throw Exit(
                .usage, "--write, --retrain and --fresh make networks without the units",
                help: "leave --cut and --instead")
        }
        let subject = try InsideOptions.subject(call)
        return try reporting {
            var finding = try subject.prune(request)
            if let training { finding = try train(subject, finding, training, request, call) }
            let written = try target.map { target in
                try target.write(
                    subject.smaller(finding, by: criteria[0], keeping: kept, base: target.base(of: subject.file)),
                    call)
            }
            try InsideLook(
                name: InsideLook.name("prune", finding.layer),
                text: ([finding.text] + [written].compactMap { $0 }).joined(separator: "\n"), json: finding.json,
                page: { finding.page(command: InsideLook.line(call)) }, csv: finding.csv
            ).finish(call)
            return .done
        }
    }

    private static func sizes(_ call: Invocation, _ option: String) throws -> [Int]? {
        try call.value(option)?.split(separator: ",").map { text in
            guard let size = Int(text), size > 0 else {
                throw Exit(.usage, "\(option) takes numbers of units, as 110,30, not '\(text)'")
            }
            return size
        }
    }

    private static func training(_ call: Invocation) throws -> PruneTraining? {
        let epochs = try call.int("--retrain", in: 1...100_000)
        guard epochs != nil || call.has("--fresh") else {
            if let idle = ["--small", "--seeds", "--runs"].first(where: { call.has($0) }) {
                throw Exit(.usage, "\(idle) is for --retrain N and --fresh")
            }
            return nil
        }
        guard let folder = call.value("--runs") else {
            throw Exit(.usage, "--retrain and --fresh train networks", help: "--runs DIR says where they go")
        }
        var training = PruneTraining(folder: folder)
        (training.epochs, training.fresh) = (epochs, call.has("--fresh"))
        training.seeds = try call.int("--seeds", in: 1...100) ?? 3
        training.sizes = try sizes(call, "--small")
        return training
    }

    private static func train(
        _ subject: Subject, _ finding: PruneFinding, _ training: PruneTraining, _ request: PruneRequest,
        _ call: Invocation
    ) throws -> PruneFinding {
        var runner = TrialRunner()
        runner.threads = request.threads
        runner.memory = try NetworkRun.memoryLimit(call)
        runner.command = ["strata"] + CommandLine.arguments.dropFirst()
        runner.version = strataVersion
        runner.dataset = subject.dataset
        Interruption.watch()
        var watcher = TrainingDisplay()
        defer { watcher.finish() }
        return try subject.trained(
            finding, by: request.criteria[0], training, request, runner: runner, watcher: &watcher,
            announce: { trial, place in Terminal.note("\(trial.contender) units, seed \(trial.seed) (\(place))") },
            isStopped: { Interruption.isAsked })
    }

    /// Where a smaller network goes: an `.arch` and its weights.
    private struct Target {
        var architecture: String
        var weights: String

        init(_ path: String, _ call: Invocation) throws {
            guard path.hasSuffix(".arch"), path != ".arch" else {
                throw Exit(.usage, "--write takes the name of an architecture, as pruned.arch, not '\(path)'")
            }
            architecture = path
            weights = path.dropLast(".arch".count) + ".safetensors"
            for file in [architecture, weights]
            where !call.has("--overwrite") && FileManager.default.fileExists(atPath: file) {
                throw Exit(.inputOutput, "\(file) is there already", help: "--overwrite replaces it")
            }
        }

        /// The run's own file as it is called from where the variant will stand; its text must still be what was
        /// trained.
        func base(of file: NetworkFile) throws -> String {
            guard let source = file.sources.first,
                FileManager.default.contents(atPath: source.path) == Data(source.text.utf8)
            else {
                throw Exit(
                    .no, "\(file.sources.first?.path ?? "the run's file") is not what was trained any more",
                    help: "a variant needs its parent: put the text that strata show RUN prints there")
            }
            let base = URL(fileURLWithPath: source.path).standardizedFileURL.pathComponents
            let home = URL(fileURLWithPath: architecture).standardizedFileURL.deletingLastPathComponent().pathComponents
            let common = zip(base, home).prefix { $0 == $1 }.count
            let ups = [String](repeating: "..", count: home.count - common)
            return (ups + base.dropFirst(common)).joined(separator: "/")
        }

        func write(_ smaller: SmallerNetwork, _ call: Invocation) throws -> String {
            try AtomicFile(weights).write(smaller.weights.safetensors().bytes)
            try AtomicFile(architecture).write(smaller.text)
            return
                "wrote \(architecture) and \(weights): \(smaller.kept.count) units, \(smaller.parameters) parameters "
                + "instead of \(smaller.before); its outputs differ from the silenced network's by "
                + "\(String(format: "%.1e", smaller.difference)) at most (\(smaller.windows) windows)\n"
                + "to train it further: strata train \(architecture) "
                + "--set 'train.weights=\"\(weights)\"' …\n"
                + "to train one so small from the start: strata train \(architecture) …"
        }
    }
}
