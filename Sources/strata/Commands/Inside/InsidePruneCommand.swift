import Files
import Foundation
import GraphIR
import Kernels
import Runner

/// `strata inside prune`: what a network is worth without some of a layer's units.
struct InsidePruneCommand: Command {
    static let name = "inside prune"
    static let summary = "Silence a layer's units, the least of them first, and see what is lost."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let layer = Option<String?>.layer
        let csv = Option<String?>.csv
        let by = Option<[PruneFinding.Criterion]>(
            "--by", "LIST",
            "\(criteriaWords) (default: the first two and random).",
            standard: "activity,selectivity,random", absent: [.activity, .selectivity, .random],
            read: InsidePruneCommand.criteria)
        let cut = Option<Silencing.Cut>(
            "--cut", "WHAT", "unit (default): it says nothing to anyone; output: what follows does not hear it.",
            standard: .unit)
        let instead = Option<Silencing.Instead>(
            "--instead", "WHAT", "zero (default), or mean: what it says on average stands in its place.",
            standard: .zero)
        let sizes = Option<[Int]?>.units(
            "--sizes", "Keep so many units, as 110,30 (default: twenty sizes down to 1 %).")
        let level = Option<[Int]?>.units(
            "--level", "Keep units that reach so many per cent of the loudest's activity, as 90,50,10.")
        let metric = Option<String?>("--metric", "NAME", "One that evaluate reports (default: its first headline).")
        let margin = Option<Double>(
            "--margin", "M", "Losses below this do not matter (default \(.standard)).", standard: "0.005",
            absent: 0.005, read: InsidePruneCommand.margin)
        let write = Option<Target?>(
            "--write", "F", "Write the smaller network, F.arch, and its weights beside it.", read: Target.init)
        let units = Option<Int?>(
            "--units", "N", "With --write: keep so many (default: the fewest that are equivalent).", in: 1...1_000_000)
        let retrain = Option<Int?>(
            "--retrain", "N", "Train the smaller network N epochs further, from the pruned weights.", in: 1...100_000)
        let fresh = Option<Bool>("--fresh", "Train networks so small from the start, too.")
        let small = Option<[Int]?>.units(
            "--small", "With those two: keep so many (default: the fewest that are equivalent, or half).")
        let seeds = Option<Int>(
            "--seeds", "K", "With --fresh: so many trainings (default \(.standard)).", standard: 3, in: 1...100)
        let runs = Option<String?>("--runs", "DIR", "Where those trainings go; compare takes them as runs.")
        let html = Option<String?>.html
        let npz = Option<String?>.npz
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside prune runs/volcano --layer memory --html prune.html", "How many units are as good as all.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let target = call.write
        try target?.mustBeFree(overwrite: call.inside.overwrite)
        let kept = call.units
        if kept != nil, target == nil { throw Exit(.usage, "--units is for --write") }
        var request = PruneRequest()
        (request.criteria, request.margin) = (call.by, call.margin)
        (request.layer, request.metric) = (call.layer, call.metric)
        request.way = Silencing(cut: call.cut, instead: call.instead)
        (request.sizes, request.levels) = (call.sizes, call.level)
        if request.levels != nil, request.sizes != nil {
            throw Exit(
                .usage, "--level says which units are kept, --sizes how many", help: "give one of them")
        }
        if let wrong = request.levels?.first(where: { $0 > 100 }) {
            throw Exit(
                .usage, "--level takes per cents from 1 to 100, not \(wrong)",
                help: "100 keeps the loudest alone, 1 nearly all")
        }
        request.threads = call.inside.machine.threads ?? ThreadPool.processors
        let training = try training(call)
        if training != nil || target != nil, request.way != Silencing() {
            throw Exit(
                .usage, "--write, --retrain and --fresh make networks without the units",
                help: "leave --cut and --instead")
        }
        let subject = try call.inside.subject()
        var finding = try subject.prune(request)
        if let training { finding = try train(subject, finding, training, request, call) }
        let written = try target.map { target in
            try target.write(
                subject.smaller(
                    finding, by: request.criteria[0], keeping: kept, base: target.base(of: subject.file)),
                call)
        }
        try InsideLook(
            name: InsideLook.name("prune", finding.layer),
            text: ([finding.text] + [written].compactMap { $0 }).joined(separator: "\n"), json: finding.json,
            page: { finding.page(command: InsideLook.line) }, csv: finding.csv
        ).finish(call.inside, html: call.html, npz: call.npz, csv: call.csv)
        return .done
    }

    private static let criteriaWords = PruneFinding.Criterion.words.joined(separator: ",")

    @Sendable private static func criteria(_ text: String) throws -> [PruneFinding.Criterion] {
        let criteria = text.split(separator: ",").map(String.init)
        return try (criteria.isEmpty ? [text] : criteria).map { try Reading.word($0, of: "--by") }
    }

    @Sendable private static func margin(_ text: String) throws -> Double {
        let margin = try Reading.double(text, of: "--margin")
        guard margin > 0 else { throw Exit(.usage, "--margin takes a number above 0") }
        return margin
    }

    private static func training(_ call: Invocation<Options>) throws -> PruneTraining? {
        let epochs = call.retrain
        guard epochs != nil || call.fresh else {
            if let idle = call.firstGiven(of: { [$0.small, $0.seeds, $0.runs] }) {
                throw Exit(.usage, "\(idle) is for --retrain N and --fresh")
            }
            return nil
        }
        guard let folder = call.runs else {
            throw Exit(.usage, "--retrain and --fresh train networks", help: "--runs DIR says where they go")
        }
        var training = PruneTraining(folder: folder)
        (training.epochs, training.fresh) = (epochs, call.fresh)
        (training.seeds, training.sizes) = (call.seeds, call.small)
        return training
    }

    private static func train(
        _ subject: Subject, _ finding: PruneFinding, _ training: PruneTraining, _ request: PruneRequest,
        _ call: Invocation<Options>
    ) throws -> PruneFinding {
        var runner = TrialRunner()
        runner.threads = request.threads
        runner.memory = call.inside.machine.memory
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
    struct Target: Sendable {
        var architecture: String
        var weights: String

        @Sendable init(_ path: String) throws {
            guard path.hasSuffix(".arch"), path != ".arch" else {
                throw Exit(.usage, "--write takes the name of an architecture, as pruned.arch, not '\(path)'")
            }
            architecture = path
            weights = path.dropLast(".arch".count) + ".safetensors"
        }

        func mustBeFree(overwrite: Bool) throws {
            for file in [architecture, weights]
            where !overwrite && FileManager.default.fileExists(atPath: file) {
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

        func write(_ smaller: SmallerNetwork, _ call: Invocation<Options>) throws -> String {
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

extension Option where Value == [Int]? {
    /// Numbers of units.
    fileprivate static func units(_ name: String, _ says: OptionText) -> Self {
        Self(name, "LIST", says) { text in
            try Reading.numbers(text, in: 1...Int.max) { "\(name) takes numbers of units, as 110,30, not '\($0)'" }
        }
    }
}
