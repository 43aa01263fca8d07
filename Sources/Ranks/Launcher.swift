/// What started this process, as far as its environment says so: alone, or as one of several.
public struct Launcher: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// mpirun of Open MPI, which speaks PMIx.
        case openMPI
        /// mpiexec of MPICH and its kin (hydra), which speaks PMI.
        case hydra
        /// srun with `--mpi=pmix`, `--mpi=pmi2`, or neither.
        case srunPMIx, srunPMI, srunAlone
    }
    public var kind: Kind
    /// How many processes were started together.
    public var size: Int
    public var rank: Int

    /// `nil` where nobody started several.
    public init?(_ environment: [String: String]) {
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        // A process that mpirun started within a job step of Slurm's has the variables of both: mpirun's count.
        if let size = number("OMPI_COMM_WORLD_SIZE"), let rank = number("OMPI_COMM_WORLD_RANK") {
            self.init(.openMPI, size, rank)
        } else if let size = number("SLURM_STEP_NUM_TASKS"), let rank = number("PMIX_RANK") {
            self.init(.srunPMIx, size, rank)
        } else if let size = number("PMI_SIZE"), let rank = number("PMI_RANK") {
            let isSrun = environment["SLURM_STEP_NUM_TASKS"] != nil && environment["HYDI_CONTROL_FD"] == nil
            self.init(isSrun ? .srunPMI : .hydra, size, rank)
        } else if let size = number("SLURM_STEP_NUM_TASKS"), let rank = number("SLURM_PROCID") {
            // A batch script alone has SLURM_NTASKS; only a step of srun's has this.
            self.init(.srunAlone, size, rank)
        } else {
            return nil
        }
        if size <= 1 { return nil }
    }

    private init(_ kind: Kind, _ size: Int, _ rank: Int) { (self.kind, self.size, self.rank) = (kind, size, rank) }

    public var name: String {
        switch kind {
        case .openMPI: "mpirun (Open MPI)"
        case .hydra: "mpiexec (MPICH)"
        case .srunPMIx: "srun --mpi=pmix"
        case .srunPMI: "srun --mpi=pmi2"
        case .srunAlone: "srun"
        }
    }

    /// What can be seen to be wrong before any library is opened.
    public func check() throws(RanksError) {
        guard kind == .srunAlone else { return }
        throw RanksError(
            "srun started \(size) processes that do not know of each other",
            help: "srun --mpi=pmix for Open MPI, --mpi=pmi2 for MPICH and Intel MPI; srun --mpi=list says what there is"
        )
    }

    /// The names under which systems keep the library, those of this launcher first.
    public func candidates(_ environment: [String: String]) -> [String] {
        if let said = environment["STRATA_MPI"], !said.isEmpty { return [said] }
        #if canImport(Darwin)
            return ["libmpi.40.dylib", "libmpi.12.dylib", "libmpi_abi.1.dylib", "libmpi.dylib"]
        #else
            let open = ["libmpi.so.40", "libmpi.so.80"], mpich = ["libmpi.so.12", "libmpich.so.12"]
            let isPMI = kind == .hydra || kind == .srunPMI
            return (isPMI ? mpich : open) + ["libmpi_abi.so.1"] + (isPMI ? open : mpich) + ["libmpi.so"]
        #endif
    }
}
