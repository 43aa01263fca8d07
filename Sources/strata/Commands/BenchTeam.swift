import GraphIR
import Interpreter
import Kernels
import Runner

/// `strata bench --team`: steps by teams of several sizes, measured, with the model's beside them.
struct BenchTeam {
    let graph: Graph
    let registry: Registry
    let options: PlanOptions
    let batch: Int
    let repetitions: Int

    init(_ graph: Graph, _ registry: Registry, _ options: PlanOptions, batch: Int, repetitions: Int) {
        (self.graph, self.registry, self.options) = (graph, registry, options)
        (self.batch, self.repetitions) = (batch, repetitions)
    }

    func show(sizes: [Int], team: Team, json: Bool) throws -> ExitStatus {
        let parts = (batch + options.batch - 1) / options.batch
        guard sizes.allSatisfy({ (1...team.size).contains($0) }) else {
            let text = sizes.map(String.init).joined(separator: ",")
            throw Exit(.usage, "--team takes sizes from 1 to \(team.size), as many as were started, not '\(text)'")
        }
        guard let most = sizes.max(), most <= parts else {
            throw Exit(.usage, "a batch of \(batch) in parts of \(options.batch) is for up to \(parts) processes")
        }
        let rows = try TeamBenchmark.measure(
            graph, registry: registry, options: options, batch: batch, sizes: sizes, repetitions: repetitions,
            team: team)
        let probe = try TeamProbe(
            team, version: strataVersion, processors: ThreadPool.processors, allProcessors: ThreadPool.allProcessors)
        let model = model(rows, probe)
        let table = rows.map { ($0, model.row(ranks: $0.ranks)) }
        let isSame = Set(rows.map(\.digest)).count == 1
        if json {
            Terminal.print(self.json(table, model, isSame: isSame).text(indented: true))
        } else {
            print(table, model)
            Terminal.print(isSame ? "the sums are the same to the bit" : "the sums differ: something is wrong")
        }
        return isSame ? .done : .no
    }

    /// The rate of one thread and the wire as they were measured.
    private func model(_ rows: [TeamBenchmark.Row], _ probe: TeamProbe) -> ScalingModel {
        let links = probe.members.compactMap { member in
            member.latency.flatMap { latency in member.bandwidth.map { (latency, $0) } }
        }
        let wire = ScalingModel.Wire(
            name: "measured", latency: links.map(\.0).max() ?? 1e-6, bandwidth: links.map(\.1).min() ?? 4e9)
        let part = options.batch
        let whole = (batch + part - 1) / part
        let one = rows.min { $0.ranks < $1.ranks }
        let own =
            ((whole + (one?.ranks ?? 1) - 1) / (one?.ranks ?? 1)) * ((part + options.threads - 1) / options.threads)
        var model = ScalingModel(
            batch: batch, part: part, rate: Double(own) / max(1e-9, one?.compute ?? 1), threads: options.threads,
            bytes: WeightLayout(graph).count * 4, wire: wire)
        model.fixed = 0
        return model
    }

    private func print(_ table: [(TeamBenchmark.Row, ScalingModel.Row)], _ model: ScalingModel) {
        Terminal.print(
            "\(graph.name), batch \(batch) in parts of \(options.batch), \(options.threads) thread"
                + (options.threads == 1 ? "" : "s") + " a process; milliseconds, the slowest process's")
        Terminal.print("ranks   compute      talk      step  speed-up   plan: step  measured / plan")
        let first = table.first?.0.step ?? 1
        for (row, planned) in table {
            Terminal.print(
                "\(row.ranks)".aligned(to: 5) + ms(row.compute).aligned(to: 10) + ms(row.talk).aligned(to: 10)
                    + ms(row.step).aligned(to: 10) + text(first / row.step).aligned(to: 10)
                    + ms(planned.step).aligned(to: 13) + text(row.step / planned.step).aligned(to: 17))
        }
    }

    private func ms(_ seconds: Double) -> String { text(seconds * 1e3) }
    private func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    private func json(
        _ table: [(TeamBenchmark.Row, ScalingModel.Row)], _ model: ScalingModel, isSame: Bool
    ) -> JSON {
        [
            "batch": .int(batch), "part": .int(options.batch), "threads": .int(options.threads),
            "latency_s": .number(model.wire.latency), "bytes_per_s": .number(model.wire.bandwidth),
            "same_bits": .bool(isSame),
            "rows": .array(
                table.map { row, planned in
                    [
                        "ranks": .int(row.ranks), "step_s": .number(row.step), "compute_s": .number(row.compute),
                        "talk_s": .number(row.talk), "planned_step_s": .number(planned.step),
                    ]
                }),
        ]
    }
}
