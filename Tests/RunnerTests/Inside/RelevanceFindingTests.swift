import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic
import Testing

@testable import Runner

/// Three components, of which only one says where P is.
private struct OneTells: Dataset {
    let count = 40
    let path = "one tells"
    let format = "toy"
    let columns = ["trace_name", "source_id", "split", "trace_category", "trace_p_arrival_sample"]
    private let toy = ToyData()

    func metadata(_ index: Int) -> TraceMetadata { toy.metadata(index) }
    func rate(_ index: Int) -> Double? { 100 }
    func components(_ index: Int) -> String? { "ZNE" }
    func trace(_ index: Int) throws -> Trace {
        let random = CounterRandom(seed: 6, stream: UInt64(index))
        // As loud as the other, but at a place that says nothing.
        let other = 15 + random.int(1000, in: 0..<60)
        let noise = { (time: Int) in Float(random.uniform(time, in: -0.1...0.1)) }
        let told = try toy.trace(index).samples
        let first = (0..<96).map { noise($0) + (other <= $0 ? ($0 % 2 == 0 ? 1 : -1) : 0) }
        let third = (0..<96).map { noise(2000 + $0) }
        return Trace(
            name: "toy\(index)", rate: 100, components: "ZNE", samples: first + told + third, length: 96,
            metadata: metadata(index))
    }
}

@Suite struct RelevanceFindingTests {
    private func subject(
        _ folder: String, data: any Dataset = ToyData(), text: String = ToyStudy.text, epochs: Int = 12
    ) throws -> Subject {
        try ToyStudy.train(folder, settings: [("train.epochs", "\(epochs)")], text: text, data: data)
        return try Subject(RunFolder(folder), file: ToyStudy.file(text: text), dataset: data, threads: 1)
    }

    /// Every file of a folder with its content.
    private func contents(_ folder: String) -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: folder + "/" + $0) ?? Data()) })
    }

    @Test func aPickIsExplainedAndTheRunStaysAsItIs() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let before = contents(scratch.path + "/run")
        let finding = try subject.relevance(Question("p"), of: subject.look(4), checking: .all)
        #expect(finding.account.error < 1e-5)
        #expect(abs(finding.account.value - finding.target.logit) < 1e-5)
        #expect(finding.checks.map(\.name) == ["closes", "random weights", "shifts"] || finding.checks.count >= 3)
        #expect(finding.checks[0].passed == true)
        let logit = log(finding.target.probability! / (1 - finding.target.probability!))
        #expect(abs(logit - finding.target.logit) < 1e-3)
        #expect(abs(finding.shares.octaves.reduce(0) { $0 + ($1.ofSum ?? 0) } - 1) < 1e-6)
        #expect(abs(finding.shares.components.reduce(0) { $0 + $1.ofAbsolute } - 1) < 1e-9)
        #expect(finding.json["account"]?["error"]?.double == finding.account.error)
        #expect(finding.page(command: "strata").contains("</html>"))
        #expect(contents(scratch.path + "/run") == before)
    }

    @Test func whatCannotBeAskedIsRefusedWithWhatCan() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let seen = try subject.look(3)
        #expect(throws: Runner.RunError.self) { try subject.find("nobody") }
        #expect(throws: Runner.RunError.self) { try subject.find("400") }
        for text in ["q", "p[9]", "p@900s", "p@P", "first/99", "nothing/1", "p@somewhere", "first/x"] {
            #expect(throws: Runner.RunError.self, "\(text)") {
                try subject.relevance(Question(text), of: seen, checking: .none)
            }
        }
        // A trace of noise has no P in its catalogue, but its highest sample can be explained.
        let highest = try subject.relevance(Question("p@max"), of: seen, checking: .none)
        #expect(highest.account.error < 1e-5)
        let unit = try subject.relevance(Question("first/2@max"), of: seen, checking: .none)
        #expect(unit.account.error < 1e-5 && unit.target.channel == "2")
    }

    /// Integrated gradients add up to the difference; every method says something finite of the whole window.
    @Test(arguments: Method.allCases) func everyMethodSpeaks(method: Method) throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let finding = try subject.explain(Question("p@max"), of: subject.look(4), by: method)
        #expect(finding.relevance[0].count == 96 && finding.relevance[0].allSatisfy(\.isFinite))
        #expect(finding.relevance[0].contains { $0 != 0 })
        if method == .integrated { #expect(finding.checks.first?.passed == true) }
    }

    @Test func pointsAndWeightsOfGaussAndLegendre() {
        for count in [1, 2, 5, 16, 64] {
            let points = Subject.legendre(count)
            #expect(abs(points.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
            // Exact for powers up to twice their number less one.
            let power = Double(2 * count - 1)
            #expect(abs(points.reduce(0) { $0 + $1.weight * pow($1.place, power) } - 1 / (power + 1)) < 1e-10)
        }
    }

    /// Labels hang on one component: relevance is there, whatever the others do.
    @Test func theComponentThatTellsHasTheRelevance() throws {
        let scratch = try Scratch()
        let text = ToyStudy.text.replacing("[1, 96] at", with: "[3, 96] at").replacing(
            "demean ->", with: "order(ZNE) -> demean ->"
        ).replacing("batch: 5", with: "batch: 4").replacing("noise(p: 0.5)", with: "noise(p: 0.2)")
        let subject = try subject(scratch.path + "/run", data: OneTells(), text: text, epochs: 80)
        var shares: [Double] = []
        for trace in [0, 1, 2, 4, 5, 6] {
            let seen = try subject.look(trace)
            #expect(seen.components == ["Z", "N", "E"])
            let finding = try subject.relevance(Question("p@P"), of: seen, rule: .difference, checking: .none)
            shares.append(finding.shares.components[1].ofAbsolute)
        }
        #expect(shares.reduce(0, +) / Double(shares.count) > 0.6, "\(shares)")
    }
}

/// A unit that is wired to a class is found, and units that know nothing are not called informative.
@Suite struct UnitJudgingTests {
    private func stretches(wired: Int?, units: Int, seed: UInt64) -> [UnitFinding.Stretch] {
        let random = CounterRandom(seed: seed)
        return (0..<60).map { index in
            let label = index % 3
            let means = (0..<units).map { unit -> Double in
                random.normal(index * units + unit) * 0.1 + (unit == wired && label == 1 ? 0.8 : 0)
            }
            return UnitFinding.Stretch(
                trace: index, label: label, frames: 0..<10, loudness: means.map { abs($0) }, mean: means,
                polarised: means, quiet: means)
        }
    }

    private func heat(_ stretches: [UnitFinding.Stretch], _ units: Int) -> [[Double]] {
        (0..<3).map { label in
            let own = stretches.filter { $0.label == label }
            return (0..<units).map { unit in own.reduce(0) { $0 + $1.loudness[unit] } / Double(own.count) }
        }
    }

    @Test func aWiredUnitHeadsEveryList() {
        let all = stretches(wired: 7, units: 20, seed: 1)
        let heat = heat(all, 20)
        let judging = UnitJudging(stretches: all, heat: heat, shuffles: 100)
        let units = (0..<20).map { judging.unit($0, changes: [], isDead: false) }
        #expect(heat[1].indices.max { heat[1][$0] < heat[1][$1] } == 7)
        #expect(units.max { $0.selectivity < $1.selectivity }?.number == 7)
        #expect(units.max { $0.information < $1.information }?.number == 7)
        #expect(units.max { abs($0.area - 0.5) < abs($1.area - 0.5) }?.number == 7)
        #expect(units[7].isInformative && units[7].preferred == 1 && units[7].area > 0.99)
    }

    @Test func unitsThatKnowNothingAreNotCalledInformative() {
        let all = stretches(wired: nil, units: 200, seed: 2)
        let judging = UnitJudging(stretches: all, heat: heat(all, 200), shuffles: 100)
        let informative = (0..<200).count { judging.unit($0, changes: [], isDead: false).isInformative }
        #expect(informative <= 10, "\(informative) of 200")
    }
}

/// Maps reduced to shares.
@Suite struct SharesTests {
    @Test func aToneIsInItsOctave() {
        let x = (0..<1000).map { Float(sin(2 * Double.pi * 7 * Double($0) / 100)) }
        let shares = Shares(x: x, c: x, rows: 1, names: ["Z"], rate: 100, at: 5)
        let loudest = shares.octaves.max { $0.ofAbsolute < $1.ofAbsolute }
        #expect(loudest?.name == "6.2 to 12 Hz" || loudest?.name == "6.3 to 12 Hz" || loudest?.name == "6.3 to 13 Hz")
        #expect((loudest?.ofAbsolute ?? 0) > 0.95)
        #expect(abs(shares.times.reduce(0) { $0 + $1.ofAbsolute } - 1) < 1e-9)
    }

    @Test func ranksWithTies() {
        #expect(Alike.ranks([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
        #expect(abs((Alike.ranks([1, 2, 2, 4], [4, 2, 2, 1]) ?? 0) + 1) < 1e-12)
        #expect(Alike.ranks([1, 1, 1], [1, 2, 3]) == nil)
    }
}
