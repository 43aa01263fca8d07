import Files
import Foundation

/// Pictures that other programs made, with what Pillow reads from them: `make.py` beside them says how.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }
    /// Names of the pictures with one ending, that have expected numbers beside them.
    static func pictures(_ ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix("." + ending) && names.contains($0 + ".npy") }.sorted()
    }
}

/// How far a picture is from what NumPy's file beside it says; `nil` where the sizes differ.
func distance(_ picture: Picture, from path: String) throws -> Int? {
    let expected = try NPY.read(path)
    guard expected.shape == [picture.height, picture.width, picture.channels], let numbers = expected.integers else {
        return nil
    }
    let own: [Int] =
        switch picture.values {
        case .bytes(let values): values.map { Int($0) }
        case .words(let values): values.map { Int($0) }
        }
    // PBM has ones where Pillow has 255.
    let scale = picture.largest == 1 ? 255 : 1
    return zip(own, numbers).reduce(0) { max($0, abs($1.0 * scale - $1.1)) }
}

/// A folder that is gone after the test.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
