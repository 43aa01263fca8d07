import Compiler
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Runner

/// A smaller network says what the network with silenced units says.
@Suite struct SmallerTests {
    private static func network(_ body: String) -> String {
        """
        network Toy {
            input waveform: [1, 96] at 100 Hz
            \(body)
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            prepare { demean -> normalize(peak, each: channel) }
            train { optimizer: adam(rate: 2e-2)
                batch: 5
                epochs: 2
                checkpoint: 0 s }
        }
        """
    }

    @Test(arguments: [
        ("first", 6, [0, 2, 5], "waveform -> conv(6, 7) as first -> batch_norm -> relu -> conv(1, 9) -> sigmoid"),
        (
            "memory", 8, [1, 3, 4, 6],
            "waveform -> conv(3, 5) -> lstm(4, bidirectional: true) as memory -> conv(1, 1) -> sigmoid"
        ),
        ("memory", 5, [0, 4], "waveform -> gru(5) as memory -> dropout(0.2) -> lstm(3) -> conv(1, 1) -> sigmoid"),
        (
            "wide", 4, [3],
            "waveform -> conv(4, 3) as wide -> max_pool(2) -> rnn(4) -> upsample(2) -> conv(1, 3) -> sigmoid"
        ),
    ]) func itSaysWhatTheSilencedOneSays(layer: String, count: Int, kept: [Int], body: String) throws {
        let scratch = try Scratch()
        let text = Self.network("output p: [1, 96] = " + body)
        try ToyStudy.train(scratch.path + "/run", text: text)
        let subject = try Subject(
            RunFolder(scratch.path + "/run"), file: ToyStudy.file(text: text), dataset: ToyData(), threads: 1)
        let smaller = try subject.smaller(subject.node(layer), keeping: Set(kept), of: count, base: "text.arch")
        #expect(smaller.difference <= 1e-6 && smaller.windows > 0, "\(smaller.difference)")
        #expect(smaller.parameters < smaller.before)
        // What is written is that network: it compiles, and its weights fit.
        let made = compile(path: "pruned.arch") { wanted in
            Array((wanted == "pruned.arch" ? smaller.text : text).utf8)
        }
        let graph = try #require(made.network?.graph, "\(made.diagnostics.map(\.message))")
        #expect(WeightLayout(graph) == smaller.weights.layout)
        let whole = try subject.smaller(
            subject.node(layer), keeping: Set(0..<count), of: count, base: "text.arch")
        #expect(whole.weights.values == subject.weights.values && whole.difference == 0)
    }

    /// Where a silent channel would still be heard, nothing is written, and the layer that hears it is named.
    @Test func whatCannotBeCutIsRefusedByPath() throws {
        let scratch = try Scratch()
        let text = Self.network(
            """
            side: [3, 96] = waveform -> conv(3, 3) as side_conv
            other: [3, 96] = waveform -> conv(3, 5) as other_conv
            output p: [1, 96] = (side + other) -> conv(1, 3) as last -> sigmoid
            """)
        try ToyStudy.train(scratch.path + "/run", text: text)
        let subject = try Subject(
            RunFolder(scratch.path + "/run"), file: ToyStudy.file(text: text), dataset: ToyData(), threads: 1)
        for (layer, word) in [("side_conv", "add"), ("last", "output")] {
            do {
                _ = try subject.smaller(
                    subject.node(layer), keeping: [0], of: layer == "last" ? 1 : 3, base: "text.arch")
                Issue.record("\(layer) was cut")
            } catch let error as RunError {
                #expect("\(error)".contains(layer) || "\(error)".contains(word), "\(error)")
            }
        }
    }
}
