import Foundation

/// A team whose processes an MPI launcher started, on one machine or on many.
public final class MPI: Collective {
    public let rank: Int
    public let size: Int
    private let library: MPILibrary
    private let communicator: MPILibrary.Handle

    /// The library in a few words, and the file that it came from.
    public var libraryName: String { library.shortVersion }
    public var libraryPath: String { library.path }
    public var interface: String { library.interface.rawValue }

    /// Opens the launcher's library and begins; whatever can be known to be wrong is said before, since a library that
    /// is started wrongly may end the process.
    public convenience init(_ launcher: Launcher, environment: [String: String]) throws(RanksError) {
        try launcher.check()
        let library = try MPILibrary(launcher.candidates(environment), for: launcher)
        if launcher.kind == .srunPMI, library.interface == .openMPI {
            throw RanksError(
                "\(library.shortVersion) (\(library.path)) cannot be started through PMI 2",
                help: "srun --mpi=pmix, or mpirun inside the job")
        }
        try self.init(starting: library, for: launcher)
    }

    private init(starting library: MPILibrary, for launcher: Launcher) throws(RanksError) {
        self.library = library
        communicator = library.world
        var provided: Int32 = -1
        try MPI.check(library.initialize(nil, nil, library.funneled, &provided), "MPI_Init_thread", library)
        var value: Int32 = 0
        try MPI.check(library.rank(library.world, &value), "MPI_Comm_rank", library)
        rank = Int(value)
        try MPI.check(library.size(library.world, &value), "MPI_Comm_size", library)
        size = Int(value)
        try MPI.check(
            library.setErrorHandler(library.world, library.errorsReturn), "MPI_Comm_set_errhandler", library)
        guard size == launcher.size else {
            _ = library.finalize()
            throw RanksError(
                "\(launcher.size) processes were started by \(launcher.name), but \(library.shortVersion) "
                    + "(\(library.path)) sees \(size == 1 ? "only itself" : "\(size)")",
                help: "start it with the mpirun of that library, or STRATA_MPI=/path/libmpi.so.40 names the launcher's")
        }
        guard provided >= library.funneled else {
            _ = library.finalize()
            throw RanksError("\(library.shortVersion) does not allow threads", help: "STRATA_MPI names another library")
        }
    }

    private init(_ communicator: MPILibrary.Handle, of other: MPI) throws(RanksError) {
        library = other.library
        self.communicator = communicator
        var value: Int32 = 0
        try MPI.check(library.rank(communicator, &value), "MPI_Comm_rank", library)
        rank = Int(value)
        try MPI.check(library.size(communicator, &value), "MPI_Comm_size", library)
        size = Int(value)
    }

    /// Says goodbye to the others; the last call of all.
    public func end() { _ = library.finalize() }

    /// Ends every process of the team, now.
    public func abort(status: Int32) -> Never {
        _ = library.abort(library.world, status)
        exit(status)
    }

    private static func check(_ code: Int32, _ call: String, _ library: MPILibrary) throws(RanksError) {
        guard code != 0 else { return }
        var text = [CChar](repeating: 0, count: 1025)
        var length: Int32 = 0
        _ = library.describe(code, &text, &length)
        let said = text.prefix(max(0, min(1024, Int(length)))).prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        throw RanksError("\(call) failed: \(String(decoding: said, as: UTF8.self))")
    }
    private func check(_ code: Int32, _ call: String) throws(RanksError) { try MPI.check(code, call, library) }

    /// Counts and places of a message in bytes, as MPI wants them.
    private func counted(_ counts: [Int]) throws(RanksError) -> (counts: [Int32], places: [Int32]) {
        var result: (counts: [Int32], places: [Int32]) = ([], [])
        var place = 0
        for count in counts {
            guard let count32 = Int32(exactly: count), let place32 = Int32(exactly: place) else {
                throw RanksError("a message of \(counts.reduce(0, +)) bytes is more than MPI carries at once")
            }
            result.counts.append(count32)
            result.places.append(place32)
            place += count
        }
        return result
    }

    // MARK: Collective

    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) throws(RanksError) {
        // In pieces: a checkpoint of a large network is more than an Int32 counts.
        let together = 1 << 28
        var start = 0
        while start < bytes.count {
            let count = min(together, bytes.count - start)
            try check(
                library.broadcast(
                    bytes.baseAddress.map { $0 + start }, Int32(count), library.byte, Int32(rank), communicator),
                "MPI_Bcast")
            start += count
        }
    }

    public func gather(_ mine: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer)
        throws(RanksError)
    {
        var (counts, places) = try counted(counts)
        try check(
            library.gather(
                mine.baseAddress, counts[rank], library.byte, all.baseAddress, &counts, &places, library.byte,
                communicator), "MPI_Allgatherv")
    }

    public func exchange(
        _ sent: UnsafeRawBufferPointer, counts: [Int], _ received: UnsafeMutableRawBufferPointer,
        counts receivedCounts: [Int]
    ) throws(RanksError) {
        var (out, from) = try counted(counts)
        var (back, to) = try counted(receivedCounts)
        try check(
            library.exchange(
                sent.baseAddress, &out, &from, library.byte, received.baseAddress, &back, &to, library.byte,
                communicator), "MPI_Alltoallv")
    }

    public func pair(with rank: Int, _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer)
        throws(RanksError)
    {
        let counts = try counted([sent.count, received.count]).counts
        let tag: Int32 = 7
        try check(
            library.pair(
                sent.baseAddress, counts[0], library.byte, Int32(rank), tag, received.baseAddress, counts[1],
                library.byte, Int32(rank), tag, communicator, library.noStatus), "MPI_Sendrecv")
    }

    public func barrier() throws(RanksError) { try check(library.barrier(communicator), "MPI_Barrier") }

    public func part(into color: Int) throws(RanksError) -> any Collective {
        var handle: MPILibrary.Handle = 0
        try check(library.split(communicator, Int32(truncatingIfNeeded: color), Int32(rank), &handle), "MPI_Comm_split")
        return try MPI(handle, of: self)
    }
}
