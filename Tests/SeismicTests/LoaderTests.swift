import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Traces held in memory.
private struct Held: Dataset {
    var path = "held"
    var format = "held"
    var traces: [Trace]
    var count: Int { traces.count }
    var columns: [String] { ["trace_name", "trace_p_arrival_sample", "trace_s_arrival_sample", "trace_category"] }
    func metadata(_ index: Int) -> TraceMetadata { traces[index].metadata }
    func trace(_ index: Int) throws -> Trace {
        if traces[index].name == "lost" {
            throw DataError(file: path, byte: 17, expected: "samples", found: "none")
        }
        return traces[index]
    }

    static func trace(_ name: String, channels: [[Float]], p: Double? = nil) -> Trace {
        var metadata = TraceMetadata([("trace_name", name), ("trace_category", p == nil ? "noise" : "earthquake")])
        metadata.set("trace_p_arrival_sample", p)
        metadata.set("trace_s_arrival_sample", p.map { $0 + 30 })
        return Trace(
            name: name, rate: 100, components: String("ZNE".prefix(channels.count)), samples: channels.flatMap { $0 },
            length: channels.first?.count ?? 0, metadata: metadata)
    }
}

struct LoaderTests {
    static let input = Loader.Port("waveform", TensorType(Shape(3, 1000), rate: 100))
    static let outputs = [
        Loader.Port("p", TensorType(Shape(1, 1000), rate: 100)),
        Loader.Port("detection", TensorType(Shape(1, 1000), rate: 100)),
    ]

    static func call(_ kind: PluginKind, _ name: String, _ values: KeyValuePairs<String, Value> = [:]) -> PluginCall {
        var arguments = Registry.builtIn.signature(kind, name)?.defaults ?? Arguments()
        for (name, value) in values { arguments.set(name, value) }
        return PluginCall(kind, name, arguments)
    }
    static func lesson(_ output: String, _ labeler: PluginCall) -> Recipe.Lesson {
        Recipe.Lesson(output: output, labeler: labeler, loss: call(.loss, "none"), weight: 1, place: .nowhere)
    }
    static let recipe = Recipe(
        lessons: [
            lesson("p", call(.labeler, "pick", ["phase": .word("P")])), lesson("detection", call(.labeler, "event")),
        ],
        preparations: [call(.preparation, "demean"), call(.preparation, "normalize")],
        augmentations: ["shift", "second_event", "noise", "drop_channel", "gap"].map { call(.augmentation, $0) })

    private static func loader(_ dataset: any Dataset, _ options: Loader.Options) throws -> Loader {
        try Loader(
            dataset, traces: Array(0..<dataset.count), recipe: recipe, inputs: [input], outputs: outputs,
            options: options)
    }
    private static func drain(_ stream: BatchStream) throws -> [Batch] {
        var batches: [Batch] = []
        while let batch = try stream.next() { batches.append(batch) }
        return batches
    }
    private static let quakes = Result {
        try SyntheticDataset(SyntheticDataset.Order(count: 50, seed: 2, length: 1000, rate: 100))
    }

    @Test func sameBatchesForAnyNumberOfThreads() throws {
        let dataset = try Self.quakes.get()
        func batches(_ threads: Int, epoch: Int = 3) throws -> [Batch] {
            let options = Loader.Options(batch: 8, seed: 5, threads: threads, augments: true, order: .shuffled)
            return try Self.drain(Self.loader(dataset, options).batches(epoch: epoch))
        }
        let one = try batches(1)
        #expect(one.map(\.count) == [8, 8, 8, 8, 8, 8, 2])
        #expect(one.flatMap(\.traces).sorted() == Array(0..<50))
        for threads in [2, 3, 8] {
            let many = try batches(threads)
            #expect(many.map(\.traces) == one.map(\.traces))
            #expect(many.map { $0.inputs[0].values } == one.map { $0.inputs[0].values })
            #expect(many.map { $0.lessons.map(\.labels.values) } == one.map { $0.lessons.map(\.labels.values) })
        }
        let next = try batches(1, epoch: 4)
        #expect(next.map(\.traces) != one.map(\.traces))
        #expect(next[0].inputs[0].values != one[0].inputs[0].values)
        #expect(one[0].inputs[0].shape == [8, 3, 1000] && one[0].lessons[0].labels.shape == [8, 1, 1000])
    }

    @Test func goesOnWhereItStopped() throws {
        let options = Loader.Options(batch: 8, seed: 5, threads: 2, augments: true, order: .shuffled)
        let loader = try Self.loader(Self.quakes.get(), options)
        let whole = try Self.drain(loader.batches(epoch: 1))
        let rest = try Self.drain(loader.batches(epoch: 1, from: 4))
        #expect(rest.map { $0.inputs[0].values } == whole[4...].map { $0.inputs[0].values })
        #expect(try Self.drain(loader.batches(epoch: 1, from: 99)).isEmpty)
        // A stream that nobody reads to its end stops its threads.
        _ = try loader.batches(epoch: 2).next()
    }

    @Test func ordersThatWeighClasses() throws {
        let isQuake: (Int) -> Bool = { $0 < 10 }
        let balanced = Sampler(Array(0..<50), order: .balanced, seed: 1, isEarthquake: isQuake)
        let traces = balanced.traces(epoch: 0)
        #expect(traces.count == 80 && balanced.count == 80)
        for start in stride(from: 0, to: 80, by: 8) { #expect(traces[start..<start + 8].count(where: isQuake) == 4) }
        #expect(Set(traces) == Set(0..<50))
        let under = Sampler(Array(0..<50), order: .undersampled, seed: 1, isEarthquake: isQuake)
        #expect(under.traces(epoch: 0).count == 20 && Set(under.traces(epoch: 0)).count == 20)
        #expect(Set(under.traces(epoch: 0)) != Set(under.traces(epoch: 1)))
        let onlyQuakes = Sampler([1, 2], order: .balanced, seed: 1, isEarthquake: isQuake)
        #expect(onlyQuakes.traces(epoch: 0).sorted() == [1, 2])
    }

    /// What stands for an arrival and is no number is said, not taken for a missing one.
    @Test(arguments: ["abc", "inf", "1e400"]) func aPickThatIsNoNumberIsSaid(text: String) throws {
        var trace = Held.trace("odd", channels: Array(repeating: [Float](repeating: 1, count: 1000), count: 3), p: 100)
        trace.metadata["trace_p_arrival_sample"] = text
        let loader = try Self.loader(Held(traces: [trace]), Loader.Options(batch: 1))
        let error = #expect(throws: DataError.self) { _ = try Self.drain(loader.batches(epoch: 0)) }
        #expect(error?.trace == "odd" && error?.found == "'\(text)'" && error?.file == "trace_p_arrival_sample")
    }

    @Test func oddTracesNeverMakeBatchesOfNoNumbers() throws {
        let ramp = (0..<1000).map(Float.init)
        var holed = ramp
        for index in 300..<400 { holed[index] = .nan }
        holed[7] = .infinity
        let flat = [Float](repeating: 4, count: 1000)
        let dataset = Held(traces: [
            Held.trace("short", channels: [[1, 2, 3], [1, 2, 3], [3, 2, 1]], p: 1),
            Held.trace("flat", channels: [flat, flat, flat]),
            Held.trace("holed", channels: [holed, ramp, ramp], p: 500),
            Held.trace("one sample", channels: [[1], [1], [1]]),
            Held.trace("late", channels: [ramp, ramp, ramp], p: 1e12),
        ])
        for augments in [false, true] {
            let batches = try Self.drain(
                Self.loader(dataset, Loader.Options(batch: 5, augments: augments)).batches(epoch: 0))
            let batch = try #require(batches.first)
            #expect(batch.count == 5 && batch.inputs[0].values.areFinite)
            #expect(batch.lessons.allSatisfy { $0.labels.values.areFinite })
            #expect(batch.lengths.first == 3)
        }
    }

    @Test func badTracesStopOrAreCounted() throws {
        let ramp = (0..<1000).map(Float.init)
        let nan = [Float](repeating: .nan, count: 1000)
        let dataset = Held(traces: [
            Held.trace("good", channels: [ramp, ramp, ramp]), Held.trace("nothing", channels: [nan, nan, nan]),
            Held.trace("empty", channels: [[], [], []]), Held.trace("lost", channels: [ramp, ramp, ramp]),
            Held.trace("vertical", channels: [ramp]),
        ])
        let strict = try Self.loader(dataset, Loader.Options(batch: 5)).batches(epoch: 0)
        let error = #expect(throws: DataError.self) { try strict.next() }
        #expect(error?.trace == "nothing")
        let lenient = try Self.loader(dataset, Loader.Options(batch: 5, threads: 3, badTraces: .skip))
        let batches = try Self.drain(lenient.batches(epoch: 0))
        #expect(batches.map(\.traces) == [[0]])
        #expect(lenient.skipped.map(\.trace) == [1, 2, 3, 4])
        #expect(lenient.skipped[2].reason.contains("byte 17"))
    }

    @Test func streamsOfDifferentLengths() throws {
        let dataset = try SyntheticDataset(SyntheticDataset.Order(kind: "volcano", count: 6, length: 6000))
        let frames = (Dimension.symbol("T") - 400).floorDivided(by: 50) + 1
        let names: Value = .list(["SIL", "TRE", "LP", "VTE", "HYB"].map { .string($0) })
        func loader(_ size: Int) throws -> Loader {
            try Loader(
                dataset, traces: Array(0..<6),
                recipe: Recipe(
                    lessons: [Self.lesson("class", Self.call(.labeler, "frames", ["classes": names]))],
                    preparations: [Self.call(.preparation, "demean"), Self.call(.preparation, "normalize")]),
                inputs: [Loader.Port("waveform", TensorType(Shape(1, .symbol("T")), rate: 100))],
                outputs: [Loader.Port("class", TensorType(Shape(5, frames), rate: 2))],
                options: Loader.Options(batch: size))
        }
        let batches = try Self.drain(loader(3).batches(epoch: 0))
        let alone = try Self.drain(loader(1).batches(epoch: 0))
        #expect(batches.count == 2)
        for batch in batches {
            let longest = try #require(batch.lengths.max())
            #expect(Set(batch.lengths).count == 3 && batch.symbols.map(\.value) == [longest])
            #expect(batch.inputs[0].shape == [3, 1, longest])
            let count = (longest - 400) / 50 + 1
            #expect(batch.lessons[0].labels.shape == [3, 5, count])
            let mask = try #require(batch.lessons[0].mask)
            for (window, length) in batch.lengths.enumerated() {
                let known = (0..<count).count { mask[(window * 5) * count + $0] == 1 }
                #expect(known == (length - 400) / 50 + 1)
                #expect(
                    batch.inputs[0].values[window * longest + length..<(window + 1) * longest].allSatisfy { $0 == 0 })
                // Its samples and labels are those that it has alone.
                let own = try #require(alone.first { $0.traces == [batch.traces[window]] })
                #expect(own.lengths == [length])
                #expect(
                    batch.inputs[0].values[window * longest..<window * longest + length] == own.inputs[0].values[...])
                for row in 0..<5 {
                    let start = (window * 5 + row) * count
                    #expect(
                        batch.lessons[0].labels.values[start..<start + known]
                            == own.lessons[0].labels.values[row * known..<(row + 1) * known])
                }
            }
        }
    }

    @Test func preparationsFindTheirPlace() throws {
        let recipe = Recipe(
            preparations: [
                Self.call(.preparation, "demean"), Self.call(.preparation, "highpass", ["corner": .float(1)]),
                Self.call(.preparation, "demean"), Self.call(.preparation, "normalize"),
            ])
        let pipeline = try Pipeline(recipe, window: Self.input.type)
        #expect(pipeline.early.count == 2 && pipeline.levelling.count == 2)
        #expect(pipeline.statements.count == 6)
    }

    @Test func mismatchesAreRefusedInWords() throws {
        let ramp = (0..<1000).map(Float.init)
        var slow = Held.trace("slow", channels: [ramp, ramp, ramp])
        slow.rate = 50
        let error = #expect(throws: DataError.self) {
            try Self.loader(Held(traces: [slow]), Loader.Options(batch: 1)).batches(epoch: 0).next()
        }
        #expect(error?.found.contains("resample") == true)
        #expect(throws: Complaint.self) {
            try Loader(
                Held(traces: []), traces: [], recipe: Self.recipe, inputs: [Self.input],
                outputs: Self.outputs.map { Loader.Port($0.name, TensorType(Shape(5))) }, options: .init(batch: 1))
        }
    }
}
