import Foundation
import GraphIR

@testable import Datasets
@testable import Seismic

/// Files that other programs made, with what those programs read from them.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func json(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }

    static func files(_ subfolder: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(subfolder)).filter { $0.hasSuffix(ending) }.sorted()
    }
}

extension JSON {
    var doubles: [Double] { (array ?? []).map { $0.double ?? .nan } }
    var ints: [Int] { (array ?? []).compactMap(\.int) }
    var strings: [String] { (array ?? []).compactMap(\.string) }
}

/// A folder that is gone after the test.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
