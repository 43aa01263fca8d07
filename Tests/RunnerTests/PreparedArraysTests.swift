import GraphIR
import Interpreter
import Seismic
import Testing

@testable import Runner

/// Arrays that a caller hands over are prepared as the loader prepares traces, and channels have one name everywhere.
@Suite struct PreparedArraysTests {
    @Test func arraysAreWhatTheLoaderMakes() throws {
        let file = try ToyStudy.file()
        let session = try Session(file, seed: 1, threads: 1)
        let data = try TrainingData(session, dataset: ToyData())
        let traces = [0, 3, 7, 11]
        let batch = try #require(try data.loader(of: traces).batches(epoch: 0).next())
        let raw = try traces.flatMap { try ToyData().trace($0).samples }
        let arrays = [NamedArray("anything", shape: [4, 1, 96], values: raw)]
        let graph = file.network.graph
        let recipe = try #require(file.network.recipe)
        let made = try prepared(arrays, for: graph, recipe: recipe, registry: .builtIn)
        #expect(made.count == 1 && made[0].shape == [4, 1, 96] && made[0].values == batch.inputs[0].values)
        // What fits no input comes back, for the network to say so.
        let wrong = [NamedArray("", shape: [4, 2, 48], values: raw)]
        #expect(try prepared(wrong, for: graph, recipe: recipe, registry: .builtIn) == wrong)
    }

    @Test func channelsHaveTheNamesOfComponents() throws {
        let plain = Recipe()
        let order = Arguments(["components": .string("EZN")])
        let ordered = Recipe(preparations: [PluginCall(.preparation, "order", order)])
        #expect(plain.componentNames(channels: 3, of: "ENZ") == ["Z", "N", "E"])
        #expect(plain.componentNames(channels: 3, of: nil) == ["Z", "N", "E"])
        #expect(plain.componentNames(channels: 1, of: "ZNE") == ["Z"])
        #expect(plain.componentNames(channels: 3, of: "Z12") == ["Z", "1", "2"])
        #expect(plain.componentNames(channels: 2, of: "OS") == ["O", "S"])
        #expect(plain.componentNames(channels: 4, of: "ZNE") == ["1", "2", "3", "4"])
        #expect(ordered.componentNames(channels: 3, of: "ZNE") == ["E", "Z", "N"])
    }
}
