import Foundation

/// Writes a text as a whole file or not at all.
func write(_ text: String, to path: String, overwrite: Bool) throws {
    if FileManager.default.fileExists(atPath: path), !overwrite {
        throw Exit(.inputOutput, "\(path) exists already", help: "give another name, or --overwrite")
    }
    do {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
        throw Exit(.inputOutput, "\(path) cannot be written: \(error.localizedDescription)")
    }
}
