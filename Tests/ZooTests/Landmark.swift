@testable import Views
import Compiler
import Foundation
import GraphIR
import Layers
import Runner
import Seismic
import Testing

@testable import Zoo

/// A network of `architectures/` as the tests see it.
enum Zoo {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let catalogue = Catalogue(folders: [.init(path: root + "/architectures", reason: "the project's own")])

    /// Compiled once for all tests.
    static let portraits = catalogue.portraits()

    static func compiled(_ name: String, settings: [(key: String, value: String)] = []) throws -> Compilation {
        let path = try catalogue.path(of: name)
        return compile(path: path, settings: settings) { try Array(Data(contentsOf: URL(fileURLWithPath: $0))) }
    }

    /// The graph, or a failed test that says what the compiler said.
    static func graph(_ name: String, settings: [(key: String, value: String)] = []) throws -> Graph {
        let compilation = try compiled(name, settings: settings)
        let said = compilation.diagnostics.map(\.message).joined(separator: "; ")
        return try #require(compilation.network, "\(name): \(said)").graph
    }
}

/// A network as its own framework builds it: see `Fixtures/landmarks.py`.
struct Landmark: Sendable, CustomTestStringConvertible {
    struct Layer: Hashable, Sendable, Comparable, CustomStringConvertible {
        var kind: String
        var shape: [Int]
        /// Trainable and fixed together.
        var parameters: Int

        static func < (a: Layer, b: Layer) -> Bool {
            (a.kind, a.shape.description, a.parameters) < (b.kind, b.shape.description, b.parameters)
        }
        var description: String { "\(kind) \(shape) \(parameters)" }
    }
    var name: String
    var trainable: Int
    var fixed: Int
    var layers: [Layer]
    var testDescription: String { name }

    static let all: [Landmark] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/landmarks.json")
        guard let data = try? Data(contentsOf: path), let json = try? JSON(parsing: Array(data)) else { return [] }
        return (json.members ?? []).map { member in
            let layers = (member.value["layers"]?.array ?? []).flatMap { entry -> [Layer] in
                guard let fields = entry.array, fields.count == 4 else { return [] }
                let layer = Layer(
                    kind: fields[0].string ?? "", shape: (fields[1].array ?? []).compactMap(\.int),
                    parameters: fields[2].int ?? -1)
                return Array(repeating: layer, count: fields[3].int ?? 0)
            }
            return Landmark(
                name: member.key, trainable: member.value["trainable"]?.int ?? -1,
                fixed: member.value["fixed"]?.int ?? -1, layers: layers)
        }
    }()

    /// The graph's layers of the kinds that the landmark lists.
    func layers(of graph: Graph) -> [Layer] {
        let kinds = Set(layers.map(\.kind))
        return graph.nodes.filter { kinds.contains($0.kind) }.map {
            Layer(
                kind: $0.kind, shape: $0.type.shape.dimensions.map { $0.number ?? -1 },
                parameters: $0.trainableCount + $0.fixedCount)
        }
    }
}
