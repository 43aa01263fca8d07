import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic
import Testing

@testable import Runner

/// Three components, of which only one says where P is.
private struct OneTells: Dataset {
    let count = 1600
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

    /// Other trainings that lie beside the run are laid beside its explanations; one with other data is not.
    @Test func otherSeedsAreFoundAndAsked() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/runs/seed_0")
        for seed in [1, 2] {
            try ToyStudy.train(
                scratch.path + "/runs/seed_\(seed)", settings: [("train.epochs", "12")], change: { $0.seed = seed })
        }
        try ToyStudy.train(scratch.path + "/runs/other", data: ToyData(count: 30), change: { $0.seed = 3 })
        try ToyStudy.train(
            scratch.path + "/runs/wide", text: ToyStudy.text.replacing("width: int = 4", with: "width: int = 5"))
        #expect(try subject.siblings().map(\.name) == ["seed_1", "seed_2"])
        let finding = try subject.relevance(Question("p@max"), of: subject.look(4), checking: .all)
        #expect(
            Set(finding.checks.map(\.name)).isSuperset(of: [
                "closes", "random weights", "random top", "other seeds", "shifts",
            ]))
        let check = try #require(finding.checks.first { $0.name == "other seeds" })
        #expect(check.definition.contains("seed_2") && (-1...1).contains(check.value ?? 2))
        #expect(try subject.siblings(named: [scratch.path + "/runs/seed_2"]).map(\.seed) == [2])
        for wrong in ["/runs/wide", "/runs/nobody"] {
            #expect(throws: RunError.self) { try subject.siblings(named: [scratch.path + wrong]) }
        }
        // It itself as its other training is the same picture.
        let own = Sibling(name: "itself", seed: 9, weights: subject.weights)
        let same = try subject.otherSeeds(finding, [own]) { _ in finding.relevance }
        #expect(same?.value == 1 && same?.passed == true)
    }

    /// A mean over shifts or draws closes its books, too, and says how much it varies.
    @Test func meansOverShiftsAndDraws() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let seen = try subject.look(4)
        let question = try Question("p@max")
        for averaging in [RelevanceFinding.Averaging.shifts(8), .dropout(6)] {
            let finding = try subject.relevance(question, of: seen, checking: .some, averaging: averaging)
            #expect(finding.account.error < 1e-5, "\(finding.account)")
            let sum = finding.relevance[0].reduce(0.0) { $0 + Double($1) }
            #expect(abs(sum - finding.account.fromInputs) < 1e-4)
            #expect(finding.averaged?.deviations[0].contains { $0 > 0 } == true)
            #expect(finding.json["spread"]?.double ?? 0 > 0 && finding.text.contains("mean over"))
            #expect(finding.arrays.contains { $0.name == "spread" })
            let again = try subject.relevance(question, of: seen, checking: .none, averaging: averaging)
            #expect(again.relevance == finding.relevance)
        }
        let dry = try self.subject(
            scratch.path + "/dry", text: ToyStudy.text.replacing(" -> dropout(0.1) as drop", with: ""))
        #expect(throws: RunError.self) {
            try dry.relevance(question, of: dry.look(4), checking: .none, averaging: .dropout(4))
        }
        #expect(throws: RunError.self) {
            try dry.relevance(question, of: dry.look(4), checking: .none, averaging: .shifts(90))
        }
    }

    /// From whatever baseline: what is told is the difference between two windows.
    @Test func aBaselineIsAnyWindow() throws {
        let scratch = try Scratch()
        let subject = try subject(
            scratch.path + "/run", text: ToyStudy.text.replacing(" -> dropout(0.1) as drop", with: ""))
        let seen = try subject.look(4), question = try Question("p@0.4s")
        func value(_ inputs: [[Float]]) throws -> Double {
            let explainer = try subject.explainer(.standard, symbols: [:])
            try explainer.look(at: inputs)
            return Double(explainer.result(ofNode: explainer.explained.ends[0].logit)[40])
        }
        let own = try value(seen.inputs)
        let starts: [(Subject.Baseline, [[Float]])] = [
            (.zero, [[Float](repeating: 0, count: 96)]), (.trace(6), try subject.look(6).inputs),
        ]
        for (baseline, start) in starts {
            subject.baseline = baseline
            let difference = try own - value(start)
            for method in [Method.relevance, .integrated] {
                let finding =
                    method == .relevance
                    ? try subject.relevance(question, of: seen, rule: .difference, checking: .some)
                    : try subject.explain(question, of: seen, by: method)
                let sum = finding.relevance[0].reduce(0.0) { $0 + Double($1) }
                #expect(abs(sum - difference) <= 0.011 * abs(difference) + 1e-4, "\(method) \(baseline)")
                #expect(finding.json["baseline"]?.string == (baseline == .zero ? "zeros" : "toy6"))
            }
        }
    }

    /// Where all that the last layer reads is zero, only its constant speaks, and that is said.
    @Test func aFlatTopIsTold() throws {
        let scratch = try Scratch()
        let text = ToyStudy.text.replacing("as last -> sigmoid", with: "as last -> sigmoid").replacing(
            " -> dropout(0.1) as drop", with: "")
        let run = try subject(scratch.path + "/run", text: text)
        var weights = run.weights
        // A shift that no signal overcomes leaves nothing behind relu.
        weights["norm.bias"] = [Float](repeating: -1000, count: 4)
        let subject = try Subject(
            ToyStudy.file(text: text), weights: weights.safetensors(), from: "flat", note: run.note, data: "toy",
            dataset: ToyData(), threads: 1)
        let finding = try subject.relevance(Question("p@0.4s"), of: subject.look(4), checking: .none)
        let told = "only constants speak there (constants 100 %): all 4 channels that 'last' reads are 0"
        #expect(finding.warnings.contains { $0.hasPrefix(told) }, "\(finding.warnings)")
        #expect(finding.text.contains("one value to the bit"))
        let normal = try run.relevance(Question("p@max"), of: run.look(4), checking: .none)
        #expect(!normal.warnings.contains { $0.contains("only constants speak") })
    }

    @Test func whatCannotBeAskedIsRefusedWithWhatCan() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run")
        let seen = try subject.look(3)
        #expect(throws: RunError.self) { try subject.find("nobody") }
        #expect(throws: RunError.self) { try subject.find("400") }
        for text in ["q", "p[9]", "p@900s", "p@P", "first/99", "nothing/1", "p@somewhere", "first/x"] {
            #expect(throws: RunError.self, "\(text)") {
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
        ).replacing("batch: 5", with: "batch: 8").replacing("noise(p: 0.5)", with: "noise(p: 0.2)").replacing(
            "adam(rate: 2e-2)", with: "sgd(rate: 2e-1, momentum: 0.9)")
        // Few examples leave weights on what tells nothing (0.7 with 240), and steps of one size keep them there.
        let subject = try subject(scratch.path + "/run", data: OneTells(), text: text, epochs: 40)
        var shares: [Double] = []
        for trace in [0, 1, 2, 4, 5, 6] {
            let seen = try subject.look(trace)
            #expect(seen.components == ["Z", "N", "E"])
            let finding = try subject.relevance(Question("p@P"), of: seen, checking: .none)
            shares.append(finding.shares.components[1].ofAbsolute)
        }
        #expect(shares.reduce(0, +) / Double(shares.count) >= 0.9, "\(shares)")
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

    /// Where nothing comes back, no component, time or octave has a share of it.
    @Test func nothingHasNoShares() {
        let x = (0..<1000).map { Float(sin(2 * Double.pi * 7 * Double($0) / 100)) }
        let shares = Shares(x: x, c: x.map { _ in 0 }, rows: 1, names: ["Z"], rate: 100, at: 5)
        for part in shares.components + shares.times + shares.octaves {
            #expect(part.ofAbsolute == 0 && part.ofSum == nil, "\(part.name): \(part.ofAbsolute)")
        }
    }

    @Test func ranksWithTies() {
        #expect(Alike.ranks([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
        #expect(abs((Alike.ranks([1, 2, 2, 4], [4, 2, 2, 1]) ?? 0) + 1) < 1e-12)
        #expect(Alike.ranks([1, 1, 1], [1, 2, 3]) == nil)
    }
}
