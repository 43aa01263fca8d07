import Foundation
import GraphIR
import Runner

/// What `compare` was asked to compare: runs that are there, and networks that it trains.
struct ComparisonSetup {
    /// What judges: the built-in plugins and those of the command line.
    let registry: Registry
    private let call: Invocation<CompareCommand.Options>
    private var entrants: [Entrant] = []
    private let runner: TrialRunner
    private var trials: [Trial] = []

    private enum Entrant {
        case runs([RunFolder])
        case trials(NetworkFile, [Trial])
    }

    init(_ call: Invocation<CompareCommand.Options>, place: ComparisonPlace) throws {
        self.call = call
        registry = try PluginUse(call.everywhere.plugin).registry
        runner = TrialRunner(call.trials, folder: place.folder)
        var plan = ComparisonPlan(
            seeds: call.seeds, data: call.data, place: place)
        for operand in call.operands {
            let folders = GatherRuns.folders(in: operand)
            if !folders.isEmpty {
                entrants.append(.runs(folders))
                continue
            }
            let settings = call.network.set + call.lesson.settings
            let network = try OpenNetwork(operand, call.network, settings: settings)
            let file = NetworkFile(network, named: operand, settings: settings)
            guard call.data != nil else {
                throw Exit(.usage, "'compare' needs --data PATH to train '\(operand)'")
            }
            let trials = try plan.trials(for: file)
            if let note = plan.note { Terminal.note(note) }
            entrants.append(.trials(file, trials))
        }
        trials = entrants.flatMap { entrant -> [Trial] in
            if case .trials(_, let trials) = entrant { return trials }
            return []
        }
    }

    /// Trains and judges what is not done yet.
    func train() throws -> Workshop.Ending {
        Interruption.watch()
        var watcher = TrainingDisplay()
        defer { watcher.finish() }
        return try runner.run(
            trials, watcher: &watcher,
            announce: { trial, place in
                Terminal.note(
                    Terminal.styled("\(trial.contender), seed \(trial.seed)", .bold, on: STDERR_FILENO)
                        + "  (\(place)) in \(trial.folder.path)")
            }, isStopped: { Interruption.isAsked })
    }

    /// Everything that is compared, in the order of the command line.
    func contenders() throws -> [Contender] {
        let elsewhere = call.stream.map { folder -> (RunFolder) throws -> ResultPlace in
            let stream = StreamJudging(folder, rule: call.rule)
            return { run in
                Terminal.note("\(run.path) on \(folder)")
                let evaluation = try stream.evaluate(
                    request(run), record: run.record(), file: NetworkFile(of: run, plugins: call.everywhere.plugin))
                for note in evaluation.notes { Terminal.note(note) }
                return evaluation.place
            }
        }
        return GatherRuns.named(
            try entrants.flatMap { entrant -> [Contender] in
                switch entrant {
                case .runs(let folders):
                    return try GatherRuns.contenders(
                        folders,
                        plugins: { record in
                            let plugins = try PluginUse(call.everywhere.plugin, for: record)
                            return (plugins.registry, plugins.records)
                        },
                        judging: request, elsewhere: elsewhere, say: { Terminal.note($0) })
                case .trials(let file, let trials):
                    let runs = try trials.map { trial in
                        try Contender.Run(
                            reading: trial.folder, judged: elsewhere?(trial.folder) ?? trial.folder.result)
                    }
                    return [Contender(name: file.name, file: file, runs: runs)]
                }
            })
    }

    private func request(_ folder: RunFolder) -> EvaluationRequest {
        var request = EvaluationRequest(folder: folder)
        request.threads = runner.threads
        request.memory = runner.memory
        request.skipsBadTraces = runner.skipsBadTraces
        return request
    }
}

extension NetworkFile {
    /// A network that a command opened, with the texts that it came from.
    init(_ network: OpenNetwork, named name: String, settings: Overrides) {
        self.init(
            name: name, network: network.network,
            sources: network.files.map { .init(path: $0.path, text: String(decoding: $0.text, as: UTF8.self)) },
            overrides: settings, registry: network.plugins.registry,
            plugins: network.plugins.records(network.network, requests: network.pluginRequests))
    }

    /// The network that a run recorded, with the plugins that it was trained with.
    init(of folder: RunFolder, plugins files: [String]) throws {
        let record = try folder.record()
        let plugins = try PluginUse(files, for: record)
        try self.init(record, of: folder, registry: plugins.registry, plugins: plugins.records)
    }
}
