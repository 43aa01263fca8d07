@testable import Views
import Compiler
import Foundation
import GraphIR
import Layers
import Testing

@testable import Zoo

/// What is expected of a network: its counts and the shapes that come out.
struct Expected: Sendable, CustomTestStringConvertible {
    var name: String
    var trainable: Int
    var fixed: Int
    var outputs: [String: [Int]]
    var settings: [String] = []

    init(_ name: String, _ trainable: Int, _ fixed: Int, _ outputs: [String: [Int]], _ settings: [String] = []) {
        self.name = name
        self.trainable = trainable
        self.fixed = fixed
        self.outputs = outputs
        self.settings = settings
    }
    var testDescription: String { ([name] + settings).joined(separator: " ") }

    /// `regions=16` as the compiler takes it. The file's own expectation then no longer holds.
    var pairs: [(key: String, value: String)] {
        settings.map { setting in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1])
        }
    }

    private static let picker = ["detection": [1, 6000], "p": [1, 6000], "s": [1, 6000]]

    static let all: [Expected] = [
        Expected("eqt", 371_639, 1_856, picker),
        Expected("eqt/conservative", 376_423, 1_888, picker),
        Expected("eqt/seisbench", 376_935, 1_888, picker),
        Expected("eqt/seisbench_original", 372_023, 1_856, picker),
        Expected("eqt/seisbench_conservative", 376_935, 1_888, picker),
        Expected("eqt/salvation", 402_487, 1_792, picker),
        Expected("eqt/bc", 402_487, 1_792, picker),
        Expected("eqt/genesis", 367_415, 1_856, picker),
        Expected("eqt/vanilla", 258_359, 0, picker),
        Expected("eqt/partial_vanilla", 244_151, 0, picker),
        Expected("eqt/gru", 366_935, 1_856, picker),
        Expected("eqt/gru_reset_after", 367_223, 1_856, picker),
        Expected("eqt/4x4", 339_479, 1_408, picker),
        Expected("eqt/4x4_literal", 322_711, 1_152, picker),
        Expected("eqt/2lstm", 375_863, 1_856, picker),
        Expected("eqt/bclos", 363_831, 1_856, picker),
        Expected("eqt/bo", 376_471, 1_920, picker),
        Expected("eqt/nb_filters_changed_eqtutils", 371_639, 1_856, picker),
        Expected("eqt/nb_filters_changed_trainer", 1_426_711, 3_616, picker),
        Expected("eqt/kernel_size_changed", 387_359, 1_856, picker),
        Expected("fwi/resnet", 504_071, 1_668, ["grade": [3]]),
        Expected("fwi/resnet_tsc", 504_963, 2_560, ["grade": [3]]),
        Expected("detector/majstorovic", 35_585, 0, ["earthquake": [1]]),
        Expected("detector/convnetquake", 22_951, 0, ["region": [7]]),
        Expected("detector/upc_ucv", 70_074, 0, ["region": [6]]),
        Expected("detector/upc_ucv_geo", 70_129, 0, ["region": [11]]),
        Expected("picker/phasenet", 268_443, 1_232, ["phase": [3, 3001]]),
        Expected("picker/gpd", 1_741_003, 1_760, ["phase": [3]]),
        Expected("picker/phasenet_variable", 268_443, 1_232, ["phase": [3, 600]]),
        Expected("picker/lfe_detect", 268_443, 1_232, ["phase": [3, 600]]),
        Expected("picker/phasenet_light", 23_305, 292, ["phase": [3, 3001]]),
        Expected("picker/depth_phasenet", 268_443, 1_232, ["phase": [3, 3001]]),
        Expected("picker/dkpn", 268_555, 1_232, ["phase": [3, 3001]]),
        Expected("picker/basic_phase_ae", 33_687, 0, ["phase": [3, 600]]),
        Expected("picker/skynet", 79_328, 808, ["phase": [3, 30_000]]),
        Expected("dpp/detector", 199_731, 844, ["phase": [3]]),
        // Of any length, so that no size is known.
        Expected("dpp/picker_p", 546_081, 0, ["after": []]),
        Expected("dpp/picker_s", 21_181, 0, ["after": []]),
        Expected("detector/cred", 293_569, 352, ["detection": [1, 19]]),
        Expected("detector/cred_original", 293_569, 352, ["detection": [1, 19]]),
        Expected("eqt/obstransformer", 372_023, 1_856, picker),
        Expected(
            "eqt/eqtp", 458_010, 1_280,
            ["up": [1, 12_000], "down": [1, 12_000], "p": [1, 12_000], "s": [1, 12_000]]),
        Expected("denoiser/deepdenoiser", 1_378_162, 2_512, ["mask": [2, 31, 201]]),
        Expected("denoiser/seisdae", 1_181_154, 2_496, ["mask": [2, 31, 201]]),
        Expected("image/alexnet", 60_965_224, 0, ["class": [1000]]),
        Expected("image/googlenet", 6_998_552, 0, ["class": [1000]]),
        Expected("image/inception_v3", 23_817_352, 34_432, ["class": [1000]]),
        Expected("image/light_cnn", 1_143_242, 0, ["class": [10]]),
    ]

    /// The other counts of the facts, reached from the same files by their parameters.
    static let set: [Expected] = [
        Expected("eqt/gru", 370_663, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/gru_reset_after", 371_047, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/genesis", 372_199, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/2lstm", 380_647, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/bclos", 366_247, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/bo", 383_671, 1_984, picker, ["memory_blocks=3"]),
        Expected("eqt/kernel_size_changed", 392_143, 1_888, picker, ["memory_blocks=3"]),
        Expected("eqt/nb_filters_changed_trainer", 1_427_951, 3_632, picker, ["memory_blocks=3"]),
        Expected("eqt", 258_439, 544, picker, ["memory_blocks=1", "residual_kernels=[3, 3]"]),
        Expected("fwi/resnet", 504_327, 1_924, ["grade": [3]], ["final_norm=true"]),
        Expected("fwi/resnet", 504_200, 1_668, ["grade": [4]], ["classes=4"]),
        Expected("fwi/resnet", 504_456, 1_924, ["grade": [4]], ["classes=4", "final_norm=true"]),
        Expected("fwi/resnet", 306_823, 1_668, ["grade": [3]], ["kernels=[3, 3, 3]"]),
        Expected("fwi/resnet_tsc", 505_092, 2_560, ["grade": [4]], ["classes=4"]),
        Expected("detector/convnetquake", 22_306, 0, ["region": [2]], ["regions=1"]),
        Expected("detector/convnetquake", 28_627, 0, ["region": [51]], ["regions=50"]),
        Expected("detector/convnetquake", 23_330, 0, ["region": [2]], ["regions=1", "window=5001"]),
        Expected("detector/upc_ucv", 70_030, 0, ["region": [2]], ["regions=1"]),
        Expected("detector/upc_ucv", 70_052, 0, ["region": [4]], ["regions=3"]),
        Expected("detector/upc_ucv_geo", 70_063, 0, ["region": [5]], ["regions=4"]),
        Expected("detector/upc_ucv_geo", 70_195, 0, ["region": [17]], ["regions=16"]),
    ]
}

@Suite struct ArchitectureTests {
    @Test(arguments: Expected.all) func countsAndOutputs(_ expected: Expected) throws {
        try check(Zoo.graph(expected.name), expected)
    }

    @Test(arguments: Expected.set) func parametersLeadToTheOtherCounts(_ expected: Expected) throws {
        try check(Zoo.graph(expected.name, settings: expected.pairs), expected)
    }

    private func check(_ graph: Graph, _ expected: Expected) {
        #expect(graph.trainableCount == expected.trainable)
        #expect(graph.fixedCount == expected.fixed)
        let shapes = graph.outputs.map { ($0.name, graph.nodes[$0.node].type.shape.numbers ?? []) }
        #expect(Dictionary(shapes) { a, _ in a } == expected.outputs)
    }

    /// Layer by layer: every kind, shape and size that Keras or PyTorch reports, and no other.
    @Test(arguments: Landmark.all) func layersAreThoseOfTheOriginal(_ landmark: Landmark) throws {
        let graph = try Zoo.graph(landmark.name)
        #expect(graph.trainableCount == landmark.trainable && graph.fixedCount == landmark.fixed)
        let ours = landmark.layers(of: graph).sorted()
        let theirs = landmark.layers.sorted()
        #expect(ours.difference(from: theirs).isEmpty, "\(ours.difference(from: theirs))")
    }

    @Test func landmarksAreThere() {
        #expect(Landmark.all.count == 19)
    }

    @Test func everyFileCompilesWithoutAWord() throws {
        for entry in Zoo.catalogue.entries {
            let said = try Zoo.compiled(entry.path).diagnostics.map(\.message)
            #expect(said.isEmpty, "\(entry.name): \(said)")
        }
    }

    /// Every network of the catalogue but the tutorial's is among those whose counts are expected here.
    @Test func noNetworkIsForgotten() throws {
        let known = try Set(
            (Expected.all.map(\.name) + Self.streams.map(\.name)).map { try Zoo.catalogue.entry($0).name })
        let all = Zoo.portraits.map(\.entry)
        #expect(Set(all.filter { $0.family != "tutorial" }.map(\.name)) == known)
    }

    // MARK: - Lengths

    struct Stream: Sendable {
        var name: String
        var trainable: Int
        var view: ReceptiveField
    }
    /// A frame sees its own 400 samples and four frames to each side for the second derivative; the TCN so many more.
    static let streams = [
        Stream(name: "volcano/rnn", trainable: 27_165, view: .everything),
        Stream(name: "volcano/lstm", trainable: 218_615, view: .everything),
        Stream(name: "volcano/tcn", trainable: 32_805, view: .samples(400 + 50 * (8 + 112))),
        Stream(name: "volcano/tcn_table", trainable: 63_105, view: .samples(400 + 50 * (8 + 224))),
    ]

    @Test(arguments: streams) func streamsOfAnyLength(_ stream: Stream) throws {
        let graph = try Zoo.graph(stream.name)
        #expect(graph.symbols == ["T"])
        #expect(graph.trainableCount == stream.trainable && graph.fixedCount == 0)
        #expect(ReceptiveField(graph) == stream.view)
        let output = try #require(graph.outputs.first)
        for (samples, frames) in [(400, 1), (449, 1), (450, 2), (6000, 113), (30_000, 593), (360_000, 7193)] {
            let type = graph.substituting(["T": samples]).nodes[output.node].type
            #expect(type.shape.numbers == [5, frames])
            #expect(type.rate == 2)
        }
    }

    /// The crop at the fourth decoder stage is made for 6000 samples; other windows come out at another length.
    @Test(arguments: [5999, 3000, 6016]) func eqtRefusesOtherWindows(_ window: Int) throws {
        let compilation = try Zoo.compiled("eqt", settings: [("window", String(window))])
        #expect(compilation.network == nil)
        let said = compilation.diagnostics.map { render($0, files: compilation.files) }.joined()
        #expect(said.contains("deep") || said.contains("detection"), "\(said)")
    }

    @Test(arguments: [3001, 3000, 6000, 1024, 401]) func phasenetTakesAnyWindow(_ window: Int) throws {
        let graph = try Zoo.graph("phasenet", settings: [("window", String(window))])
        #expect(graph.trainableCount == 268_443)
        #expect(graph.outputs.map { graph.nodes[$0.node].type.shape.numbers } == [[3, window]])
    }

    @Test func lengthsThatDoNotFitAreBlamedOnTheirLayer() {
        let short = compile(
            text: """
                network Short {
                    input image: [3, 40, 40]
                    output y: [8, 1, 1] = image -> conv(8, 32, padding: valid) -> max_pool(11, padding: valid) as last
                }
                """)
        #expect(short.network == nil)
        let said = short.diagnostics.map { render($0, files: short.files) }.joined()
        #expect(said.contains("max_pool"))
    }

    // MARK: - Sameness

    @Test func whatIsTheSameIsCalledTheSame() throws {
        let eqt = try Zoo.graph("eqt").meaningHash()
        #expect(try Zoo.graph("eqt/nb_filters_changed_eqtutils").meaningHash() == eqt)
        #expect(try Zoo.graph("eqt/bc").meaningHash() == Zoo.graph("eqt/salvation").meaningHash())
        #expect(
            try Zoo.graph("picker/lfe_detect").meaningHash() == Zoo.graph("picker/phasenet_variable").meaningHash())
    }

    @Test func everythingElseDiffers() throws {
        let twins = ["eqt/nb_filters_changed_eqtutils", "eqt/bc", "picker/lfe_detect"]
        let portraits = Zoo.portraits.filter { !twins.contains($0.entry.name) }
        let hashes = portraits.map(\.side.summary.hash)
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func variantsSayWhatTheyChange() throws {
        let gru = try Portrait(Zoo.catalogue.entry("eqt/gru"))
        let parent = try #require(gru.parent)
        #expect(parent.network.graph.name == "EQTransformer")
        let report = DifferenceReport(parent, gru.side)
        #expect(!report.isSameGraph && report.isSameTraining)
        #expect(report.layers.replaced.count == 4 && report.layers.removed.isEmpty && report.layers.added.isEmpty)
        let control = try Portrait(Zoo.catalogue.entry("eqt/nb_filters_changed_eqtutils"))
        let same = DifferenceReport(try #require(control.parent), control.side)
        #expect(same.isSameGraph && same.isSameTraining && same.layers.isEmpty)
        #expect(same.verdict.contains("same network"))
    }

    /// A penalty on weights changes how a network learns, not what it computes.
    @Test func whatOnlyTrainingSeesIsSaid() throws {
        let sides = try ["0.0", "0.001"].map { penalty in
            let network = try #require(try Zoo.compiled("tutorial/first", settings: [("conv.l2", penalty)]).network)
            return DifferenceReport.Side(network, file: penalty)
        }
        let report = DifferenceReport(sides[0], sides[1])
        #expect(report.isSameGraph && !report.isSameTraining)
        #expect(report.recipe.isEmpty && report.layers.changed.map(\.arguments) == Array(repeating: ["l2"], count: 4))
        #expect(report.verdict.contains("differ only in how they are trained"))
        #expect(report.lines().contains { $0.contains("l2: 0.0 is now 0.001") })
    }

    /// What a reader of the catalogue is promised.
    @Test func everyNetworkTellsItsStory() {
        for portrait in Zoo.portraits {
            let story = portrait.story
            #expect(
                !story.summary.isEmpty && story["Purpose"].count == 1 && story["Count"].count == 1,
                "\(portrait.entry.name)")
            let source = story["Count"].first ?? ""
            #expect(
                ["instantiated", "arithmetic", "fitted"].contains { source.hasPrefix($0) }, "\(portrait.entry.name)")
            if portrait.entry.family != "tutorial" { #expect(story["Paper"].count == 1, "\(portrait.entry.name)") }
            for conflict in story["Conflict"] {
                #expect(
                    conflict.contains("Followed:") || conflict.contains("Split by"),
                    "\(portrait.entry.name): \(conflict)")
            }
        }
    }

    @Test func thePageOfTheZooIsUpToDate() throws {
        let page = Catalogue.page(Zoo.portraits).joined(separator: "\n") + "\n"
        let written = try String(contentsOfFile: Zoo.root + "/docs/zoo.md", encoding: .utf8)
        #expect(page == written, "make it again: strata zoo --markdown > docs/zoo.md")
    }

    @Test(arguments: [80, 100]) func tablesFitTheTerminal(_ width: Int) throws {
        for portrait in Zoo.portraits {
            let table = SummaryTable(portrait.network.graph, width: width)
            for line in table.layers + table.tree + table.totals {
                #expect(line.count <= width, "\(portrait.entry.name): \(line)")
            }
        }
    }

    @Test func eqtIsDrawnWithItsThreeBranches() throws {
        let svg = GraphDrawing(try Zoo.graph("eqt")).svg
        for text in ["encoder × 7", "deepen × 7", "context × 2", ">detection<", ">p<", ">s<", "[64, 47]", "[16, 47]"] {
            #expect(svg.contains(text), "\(text)")
        }
        let outline = Outline(try Zoo.graph("eqt"))
        #expect(outline.boxes.count <= 24)
    }
}
