import Views
import GraphIR
import Interpreter
import Kernels
import Layers

/// `strata bench`: how fast a network trains and predicts on this machine, and which layers take the time.
enum BenchCommand: Command {
    static let name = "bench"
    static let otherWords = ["benchmark", "time", "profile"]
    static let summary = "Measure how fast a network trains and predicts here."
    static let operands = "NETWORK"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let batch = Option<Int>(
            "--batch", "N", "Windows in a step (default \(.standard)).", standard: 32, in: 1...65536)
        let length = Option<[OpenLength]>.lengths("The number for a length that is left open.")
        let repeats = Option<Int>(
            "--repeat", "N", "Steps to take the median of (default \(.standard)).", standard: 7, in: 1...10_000)
        let profile = Option<Bool>("--profile", "Show what each layer costs.")
        let scaling = Option<Bool>(
            "--scaling", "Count the units of work for 2 to 128 threads, and the speed-up that they allow.")
        let team = Option<[Int]?>(
            "--team", "LIST", "Measure teams of these sizes, as 1,2,4, within the one that a launcher started."
        ) { text in
            try Reading.numbers(text, in: 1...1_000_000) { "--team takes numbers of processes, as 1,2,4, not '\($0)'" }
        }
        let part = Option<Int>(
            "--part", "N", "With --team: windows of a part of the batch (default \(.standard)).", standard: 8,
            in: 1...65536)
        let machine = MachineOptions()
        let plan = Option<PlanOptions.Style>.plan
        let network = NetworkOptions()
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata bench eqt", says: "windows per second, training and predicting"),
        (line: "strata bench eqt --threads 1 --profile", says: "and which layers take the time"),
        (line: "strata bench eqt --batch 256 --scaling", says: "how many threads would find work"),
        (line: "mpirun -n 4 strata bench eqt --team 1,2,4", says: "a step by one, two and four processes"),
        (line: "strata bench volcano/tcn --batch 16 --length T=600", says: "a network with an open length"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let launcher = call.team == nil ? nil : Teaming.launcher()
        let opened = try OpenNetwork(call.operands[0], call.network)
        let graph = opened.network.graph
        var options = PlanOptions(
            batch: call.batch, mode: .training, gradients: .weights)
        options.threads = call.machine.threads ?? ThreadPool.processors
        options.memoryLimit = call.machine.memory
        options.style = call.plan
        for (symbol, number) in call.length {
            guard graph.symbols.contains(symbol) else {
                throw Exit(.usage, "--length takes a symbol of the network and a number, not '\(symbol)=\(number)'")
            }
            options.lengths[symbol] = number
        }
        let repetitions = call.repeats
        let registry = opened.plugins.registry
        if call.scaling {
            return try BenchScaling(graph, registry, options, repetitions: repetitions).show(
                json: call.json)
        }
        if let sizes = call.team {
            let windows = options.batch
            options.batch = min(windows, call.part)
            return try Teaming.run(launcher) { team in
                try BenchTeam(graph, registry, options, batch: windows, repetitions: repetitions)
                    .show(sizes: sizes, team: team, json: call.json)
            }
        }
        let training = try Benchmark.measure(
            graph, registry: registry, options: options, repetitions: repetitions, profiled: call.profile)
        options.mode = .inference
        options.gradients = .none
        let inference = try Benchmark.measure(graph, registry: registry, options: options, repetitions: repetitions)
        let peak = Benchmark.peakGigaflops(threads: options.threads)
        let parameters = WeightLayout(graph).trainableCount
        if call.json {
            Terminal.print(
                JSON.object([
                    .init("train", json(training)), .init("infer", json(inference)),
                    .init("peak_rss_mib", .number(Benchmark.peakMemory)), .init("threads", .int(options.threads)),
                    .init("batch", .int(options.batch)), .init("parameters", .int(parameters)),
                    .init("peak_gflop_per_s", .number(peak)),
                ]).text(indented: true))
        } else {
            Terminal.print(
                "\(graph.name)  \(parameters) parameters, batch \(options.batch), \(options.threads) threads")
            Terminal.print(line("train", training))
            Terminal.print(line("infer", inference))
            Terminal.print(
                "peak memory \(rounded(Benchmark.peakMemory)) MiB; the processors' limit \(rounded(peak)) GFLOP/s")
            if call.profile { show(training.profile, steps: repetitions) }
        }
        return .done
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    private static func line(_ name: String, _ figures: Benchmark.Figures) -> String {
        name.padded(to: 7) + "\(rounded(figures.windowsPerSecond))".aligned(to: 9) + " windows/s"
            + "\(rounded(figures.millisecondsPerStep))".aligned(to: 9) + " ms/step"
            + "\(rounded(figures.gigaflopsPerSecond))".aligned(to: 8) + " GFLOP/s"
    }
    private static func json(_ figures: Benchmark.Figures) -> JSON {
        .object([
            .init("windows_per_s", .number(figures.windowsPerSecond)),
            .init("ms_per_step", .number(figures.millisecondsPerStep)),
            .init("gflop_per_s", .number(figures.gigaflopsPerSecond)),
            .init("planned_mib", .number(Double(figures.memory.total) / 1_048_576)),
        ])
    }
    private static func show(_ rows: [Profile.Row], steps: Int) {
        Terminal.print("\n forward  backward   processor milliseconds of a training step")
        for row in rows {
            let forward = rounded(row.forwardSeconds * 1e3 / Double(steps))
            let backward = rounded(row.backwardSeconds * 1e3 / Double(steps))
            Terminal.print(
                "\(forward)".aligned(to: 8) + "\(backward)".aligned(to: 10) + "   "
                    + row.paths.joined(separator: " + "))
        }
    }
}
