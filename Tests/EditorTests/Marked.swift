import Foundation
import GraphIR
import Layers
import Testing

@testable import Editor

/// A text with a mark, `$0`, where somebody's cursor stands.
struct Marked {
    var text: [UInt8]
    var offset: Int

    init(_ marked: String) {
        let parts = marked.components(separatedBy: "$0")
        offset = parts[0].utf8.count
        text = Array(parts.joined().utf8)
    }
}

/// The project's own architectures, and texts that lie nowhere.
enum Desk {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let eqt = root + "/architectures/eqt/eqt.arch"

    static let surroundings = Workspace.Surroundings(
        registry: .builtIn, list: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] },
        read: { path in
            guard let data = FileManager.default.contents(atPath: path) else { throw Missing() }
            return Array(data)
        })

    struct Missing: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    /// The line that names EQTransformer in its file, from 1: its story above grows.
    static func top() throws -> Int {
        let text = String(decoding: try read(eqt), as: UTF8.self).components(separatedBy: "\n")
        return try #require(text.firstIndex { $0.hasPrefix("network EQTransformer") }) + 1
    }

    static func read(_ path: String) throws -> [UInt8] { try surroundings.read(path) }

    /// A workspace with one text open.
    static func open(_ path: String = "/nowhere/text.arch", _ text: [UInt8]) -> Workspace {
        var workspace = Workspace(surroundings)
        workspace.open(path, text)
        return workspace
    }

    static func analysis(_ path: String = "/nowhere/text.arch", _ text: [UInt8]) -> Analysis {
        var workspace = open(path, text)
        return workspace.analysis(of: path)!
    }

    static func analysis(of path: String) throws -> Analysis { analysis(path, try read(path)) }
    static func analysis(_ marked: Marked) -> Analysis { analysis("/nowhere/text.arch", marked.text) }

    /// Changes of one file, put into its text.
    static func apply(_ changes: [Change], to text: [UInt8], at path: String = "/nowhere/text.arch") -> String {
        var text = text
        for change in changes.filter({ $0.location.path == path }).sorted(by: {
            $0.location.range.lowerBound > $1.location.range.lowerBound
        }) {
            text.replaceSubrange(change.location.range, with: Array(change.text.utf8))
        }
        return String(decoding: text, as: UTF8.self)
    }

    static let small = """
        network Small(filters: [int] = [8, 16], drop: float = 0.1) {
            input x: [3, 3000] at 100 Hz
            deep = x -> for f in filters { fold(f) } as encoder
            code = deep -> lstm(8) as memory -> dropout(drop)
            output p: [1, 750] = code -> conv(1, 3) -> sigmoid
        }

        /// Halves the time.
        block fold(filters: int, kernel: int = 7) on x {
            return x -> conv(filters, kernel) -> max_pool(2)
        }

        """
}
