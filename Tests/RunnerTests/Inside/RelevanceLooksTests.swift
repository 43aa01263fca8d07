import Files
import Foundation
import GraphIR
import Interpreter
import Seismic
import Testing

@testable import Runner

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct RelevanceLooksTests {
    private func subject(_ folder: String) throws -> Subject {
        let text = ToyStudy.text.replacing(" -> dropout(0.1) as drop", with: "")
        try ToyStudy.train(folder, text: text)
        return try Subject(RunFolder(folder), file: ToyStudy.file(text: text), dataset: ToyData(), threads: 1)
    }

    /// At any layer: what stands there, and the constants behind it, is the number.
    @Test func whatALayerHoldsAddsUp() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let finding = try subject.relevance(Question("p@max"), of: subject.look(4), checking: .none, until: "first")
        let layer = try #require(finding.until)
        let before = finding.account.constants.filter { $0.name == "first" }.reduce(0) { $0 + $1.value }
        // What stands at the layer came in, or the layer's own constants added it; and there is no way around it.
        #expect(abs(layer.sum - finding.account.fromInputs - before) < 1e-5 * max(1, finding.account.turnover))
        #expect(abs(layer.otherWays) < 1e-5 * max(1, finding.account.turnover))
        #expect(layer.shape.reduce(1, *) == layer.x.count && layer.path == "first")
        #expect(zip(layer.x, layer.coefficients).map { $0 * $1 } == layer.relevance)
        let names = finding.arrays.map(\.name)
        #expect(["first.x", "first.relevance", "first.coefficient"].allSatisfy(names.contains))
        #expect(throws: RunError.self) {
            try subject.relevance(Question("first/1@max"), of: subject.look(4), checking: .none, keeping: ["p"])
        }
    }

    @Test func anEventIsAPlace() throws {
        #expect(try Question("class[VTE]@event 2").place == .event(2))
        #expect(try Question("class[VTE]@event").place == .event(1))
        for wrong in ["p@event 0", "p@event x", "p@events", "p@event -1"] {
            #expect(throws: RunError.self, "\(wrong)") { try Question(wrong) }
        }
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        var seen = try subject.look(4)
        let count = seen.inputs[0].count
        var labels = [Float](repeating: 0, count: count)
        for t in 10..<20 { labels[t] = 1 }
        for t in 50..<53 { labels[t] = 1 }
        seen.labels["p"] = labels
        let finding = try subject.relevance(Question("p@event 2"), of: seen, checking: .none)
        #expect(finding.target.place == "event 2 of 2" && finding.target.sample == nil)
        #expect(finding.target.weights.indices.filter { finding.target.weights[$0] != 0 } == [50, 51, 52])
        #expect(throws: RunError.self) {
            try subject.relevance(Question("p@event 3"), of: seen, checking: .none)
        }
    }

    /// The picture alone is a drawing of its own: well-formed, without variables of a page's style.
    @Test func thePictureStandsAlone() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let finding = try subject.relevance(Question("p@max"), of: subject.look(4), checking: .some)
        let svg = finding.svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("var(") && svg.contains("xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.contains("class=\"ends\"") && finding.shares.ends != nil)
        #expect(finding.text.contains("padding's zeros") && finding.json["shares"]?["padding"]?.double != nil)
    }

    /// With rules that do not ask what came in no octave has a share, and the page says which rule it was.
    @Test func firstRulesAreSaid() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        subject.first = .squares
        let finding = try subject.relevance(Question("p@max"), of: subject.look(4), checking: .some)
        #expect(finding.account.error < 1e-5 && finding.shares.octaves.isEmpty)
        #expect(abs(finding.shares.components.reduce(0) { $0 + $1.ofAbsolute } - 1) < 1e-9)
        #expect(finding.text.contains("w_ij^2") && finding.page(command: "strata").contains("w_ij^2"))
        #expect(finding.json["first"]?.string == FirstRule.squares.formula)
    }

    /// Of a recording, the window in whose middle a moment stands.
    @Test func aMomentHasAWindow() throws {
        let scratch = try Scratch()
        let text = ToyStudy.text.replacing(" -> dropout(0.1) as drop", with: "")
        try ToyStudy.train(scratch.path + "/run", text: text)
        let file = try ToyStudy.file(text: text)
        #expect(
            Subject.windows(of: "day.mseed", for: file.network.graph) == "waveforms:day.mseed,window=0.96,overlap=0.95")
        let subject = try Subject(
            RunFolder(scratch.path + "/run"), file: file, dataset: Moments(), threads: 1)
        let moment = try #require(Instant("2024-01-02T03:00:05.5"))
        #expect(try subject.window(holding: moment) == 5)
        let edge = try #require(Instant("2024-01-02T03:00:00"))
        #expect(try subject.window(holding: edge) == 0)
        let outside = try #require(Instant("2024-01-02T04:00:00"))
        #expect(throws: RunError.self) { try subject.window(holding: outside) }
    }
}

/// Ten windows of a second, one after the other.
private struct Moments: Dataset {
    let count = 10
    let path = "moments"
    let format = "toy"
    let columns = ["trace_name", "trace_start_time", "trace_npts", "trace_sampling_rate_hz"]
    func metadata(_ index: Int) -> TraceMetadata {
        TraceMetadata([
            ("trace_name", "m\(index)"), ("trace_start_time", "2024-01-02T03:00:0\(index)Z"), ("trace_npts", "100"),
            ("trace_sampling_rate_hz", "100"),
        ])
    }
    func rate(_ index: Int) -> Double? { 100 }
    func components(_ index: Int) -> String? { "Z" }
    func trace(_ index: Int) throws -> Trace {
        Trace(
            name: "m\(index)", rate: 100, components: "Z", samples: [Float](repeating: 1, count: 100), length: 100,
            metadata: metadata(index))
    }
}
