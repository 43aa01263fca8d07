import GraphIR
import Kernels
import Ranks
import Runner

/// `strata team`: which processes a launcher started, and how fast they talk.
enum TeamCommand: Command {
    static let name = "team"
    static let summary = "Show who is in a team that a launcher started, and how fast they talk."
    struct Options: OptionGroup {
        let patience = Option<Int>.teamPatience
        let json = Option<Bool>.json
    }
    static let examples = [
        (line: "mpirun -n 4 strata team", says: "four processes on this machine"),
        (line: "srun --mpi=pmix -n 32 -c 8 strata team", says: "before the first long training on a cluster"),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        guard let launcher = Teaming.launcher() else {
            Terminal.print(
                "alone: no launcher started several processes; here are \(ThreadPool.allProcessors) processors, "
                    + "of which \(ThreadPool.processors) may be used")
            return .done
        }
        return try Teaming.run(launcher, patience: call.patience) { team in
            let probe = try TeamProbe(
                team, version: strataVersion, processors: ThreadPool.processors,
                allProcessors: ThreadPool.allProcessors)
            if call.json {
                Terminal.print(probe.json.text(indented: true))
            } else {
                show(probe, launcher)
            }
            return probe.versions.count == 1 ? .done : .no
        }
    }

    private static func show(_ probe: TeamProbe, _ launcher: Launcher) {
        Terminal.print("\(probe.members.count) processes by \(launcher.name), \(probe.carrier)")
        Terminal.print("rank  processors     latency     each way  host")
        for member in probe.members {
            let latency = member.latency.map { rounded($0 * 1e6) + " us" } ?? "-"
            let bandwidth = member.bandwidth.map { rounded($0 / 1e6) + " MB/s" } ?? "-"
            Terminal.print(
                "\(member.rank)".aligned(to: 4) + "\(member.processors) of \(member.allProcessors)".aligned(to: 12)
                    + " " + latency.aligned(to: 11) + " " + bandwidth.aligned(to: 12) + "  " + member.host)
        }
        Terminal.print(
            "a sum of \(rounded(Double(probe.sumBytes) / 1e6)) MB over all: \(rounded(probe.sumSeconds * 1e3)) ms")
        if probe.versions.count > 1 {
            Terminal.print("they run different versions: \(probe.versions.sorted().joined(separator: ", "))")
        }
    }

    private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
