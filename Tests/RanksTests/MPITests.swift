import Foundation
import Testing

@testable import Ranks

/// Which library is opened, what it is handed, and what is said where something does not fit; with libraries that only
/// look like one, so that none need be installed.
@Suite(.serialized) struct MPITests {
    static let openMPI = ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0", "PMIX_RANK": "0"]
    static let hydra = ["PMI_SIZE": "2", "PMI_RANK": "0"]

    /// Compiles the fake as one of the interfaces; returns its path.
    static func fake(_ kind: String, size: Int = 2, in folder: String) throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fake_mpi.c").path
        let path = "\(folder)/lib\(kind)\(size).so"
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["clang", "-shared", "-fPIC", "-D\(kind)", "-DFAKE_SIZE=\(size)", "-o", path, source]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
        return path
    }

    static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let folder = NSTemporaryDirectory() + "strata-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    static func open(_ environment: [String: String], _ path: String) throws -> MPI {
        let launcher = try #require(Launcher(environment))
        return try MPI(launcher, environment: environment.merging(["STRATA_MPI": path]) { $1 })
    }

    @Test(arguments: [("OPEN_MPI", "Open MPI"), ("MPICH", "MPICH"), ("STANDARD", "MPI standard")])
    func eachInterfaceIsHandedWhatItWants(kind: String, name: String) throws {
        try Self.withFolder { folder in
            let path = try Self.fake(kind, in: folder)
            let mpi = try Self.open(kind == "OPEN_MPI" ? Self.openMPI : Self.hydra, path)
            #expect(mpi.interface == name && mpi.rank == 0 && mpi.size == 2)
            #expect(mpi.libraryPath.hasSuffix("lib\(kind)2.so"))
            #expect(try mpi.gather(text: "ab") == ["ab", "ab"])
            #expect(try mpi.broadcast(bytes: [1, 2, 3], from: 1) == Array("bbb".utf8))
            try mpi.barrier()
            var received = [UInt8](repeating: 0, count: 6)
            try [UInt8]("abcde".utf8).withUnsafeBytes { sent in
                try received.withUnsafeMutableBytes { try mpi.exchange(sent, counts: [2, 3], $0, counts: [2, 4]) }
            }
            #expect(received == Array("ababcd".utf8))
            var other = [UInt8](repeating: 0, count: 2)
            try [UInt8]("xy".utf8).withUnsafeBytes { sent in
                try other.withUnsafeMutableBytes { try mpi.pair(with: 1, sent, $0) }
            }
            #expect(other == Array("xy".utf8))
            let half = try mpi.part(into: 3)
            #expect(half.size == 1)
            #expect(try half.gather(text: "alone") == ["alone"])
            // A complaint of the library's comes through in its own words.
            let error = try #require(throws: RanksError.self) { _ = try mpi.broadcast(bytes: [1], from: 0) }
            #expect(error.message == "MPI_Bcast failed: fake error 13")
            mpi.end()
        }
    }

    static func said(_ environment: [String: String], _ path: String, in folder: String = "") throws -> String {
        try #require(throws: RanksError.self) { _ = try open(environment, path) }.description
            .replacingOccurrences(of: folder, with: "…")
    }

    @Test func whatDoesNotFitIsSaid() throws {
        try Self.withFolder { folder in
            let alone = try Self.fake("MPICH", size: 1, in: folder)
            let four = Self.openMPI.merging(["OMPI_COMM_WORLD_SIZE": "4"]) { $1 }
            #expect(
                try Self.said(four, alone, in: folder) == """
                    4 processes were started by mpirun (Open MPI), but MPICH 4.0.2 (…/libMPICH1.so) sees only itself
                    start it with the mpirun of that library, or STRATA_MPI=/path/libmpi.so.40 names the launcher's
                    """)
            let unknown = try Self.fake("UNKNOWN", in: folder)
            #expect(
                try Self.said(Self.hydra, unknown, in: folder) == """
                    …/libUNKNOWN2.so is an MPI of no known kind: Somebody's MPI 1.0
                    STRATA_MPI=/path/libmpi.so names another
                    """)
            let open = try Self.fake("OPEN_MPI", in: folder)
            let pmi2 = Self.hydra.merging(["SLURM_STEP_NUM_TASKS": "2", "PMI_JOBID": "1.0"]) { $1 }
            #expect(
                try Self.said(pmi2, open, in: folder) == """
                    Open MPI v4.1.4 (…/libOPEN_MPI2.so) cannot be started through PMI 2
                    srun --mpi=pmix, or mpirun inside the job
                    """)
            #expect(
                try Self.said(["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1"], open) == """
                    srun started 4 processes that do not know of each other
                    srun --mpi=pmix for Open MPI, --mpi=pmi2 for MPICH and Intel MPI; srun --mpi=list says what there is
                    """)
            let missing = try Self.said(Self.openMPI, "/nowhere/libmpi.so.40")
            #expect(
                missing.hasPrefix(
                    "mpirun (Open MPI) started 2 processes, but /nowhere/libmpi.so.40 cannot be opened: /nowhere"))
            #expect(missing.hasSuffix("STRATA_MPI=/path/libmpi.so.40; --alone trains by itself"))
            #expect(try Self.said(Self.hydra, "libm.so.6").contains("libm.so.6 is no MPI library: it has no MPI_"))
        }
    }

    @Test func theLauncherIsKnownByItsWords() {
        func kind(_ environment: [String: String]) -> Launcher.Kind? { Launcher(environment)?.kind }
        #expect(kind([:]) == nil)
        #expect(kind(Self.openMPI) == .openMPI)
        #expect(kind(Self.hydra) == .hydra)
        // One process is no team, whoever started it.
        #expect(kind(["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"]) == nil)
        // A batch script is not a step.
        #expect(kind(["SLURM_NTASKS": "4", "SLURM_PROCID": "0"]) == nil)
        #expect(kind(["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2"]) == .srunAlone)
        #expect(kind(["SLURM_STEP_NUM_TASKS": "4", "PMIX_RANK": "2", "SLURM_PROCID": "2"]) == .srunPMIx)
        #expect(kind(["SLURM_STEP_NUM_TASKS": "4", "PMI_RANK": "2", "PMI_SIZE": "4", "PMI_JOBID": "8.0"]) == .srunPMI)
        // mpirun inside a job starts its helpers by srun: its own count counts.
        let inside = Launcher(Self.openMPI.merging(["SLURM_STEP_NUM_TASKS": "7", "SLURM_PROCID": "1"]) { $1 })
        #expect(inside?.kind == .openMPI && inside?.size == 2)
        #expect(Launcher(Self.hydra)?.candidates([:]).first == "libmpi.so.12")
        #expect(Launcher(Self.openMPI)?.candidates([:]).first == "libmpi.so.40")
    }
}

/// Who waits says so, and names who does not come.
@Suite struct StallWatchTests {
    final class Heard: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [String] = []
        func say(_ line: String) { lock.withLock { lines.append(line) } }
        var all: [String] { lock.withLock { lines } }
    }

    @Test func theMissingAreNamedByTheLowestWhoWaits() throws {
        try MPITests.withFolder { folder in
            let heard = Heard()
            let hosts = ["node1", "node1", "node2", "node2"]
            let watches = [0, 1, 3].map { rank in
                StallWatch(
                    rank: rank, hosts: hosts, folder: folder + "/waiting", after: 0.2, patience: 1.0, period: 0.05,
                    say: { heard.say("\(rank): \($0)") }, giveUp: { heard.say("\(rank) gives up") })
            }
            for watch in watches { watch.wait(in: "step 812") }
            Thread.sleep(forTimeInterval: 0.7)
            #expect(heard.all == ["0: waiting in step 812 for 0 s for rank 2 on node2"])
            watches[0].goOn()
            Thread.sleep(forTimeInterval: 0.7)
            // The next one speaks when the first has gone on; who still waits ends.
            #expect(heard.all.contains("1: waiting in step 812 for 0 s for rank 0 on node1, rank 2 on node2"))
            #expect(heard.all.contains("1 gives up") && heard.all.contains("3 gives up"))
            #expect(!heard.all.contains("0 gives up"))
            for watch in watches { watch.end() }
        }
    }
}
