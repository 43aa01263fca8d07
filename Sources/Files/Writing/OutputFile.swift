import Foundation

/// A file that appears whole or not at all: written under another name in the same folder, moved into place at the end.
public final class OutputFile {
    public let path: String
    private let temporary: String
    private var descriptor: Int32
    private var pending: [UInt8] = []
    private var written = 0
    private static let bufferSize = 1 << 20

    /// Refuses a path that exists unless it may be replaced.
    public init(_ path: String, overwrite: Bool) throws(DataError) {
        self.path = path
        temporary = Aside.path(of: path)
        descriptor = -1
        if !overwrite, access(path, F_OK) == 0 {
            throw DataError(.access, file: path, expected: "no file of this name yet", found: "one that would be lost")
        }
        guard let opened = Aside.open(temporary, patience: 0) else {
            if errno == EWOULDBLOCK {
                throw DataError(
                    .access, file: path, expected: "a file that nobody else is writing",
                    found: "another process that writes it")
            }
            throw FileBytes.failure(path, "a folder that can be written to")
        }
        descriptor = opened
        pending.reserveCapacity(OutputFile.bufferSize + 4096)
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporary)
        }
    }

    /// How many bytes were appended.
    public var offset: Int { written + pending.count }

    public func append(_ bytes: some Sequence<UInt8>) throws(DataError) {
        pending.append(contentsOf: bytes)
        if pending.count >= OutputFile.bufferSize { try flush() }
    }

    /// Numbers as they lie in memory, which is least significant byte first here.
    public func append<T>(raw numbers: [T]) throws(DataError) where T: BitwiseCopyable {
        numbers.withUnsafeBytes { pending.append(contentsOf: $0) }
        if pending.count >= OutputFile.bufferSize { try flush() }
    }

    /// Writes over bytes that were appended before.
    public func replace(at offset: Int, with bytes: [UInt8]) throws(DataError) {
        try flush()
        try write(bytes, at: offset)
    }

    private func flush() throws(DataError) {
        try write(pending, at: written)
        written += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(DataError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, $0.count - done, off_t(offset + done))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileBytes.failure(path, "room for \(bytes.count - done) more bytes")
            }
            done += count
        }
    }

    /// Puts the file into its place.
    public func finish() throws(DataError) {
        try complete()
        try move()
    }

    /// Brings everything that was appended to the disk.
    func complete() throws(DataError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw FileBytes.failure(path, "a disk that keeps what is written") }
    }

    /// Puts a complete file into its place. It stays locked until it is there, and is then closed, once.
    func move() throws(DataError) {
        guard rename(temporary, path) == 0 else {
            throw FileBytes.failure(path, "a place that a file can be moved to")
        }
        close(descriptor)
        descriptor = -1
    }
}
