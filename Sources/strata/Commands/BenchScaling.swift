import GraphIR
import Interpreter
import Kernels

/// `strata bench --scaling`: how a step is cut into work, and what more threads can gain.
struct BenchScaling {
    let graph: Graph
    let registry: Registry
    let options: PlanOptions
    let repetitions: Int
    private static let counts = [2, 4, 8, 16, 32, 64, 128]
    private static let shown = 12

    init(_ graph: Graph, _ registry: Registry, _ options: PlanOptions, repetitions: Int) {
        (self.graph, self.registry, self.options, self.repetitions) = (graph, registry, options, repetitions)
    }

    func show(json: Bool) throws -> ExitStatus {
        let found = try Scaling.measure(graph, registry: registry, options: options, repetitions: repetitions)
        var measured: [(threads: Int, speedUp: Double)] = []
        var alone = 0.0
        // Up to twice the processors: beyond them threads only take turns.
        for threads in [1] + Self.counts where threads == 1 || threads <= 2 * ThreadPool.processors {
            var options = options
            options.threads = threads
            let step = try Benchmark.measure(graph, registry: registry, options: options, repetitions: repetitions)
                .millisecondsPerStep
            if threads == 1 { alone = step }
            measured.append((threads, alone / step))
        }
        if json {
            Terminal.print(self.json(found, measured).text(indented: true))
        } else {
            print(found, measured)
        }
        return .done
    }

    private func print(_ found: Scaling, _ measured: [(threads: Int, speedUp: Double)]) {
        Terminal.print(
            "\(graph.name), batch \(options.batch): \(text(found.seconds * 1e3)) ms a step on one thread, "
                + "\(text(found.serial * 1e3)) ms of them on one thread always")
        Terminal.print("threads  at most  measured here")
        for count in Self.counts {
            let real = measured.first { $0.threads == count }.map { text($0.speedUp) } ?? "-"
            let note = count > ThreadPool.processors && real != "-" ? "  on \(ThreadPool.processors) processors" : ""
            Terminal.print(
                "\(count)".aligned(to: 7) + text(found.bound(threads: count)).aligned(to: 9) + real.aligned(to: 15)
                    + note)
        }
        Terminal.print("\nwhat holds 64 threads up most:  units  ms on one thread, on 64")
        for row in found.rows.sorted(by: { $0.bound(threads: 64) > $1.bound(threads: 64) }).prefix(Self.shown) {
            let name =
                row.paths.count > 1 ? "\(row.paths[0]) … \(row.paths[row.paths.count - 1])" : row.paths.first ?? ""
            Terminal.print(
                "\(row.direction) \(name), phase \(row.phase + 1)".padded(to: 48) + "\(row.units)".aligned(to: 5)
                    + text(row.seconds * 1e3).aligned(to: 9) + text(row.bound(threads: 64) * 1e3).aligned(to: 9))
        }
    }

    private func text(_ value: Double) -> String {
        value >= 100 ? "\(Int(value.rounded()))" : "\((value * 100).rounded() / 100)"
    }

    private func json(_ found: Scaling, _ measured: [(threads: Int, speedUp: Double)]) -> JSON {
        [
            "batch": .int(options.batch), "step_s": .number(found.seconds), "serial_s": .number(found.serial),
            "threads": .array(
                Self.counts.map { count in
                    [
                        "threads": .int(count), "bound": .number(found.bound(threads: count)),
                        "measured": measured.first { $0.threads == count }.map { .number($0.speedUp) } ?? .null,
                    ]
                }),
            "stages": .array(
                found.rows.map { row in
                    [
                        "layers": .array(row.paths.map { .string($0) }), "direction": .string(row.direction),
                        "phase": .int(row.phase + 1), "units": .int(row.units), "seconds": .number(row.seconds),
                    ]
                }),
        ]
    }
}
