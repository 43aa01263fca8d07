import Foundation
import GraphIR
import Runner

/// `strata train`: from an architecture file and data to a run folder.
struct TrainCommand: Command {
    static let name = "train"
    static let summary = "Train a network on a dataset."
    static let operands = "NETWORK"
    static let operandCount = 0...1
    static let options: [Option] = [
        Option("--data", "PATH", "The dataset, or synthetic:COUNT for seismograms that are made on the way."),
        Option("--out", "RUN", "The folder of the run."), Option.seed,
        Option("--epochs", "N", "As --set train.epochs=N."), Option("--batch", "N", "As --set train.batch=N."),
        Option.threads, Option.set, Option("--memory", "MIB", "Use at most so many MiB."),
        Option("--resume", "Go on where the run stopped; begin if there is none."), Option.overwrite,
        Option("--skip-bad", "Leave out traces that cannot be used, and count them."), .strict,
        Option("--probe", "Only see whether the network can learn one batch by heart."),
        Option("--replay", "RUN", "Take the step again that a run saved when it met a number that is not finite."),
        Option.path, Option.plugin, Option.json,
    ]
    static let examples: [(line: String, says: String)] = [
        (
            "strata train tutorial/first --data synthetic:2000 --out runs/first",
            "Train a small picker on synthetic earthquakes."
        ),
        ("strata train eqt --data stead/ --out runs/eqt --resume", "Train EQTransformer, or go on with it."),
        (
            "strata train eqt --data stead/ --out runs/a --set train.optimizer='adamw(rate: 1e-3)'",
            "The same with another optimizer."
        ),
        ("strata train eqt --data stead/ --probe", "See whether it learns at all."),
    ]

    static func run(_ call: Invocation) throws -> ExitStatus {
        if let run = call.value("--replay") { return try replay(run, call) }
        guard let name = call.operands.first else { throw Exit(.usage, "'train' needs NETWORK") }
        guard let data = call.value("--data") else { throw Exit(.usage, "'train' needs --data PATH") }
        let isProbe = call.has("--probe")
        guard let out = call.value("--out") ?? (isProbe ? "" : nil) else {
            throw Exit(.usage, "'train' needs --out RUN")
        }
        var request = TrainingRequest(architecture: name, data: data, folder: RunFolder(out))
        request.seed = try call.int("--seed") ?? 0
        request.epochs = try call.int("--epochs", in: 1...1_000_000)
        request.batch = try call.int("--batch", in: 1...1_000_000)
        request.threads = try call.int("--threads", in: 1...256)
        request.memory = try call.int("--memory", in: 1...1 << 30).map { $0 << 20 }
        request.resumes = call.has("--resume")
        request.overwrites = call.has("--overwrite")
        request.skipsBadTraces = call.has("--skip-bad")
        request.looksAtEverySample = call.has("--strict")
        request.settings = try call.settings()
        request.command = CommandLine.arguments
        request.version = strataVersion
        request.looksAhead = true
        let network = try OpenNetwork(name, call, settings: request.allSettings)
        let file = NetworkFile(network, named: name, settings: request.allSettings)
        return try reporting {
            if isProbe { return try probe(request, file, call) }
            return try train(request, file, call)
        }
    }

    private static func train(_ request: TrainingRequest, _ file: NetworkFile, _ call: Invocation) throws -> ExitStatus
    {
        Interruption.watch()
        var watcher = TrainingDisplay()
        let result = try Runner.train(
            request, file: file, watcher: &watcher, isStopped: { Interruption.isAsked })
        watcher.finish()
        if call.has("--json") {
            Terminal.print(result.record.json.text(indented: true))
        } else if result.isInterrupted {
            Terminal.note("stopped and saved; go on with --resume")
        } else {
            let best = result.record.best.map {
                ", best in epoch \($0.epoch) with loss \(TrainingDisplay.text($0.loss))"
            }
            Terminal.print("\(request.folder.path): \(result.record.epochs) epochs\(best ?? "")")
        }
        return result.isInterrupted ? .interrupted : .done
    }

    private static func probe(_ request: TrainingRequest, _ file: NetworkFile, _ call: Invocation) throws -> ExitStatus
    {
        let found = try Runner.probe(request, file: file)
        Terminal.print(call.has("--json") ? found.json.text(indented: true) : found.description)
        return found.hasLearned ? .done : .no
    }

    private static func replay(_ run: String, _ call: Invocation) throws -> ExitStatus {
        try reporting {
            let file = try NetworkFile(of: RunFolder(run), call)
            let found = try Runner.replay(
                RunFolder(run), file: file, threads: try call.int("--threads", in: 1...256))
            Terminal.print(call.has("--json") ? found.json.text(indented: true) : found.description)
            return found.isFinite ? .done : .no
        }
    }
}

/// Ctrl-C and a polite kill: the training finishes its step, saves, and ends with 130.
enum Interruption {
    nonisolated(unsafe) private static var asked: sig_atomic_t = 0

    static var isAsked: Bool { asked != 0 }

    /// The second Ctrl-C ends at once, as people expect.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.asked = 1
                signal(number, SIG_DFL)
            }
        }
    }
}
