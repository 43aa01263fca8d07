import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic
import Testing

@testable import Runner

/// Windows of noise, half of them with a tone of 7 Hz: a class that is a frequency and nothing else.
private struct Tones: Dataset {
    let count = 80
    let path = "tones"
    let format = "toy"
    let columns = ["trace_name", "source_id", "split", "trace_category", "kind"]
    static let hertz = 7.0

    func metadata(_ index: Int) -> TraceMetadata {
        let sides = ["train", "train", "train", "dev", "test"]
        return TraceMetadata([
            ("trace_name", "tone\(index)"), ("source_id", "event\(index)"), ("split", sides[index % 5]),
            ("trace_category", "earthquake_local"), ("kind", index % 2 == 0 ? "tone" : "none"),
        ])
    }
    func rate(_ index: Int) -> Double? { 50 }
    func components(_ index: Int) -> String? { "Z" }
    func trace(_ index: Int) throws -> Trace {
        let random = CounterRandom(seed: 12, stream: UInt64(index))
        let phase = random.uniform(9000, in: 0...6.28)
        let samples = (0..<200).map { t -> Float in
            let tone = index % 2 == 0 ? sin(2 * Double.pi * Tones.hertz * Double(t) / 50 + phase) : 0
            return Float(tone) + Float(random.normal(t))
        }
        return Trace(
            name: "tone\(index)", rate: 50, components: "Z", samples: samples, length: 200, metadata: metadata(index))
    }
}

@Suite struct OptimumTests {
    private static let text = """
        network Tone {
            input waveform: [1, 200] at 50 Hz
            output kind: [2] = waveform -> conv(8, 25) -> relu -> global_average_pool -> dense(2) -> softmax
            learn kind from class(values: ["none", "tone"], by: column, column: "kind") loss cross_entropy
            prepare { demean -> normalize(std, each: channel) }
            train { optimizer: adam(rate: 1e-2)
                batch: 8
                epochs: 60
                checkpoint: 0 s }
        }
        """

    private func subject(_ folder: String) throws -> Subject {
        try ToyStudy.train(folder, text: Self.text, data: Tones())
        return try Subject(RunFolder(folder), file: ToyStudy.file(text: Self.text), dataset: Tones(), threads: 1)
    }

    /// The optimum of the class sounds at the tone that it was taught with; its least does not.
    @Test func theToneIsFound() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let traces = try subject.traces(.test)
        var wishes = OptimumFinding.Wishes()
        wishes.steps = 200
        let question = try Question("kind[tone]")
        let finding = try subject.optimum(
            question, from: [.zeros] + (0..<4).map { .noise($0) }, traces: traces, wishes: wishes)
        for search in finding.searches where !search.hasNoSlope {
            #expect(abs(search.peaks[0] - Tones.hertz) <= 0.5, "\(search.name): \(search.peaks[0]) Hz")
            #expect(search.last > search.first + 1)
            // What it ends with is what a window of this recipe can be.
            let size = search.to.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(search.to.count)
            #expect(abs(size - 1) < 1e-3)
        }
        #expect(finding.searches.contains { !$0.hasNoSlope })
        #expect((finding.agreement ?? 0) > 0.5)
        wishes.isLeast = true
        let least = try subject.optimum(question, from: [.noise(0)], traces: traces, wishes: wishes)
        #expect(least.searches[0].last < least.searches[0].first)
        #expect(abs(least.searches[0].peaks[0] - Tones.hertz) > 0.5)
        // The same again is the same, and says so in every form.
        let again = try subject.optimum(question, from: [.noise(0)], traces: traces, wishes: wishes)
        #expect(again.searches[0].to == least.searches[0].to)
        #expect(finding.page(command: "strata").contains("</html>") && finding.text.contains("Hz"))
        #expect(finding.json["searches"]?.array?.count == 5)
    }

    /// What is said of a window with the tone rests on the tone's octave.
    @Test func theOctaveOfTheToneHasTheRelevance() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let data = Tones()
        let traces = try subject.traces(.test).filter { data.metadata($0)["kind"] == "tone" }
        let shares = try traces.map { trace -> Double in
            let finding = try subject.relevance(Question("kind[tone]"), of: subject.look(trace), checking: .none)
            return finding.shares.octaves.first { $0.name == "6.3 to 12 Hz" || $0.name == "6.2 to 12 Hz" }?.ofAbsolute
                ?? 0
        }
        #expect(!shares.isEmpty && shares.reduce(0, +) / Double(shares.count) >= 0.6, "\(shares)")
    }

    @Test func aBandIsKeptTo() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var wishes = OptimumFinding.Wishes()
        wishes.steps = 60
        wishes.band = 10...20
        wishes.isNatural = true
        wishes.jitter = 3
        wishes.energy = 0.1
        wishes.roughness = 0.1
        let finding = try subject.optimum(
            Question("kind[tone]"), from: [.noise(1)], traces: subject.traces(.test), wishes: wishes)
        #expect(finding.searches[0].peaks[0] >= 9.5 && finding.searches[0].peaks[0] <= 20.5)
    }

    /// The best shift is found, and what has nothing in common agrees little.
    @Test func agreementIsUpToAShift() {
        let random = CounterRandom(seed: 3)
        let one = (0..<64).map { Float(random.normal($0)) * ($0 < 40 ? 1 : 0) }
        let moved = (0..<64).map { $0 < 20 ? 0 : one[$0 - 20] }
        #expect(abs((Subject.agreement([one, moved], rows: 1) ?? 0) - 1) < 1e-6)
        let other = (0..<64).map { Float(random.normal(1000 + $0)) }
        #expect((Subject.agreement([one, other], rows: 1) ?? 1) < 0.6)
        #expect(Subject.agreement([one], rows: 1) == nil)
    }

    /// Grad-CAM by its definition, on numbers that can be added in the head.
    @Test func classActivationByHand() {
        // Two channels of three: mean slopes 1 and -2.
        let map = Subject.classActivation([1, 2, 3, 1, 0, 2], [3, 0, 0, -2, -2, -2], channels: 2)
        #expect(map == [0, 2, 0])
        #expect(Subject.stretched([0, 4], to: 4) == [0, 1, 3, 4])
    }
}
