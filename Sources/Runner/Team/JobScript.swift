/// A script for a cluster's scheduler. It is text for people: everything that a site does in its own way stands at the
/// top, where it can be edited.
public struct JobScript: Sendable {
    public enum Scheduler: String, CaseIterable, Sendable { case slurm, sge, pbs, lsf }

    /// A strata command with its words.
    public var command: [String]
    public var scheduler = Scheduler.slurm
    public var name = "strata"
    public var nodes = 1
    /// Processes on each node, and cores of each.
    public var ranks = 1
    public var cores = 8
    public var time = "12:00:00"
    /// So many workers instead of a team.
    public var array: Int?
    public var hasLocks = true
    public var mpi = "pmix"

    public init(command: [String]) { self.command = command }

    public var text: String {
        (["#!/bin/bash"] + head + ["", "# Edit: " + site] + [""] + body).joined(separator: "\n")
    }

    /// The command's words as the shell takes them.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-_./=:,+@%".utf8.contains(byte)
            }
        return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }

    private var isTeam: Bool { array == nil && nodes * ranks > 1 }

    private var line: String {
        var words = ["strata"] + command.map(JobScript.quoted)
        let takesThreads = ["train", "sweep", "compare", "bench"].contains(command.first ?? "")
        if takesThreads, !command.contains(where: { $0.hasPrefix("--threads") }) { words += ["--threads", "\(cores)"] }
        // A job that was taken away and comes back goes on where it stood.
        if command.first == "train", !command.contains("--resume") { words.append("--resume") }
        if array != nil, command.first == "sweep" { words += hasLocks ? ["--leave"] : ["--share", share] }
        return words.joined(separator: " ")
    }

    /// This worker's number of all, from what the scheduler says.
    private var share: String {
        let count = array ?? 1
        return switch scheduler {
        case .slurm: "$((SLURM_ARRAY_TASK_ID + 1))/\(count)"
        case .sge: "$SGE_TASK_ID/\(count)"
        case .pbs: "$((PBS_ARRAY_INDEX + 1))/\(count)"
        case .lsf: "$LSB_JOBINDEX/\(count)"
        }
    }

    private var head: [String] {
        switch scheduler {
        case .slurm:
            let size =
                array.map { "#SBATCH --array=0-\($0 - 1) --ntasks=1 --cpus-per-task=\(cores)" }
                ?? "#SBATCH --nodes=\(nodes) --ntasks-per-node=\(ranks) --cpus-per-task=\(cores)"
            // The signal comes ahead of the limit, so that the last step is saved.
            return [
                "#SBATCH --job-name=\(name) --time=\(time)", size, "#SBATCH --requeue --open-mode=append",
                "#SBATCH --output=\(name).\(array == nil ? "%j" : "%A_%a").out --signal=\(isTeam ? "" : "B:")TERM@60",
            ]
        case .sge:
            let size = array.map { "#$ -t 1-\($0) -pe smp \(cores)" } ?? "#$ -pe mpi \(nodes * ranks * cores)"
            return ["#$ -N \(name) -cwd -V -j y -r y", size, "#$ -l h_rt=\(time)"]
        case .pbs:
            let size =
                array.map { "#PBS -J 0-\(max(1, $0 - 1))\n#PBS -l select=1:ncpus=\(cores)" }
                ?? "#PBS -l select=\(nodes):ncpus=\(ranks * cores):mpiprocs=\(ranks):ompthreads=\(cores)"
            return ["#PBS -N \(name) -j oe -r y", size, "#PBS -l walltime=\(time)"]
        case .lsf:
            let hours = time.split(separator: ":").prefix(2).joined(separator: ":")
            let size =
                array.map { "#BSUB -J \(name)[1-\($0)] -n \(cores) -R \"span[hosts=1]\"" }
                ?? "#BSUB -J \(name) -n \(nodes * ranks) -R \"span[ptile=\(ranks)] affinity[core(\(cores))]\""
            return [size, "#BSUB -W \(hours) -r", "#BSUB -o \(name).%J.out"]
        }
    }

    private var site: String {
        switch scheduler {
        case .slurm: "partition and account (#SBATCH --partition=… --account=…), and what 'module load' the MPI needs."
        case .sge: "the parallel environment (-pe; qconf -spl lists them), and what 'module load' the MPI needs."
        case .pbs: "queue and project (#PBS -q … -P …), and what 'module load' the MPI needs."
        case .lsf: "queue and project (#BSUB -q … -P …), and what 'module load' the MPI needs."
        }
    }

    private var body: [String] {
        var lines: [String] = []
        if scheduler == .pbs { lines.append("cd \"$PBS_O_WORKDIR\"") }
        if let array {
            lines.append("# \(array) workers share the work; whoever finds all of it done writes the report.")
        }
        // With exec the scheduler's signals reach the program.
        switch scheduler {
        case .slurm where isTeam && mpi != "mpirun": lines.append("exec srun -K --mpi=\(mpi) \(line)")
        case _ where isTeam:
            let binding = ranks == 1 ? "--bind-to none --map-by node" : "--map-by slot:PE=\(cores)"
            lines.append("# Open MPI's words; MPICH and Intel MPI: mpiexec -n \(nodes * ranks) -ppn \(ranks)")
            lines.append("exec mpirun -n \(nodes * ranks) \(binding) \(line)")
        default: lines.append("exec \(line)")
        }
        return lines
    }
}
