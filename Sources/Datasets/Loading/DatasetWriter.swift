import Files
import Foundation

/// Takes traces one after the other and leaves a dataset behind.
public protocol DatasetWriter: AnyObject {
    func add(_ trace: Trace) throws
    /// Completes the files; without it nothing appears.
    func finish() throws
}

/// Makes a folder and those above it.
public func makeFolder(_ path: String) throws(DataError) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
        throw DataError(.access, file: path, expected: "a folder that can be made", found: error.localizedDescription)
    }
}
