import GraphIR
import Runner

/// `strata job`: a script for a cluster's scheduler, to read, edit and submit.
enum JobCommand: Command {
    static let name = "job"
    static let summary = "Write a job script for Slurm, SGE, PBS or LSF, to read, edit and submit."
    static let operands = "-- COMMAND…"
    static let operandCount = 1...1000
    static let options: [Option] = [
        Option("--for", "SCHEDULER", "slurm (default), sge, pbs or lsf."),
        Option("--nodes", "N", "Nodes of a team (default 1)."),
        Option("--ranks", "N", "Processes on each node (default 1)."),
        Option("--cores", "N", "Cores of each process (default 8)."),
        Option("--time", "HH:MM:SS", "How long it may take (default 12:00:00)."),
        Option("--array", "N", "So many workers of a sweep, each a job of its own, instead of a team."),
        Option("--no-locks", "Share the trials of a sweep by number, where the file system has no locks."),
        Option("--mpi", "HOW", "Slurm: pmix (Open MPI, default), pmi2 (MPICH, Intel MPI), or mpirun."),
        Option("--name", "NAME", "The job's name (default strata)."),
    ]
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

    static func run(_ call: Invocation) throws -> ExitStatus {
        var job = JobScript(command: call.operands)
        if let first = job.command.first, first != "train", first != "sweep", first != "compare", first != "team",
            first != "bench"
        {
            throw Exit(
                .usage, "'job' takes a strata command behind --: train, sweep, compare, team or bench, not '\(first)'")
        }
        if let word = try call.word("--for", among: JobScript.Scheduler.allCases.map(\.rawValue)) {
            job.scheduler = JobScript.Scheduler(rawValue: word) ?? .slurm
        }
        job.nodes = try call.int("--nodes", in: 1...100_000) ?? 1
        job.ranks = try call.int("--ranks", in: 1...1024) ?? 1
        job.cores = try call.int("--cores", in: 1...256) ?? 8
        job.array = try call.int("--array", in: 1...100_000)
        job.hasLocks = !call.has("--no-locks")
        job.mpi = try call.word("--mpi", among: ["pmix", "pmi2", "mpirun"]) ?? "pmix"
        if let time = call.value("--time") {
            let fields = time.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard fields.count == 3, fields.allSatisfy({ ($0 ?? -1) >= 0 }), (fields[1] ?? 60) < 60,
                (fields[2] ?? 60) < 60
            else { throw Exit(.usage, "--time takes HH:MM:SS, not '\(time)'") }
            job.time = time
        }
        if let name = call.value("--name") {
            guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
            else { throw Exit(.usage, "--name takes letters, digits, '-', '_' and '.', not '\(name)'") }
            job.name = name
        }
        if job.array != nil, job.command.first == "train" {
            throw Exit(.usage, "--array is for workers that share a sweep or a comparison; 'train' is one training")
        }
        Terminal.print(job.text)
        return .done
    }
}
