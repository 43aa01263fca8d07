import Foundation

/// The right to work on something that several processes want to do, each thing once.
///
/// It is a lock on a file, held by the system for the process: when that ends, however it ends, the lock is gone, and
/// whoever comes next goes on with what was begun. The file stays, for removing it would open a gap between two
/// processes; what stands in it only tells people who works there.
public final class Claim: Sendable {
    private let descriptor: Int32

    /// `nil` if somebody else has it. The folder that the file lies in is made if it is not there.
    public init?(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RunError(.access, "\(folder) cannot be made: \(error.localizedDescription)")
        }
        // The descriptor is the object's only once the lock is its own: until then it is closed here, afterwards in
        // `deinit`, and never in both.
        let handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard handle >= 0 else {
            throw RunError(.access, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        while flock(handle, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let reason = errno
            close(handle)
            if reason == EWOULDBLOCK { return nil }
            throw RunError(
                .access, "\(path) cannot be locked: \(String(cString: strerror(reason)))",
                help: "is the folder on a file system without locks?")
        }
        descriptor = handle
        sign()
    }

    deinit { close(descriptor) }

    /// Who works here, for people. A file that cannot be written to is no less locked.
    private func sign() {
        let text = Holder.own.text + "\n"
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = text.utf8.withContiguousStorageIfAvailable { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}

extension Claim {
    /// Who has a claim, and since when.
    public struct Holder: Sendable, Equatable {
        public var process: Int32
        public var host: String
        /// In UTC, as ISO 8601 writes it.
        public var since: String

        static var own: Holder {
            Holder(
                process: getpid(), host: ProcessInfo.processInfo.hostName,
                since: ISO8601DateFormatter().string(from: Date()))
        }

        var text: String { "\(host) process \(process) since \(since)" }

        /// What stands in the file of a claim; `nil` where it does not say.
        init?(readingLock path: String) {
            guard let bytes = FileManager.default.contents(atPath: path), bytes.count < 4096 else { return nil }
            let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard words.count == 5, words[1] == "process", words[3] == "since", let process = Int32(words[2]) else {
                return nil
            }
            self.init(process: process, host: String(words[0]), since: String(words[4]))
        }

        init(process: Int32, host: String, since: String) {
            (self.process, self.host, self.since) = (process, host, since)
        }
    }
}
