import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic
import Testing

@testable import Runner

/// Two channels: noise, and a step that says exactly when an event is under way; or nothing that says it.
private struct Wired: Dataset {
    /// Whether the arrivals have anything to do with the waveforms.
    var tells = true
    var count = 60
    let path = "wired"
    let format = "toy"
    let columns = ["trace_name", "source_id", "split", "trace_category", "trace_p_arrival_sample"]

    func arrival(_ index: Int) -> Int { 60 + CounterRandom(seed: 21).int(index, in: 0..<120) }
    func metadata(_ index: Int) -> TraceMetadata {
        TraceMetadata([
            ("trace_name", "wired\(index)"), ("source_id", "event\(index)"),
            ("split", ["train", "dev", "test", "test", "test"][index % 5]), ("trace_category", "earthquake_local"),
            ("trace_p_arrival_sample", "\(arrival(index))"),
        ])
    }
    func rate(_ index: Int) -> Double? { 20 }
    func components(_ index: Int) -> String? { "NZ" }
    func trace(_ index: Int) throws -> Trace {
        let random = CounterRandom(seed: 9, stream: UInt64(index))
        let noise = (0..<240).map { Float(random.normal($0)) }
        let other = (0..<240).map { Float(random.normal(5000 + $0)) }
        let step = (0..<240).map { $0 >= arrival(index) ? Float(2) : 0 }
        return Trace(
            name: "wired\(index)", rate: 20, components: "NZ", samples: noise + (tells ? step : other), length: 240,
            metadata: metadata(index))
    }
}

@Suite struct UnitTests {
    private static func text(_ units: Int) -> String {
        """
        network Units {
            input waveform: [2, 240] at 20 Hz
            output p: [1, 240] = waveform -> conv(\(units), 9) as first -> tanh -> conv(1, 1) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            prepare { order(NZ) }
            train { optimizer: adam(rate: 1e-3)
                batch: 8
                epochs: 1
                checkpoint: 0 s }
        }
        """
    }

    /// A network of which one unit hears the second channel alone, and loudly.
    private func subject(_ folder: String, _ data: Wired, units: Int, wired: Int?) throws -> Subject {
        let text = Self.text(units)
        try ToyStudy.train(folder, text: text, data: data)
        let run = try Subject(RunFolder(folder), file: ToyStudy.file(text: text), dataset: data, threads: 1)
        guard let wired else { return run }
        var weights = run.weights
        var kernels = try #require(weights["first.weight"])
        for place in kernels.indices {
            let (unit, channel) = (place / 18, place / 9 % 2)
            // The others hear the noise alone.
            if unit == wired { kernels[place] = channel == 1 ? 0.2 : 0 } else if channel == 1 { kernels[place] = 0 }
        }
        weights["first.weight"] = kernels
        return try Subject(
            ToyStudy.file(text: text), weights: weights.safetensors(), from: "wired", note: run.note, data: "wired",
            dataset: data, threads: 1)
    }

    @Test func aWiredUnitHeadsEveryList() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", Wired(), units: 12, wired: 7)
        let finding = try subject.units("first", subject.traces(.all))
        let coda = try #require(finding.classes.firstIndex(of: "coda"))
        #expect(finding.loudest(1)[coda] == [7] && finding.selective(1)[finding.units[7].preferred] == [7])
        func first(_ value: (UnitFinding.Unit) -> Double) -> Int? {
            finding.units.max { value($0) < value($1) }?.number
        }
        #expect(first(\.selectivity) == 7 && first(\.information) == 7 && first { abs($0.area - 0.5) } == 7)
        #expect(finding.units[7].isInformative)
        #expect(finding.units.count { $0.isInformative } <= 2, "\(finding.units.filter(\.isInformative).map(\.number))")
        // What hears the step is what changes when P comes.
        let p = try #require(finding.classes.firstIndex(of: "P ±0.2 s"))
        #expect((finding.units[7].changes[p] ?? 0) > 10)
    }

    /// Arrivals that have nothing to do with the waveforms: of 100 units at most five are called informative, though
    /// means over short stretches vary more than over long ones, and "before P" always stands at the beginning.
    @Test func onShuffledLabelsNobodyIsCalledInformative() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", Wired(tells: false), units: 100, wired: nil)
        let finding = try subject.units("first", subject.traces(.all))
        let called = finding.units.count { $0.isInformative }
        #expect(called <= 5, "\(called) of 100")
    }

    /// The unit that hears the step is on behind every arrival: marked in one trace, it is found in all others.
    @Test func whatIsOnInASpanIsFoundElsewhere() throws {
        let scratch = try Scratch()
        let data = Wired()
        let subject = try subject(scratch.path + "/run", data, units: 12, wired: 7)
        let traces = try subject.traces(.test), first = traces[0]
        let from = Double(data.arrival(first)) / 20 + 1
        let span = try UnitAlike.Span("\(first)@\(from)-\(from + 2)")
        let found = try subject.alike("first", traces, span)
        #expect(found.units == [7] && found.label == "coda", "\(found.units)")
        #expect(Set(found.places.map(\.trace)).count == min(50, traces.count - 1), "\(found.count)")
        #expect(found.places.allSatisfy { $0.share == 1 })
        for place in found.places {
            let trace = try subject.find(place.trace)
            #expect(abs(place.from - Double(data.arrival(trace)) / 20) < 0.3, "\(place)")
        }
        for wrong in ["3", "3@5", "3@9-4", "3@a-b", "@1-2"] {
            #expect(throws: RunError.self, "\(wrong)") { try UnitAlike.Span(wrong) }
        }
        #expect(throws: RunError.self) { try subject.alike("first", traces, UnitAlike.Span("\(first)@90-99")) }
    }

    /// Steadily loud is who is among the loudest each time: never more units than are loud on average.
    @Test func steadyUnitsAreLoudEachTime() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", Wired(), units: 12, wired: 7)
        var finding = try subject.units("first", subject.traces(.all))
        finding.isSteady = true
        let coda = try #require(finding.classes.firstIndex(of: "coda"))
        let steady = finding.mostActive(10)
        #expect(steady[coda] == [7])
        for (label, units) in steady.enumerated() {
            for stretch in finding.stretches where stretch.label == label {
                let least = stretch.loudness.sorted(by: >)[0]
                #expect(units.allSatisfy { stretch.loudness[$0] >= least })
            }
        }
        #expect(finding.text(top: 3, keep: [100, 10]).contains("in every stretch of a class"))
        #expect(finding.page(top: 3, keep: [10], command: "strata").contains("in every stretch"))
    }

    /// The units of a network whose units were moved about are all there again, at their new places.
    @Test func theSameUnitsInAnotherOrderAreFound() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", Wired(), units: 6, wired: nil)
        let order = [3, 0, 5, 1, 4, 2]
        var moved = subject.weights
        for name in ["first.weight", "first.bias"] {
            let values = try #require(moved[name]), width = values.count / 6
            moved[name] = order.flatMap { values[$0 * width..<($0 + 1) * width] }
        }
        let found = try #require(
            try subject.sameness(
                "first", [Sibling(name: "moved", seed: 1, weights: moved)], subject.traces(.test)))
        #expect(found.others[0].partners == (0..<6).map { order.firstIndex(of: $0) })
        #expect(found.others[0].correlations.allSatisfy { $0 > 0.999 } && found.steady == 6)
    }

    @Test func theBestAssignmentIsTheBest() {
        func orders(_ count: Int) -> [[Int]] {
            count == 0
                ? [[]]
                : orders(count - 1).flatMap { rest in
                    (0..<count).map { place in
                        var order = rest
                        order.insert(count - 1, at: place)
                        return order
                    }
                }
        }
        for draw in 0..<20 {
            let random = CounterRandom(seed: UInt64(draw))
            let costs = (0..<5).map { row in (0..<5).map { random.uniform(row * 5 + $0, in: 0...1) } }
            func cost(_ order: [Int]) -> Double { order.enumerated().reduce(0) { $0 + costs[$1.offset][$1.element] } }
            let best = Assignment.best(costs)
            #expect(Set(best).count == 5)
            #expect(abs(cost(best) - (orders(5).map(cost).min() ?? 0)) < 1e-12)
        }
    }

    /// A unit that is loud when a tone is goes with the tone's band.
    @Test func aUnitGoesWithItsBand() {
        var bands = UnitBands(rate: 100)
        let random = CounterRandom(seed: 4)
        for window in 0..<30 {
            let loud = random.uniform(90_000 + window, in: 0...1)
            let x = (0..<400).map { t -> Float in
                Float(loud * sin(2 * Double.pi * 20 * Double(t) / 100) + 0.05 * random.normal(window * 400 + t))
            }
            let h =
                [Float](repeating: Float(log(loud + 0.1)) + 5, count: 8)
                + (0..<8).map {
                    Float(random.normal(70_000 + window * 8 + $0))
                }
            bands.add(x, rows: 1, h, units: 2, time: 8)
        }
        let own = bands.correlations(of: 0)
        let best = own.indices.max { (own[$0] ?? 0) < (own[$1] ?? 0) } ?? 0
        // The tone stands near the border of two bands.
        #expect(abs(bands.edge(best) - 20) <= bands.edge(0), "\(own)")
        #expect((own[best] ?? 0) > 0.9)
        #expect(bands.correlations(of: 1).allSatisfy { abs($0 ?? 0) < 0.5 })
    }

    /// A class of frames 20 to 39 that is said from 24 to 36, and a unit that moves when it begins.
    @Test func delaysAndMoves() {
        var delays = UnitDelays()
        let labels = (0..<60).map { (20..<40).contains($0) ? 1 : 0 },
            said = (0..<60).map { (24..<37).contains($0) ? 1 : 0 }
        let h = (0..<60).map { Float((20..<24).contains($0) ? $0 - 20 : 0) } + (0..<60).map { Float($0 % 2) }
        delays.add(h, units: 2, labels: labels, said: said, seconds: 30)
        #expect(delays.medians(of: 1) == (2, -1.5))
        #expect(delays.medians(of: 0).onset == -1.5 && delays.medians(of: 7).onset == nil)
        #expect((delays.susceptibility(of: 0) ?? 0) > 1 && abs((delays.susceptibility(of: 1) ?? 0) - 1) < 1e-9)
    }

    @Test func damageAndPagesHoldWhatTheySay() throws {
        let scratch = try Scratch()
        let subject = try subject(scratch.path + "/run", Wired(), units: 4, wired: 2)
        var finding = try subject.units("first", subject.traces(.all))
        finding.damage = try subject.damage("first", count: 4, subject.traces(.test))
        finding.sameness = try subject.sameness(
            "first", [Sibling(name: "itself", seed: 1, weights: subject.weights)], subject.traces(.test))
        #expect(finding.damage?.losses.count == 4 && finding.sameness?.steady == 4)
        let page = finding.page(top: 2, keep: [100, 50], command: "strata")
        #expect(
            page.contains("Without one of them") && page.contains("Other trainings") && page.contains("Frequencies"))
        #expect(finding.csv.split(separator: "\n").count == 5 && finding.csv.contains("r_itself"))
        #expect(finding.json["damage"]?["losses"]?.array?.count == 4)
        let portrait = try subject.portrait(Question("first/2"), subject.traces(.test), steps: 5)
        #expect(portrait.bands.count == 16 && portrait.moments.count == 9)
        do {
            _ = try subject.portrait(Question("first/9"), subject.traces(.test), steps: 5)
            Issue.record("unit 9 was found")
        } catch { #expect("\(error)".contains("first has units 0 to 3")) }
    }
}

/// Pictures as PNG, byte by byte as the format wants it.
@Suite struct PixelsTests {
    @Test func aPictureIsAPNG() throws {
        var pixels = Pixels(rows: 2, columns: 3)
        pixels.set(0, 0, 1)
        pixels.set(1, 2, -0.5)
        pixels.set(5, 5, 1)
        let address = pixels.address
        let start = "data:image/png;base64,"
        #expect(address.hasPrefix(start))
        let bytes = try #require(Data(base64Encoded: String(address.dropFirst(start.count)))).map { $0 }
        #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(bytes[16..<26]) == [0, 0, 0, 3, 0, 0, 0, 2, 8, 3])
        // Rows behind their filter: the strongest blue, nothing, nothing; nothing, nothing, half of red.
        let rows: [UInt8] = [0, 200, 100, 100, 0, 100, 100, 50]
        #expect(bytes.indices.contains { $0 + 8 <= bytes.count && Array(bytes[$0..<min(bytes.count, $0 + 8)]) == rows })
    }
}
