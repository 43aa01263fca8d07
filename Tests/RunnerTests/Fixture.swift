import Foundation
import GraphIR
import Testing

/// Small files that say what others (PyTorch, Keras, scikit-learn, EQTransformer's tools) make of the same numbers.
enum Fixture {
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)?.path)
    }
    static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
    static func json(_ name: String) throws -> JSON { try JSON(parsing: Array(text(name).utf8)) }
}

extension JSON {
    var doubles: [Double] { (array ?? []).compactMap(\.double) }
    var floats: [Float] { doubles.map(Float.init) }
}

/// A folder of a test's own, removed when the test is done with it.
struct Scratch: ~Copyable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "strata-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
