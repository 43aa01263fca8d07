import Foundation
import GraphIR
import Ranks
import Runner

/// `strata train`: from an architecture file and data to a run folder.
struct TrainCommand: Command {
    static let name = "train"
    static let otherWords = ["fit", "learn"]
    static let summary = "Train a network on a dataset."
    static let operands = "NETWORK | --resume RUN"
    static let operandCount = 0...1
    struct Options: OptionGroup {
        let data = Option<String?>(
            "--data", "PATH", "The dataset, or synthetic:COUNT for seismograms that are made on the way.")
        let out = Option<String?>("--out", "RUN", "The folder of the run.")
        let seed = Option<UInt64>.seed
        let lesson = LessonOptions()
        let machine = MachineOptions()
        let resume = Option<Bool>("--resume", "Go on where the run stopped; begin if there is none.")
        let overwrite = Option<Bool>.overwrite
        let skipBad = Option<Bool>.skipBad
        let strict = Option<Bool>.strict
        let probe = Option<Bool>("--probe", "Only see whether the network can learn one batch by heart.")
        let replay = Option<String?>(
            "--replay", "RUN", "Take the step again that a run saved when it met a number that is not finite.")
        let team = TeamOptions()
        let network = NetworkOptions()
        let json = Option<Bool>.json
    }
    static let examples: [(line: String, says: String)] = [
        (
            "strata train tutorial/first --data synthetic:2000 --out runs/first",
            "Train a small picker on synthetic earthquakes."
        ),
        ("strata train eqt --data stead/ --out runs/eqt --resume", "Train EQTransformer, or go on with it."),
        ("strata train --resume runs/eqt", "Go on with a run that was stopped: it knows everything itself."),
        (
            "strata train eqt --data stead/ --out runs/a --set train.optimizer='adamw(rate: 1e-3)'",
            "The same with another optimizer."
        ),
        ("strata train eqt --data stead/ --probe", "See whether it learns at all."),
        (
            "mpirun -n 4 strata train eqt --data stead/ --out runs/eqt --set train.part=8",
            "Four processes train it together: each batch in parts of eight windows."
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let launcher = Teaming.launcher(alone: call.team.alone)
        if let run = call.replay { return try replay(run, call) }
        guard let name = call.operands.first else {
            throw Exit(.usage, call.resume ? "'train --resume' needs RUN" : "'train' needs NETWORK")
        }
        if call.resume, RunFolder(name).exists, call.out ?? name == name {
            return try resume(RunFolder(name), launcher, call)
        }
        guard let data = call.data else { throw Exit(.usage, "'train' needs --data PATH") }
        let isProbe = call.probe
        guard let out = call.out ?? (isProbe ? "" : nil) else {
            throw Exit(.usage, "'train' needs --out RUN")
        }
        var request = TrainingRequest(architecture: name, data: data, folder: RunFolder(out))
        request.seed = Int(call.seed)
        request.epochs = call.lesson.epochs
        request.batch = call.lesson.batch
        readMachine(&request, call)
        request.resumes = call.resume
        request.overwrites = call.overwrite
        request.settings = call.network.set
        if let (key, _) = call.lesson.settings.first(where: { one in
            request.settings.contains { $0.key == one.key }
        }) {
            throw Exit(
                .usage, "--\(key.dropFirst("train.".count)) and --set \(key) say the same thing twice")
        }
        let network = try OpenNetwork(name, call.network, settings: request.allSettings)
        let file = NetworkFile(network, named: name, settings: request.allSettings)
        if isProbe { return try probe(request, file, call) }
        return try Teaming.run(launcher, patience: call.team.patience, waitingIn: request.folder.path) { team in
            try train(request, file, team, call)
        }
    }

    /// What is of the machine and the hour, and so may be another each time that a run goes on.
    private static func readMachine(_ request: inout TrainingRequest, _ call: Invocation<Options>) {
        request.threads = call.machine.threads
        request.memory = call.machine.memory
        request.skipsBadTraces = call.skipBad
        request.looksAtEverySample = call.strict
        request.command = CommandLine.arguments
        request.version = strataVersion
        request.program = Processor.facts
        request.looksAhead = true
    }

    /// A run that goes on needs nothing but its folder. What would make another run of it is refused by name.
    private static func resume(
        _ folder: RunFolder, _ launcher: Launcher?, _ call: Invocation<Options>
    ) throws -> ExitStatus {
        let others = call.firstGiven { options in
            [
                options.data, options.seed, options.lesson.batch, options.network.set, options.network.path,
                options.overwrite, options.probe,
            ]
        }
        if let option = others {
            throw Exit(
                .usage, "\(option) would make another run of \(folder.path)",
                help: "leave it out: the run knows what it is; only --epochs, --threads, --memory and --skip-bad may "
                    + "be given anew")
        }
        var record = try folder.record()
        if let epochs = call.lesson.epochs {
            record.settle("train.epochs", to: "\(epochs)")
        }
        let plugins = try PluginUse(call.everywhere.plugin, for: record)
        let file = try NetworkFile(record, of: folder, registry: plugins.registry, plugins: plugins.records)
        var request = TrainingRequest(architecture: record.architecture, data: record.data.path, folder: folder)
        request.seed = record.seed
        request.resumes = true
        readMachine(&request, call)
        request.skipsBadTraces = request.skipsBadTraces || record.skipsBadTraces ?? false
        return try Teaming.run(launcher, patience: call.team.patience, waitingIn: folder.path) { team in
            try train(request, file, team, call)
        }
    }

    private static func train(
        _ request: TrainingRequest, _ file: NetworkFile, _ team: Team, _ call: Invocation<Options>
    ) throws -> ExitStatus {
        Interruption.watch()
        var watcher = TrainingDisplay()
        for note in Teaming.notes(of: team, threads: request.threads) { Terminal.note(note) }
        let result = try Runner.train(
            request, file: file, team: team, watcher: &watcher, isStopped: { Interruption.isAsked })
        watcher.finish()
        if result.isInterrupted {
            Terminal.note("stopped and saved; go on with: strata train --resume \(request.folder.path)")
        } else if call.json {
            Terminal.print(result.record.json.text(indented: true))
        } else {
            for line in ending(result) { Terminal.print(line) }
        }
        return result.isInterrupted ? .interrupted : .done
    }

    /// How it went, why it ended, and what to type next.
    private static func ending(_ result: TrainingResult) -> [String] {
        let record = result.record
        let loss = result.isJudgedByDev ? "dev loss" : "training loss"
        let best = record.best.map {
            "best epoch \($0.epoch) of \(record.epochs), \(loss) \(TrainingDisplay.text($0.loss))"
        }
        let why = result.patience.map { "stopped: \($0) epochs without a better \(loss)" } ?? "all epochs done"
        let path = result.folder.path
        return ["\(path): \(best ?? "\(record.epochs) epochs"); \(why)", "next: strata evaluate \(path)"]
    }

    private static func probe(_ request: TrainingRequest, _ file: NetworkFile, _ call: Invocation<Options>) throws
        -> ExitStatus
    {
        let found = try Runner.probe(request, file: file)
        Terminal.print(call.json ? found.json.text(indented: true) : found.description)
        return found.hasLearned ? .done : .no
    }

    private static func replay(_ run: String, _ call: Invocation<Options>) throws -> ExitStatus {
        let file = try NetworkFile(of: RunFolder(run), plugins: call.everywhere.plugin)
        let found = try Runner.replay(
            RunFolder(run), file: file, threads: call.machine.threads)
        Terminal.print(call.json ? found.json.text(indented: true) : found.description)
        return found.isFinite ? .done : .no
    }
}
