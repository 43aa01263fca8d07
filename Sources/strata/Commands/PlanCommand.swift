import GraphIR
import Interpreter
import Kernels
import Runner

/// `strata plan`: how much faster a training would be with more processes, by arithmetic.
enum PlanCommand: Command {
    static let name = "plan"
    static let summary = "Say what more processes would gain: compute, talk, speed-up, and where it ends."
    static let operands = "NETWORK"
    static let operandCount = 1...1
    private static let wires = ScalingModel.Wire.known.map(\.name).joined(separator: ", ")
    struct Options: OptionGroup {
        let ranks = Option<ClosedRange<Int>>(
            "--ranks", "A..B", "How many processes (default \(.standard)).", standard: "1..64", absent: 1...64,
            read: PlanCommand.ranks)
        let batch = Option<Int?>("--batch", "N", "As --set train.batch=N.", in: 1...1_000_000)
        let part = Option<Int?>("--part", "N", "As --set train.part=N.", in: 1...1_000_000)
        let threads = Option<Int?>(
            "--threads", "N", "Threads of a process (default: all processors).", in: 1...256)
        let wire = Option<ScalingModel.Wire>(
            "--wire", "NAME",
            "\(wires) (default \(.standard)), or MICROSECONDS,MB/s as 'team' says.",
            standard: ScalingModel.Wire.usual.name,
            absent: .usual, read: PlanCommand.wire)
        let rate = Option<Int?>(
            "--rate", "N", "Windows a second of one thread (default: measured here).", in: 1...1_000_000_000)
        let windows = Option<Int?>("--windows", "N", "Windows of an epoch, to say how long one takes.", in: 1...1 << 50)
        let network = NetworkOptions()
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "strata plan eqt --ranks 1..64 --batch 256 --part 8 --wire 10GbE", says: "before asking for 64 nodes"),
        (
            line: "strata plan eqt --batch 1024 --part 8 --threads 8 --rate 135",
            says: "with a rate known from elsewhere"
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        var settings = call.network.set
        for case (let key, let number?) in [("train.batch", call.batch), ("train.part", call.part)] {
            settings.append((key, "\(number)"))
        }
        let opened = try OpenNetwork(call.operands[0], call.network, settings: settings)
        let file = NetworkFile(opened, named: call.operands[0], settings: settings)
        let crew = try TeamPlan(file)
        let threads = call.threads ?? ThreadPool.processors
        let rate = try call.rate.map(Double.init) ?? measured(opened, part: crew.part)
        var model = ScalingModel(
            batch: crew.batch, part: crew.part, rate: rate, threads: threads, bytes: crew.bytes, wire: call.wire)
        model.every = crew.every
        let (first, last) = (call.ranks.lowerBound, call.ranks.upperBound)
        guard last <= model.parts else {
            throw Exit(
                .no, "a batch of \(model.batch) in parts of \(model.part) is shared by up to \(model.parts) processes",
                help: model.parts == 1
                    ? "--part 8" : "--ranks \(min(first, model.parts))..\(model.parts), or a smaller --part")
        }
        let rows = counts(first, last).map { model.row(ranks: $0) }
        if call.json {
            Terminal.print(json(model, rows).text(indented: true))
        } else {
            show(model, rows, opened.network.graph.name, windows: call.windows)
        }
        return .done
    }

    /// Powers of two from one to the other, and the ends.
    private static func counts(_ first: Int, _ last: Int) -> [Int] {
        var counts: Set<Int> = [1, first, last]
        var count = 1
        while count <= last {
            if count >= first { counts.insert(count) }
            count *= 2
        }
        return counts.sorted()
    }

    @Sendable private static func ranks(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.replacing("..", with: " ").split(separator: " ").map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 1,
            last >= first
        else { throw Exit(.usage, "--ranks takes a number or A..B, not '\(text)'") }
        return first...last
    }

    @Sendable private static func wire(_ text: String) throws -> ScalingModel.Wire {
        if let known = ScalingModel.Wire.known.first(where: { $0.name.lowercased() == text.lowercased() }) {
            return known
        }
        // A part that is no number is no reason to believe the others.
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw Exit(.usage, "--wire takes \(wires), or MICROSECONDS,MB/s, not '\(text)'")
        }
        return ScalingModel.Wire(name: text, latency: numbers[0] * 1e-6, bandwidth: numbers[1] * 1e6)
    }

    /// What one thread does here, measured over a few steps.
    private static func measured(_ opened: OpenNetwork, part: Int) throws -> Double {
        var options = PlanOptions(batch: part, mode: .training, gradients: .weights)
        options.threads = 1
        let figures = try Benchmark.measure(
            opened.network.graph, registry: opened.plugins.registry, options: options, repetitions: 3)
        return figures.windowsPerSecond
    }

    private static func show(_ model: ScalingModel, _ rows: [ScalingModel.Row], _ name: String, windows: Int?) {
        Terminal.print(
            "\(name), batch \(model.batch) in \(model.parts) part\(model.parts == 1 ? "" : "s") of \(model.part), "
                + "\(text(Double(model.bytes) / 1e6)) MB "
                + (model.every == 1 ? "a step" : "every \(model.every) steps")
                + ", \(model.threads) thread\(model.threads == 1 ? "" : "s") a rank, \(text(model.rate)) windows/s each"
        )
        Terminal.print(
            "ranks  windows     compute        talk        step   speed-up" + (windows == nil ? "" : "     an epoch"))
        for row in rows {
            let epoch = windows.map { SpokenTime.text(row.step * Double($0) / Double(model.batch)) }
            Terminal.print(
                "\(row.ranks)".aligned(to: 5) + "\(row.windows)".aligned(to: 9)
                    + "\(text(row.compute * 1e3)) ms".aligned(to: 12)
                    + (row.talk > 0 ? "\(text(row.talk * 1e3)) ms" : "-").aligned(to: 12)
                    + "\(text(row.step * 1e3)) ms".aligned(to: 12) + text(row.speedUp).aligned(to: 7)
                    + "\(Int((100 * row.speedUp / Double(row.ranks)).rounded())) %".aligned(to: 6)
                    + (epoch.map { $0.aligned(to: 13) } ?? "")
                    + (row.idleThreads > 0 ? "  \(row.idleThreads) of \(model.threads) threads have no window" : ""))
        }
        let most = rows.last?.ranks ?? 1
        let useful = model.useful(upTo: most)
        if useful < most { Terminal.print("note: more than \(useful) ranks gain next to nothing") }
        Terminal.print("note: talk is for \(model.wire.name); 'strata team' on the cluster measures it")
    }

    private static func text(_ value: Double) -> String {
        value >= 100 ? "\(Int(value.rounded()))" : "\((value * 10).rounded() / 10)"
    }

    private static func json(_ model: ScalingModel, _ rows: [ScalingModel.Row]) -> JSON {
        [
            "batch": .int(model.batch), "part": .int(model.part), "parts": .int(model.parts),
            "bytes": .int(model.bytes), "threads": .int(model.threads), "windows_per_s_thread": .number(model.rate),
            "every": .int(model.every), "wire": .string(model.wire.name),
            "rows": .array(
                rows.map { row in
                    [
                        "ranks": .int(row.ranks), "windows": .int(row.windows), "compute_s": .number(row.compute),
                        "talk_s": .number(row.talk), "step_s": .number(row.step), "speed_up": .number(row.speedUp),
                        "idle_threads": .int(row.idleThreads),
                    ]
                }),
        ]
    }
}
