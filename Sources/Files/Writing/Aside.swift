import Foundation

/// The name under which a file is written before it takes its place: one that a killed process left is found and
/// written over by whoever writes the file next, and one that somebody is writing now is left alone.
enum Aside {
    static func path(of path: String) -> String { path + ".part" }

    /// Opens the file empty, with a lock on it for as long as it is open. Somebody else's is waited for a moment, as
    /// files that are written in one go take no longer; `nil` with `errno` where it cannot be had.
    static func open(_ aside: String, patience: Double) -> Int32? {
        let pause: UInt32 = 20_000
        for attempt in 0... {
            let handle = Foundation.open(aside, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard handle >= 0 else { return nil }
            // A file system without locks has no two writers that could be told apart.
            let isLocked = flock(handle, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            // Between opening and locking whoever had it may have moved it into its place: then it is another file.
            if isLocked, isAt(aside, handle), ftruncate(handle, 0) == 0 { return handle }
            let reason = isLocked ? errno : EWOULDBLOCK
            let wasMoved = isLocked && !isAt(aside, handle)
            Foundation.close(handle)
            if wasMoved { continue }
            guard !isLocked, Double(attempt) * Double(pause) / 1e6 < patience else {
                errno = reason
                return nil
            }
            usleep(pause)
        }
        return nil
    }

    private static func isAt(_ path: String, _ handle: Int32) -> Bool {
        var (here, there) = (stat(), stat())
        return fstat(handle, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino
            && here.st_dev == there.st_dev
    }
}
