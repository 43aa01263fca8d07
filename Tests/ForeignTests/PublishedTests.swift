import Compiler
import Foundation
import GraphIR
import Testing

@testable import Foreign

/// The published weights, where `STRATA_FOREIGN` names a folder that has them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["STRATA_FOREIGN"] != nil)) struct PublishedTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test(arguments: [
        ("EqT_model.h5", "eqt/conservative", 224), ("EqT_model2.h5", "eqt/eqt", 212),
        ("model_pol_best.hdf5", "picker/gpd", 38),
    ]) func everyArrayFindsItsPlace(file: String, network: String, count: Int) throws {
        let folder = ProcessInfo.processInfo.environment["STRATA_FOREIGN"] ?? ""
        let model = try readForeign(folder + "/" + file)
        let compilation = compile(path: Self.root + "/architectures/\(network).arch") { path in
            try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let compiled = try #require(compilation.network)
        let imported = try ImportedWeights(model, for: compiled, name: network, map: nil, byOrder: false)
        #expect(imported.arrays == count && model.arrays.count == count)
        #expect(imported.differences.allSatisfy { $0.isHarmless }, "\(imported.differences)")
    }

    /// The network in the file is the one in the catalogue, as `strata diff` says it: the original with dropout 0.2.
    @Test(arguments: [("EqT_model.h5", "conservative", "0.1"), ("EqT_model2.h5", "eqt", "0.2")])
    func theNetworkIsKnown(file: String, network: String, drop: String) throws {
        let folder = ProcessInfo.processInfo.environment["STRATA_FOREIGN"] ?? ""
        let imported = try ImportedNetwork(
            try readForeign(folder + "/" + file), name: "Imported", story: ["From Keras."], rate: 100)
        let path = Self.root + "/architectures/eqt/\(network).arch"
        let compilation = compile(path: path, settings: [("drop", drop)]) { path in
            try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let known = try #require(compilation.network, "\(compilation.diagnostics)")
        #expect(imported.graph.meaningHash() == known.graph.meaningHash())
    }
}
