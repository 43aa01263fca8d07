import Foundation
import GraphIR
import Interpreter
import Seismic
import Testing

@testable import Runner

/// Streams are judged against what is known of them.
@Suite struct StreamJudgingTests {
    static let start = Instant("2024-05-06T10:00:00Z") ?? Instant(nanoseconds: 0)
    static func time(_ seconds: Double) -> Instant { start.advanced(bySeconds: seconds) }
    static func group(_ station: String) -> StreamGroup {
        StreamGroup(network: "XX", station: station, location: "", band: "HH")
    }
    static func pick(_ station: String, _ phase: String, _ seconds: Double) -> StreamPick {
        StreamPick(
            group: group(station), components: "ZNE", phase: phase, time: time(seconds), probability: 0.8,
            begin: time(seconds), end: time(seconds), model: "toy")
    }
    static func arrival(_ station: String, _ phase: Phase, _ seconds: Double, _ event: String) -> KnownArrival {
        KnownArrival(network: "XX", station: station, phase: phase, time: time(seconds), event: event)
    }

    /// Two stations for two hours, with a gap at B.
    static func summary(_ picks: [StreamPick]) -> PickSummary {
        var summary = PickSummary()
        for (station, from, to) in [("A", 0.0, 7200.0), ("B", 0, 3000), ("B", 4000, 7200)] {
            summary.coverage.add(
                Coverage.Row(group(station), from: time(from), to: time(to), components: "ZNE", .picked))
        }
        summary.picks = picks.sorted(by: StreamPick.isBefore)
        return summary
    }

    static func rows(_ picks: [StreamPick], _ known: KnownArrivals) -> StreamRows {
        StreamRows(
            summary(picks), known: known, phases: ["P", "S"], rule: .trigger,
            thresholds: PickThresholds(detection: 0.3, phases: [.init("P", 0.3), .init("S", 0.3)]), rate: 100)
    }

    static let known = KnownArrivals(
        wanted: [
            arrival("A", .P, 1000, "one"), arrival("A", .S, 1005, "one"), arrival("B", .Pn, 1002, "one"),
            arrival("B", .Sn, 1009, "one"),
            // Another follows before the first has gone: at A both are one row.
            arrival("A", .P, 1012, "two"), arrival("A", .S, 1018, "two"),
            arrival("A", .P, 5000, "three"), arrival("B", .P, 5003, "three"),
            // B recorded nothing then.
            arrival("B", .P, 3500, "four"),
        ], faint: [arrival("A", .P, 2000, "five")])

    func value(_ name: String, _ predictions: Predictions) -> Double? {
        MetricUse.all(for: predictions).first { $0.name == name }?.metric.measure(predictions)?
            .value(traces: predictions.count)
    }

    @Test func whatIsKnownIsFound() throws {
        let picks =
            Self.known.wanted.filter { $0.event != "four" }.map {
                Self.pick($0.station, $0.phase.family.rawValue, $0.time.seconds(since: Self.start) + 0.04)
            } + [Self.pick("A", "P", 2000.1)]
        let rows = Self.rows(picks, Self.known)
        #expect(rows.facts.arrivals == 8 && rows.facts.unseen == 1 && rows.facts.faint == 1)
        #expect(abs(rows.facts.hours - 6200 / 3600.0 - 2) < 1e-9)
        for name in ["event_recall", "recording_recall", "recording_precision", "p_f1_0.5s_trigger"] {
            #expect(value(name, rows.predictions) == 1, "\(name)")
        }
        #expect(value("false_alarms_per_hour", rows.predictions) == 0)
        let residual = try #require(value("p_residual_mae_matched_trigger", rows.predictions))
        #expect(abs(residual - 0.04) < 1e-9)
        // Nothing is said of rules that did not read, and nothing of places where the curve is highest.
        let names = MetricUse.all(for: rows.predictions).map(\.name)
        #expect(!names.contains { $0.hasSuffix("_eqt") || $0 == "p_f1_0.5s" || $0.contains("_all") })
    }

    @Test func missesAndAlarmsAreCounted() {
        // Of "one" two of four arrivals; of "two" none; of "three" both; and two alarms, one of three picks.
        let picks = [
            Self.pick("A", "P", 1000.2), Self.pick("B", "S", 1009), Self.pick("A", "P", 5000),
            Self.pick("B", "P", 5003.4), Self.pick("A", "P", 3000), Self.pick("A", "S", 3004),
            Self.pick("A", "P", 3009), Self.pick("B", "P", 1002.6),
        ]
        let rows = Self.rows(picks, Self.known)
        #expect(value("event_recall", rows.predictions) == 1 / 3.0)
        #expect(value("recording_recall", rows.predictions) == 4 / 5.0)
        #expect(value("recording_precision", rows.predictions) == 4 / 6.0)
        let hours = rows.facts.hours
        #expect(value("false_alarms_per_hour", rows.predictions).map { abs($0 - 2 / hours) < 1e-9 } == true)
        #expect(value("p_recall_0.5s_trigger", rows.predictions) == 3 / 5.0)
        #expect(value("p_precision_0.5s_trigger", rows.predictions) == 3 / 6.0)
        #expect(value("p_precision_0.1s_trigger", rows.predictions) == 1 / 6.0)
    }

    /// Rows cover all that was looked at, once; earthquakes that share a row are drawn together.
    @Test func rowsCutTimeWithoutCuttingEarthquakes() throws {
        let rows = Self.rows([], Self.known).predictions
        let hours = try #require(rows.numbers(StreamTable.hours))
        #expect(abs(hours.reduce(0, +) - 2 - 6200 / 3600.0) < 1e-9 && hours.allSatisfy { $0 > 0 && $0 <= 1 })
        #expect(Set(rows.identities).count == rows.count)
        let events = zip(rows.events, rows.isEvent ?? []).filter(\.1).map(\.0)
        #expect(events.count == 4 && Set(events) == ["one", "three"])
        let again = try #require(Predictions(csv: rows.csv))
        #expect(again.csv == rows.csv && again.events == rows.events)
        #expect(value("event_recall", again) == 0 && value("false_alarms_per_hour", again) == 0)
        #expect(value("recording_precision", again) == nil)
    }

    /// The whole way: made records, picked as `pick` picks them, kept, handed out again, and compared.
    @Test func networksAreJudgedAndComparedOnStreams() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/network"
        var order = SyntheticNetwork.Order()
        (order.stations, order.hours, order.events) = (2, 0.05, 60)
        _ = try SyntheticNetwork(order).write(to: folder, threads: 2, overwrite: false)
        var contenders: [Contender] = []
        for (number, width) in ["4", "5"].enumerated() {
            let settings = [("train.epochs", "1"), ("width", width)]
            let path = scratch.path + "/run\(number)"
            let file = try ToyStudy.file(settings)
            let record = try ToyStudy.train(path, settings: settings).record
            var request = EvaluationRequest(folder: RunFolder(path))
            request.threads = 1
            var pickOrder = PickOrder(words: [folder], out: "")
            pickOrder.thresholds = PickThresholds(detection: 0.2, phases: [.init("P", 0.05)])
            let first = try evaluate(stream: pickOrder, request, record: record, file: file)
            #expect(first.place.name?.hasSuffix("-stream") == true && first.predictions.count > 2)
            let again = try evaluate(stream: pickOrder, request, record: record, file: file)
            #expect(again.predictions.csv == first.predictions.csv && again.json == first.json)
            // The same picks as pick's own.
            pickOrder.out = scratch.path + "/picks\(number)"
            let weights = try readWeights(request.folder.bestWeightsPath)
            _ = try Runner.pick(
                pickOrder, file: file, weights: Weights(weights, layout: WeightLayout(file.network.graph)),
                notes: weights)
            func text(_ place: String) throws -> String {
                try String(contentsOfFile: place + "/picks.csv", encoding: .utf8)
            }
            #expect(try text(pickOrder.out) == text(first.place.folder))
            contenders.append(
                Contender(
                    name: "toy\(number)", file: file,
                    runs: [try Contender.Run(reading: request.folder, judged: first.place)]))
            #expect(first.judged(record)[1].contains("of recording"))
            // Other choices are another result.
            pickOrder.rule = .peaks
            #expect(try evaluate(stream: pickOrder, request, record: record, file: file).place != first.place)
        }
        var request = Comparison.Request()
        request.rule = .trigger
        let comparison = try Comparison(contenders, request: request)
        let judged = Set(comparison.judged.map(\.use.name))
        #expect(judged.isSuperset(of: ["false_alarms_per_hour", "event_recall", "p_f1_0.5s_trigger"]))
        #expect(try DisagreementSearch(comparison).disagreements().isEmpty)
    }

    @Test func aFolderWithoutTruthIsRefused() throws {
        let scratch = try Scratch()
        let settings = [("train.epochs", "1")]
        let record = try ToyStudy.train(scratch.path + "/run", settings: settings).record
        let request = EvaluationRequest(folder: RunFolder(scratch.path + "/run"))
        let file = try ToyStudy.file(settings)
        let error = #expect(throws: RunError.self) {
            _ = try evaluate(stream: PickOrder(words: [scratch.path], out: ""), request, record: record, file: file)
        }
        #expect(error?.cause == .badData && error?.message.contains("picks.csv") == true)
    }
}
