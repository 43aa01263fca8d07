import Foundation

/// A lock on a file for as long as this value lives. Whoever comes second waits.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// `nil` where the file cannot be opened or locked.
    init?(_ path: String) {
        let handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else { return nil }
        while flock(handle, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            close(handle)
            return nil
        }
        descriptor = handle
    }

    deinit { close(descriptor) }
}
