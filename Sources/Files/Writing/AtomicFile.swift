import Foundation

/// A file that is either the old one or the new one, whatever happens while it is written: written aside in the same
/// folder, brought to the disk, then renamed.
public struct AtomicFile: Sendable {
    public let path: String
    /// Where the file that stood there before goes, if it is to be kept.
    public var previous: String?
    private let disk: any Disk

    public init(_ path: String, keeping previous: String? = nil, disk: any Disk = SystemDisk()) {
        self.path = path
        self.previous = previous
        self.disk = disk
    }

    /// What an unfinished write leaves behind; the next one writes over it.
    public var temporaryPath: String { Aside.path(of: path) }

    public func write(_ bytes: [UInt8]) throws(DiskError) {
        do throws(DiskError) {
            let handle = try disk.create(temporaryPath)
            // The one place where it is closed. Only then may another process write the same file: what lies aside is
            // moved or removed by now. What a close could fail to do, the sync before it has done.
            defer { try? disk.close(handle, path: temporaryPath) }
            do throws(DiskError) {
                try disk.write(bytes[...], to: handle, path: temporaryPath)
                try disk.sync(handle, path: temporaryPath)
                if let previous { try moveAside(to: previous) }
                try disk.rename(temporaryPath, to: path)
            } catch {
                disk.remove(temporaryPath)
                throw error
            }
            try disk.syncFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        } catch {
            var error = error
            error.needed = bytes.count
            throw error
        }
    }

    /// The first write has nothing to keep.
    private func moveAside(to previous: String) throws(DiskError) {
        do throws(DiskError) {
            try disk.rename(path, to: previous)
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    public func write(_ text: String) throws(DiskError) { try write(Array(text.utf8)) }
}
