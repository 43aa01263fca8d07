import Foundation
import GraphIR
import Seismic
import Testing

@testable import Runner

/// Traces that are not as long as one another, beside one another: each is taught and judged as if it were alone.
@Suite struct UnevenTests {
    /// Toy traces, every one some samples longer than the one before, loud from its arrival on.
    private struct Uneven: Dataset {
        var path: String { "uneven" }
        let format = "toy"
        let columns = [
            "trace_name", "source_id", "split", "trace_category", "trace_p_arrival_sample", "trace_class_spans",
        ]
        let count = 30

        private func toy(_ index: Int) -> ToyData { ToyData(count: count, length: 96 + 7 * index) }
        func metadata(_ index: Int) -> TraceMetadata {
            let toy = toy(index), known = toy.metadata(index)
            let spans = toy.arrival(index).map { "loud \($0) \(toy.length)" }
            return TraceMetadata(
                columns.map { ($0, $0 == "trace_class_spans" ? spans : known[$0]) })
        }
        func rate(_ index: Int) -> Double? { 100 }
        func components(_ index: Int) -> String? { "Z" }
        func trace(_ index: Int) throws -> Trace {
            var trace = try toy(index).trace(index)
            trace.metadata = metadata(index)
            return trace
        }
    }

    /// A class for each frame, without padding and both ways; and a pick, with padding.
    private static func text(_ task: String) -> String {
        let network =
            task == "frames"
            ? """
            output class: [2, F] = waveform -> conv(4, 9, stride: 4, padding: valid) -> relu
                -> lstm(3, bidirectional: true) -> conv(2, 1) -> softmax
            learn class from frames(classes: ["quiet", "loud"], background: "quiet") loss cross_entropy
            """
            : """
            output p: [1, T] = waveform -> conv(4, 9) -> batch_norm -> relu -> lstm(3, bidirectional: true)
                -> conv(1, 5) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            """
        return """
            network Uneven {
                input waveform: [1, T] at 100 Hz
                \(network)
                prepare { demean -> normalize(peak, each: channel) }
                train { optimizer: sgd(rate: 1e-3)
                    batch: 4
                    epochs: 1 }
            }
            """
    }

    @Test(arguments: ["frames", "pick"]) func whatLiesBesideATraceChangesNothing(task: String) throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run", text = Self.text(task)
        let result = try ToyStudy.train(run, text: text, data: Uneven())
        func judge(batch: Int) throws -> Evaluation {
            var request = EvaluationRequest(folder: RunFolder(run))
            (request.batch, request.threads, request.overwrites) = (batch, 1, true)
            return try evaluate(request, record: result.record, file: ToyStudy.file(text: text), dataset: Uneven())
        }
        let alone = try judge(batch: 1).predictions
        #expect(try judge(batch: 4).predictions.csv == alone.csv)
        #expect(try judge(batch: 6).predictions.csv == alone.csv)
        let lengths = try #require(alone.numbers("window_samples"))
        // Every fifth trace is on the test side.
        let own: [Double] = [4, 9, 14, 19, 24, 29].map { 96 + 7 * $0 }
        #expect(lengths == own)
        guard task == "frames" else { return }
        // Every frame that the network says something of is judged, and no other.
        let quiet = try #require(alone.numbers("frames_quiet")), loud = try #require(alone.numbers("frames_loud"))
        for (index, length) in lengths.enumerated() {
            #expect(quiet[index] + loud[index] == (((length - 9) / 4).rounded(.down) + 1))
        }
    }

    /// The loss of the dev side is that of its windows, however many lie beside one another.
    @Test(arguments: ["frames", "pick"]) func theLossIsThatOfEachAlone(task: String) throws {
        let scratch = try Scratch()
        func devLoss(batch: Int) throws -> Double {
            let run = scratch.path + "/\(batch)"
            // Steps so small that no weight moves, and no statistics either.
            let still = Self.text(task).replacing("rate: 1e-3", with: "rate: 1e-30").replacing(
                " -> batch_norm", with: "")
            try ToyStudy.train(run, settings: [("train.batch", "\(batch)")], text: still, data: Uneven())
            return try #require(RunFolder(run).history()["dev_loss"]?.first)
        }
        let alone = try devLoss(batch: 1)
        for batch in [2, 6] { #expect(abs(try devLoss(batch: batch) - alone) < 1e-6 * alone) }
    }
}
