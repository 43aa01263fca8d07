import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic
import Testing

@testable import Runner

/// Ground shakes faintly from P on; in some data a click of one sample, 50 ms, comes two seconds before.
private struct Clicks: Dataset {
    var hasClick: Bool
    let count = 400
    let path = "clicks"
    let format = "toy"
    let columns = ["trace_name", "source_id", "split", "trace_category", "trace_p_arrival_sample"]
    static let before = 40, length = 160

    func arrival(_ index: Int) -> Int { 60 + (index * 37) % 70 }
    func metadata(_ index: Int) -> TraceMetadata {
        let sides = ["train", "train", "train", "dev", "test"]
        return TraceMetadata([
            ("trace_name", "click\(index)"), ("source_id", "event\(index)"), ("split", sides[index % 5]),
            ("trace_category", "earthquake_local"), ("trace_p_arrival_sample", "\(arrival(index))"),
        ])
    }
    func rate(_ index: Int) -> Double? { 20 }
    func components(_ index: Int) -> String? { "Z" }
    func trace(_ index: Int) throws -> Trace {
        let random = CounterRandom(seed: 8, stream: UInt64(index))
        let p = arrival(index)
        var samples = (0..<Self.length).map { time -> Float in
            let signal = time >= p && time < p + 12 ? (time % 2 == 0 ? 0.15 : -0.15) : 0
            return Float(random.normal(time)) * 0.1 + Float(signal)
        }
        if hasClick { samples[p - Self.before] = 1 }
        return Trace(
            name: "click\(index)", rate: 20, components: "Z", samples: samples, length: Self.length,
            metadata: metadata(index))
    }
}

/// Truths that were put into made data and have to come out again.
@Suite struct PlantedTruthTests {
    private static let clicks = """
        network Click {
            input waveform: [1, 160] at 20 Hz
            output p: [1, 160] = waveform -> conv(6, 31) -> relu -> conv(6, 31) -> relu -> conv(1, 31) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            prepare { demean -> normalize(std, each: channel) }
            train { optimizer: adam(rate: 5e-3)
                batch: 8
                epochs: 15
                checkpoint: 0 s }
        }
        """

    /// How much of |R| lies within 0.1 s of the click, over traces that have one.
    private func share(taughtByClick: Bool) throws -> Double {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/run", text: Self.clicks, data: Clicks(hasClick: taughtByClick))
        let shown = Clicks(hasClick: true)
        let subject = try Subject(
            RunFolder(scratch.path + "/run"), file: ToyStudy.file(text: Self.clicks), dataset: shown, threads: 1)
        let shares = try subject.traces(.test).prefix(12).map { trace -> Double in
            let finding = try subject.relevance(Question("p@P"), of: subject.look(trace), checking: .none)
            let click = shown.arrival(trace) - Clicks.before
            let r = finding.relevance[0].map { Double(abs($0)) }
            return r[click - 2...click + 2].reduce(0, +) / r.reduce(0, +)
        }
        return shares.reduce(0, +) / Double(shares.count)
    }

    @Test func aClickThatTellsIsFound() throws {
        let with = try share(taughtByClick: true)
        #expect(with >= 0.5, "\(with)")
    }

    @Test func aClickThatToldNothingIsNot() throws {
        let without = try share(taughtByClick: false)
        #expect(without <= 0.05, "\(without)")
    }

    /// A map that does not ask the network is said to be of the trace.
    @Test func aRuleThatIgnoresTheNetworkIsFlagged() throws {
        let scratch = try Scratch()
        try ToyStudy.train(scratch.path + "/run")
        let subject = try Subject(
            RunFolder(scratch.path + "/run"), file: ToyStudy.file(), dataset: ToyData(), threads: 1)
        var finding = try subject.relevance(Question("p@max"), of: subject.look(4), checking: .none)
        finding.relevance = finding.seen.inputs.map { $0.map { abs($0) } }
        let check = try subject.randomWeights(finding) { _ in finding.relevance }
        #expect(check.passed == false && check.value == 1)
        finding.checks = [check]
        let words = "this picture is mostly of the trace, not of what the network learnt"
        #expect(finding.text.contains(words) && finding.picture().contains(words))
        #expect(finding.json["failed"]?.array?.first?.string?.contains(words) == true)
        // One that does ask passes through the same door.
        let honest = try subject.randomWeights(finding) { weights in
            [CounterRandom(seed: 1).normals(weights.values.count, like: finding.relevance[0])]
        }
        #expect(honest.passed == true)
    }
}

extension CounterRandom {
    fileprivate func normals(_ first: Int, like values: [Float]) -> [Float] {
        values.indices.map { Float(normal(first &+ $0)) }
    }
}
