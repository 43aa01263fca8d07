import Foundation
import GraphIR
import Kernels
import Ranks
import Runner

/// Commands that several processes may do together: whether they do, who speaks, and how all end.
enum Teaming {
    /// What started several processes, if something did. From now on only the first of them speaks.
    static func launcher(alone: Bool = false) -> Launcher? {
        guard !alone, let launcher = Launcher(ProcessInfo.processInfo.environment) else { return nil }
        Terminal.isSilent = launcher.rank != 0
        return launcher
    }

    /// Forms the team, does the work, and lets all processes end: by themselves where all know why, at once where only
    /// this one does.
    static func run(
        _ launcher: Launcher?, patience: Int = Option<Int>.teamPatience.absent, waitingIn folder: String? = nil,
        _ work: (Team) throws -> ExitStatus
    ) throws -> ExitStatus {
        guard let launcher else { return try work(Team()) }
        // What goes wrong here every process says in the same words, so the first speaks.
        let (mpi, team): (MPI, Team)
        do {
            (mpi, team) = try form(launcher)
        } catch {
            letTheFirstSpeak(launcher.rank)
            throw error
        }
        if let folder {
            team.watch = StallWatch(
                rank: team.rank, hosts: team.hosts, folder: folder + "/waiting", patience: Double(patience),
                say: { shout($0, help: "it ends with --patience (\(patience) s); srun -K ends at once") },
                giveUp: { _exit(ExitStatus.inputOutput.rawValue) })
        }
        do {
            let status = try work(team)
            team.watch?.end()
            mpi.end()
            return status
        } catch {
            team.watch?.end()
            let said = Exit(error)
            if team.isAgreed {
                mpi.end()
                letTheFirstSpeak(team.rank)
            } else {
                shout("\(team.name(team.rank)): \(said.message)", help: said.help)
                mpi.abort(status: said.status.rawValue)
            }
            throw error
        }
    }

    /// A launcher ends all when one ends with an error: the others wait a moment, so that the first is heard.
    private static func letTheFirstSpeak(_ rank: Int) {
        if rank > 0 { Thread.sleep(forTimeInterval: 1) }
    }

    private static func form(_ launcher: Launcher) throws -> (MPI, Team) {
        let mpi = try MPI(launcher, environment: ProcessInfo.processInfo.environment)
        return (mpi, try Team(mpi, carrier: "\(mpi.libraryName) (\(mpi.libraryPath))"))
    }

    /// What a process says although it is not the first.
    private static func shout(_ text: String, help: String?) {
        let line = "strata: " + text + (help.map { "\n  help: \($0)" } ?? "") + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    /// What a team is told at its beginning.
    static func notes(of team: Team, threads: Int?) -> [String] {
        guard team.size > 1 else { return [] }
        let hosts = Set(team.hosts).count
        var notes = ["a team of \(team.size) on \(hosts) host\(hosts == 1 ? "" : "s"), by \(team.carrier)"]
        let mine = ThreadPool.processors, all = ThreadPool.allProcessors
        if threads == nil, mine == 1, all > 1 {
            notes.append(
                "the launcher left this process 1 of \(all) cores, so it uses one thread: --bind-to none, or "
                    + "--map-by slot:PE=8, or srun -c 8 gives it more")
        }
        return notes
    }
}
