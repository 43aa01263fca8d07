import Foundation
import GraphIR
import Runner

/// `strata sweep`: many trainings by a plan, ranked with the honesty of a comparison.
enum SweepCommand: Command {
    static let name = "sweep"
    static let otherWords = ["tune", "search", "grid"]
    static let summary = "Search over networks and settings by a study file; several processes may share the work."
    static let operands = "STUDY"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let out = Option<String?>("--out", "DIR", "The folder of the study.")
        let data = Option<String?>("--data", "PATH", "The dataset, instead of the study's own.")
        let plan = Option<Bool>("--plan", "List the trials and train nothing.")
        let leave = Option<Bool>(
            "--leave", "End where only trials of other processes are left, instead of waiting for them.")
        let share = Option<Workshop.Share?>(
            "--share", "N/M", "Do the N-th of M shares of the trials, without locks."
        ) { text in
            guard let share = Workshop.Share(text) else {
                throw Exit(.usage, "--share takes a number of a number, as 3/8, not '\(text)'")
            }
            return share
        }
        let trials = TrialOptions()
        let path = Option<[String]>.path
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata sweep memory.study --plan --out sweeps/memory", says: "what would be trained, with sizes"),
        (
            line: "strata sweep memory.study --out sweeps/memory",
            says: "train and rank; run it again, or twice at once, on the same folder"
        ),
        (
            line: "strata sweep memory.study --out sweeps/memory --leave",
            says: "a worker of many, in a scheduler's array: see strata job"
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let out = call.out else { throw Exit(.usage, "'sweep' needs --out DIR") }
        let path = call.operands[0]
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Exit(.inputOutput, "\(path) cannot be read")
        }
        let study = try StudyFile.read(String(decoding: bytes, as: UTF8.self), path: path)
        var runner = TrialRunner(call.trials, folder: out)
        runner.workshop.leaves = call.leave
        if let share = call.share { runner.workshop.share = share }
        let run = try StudyRun(study, folder: out, data: call.data, runner: runner) { name, settings in
            let network = try OpenNetwork(
                name, in: call.path, settings: settings, plugins: call.everywhere.plugin)
            return NetworkFile(network, named: name, settings: settings)
        }
        if call.plan {
            print(plan: run, call)
            return .done
        }
        return try search(run, call)
    }

    private static func search(_ run: StudyRun, _ call: Invocation<Options>) throws -> ExitStatus {
        Interruption.watch()
        var watcher = TrainingDisplay()
        let result = try run.run(
            watcher: &watcher,
            announce: { trial, place in
                Terminal.note(
                    Terminal.styled("\(trial.contender), seed \(trial.seed)", .bold, on: STDERR_FILENO)
                        + "  (\(place))")
            }, isStopped: { Interruption.isAsked })
        watcher.finish()
        if result.ending == .interrupted {
            Terminal.note("stopped and saved; the same command goes on")
            return .interrupted
        }
        if result.ending == .left {
            Terminal.note("nothing is left to do here; whoever finishes the last trial writes the report")
            return .done
        }
        for entry in result.dropped {
            Terminal.note("\(entry.candidate.name): given up after \(entry.epochs) epochs")
        }
        if !result.open.isEmpty {
            Terminal.note("the budget is used up; not finished: " + result.open.map(\.name).joined(separator: "; "))
        }
        guard result.finished.count > 1 else {
            Terminal.note("too few trials are finished to rank them")
            return .no
        }
        let comparison = try run.comparison(result)
        guard let ranking = StudyRanking(comparison) else { throw Exit(.no, "no metric can be judged on these runs") }
        let content = ReportContent(
            comparison: comparison, pictures: PictureSearch(comparison).pictures(), command: run.runner.command,
            version: strataVersion)
        let place = ComparisonPlace(folder: run.folder)
        try place.write(comparison, report: Report(content, registry: run.registry).html)
        if call.json {
            Terminal.print(ranking.json.text(indented: true))
        } else {
            Terminal.print(ranking.text(width: Terminal.width))
            Terminal.print("\nreport: \(place.reportPath)")
        }
        return .done
    }

    private static func print(plan run: StudyRun, _ call: Invocation<Options>) {
        if call.json {
            let rows = run.candidates.map { candidate -> JSON in
                [
                    "network": .string(candidate.point.network),
                    "settings": .object(candidate.point.settings.map { JSON.Member($0.key, .string($0.value)) }),
                    "parameters": .int(candidate.parameters),
                ]
            }
            Terminal.print(JSON.array(rows).text(indented: true))
            return
        }
        for candidate in run.candidates {
            Terminal.print(String(candidate.parameters).aligned(to: 12) + "  " + candidate.name)
        }
        Terminal.note("\(run.candidates.count) networks with parameters; \(run.study.seeds) seeds each")
    }
}
