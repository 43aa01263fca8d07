#if canImport(Glibc)
    import Glibc
#endif

/// Batches, results and slopes are arrays of some megabytes that come and go with every step. The C library would give
/// each back to the system when it goes, and a new one is cleared page by page: three quarters of what loading costs,
/// and some percent of training EQTransformer. `strata` asks once, at its start, that it is kept instead.
public func keepFreedMemory() {
    #if canImport(Glibc)
        // Swift does not see <malloc.h>; its constants are part of the library's binary interface.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let mallopt = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
        let trimThreshold: CInt = -1, mapThreshold: CInt = -3
        // 32 MiB is the most that it takes; larger arrays live long.
        _ = mallopt(mapThreshold, 32 << 20)
        _ = mallopt(trimThreshold, 1 << 30)
    #endif
}
