import Foundation

/// The bytes of a file, mapped into memory: nothing is read before it is looked at, and whoever looks past the end
/// gets a `DataError` instead of a crash. Any number of threads may look at once.
///
/// This is the one door between pointers and readers: a reader sees numbers, texts and copies, or borrows a stretch of
/// bytes that was checked to exist.
public final class FileBytes: @unchecked Sendable {
    /// What errors call it: the file's path, or the path with a place in it for a part that was unpacked.
    public let name: String
    public let count: Int
    @usableFromInline let base: UnsafeRawPointer
    private enum Owner {
        case map
        case memory
    }
    private let owner: Owner
    /// When a mapped file was last written, in nanoseconds since 1970: with its size, what tells it from a later one.
    public let identity: Identity?

    /// Whether the bytes are the file's own, and not a copy in memory.
    public var isMapped: Bool { if case .map = owner { true } else { false } }

    public struct Identity: Sendable {
        public var modified: Int
    }

    /// Maps a file. It must be a plain file; a pipe or a folder is refused.
    public init(mapping path: String) throws(DataError) {
        // A pipe must not make anyone wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileBytes.failure(path, "a readable file") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileBytes.failure(path, "a readable file") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw DataError(.access, file: path, expected: "a plain file", found: "something else of this name")
        }
        name = path
        count = Int(status.st_size)
        identity = Identity(modified: status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec)
        guard count > 0 else {
            base = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 16))
            owner = .memory
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw FileBytes.failure(path, "a file that can be mapped into memory")
        }
        base = UnsafeRawPointer(address)
        owner = .map
    }

    /// Holds a copy of bytes that are in memory already.
    public init(_ bytes: [UInt8], name: String, identity: Identity? = nil) {
        self.name = name
        self.identity = identity
        count = bytes.count
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        base = UnsafeRawPointer(copy)
        owner = .memory
    }

    deinit {
        switch owner {
        case .map: munmap(UnsafeMutableRawPointer(mutating: base), count)
        case .memory: base.deallocate()
        }
    }

    public static func failure(_ path: String, _ expected: String) -> DataError {
        DataError(.access, file: path, expected: expected, found: String(cString: strerror(errno)))
    }

    public func error(at byte: Int?, expected: String, found: String) -> DataError {
        DataError(file: name, byte: byte, expected: expected, found: found)
    }

    /// Whether so many bytes stand at an offset.
    @inlinable @inline(__always)
    public func contains(_ offset: Int, _ length: Int) -> Bool {
        offset >= 0 && length >= 0 && offset <= count && length <= count - offset
    }

    @inlinable @inline(__always)
    func check(_ offset: Int, _ length: Int) throws(DataError) {
        guard contains(offset, length) else {
            throw error(at: offset, expected: "\(length) more bytes", found: "the end of the file at \(count)")
        }
    }

    /// A whole number of either byte order.
    @inlinable @inline(__always)
    public func integer<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self, bigEndian: Bool = false)
        throws(DataError) -> T
    {
        try check(offset, MemoryLayout<T>.size)
        let value = base.loadUnaligned(fromByteOffset: offset, as: T.self)
        return bigEndian ? T(bigEndian: value) : T(littleEndian: value)
    }

    @inlinable @inline(__always)
    public func byte(_ offset: Int) throws(DataError) -> UInt8 {
        try check(offset, 1)
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A copy of a stretch.
    public func bytes(_ offset: Int, _ length: Int) throws(DataError) -> [UInt8] {
        try check(offset, length)
        return Array(UnsafeRawBufferPointer(start: base + offset, count: length))
    }

    /// Lends a stretch for the time of a call.
    @inlinable @inline(__always)
    public func borrow<Result>(
        _ offset: Int, _ length: Int, _ body: (UnsafeRawBufferPointer) throws(DataError) -> Result
    ) throws(DataError) -> Result {
        try check(offset, length)
        return try body(UnsafeRawBufferPointer(start: base + offset, count: length))
    }

    /// Whether these bytes stand at an offset; false past the end.
    public func matches(_ expected: [UInt8], at offset: Int) -> Bool {
        guard contains(offset, expected.count) else { return false }
        for index in expected.indices where base.load(fromByteOffset: offset + index, as: UInt8.self) != expected[index]
        {
            return false
        }
        return true
    }

    /// Text of a fixed width: ends at the first NUL, bytes that are not UTF-8 replaced.
    public func text(_ offset: Int, _ length: Int) throws(DataError) -> String {
        try check(offset, length)
        let all = UnsafeRawBufferPointer(start: base + offset, count: length)
        return String(decoding: all.prefix { $0 != 0 }, as: UTF8.self)
    }
}
