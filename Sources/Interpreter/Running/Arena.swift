#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One block of floats, asked for once; a refusal is an error and not the end of the program.
final class Arena {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    /// `nil` if the system has not that much. The numbers are zero, and pages that nobody touches cost nothing.
    init?(count: Int) {
        let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard !overflow else { return nil }
        let raw = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | Arena.anonymous, -1, 0)
        guard let raw, raw != MAP_FAILED else { return nil }
        self.count = count
        self.bytes = bytes
        start = raw.bindMemory(to: Float.self, capacity: count)
    }
    deinit { munmap(start, bytes) }

    private let bytes: Int
    #if canImport(Darwin)
        private static var anonymous: Int32 { MAP_ANON }
    #else
        private static var anonymous: Int32 { Int32(MAP_ANONYMOUS) }
    #endif

    /// What the machine has in all.
    static var physicalBytes: Int {
        let pages = Int(sysconf(Int32(_SC_PHYS_PAGES))), size = Int(sysconf(Int32(_SC_PAGESIZE)))
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: size)
        return overflow || bytes <= 0 ? Int.max : bytes
    }
}
