import Foundation
import GraphIR

/// The calls that writing a file safely needs, so that tests can make each of them fail or stop the world between two.
public protocol Disk: Sendable {
    /// Creates or empties a file and gives a handle for it. Until it is closed, nobody else gets one for this path.
    func create(_ path: String) throws(DiskError) -> Int32
    func write(_ bytes: ArraySlice<UInt8>, to handle: Int32, path: String) throws(DiskError)
    /// Waits until what was written is on the disk.
    func sync(_ handle: Int32, path: String) throws(DiskError)
    func close(_ handle: Int32, path: String) throws(DiskError)
    func rename(_ source: String, to target: String) throws(DiskError)
    /// Waits until the names in a folder are on the disk.
    func syncFolder(_ path: String) throws(DiskError)
    func remove(_ path: String)
}

/// A call to the system that failed: what was tried, on which file, and what the system said.
public struct DiskError: PlainError, Hashable, Sendable, CustomStringConvertible {
    public var status: ExitStatus { .inputOutput }
    public var action: String
    public var path: String
    public var code: Int32
    /// How many bytes the file needed in all, where that is known.
    public var needed: Int?

    public init(_ action: String, _ path: String, code: Int32, needed: Int? = nil) {
        self.action = action
        self.path = path
        self.code = code
        self.needed = needed
    }

    public var description: String {
        let reason = String(cString: strerror(code))
        let size = needed.map { ", which needs \($0) bytes" } ?? ""
        return "\(path)\(size), could not be \(action): \(reason)"
    }
}

/// The machine's own disk.
public struct SystemDisk: Disk {
    public init() {}

    public func create(_ path: String) throws(DiskError) -> Int32 {
        guard let handle = Aside.open(path, patience: 10) else { throw DiskError("created", path, code: errno) }
        return handle
    }

    public func write(_ bytes: ArraySlice<UInt8>, to handle: Int32, path: String) throws(DiskError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(handle, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw DiskError("written", path, code: errno)
            }
            rest = rest.dropFirst(written)
        }
    }

    public func sync(_ handle: Int32, path: String) throws(DiskError) {
        guard fsync(handle) == 0 else { throw DiskError("brought to the disk", path, code: errno) }
    }

    public func close(_ handle: Int32, path: String) throws(DiskError) {
        guard Foundation.close(handle) == 0 else { throw DiskError("closed", path, code: errno) }
    }

    public func rename(_ source: String, to target: String) throws(DiskError) {
        guard Foundation.rename(source, target) == 0 else {
            throw DiskError("renamed to \(target)", source, code: errno)
        }
    }

    public func syncFolder(_ path: String) throws(DiskError) {
        let handle = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw DiskError("opened", path, code: errno) }
        defer { _ = Foundation.close(handle) }
        guard fsync(handle) == 0 else { throw DiskError("brought to the disk", path, code: errno) }
    }

    public func remove(_ path: String) { unlink(path) }
}
