import Files
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Foreign

/// Networks of every layer kind that has an equivalent, as Keras 2 and 3 save them, give here what Keras gave.
@Suite struct KerasTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/keras_files/"
    static let files = ["lengths", "branches", "memory", "vectors", "image", "attention", "nested"].flatMap {
        ["\($0)_2.h5", "\($0)_3.h5", "\($0)_3.keras"]
    }

    @Test(arguments: files) func saysWhatKerasSaid(file: String) throws {
        let model = try readForeign(Self.folder + file)
        let imported = try ImportedNetwork(model, name: "Imported", story: ["From Keras."])
        let base = Self.folder + file.prefix { $0 != "." }
        let input = try NPY.read(base + ".x.npy")
        let (shape, values) = Self.channelsFirst(input)
        let function = NetworkFunction(imported.graph, weights: try imported.values())
        let result = try function([NamedArray("", shape: shape, values: values)])
        for (index, said) in result.arrays.enumerated() {
            let wanted = Self.channelsFirst(try NPY.read("\(base).y\(index).npy"))
            #expect(said.shape == wanted.shape)
            let largest = zip(said.values, wanted.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest <= 1e-6, "\(file), output \(index): \(largest)")
        }
    }

    /// The network that a file holds takes the file's own weights; they are compared with those of the network itself.
    @Test(arguments: files) func findsItsOwnPlaces(file: String) throws {
        let model = try readForeign(Self.folder + file)
        let imported = try ImportedNetwork(model, name: "Imported", story: [])
        let matching = try Matching(imported, to: imported.graph)
        #expect(matching.differences.isEmpty && matching.arrays == model.arrays.count, "\(matching.differences)")
        let own = try imported.values()
        #expect(matching.weights == own)
    }

    /// `[batch, …, channels]` as `[batch, channels, …]`.
    static func channelsFirst(_ array: NumberArray) -> (shape: [Int], values: [Float]) {
        let rank = array.shape.count
        guard rank > 2 else { return (array.shape, array.floats) }
        return Layouts.permuted(array.floats, shape: array.shape, order: [0, rank - 1] + Array(1..<rank - 1))
    }
}
