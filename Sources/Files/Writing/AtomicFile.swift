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

    /// What an unfinished write leaves behind; the next one begins by removing it.
    public var temporaryPath: String { path + ".part" }

    public func write(_ bytes: [UInt8]) throws(DiskError) {
        let aside = temporaryPath
        disk.remove(aside)
        do throws(DiskError) {
            let handle = try disk.create(aside)
            do throws(DiskError) {
                try disk.write(bytes[...], to: handle, path: aside)
                try disk.sync(handle, path: aside)
            } catch {
                try? disk.close(handle, path: aside)
                throw error
            }
            try disk.close(handle, path: aside)
            if let previous { try moveAside(to: previous) }
            try disk.rename(aside, to: path)
            try disk.syncFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        } catch {
            disk.remove(aside)
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
