import Foundation

/// The right to work on something that several processes want to do, each thing once.
///
/// It is a lock on a file, held by the system for the process: when that ends, however it ends, the lock is gone, and
/// whoever comes next goes on with what was begun. The file stays, for removing it would open a gap between two
/// processes; what stands in it only tells people who works there.
public final class Claim {
    private let descriptor: Int32

    /// `nil` if somebody else has it.
    public init?(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RunError(.access, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { return nil }
            throw RunError(
                .access, "\(path) cannot be locked: \(String(cString: strerror(reason)))",
                help: "is the folder on a file system without locks?")
        }
        sign()
    }

    deinit { close(descriptor) }

    /// Who works here, for people. A file that cannot be written to is no less locked.
    private func sign() {
        let text = "\(ProcessInfo.processInfo.hostName) process \(getpid())\n"
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = text.utf8.withContiguousStorageIfAvailable { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
