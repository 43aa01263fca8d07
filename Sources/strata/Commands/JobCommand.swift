import GraphIR
import Runner

/// `strata job`: a script for a cluster's scheduler, to read, edit and submit.
enum JobCommand: Command {
    static let name = "job"
    static let summary = "Write a job script for Slurm, SGE, PBS or LSF, to read, edit and submit."
    static let operands = "-- COMMAND…"
    static let operandCount = 1...1000
    struct Options: OptionGroup {
        let scheduler = Option<JobScript.Scheduler>("--for", "SCHEDULER", "\(.words).", standard: .slurm)
        let nodes = Option<Int>("--nodes", "N", "Nodes of a team (default \(.standard)).", standard: 1, in: 1...100_000)
        let ranks = Option<Int>(
            "--ranks", "N", "Processes on each node (default \(.standard)).", standard: 1, in: 1...1024)
        let cores = Option<Int>(
            "--cores", "N", "Cores of each process (default \(.standard)).", standard: 8, in: 1...256)
        let time = Option<String>(
            "--time", "HH:MM:SS", "How long it may take (default \(.standard)).", standard: "12:00:00",
            absent: "12:00:00",
            read: JobCommand.time)
        let array = Option<Int?>(
            "--array", "N", "So many workers of a sweep, each a job of its own, instead of a team.", in: 1...100_000)
        let noLocks = Option<Bool>(
            "--no-locks", "Share the trials of a sweep by number, where the file system has no locks.")
        let mpi = Option<String>(
            "--mpi", "HOW", "Slurm: pmix (Open MPI, default), pmi2 (MPICH, Intel MPI), or mpirun.", standard: "pmix",
            among: ["pmix", "pmi2", "mpirun"])
        let name = Option<String>(
            "--name", "NAME", "The job's name (default \(.standard)).", standard: "strata", absent: "strata",
            read: JobCommand.jobName)
    }
    static let examples = [
        (
            line: "strata job --nodes 8 -- train eqt --data stead/ --out runs/eqt --set train.part=8 > eqt.sh",
            says: "one training by eight nodes; then: sbatch eqt.sh"
        ),
        (
            line: "strata job --for sge --array 32 -- sweep memory.study --out sweeps/memory > memory.sh",
            says: "32 workers that share a study's trials"
        ),
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        var job = JobScript(command: call.operands)
        if let first = job.command.first, first != "train", first != "sweep", first != "compare", first != "team",
            first != "bench"
        {
            throw Exit(
                .usage, "'job' takes a strata command behind --: train, sweep, compare, team or bench, not '\(first)'")
        }
        job.scheduler = call.scheduler
        job.nodes = call.nodes
        job.ranks = call.ranks
        job.cores = call.cores
        job.array = call.array
        job.hasLocks = !call.noLocks
        job.mpi = call.mpi
        job.time = call.time
        job.name = call.name
        if job.array != nil, job.command.first == "train" {
            throw Exit(.usage, "--array is for workers that share a sweep or a comparison; 'train' is one training")
        }
        Terminal.print(job.text)
        return .done
    }

    @Sendable private static func time(_ text: String) throws -> String {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard fields.count == 3, fields.allSatisfy({ ($0 ?? -1) >= 0 }), (fields[1] ?? 60) < 60,
            (fields[2] ?? 60) < 60
        else { throw Exit(.usage, "--time takes HH:MM:SS, not '\(text)'") }
        return text
    }

    @Sendable private static func jobName(_ text: String) throws -> String {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else { throw Exit(.usage, "--name takes letters, digits, '-', '_' and '.', not '\(text)'") }
        return text
    }
}
