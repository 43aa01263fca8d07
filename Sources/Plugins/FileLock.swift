import Foundation

/// A lock on a file for as long as this value lives. Whoever comes second waits.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// `nil` where the file cannot be opened or locked; `waits` is told where somebody else has it.
    init?(_ path: String, waits: () -> Void = {}) {
        let handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else { return nil }
        if flock(handle, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { waits() }
            while flock(handle, LOCK_EX) != 0 {
                if errno == EINTR { continue }
                close(handle)
                return nil
            }
        }
        descriptor = handle
    }

    deinit { close(descriptor) }
}
