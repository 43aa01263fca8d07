import Foundation

/// An MPI library opened at run time: a build needs none, and one build runs with any of three binary interfaces.
///
/// - Open MPI's own: handles are the addresses of exported objects.
/// - MPICH's, which Intel MPI, MVAPICH and Cray MPICH share: handles are 32-bit numbers.
/// - The standard one of MPI 5.0 (`libmpi_abi.so.1`): handles are pointers with small fixed values.
///
/// A handle is passed as a machine word. Whoever wants 32 bits reads the low half of the register or of the stack slot,
/// on x86-64 and on AArch64 Linux alike; what is written back through a pointer lands in the low half of a word that
/// was zero.
struct MPILibrary {
    enum Interface: String, Equatable, Sendable {
        case openMPI = "Open MPI"
        case mpich = "MPICH"
        case standard = "MPI standard"
    }
    typealias Handle = UInt
    typealias Numbers = UnsafeMutablePointer<Int32>
    typealias Code = Int32

    /// The file that it was loaded from.
    let path: String
    let interface: Interface
    /// In its own words.
    let version: String

    let world: Handle
    let byte: Handle
    let errorsReturn: Handle
    /// What to hand where a status is not wanted.
    let noStatus: UnsafeMutableRawPointer?
    /// MPI_THREAD_FUNNELED: other threads compute, the one that began talks.
    let funneled: Int32

    let initialize: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, Numbers) -> Code
    let finalize: @convention(c) () -> Code
    let abort: @convention(c) (Handle, Int32) -> Code
    let rank: @convention(c) (Handle, Numbers) -> Code
    let size: @convention(c) (Handle, Numbers) -> Code
    let barrier: @convention(c) (Handle) -> Code
    let broadcast: @convention(c) (UnsafeMutableRawPointer?, Int32, Handle, Int32, Handle) -> Code
    let gather:
        @convention(c) (
            UnsafeRawPointer?, Int32, Handle, UnsafeMutableRawPointer?, Numbers, Numbers, Handle, Handle
        ) -> Code
    let exchange:
        @convention(c) (
            UnsafeRawPointer?, Numbers, Numbers, Handle, UnsafeMutableRawPointer?, Numbers, Numbers, Handle, Handle
        ) -> Code
    let pair:
        @convention(c) (
            UnsafeRawPointer?, Int32, Handle, Int32, Int32, UnsafeMutableRawPointer?, Int32, Handle, Int32, Int32,
            Handle, UnsafeMutableRawPointer?
        ) -> Code
    let split: @convention(c) (Handle, Int32, Int32, UnsafeMutablePointer<Handle>) -> Code
    let describe: @convention(c) (Int32, UnsafeMutablePointer<CChar>, Numbers) -> Code
    let setErrorHandler: @convention(c) (Handle, Handle) -> Code

    /// Opens the first of these files that there is. All is found out before anything is started.
    init(_ candidates: [String], for launcher: Launcher) throws(RanksError) {
        var complaints: [String] = []
        var opened: (library: UnsafeMutableRawPointer, name: String)?
        for name in candidates where opened == nil {
            // Older plugins of Open MPI look for its symbols among those of the whole process.
            if let library = dlopen(name, RTLD_NOW | RTLD_GLOBAL) {
                opened = (library, name)
            } else {
                complaints.append(dlerror().map { String(cString: $0) } ?? name)
            }
        }
        guard let (library, name) = opened else {
            throw RanksError(
                "\(launcher.name) started \(launcher.size) processes, but \(candidates.first ?? "MPI") cannot be "
                    + "opened: \(complaints.first ?? "there is none")",
                help: "module load openmpi (or mpich), or STRATA_MPI=/path/libmpi.so.40; --alone trains by itself")
        }
        let symbols = Symbols(library: library, name: name)
        version = try symbols.version()
        path = symbols.file(of: "MPI_Init_thread") ?? name
        interface = try symbols.interface(version, path: path)
        switch interface {
        case .openMPI:
            world = UInt(bitPattern: try symbols.address("ompi_mpi_comm_world"))
            byte = UInt(bitPattern: try symbols.address("ompi_mpi_byte"))
            errorsReturn = UInt(bitPattern: try symbols.address("ompi_mpi_errors_return"))
        case .mpich: (world, byte, errorsReturn) = (0x4400_0000, 0x4c00_010d, 0x5400_0001)
        case .standard: (world, byte, errorsReturn) = (0x101, 0x247, 0x143)
        }
        noStatus = interface == .mpich ? UnsafeMutableRawPointer(bitPattern: 1) : nil
        funneled = interface == .standard ? 1024 : 1
        initialize = try symbols.function("MPI_Init_thread")
        finalize = try symbols.function("MPI_Finalize")
        abort = try symbols.function("MPI_Abort")
        rank = try symbols.function("MPI_Comm_rank")
        size = try symbols.function("MPI_Comm_size")
        barrier = try symbols.function("MPI_Barrier")
        broadcast = try symbols.function("MPI_Bcast")
        gather = try symbols.function("MPI_Allgatherv")
        exchange = try symbols.function("MPI_Alltoallv")
        pair = try symbols.function("MPI_Sendrecv")
        split = try symbols.function("MPI_Comm_split")
        describe = try symbols.function("MPI_Error_string")
        setErrorHandler = try symbols.function("MPI_Comm_set_errhandler")
    }

    /// The first words of what the library says of itself.
    var shortVersion: String {
        let line = version.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let text = line.split(separator: ",").first.map(String.init) ?? line
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing(" Version: ", with: " ")
            .replacing("MPICH Version", with: "MPICH")
    }
}

/// Looks symbols up in an opened library.
private struct Symbols {
    let library: UnsafeMutableRawPointer
    let name: String

    func address(_ symbol: String) throws(RanksError) -> UnsafeMutableRawPointer {
        guard let address = dlsym(library, symbol) else {
            throw RanksError(
                "\(name) is no MPI library: it has no \(symbol)", help: "STRATA_MPI=/path/libmpi.so.40 names another")
        }
        return address
    }

    func function<Function>(_ symbol: String) throws(RanksError) -> Function {
        unsafeBitCast(try address(symbol), to: Function.self)
    }

    /// May be asked before MPI is started. The longest that any library writes is 8192 characters.
    func version() throws(RanksError) -> String {
        let ask: @convention(c) (UnsafeMutablePointer<CChar>, MPILibrary.Numbers) -> Int32 =
            try function("MPI_Get_library_version")
        var text = [CChar](repeating: 0, count: 8193)
        var length: Int32 = 0
        _ = ask(&text, &length)
        let count = max(0, min(Int(length), text.count))
        return String(decoding: text.prefix(count).prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The standard interface says so itself (the symbol alone says nothing: MPICH 5's own has it and answers -1); the
    /// others are told apart by what they export and what they call themselves.
    func interface(_ version: String, path: String) throws(RanksError) -> MPILibrary.Interface {
        if let symbol = dlsym(library, "MPI_Abi_get_version") {
            var (major, minor): (Int32, Int32) = (-1, -1)
            let ask = unsafeBitCast(
                symbol, to: (@convention(c) (MPILibrary.Numbers, MPILibrary.Numbers) -> Int32).self)
            if ask(&major, &minor) == 0, major >= 1 { return .standard }
        }
        if dlsym(library, "ompi_mpi_comm_world") != nil { return .openMPI }
        if ["MPICH", "Intel", "MVAPICH", "CRAY"].contains(where: { version.contains($0) }) { return .mpich }
        throw RanksError(
            "\(path) is an MPI of no known kind: \(version.prefix(200))",
            help: "STRATA_MPI=/path/libmpi.so names another")
    }

    /// The file that a symbol was loaded from. Where the system does not tell, `nil`.
    func file(of symbol: String) -> String? {
        guard let address = dlsym(library, symbol).map({ UInt(bitPattern: $0) }),
            let data = FileManager.default.contents(atPath: "/proc/self/maps")
        else { return nil }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            let ends = (fields.first ?? "").split(separator: "-").compactMap { UInt($0, radix: 16) }
            if ends.count == 2, ends[0] <= address, address < ends[1], fields.count > 5 {
                return String(fields[5].drop { $0 == " " })
            }
        }
        return nil
    }
}
