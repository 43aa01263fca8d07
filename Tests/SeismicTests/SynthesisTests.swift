import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Made seismograms: the same for a seed, and like earthquakes.
struct SynthesisTests {
    private static func quakes(_ count: Int = 120, seed: UInt64 = 1, length: Int? = nil) throws -> SyntheticDataset {
        try SyntheticDataset(SyntheticDataset.Order(count: count, seed: seed, length: length))
    }

    @Test(arguments: SyntheticDataset.kindNames) func sameForASeedOnAnyThreads(kind: String) throws {
        let order = SyntheticDataset.Order(kind: kind, count: 12, seed: 9)
        let dataset = try SyntheticDataset(order)
        let alone = (0..<12).map { dataset.madeAnew($0) }
        let again = try SyntheticDataset(order)
        let together = inParallel(12, threads: 4) { index in again.madeAnew(11 - index) }
        let kept = inParallel(36, threads: 4) { index in try? again.trace(index % 12) }
        for index in 0..<12 {
            for other in [together[11 - index]] + [kept[index], kept[index + 12], kept[index + 24]].compactMap({ $0 }) {
                #expect(other.samples == alone[index].samples && other.metadata == alone[index].metadata)
            }
            #expect(kept[index + 24] != nil)
            #expect(
                alone[index].samples.areFinite
                    && alone[index].samples.count == alone[index].length * alone[index].channels)
            for column in dataset.columns {
                #expect(dataset.metadata(index)[column] == alone[index].metadata[column], "\(column)")
            }
        }
        var otherSeed = order
        otherSeed.seed = 10
        #expect(try SyntheticDataset(otherSeed).trace(0).samples != alone[0].samples)
    }

    /// Windows so short that waves arrive behind their end, and rates at which the filters of the noise make no sense.
    @Test(arguments: SyntheticDataset.kindNames, [(64, 100.0), (300, 20), (700, 2.5), (1500, 0.05), (900, 1000)])
    func windowsOfAnySize(kind: String, size: (length: Int, rate: Double)) throws {
        let dataset = try SyntheticDataset(
            SyntheticDataset.Order(kind: kind, count: 60, seed: 3, length: size.length, rate: size.rate))
        for index in 0..<dataset.count {
            let trace = try dataset.trace(index)
            #expect(trace.samples.areFinite && trace.samples.count == trace.channels * trace.length)
        }
    }

    /// Far shallow sources, whose surface waves come after a window of a minute.
    @Test func slowWavesMayComeLate() throws {
        let dataset = try Self.quakes(20_000)
        let far = (0..<dataset.count).filter { index in
            let row = dataset.metadata(index)
            return (row.double("source_distance_km") ?? 0) > 120 && (row.double("source_depth_km") ?? 99) < 7.5
        }
        #expect(far.count > 30)
        for index in far { #expect(try dataset.trace(index).samples.areFinite) }
    }

    /// A set is the beginning of a larger one.
    @Test func moreTracesBeginTheSame() throws {
        let (small, large) = (try Self.quakes(20), try Self.quakes(60))
        for index in 0..<20 { #expect(try small.trace(index).samples == large.trace(index).samples) }
    }

    @Test func physicsHolds() throws {
        let dataset = try Self.quakes(300)
        var quakes = 0
        var events: Set<String> = []
        for index in 0..<300 {
            let row = dataset.metadata(index)
            guard row["trace_category"] == "earthquake_local" else {
                #expect(row["trace_p_arrival_sample"] == nil && row["trace_noise_type"] != nil)
                continue
            }
            quakes += 1
            events.insert(row["source_id"] ?? "")
            let (p, s) = (
                try #require(row.double("trace_p_arrival_sample")), try #require(row.double("trace_s_arrival_sample"))
            )
            let (travelP, travelS) = (
                try #require(row.double("path_p_travel_sec")), try #require(row.double("path_s_travel_sec"))
            )
            #expect(p >= 0 && s < 6000 && abs((s - p) / 100 - (travelS - travelP)) < 0.02)
            #expect(abs(travelS / travelP - 1.74) < 0.01)
            let start = try #require(row.instant("trace_start_time"))
            let origin = try #require(row.instant("source_origin_time"))
            #expect(abs(start.seconds(since: origin) + p / 100 - travelP) < 0.01)
            let range = (pow(row.double("source_distance_km") ?? 0, 2) + pow(row.double("source_depth_km") ?? 0, 2))
                .squareRoot()
            #expect((5...6.5).contains(range / travelP) || range < 3)
        }
        #expect((120...240).contains(quakes) && events.count < quakes / 2)
    }

    @Test func energyComesWithThePicks() throws {
        let dataset = try Self.quakes(200)
        var clear = 0
        for index in 0..<200 {
            let trace = try dataset.trace(index)
            let ratios = trace.metadata.numbers("trace_snr_db")
            guard ratios.count == 3, ratios.allSatisfy({ $0 > 25 && $0 < 90 }),
                trace.metadata["trace_p2_arrival_sample"] == nil,
                let p = trace.metadata.int("trace_p_arrival_sample"), p > 120
            else { continue }
            clear += 1
            func size(_ range: Range<Int>) -> Double {
                (0..<3).reduce(0) { $0 + Array(trace.channel($1))[range][...].deviation }
            }
            // The half second after P is louder than the one before, and nothing of the event comes early.
            #expect(size(p + 1..<p + 51) > 1.5 * size(p - 55..<p - 5), "trace \(index)")
            let end = try #require(trace.metadata.int("trace_coda_end_sample"))
            #expect(end > p && end < 6000)
        }
        #expect(clear > 20)
    }

    @Test func recordingsOfAnEventShareASide() throws {
        let dataset = try Self.quakes(400)
        var sides: [String: Split] = [:]
        for index in 0..<400 {
            guard let event = dataset.metadata(index)["source_id"] else { continue }
            let side = try #require(dataset.split(index))
            #expect(sides[event] ?? side == side)
            sides[event] = side
        }
        #expect(Set(sides.values) == Set(Split.allCases))
    }

    @Test func anyLengthAndRate() throws {
        for (length, rate) in [(64, 100.0), (1001, 100), (400, 100), (501, 20), (3001, 100), (30000, 50), (500, 0.5)] {
            let dataset = try SyntheticDataset(.init(count: 12, seed: 4, length: length, rate: rate))
            for index in 0..<12 {
                let trace = try dataset.trace(index)
                #expect(trace.length == length && trace.rate == rate && trace.samples.areFinite)
            }
        }
    }

    @Test func streamsNameTheirEvents() throws {
        let dataset = try SyntheticDataset(.init(kind: "volcano", count: 40))
        var names: [String: Int] = [:]
        for index in 0..<40 {
            let trace = try dataset.trace(index)
            let spans = Window.spans(trace.metadata["trace_class_spans"] ?? "")
            for span in spans {
                names[span.name, default: 0] += 1
                #expect(span.samples.upperBound < trace.length)
            }
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.samples.upperBound < $1.samples.lowerBound })
        }
        #expect(names["LP", default: 0] > 2 * names["VTE", default: 0] && names.count == 4)
    }

    @Test func pairsHaveTheMisfitTheySay() throws {
        let dataset = try SyntheticDataset(.init(kind: "fwi", count: 12, seed: 2))
        let misfit = Misfit(
            length: 1024, rate: 1024.0 / 1800, low: 0.007 * 1024 / 1800, high: 0.035 * 1024 / 1800, frequencies: 16)
        var sums: [Double] = []
        for index in 0..<12 {
            let trace = try dataset.trace(index)
            let value = misfit.of(Array(trace.channel(1)), reference: Array(trace.channel(0)))
            #expect(abs(value.envelope - (trace.metadata.double("trace_envelope_misfit") ?? .nan)) < 1e-4)
            sums.append(value.sum)
        }
        #expect(
            sums.allSatisfy { (0.3...1.8).contains($0) } && sums.contains { $0 < 1.2 } && sums.contains { $0 > 1.1 })
    }

    @Test func ordersAreReadAsWritten() throws {
        for order in [
            SyntheticDataset.Order(count: 5), .init(kind: "fwi", count: 7, seed: 3),
            .init(count: 9, length: 1001, rate: 50),
        ] {
            #expect(try SyntheticDataset.Order(order.description) == order)
        }
        for text in [
            "synthetic:", "synthetic:x", "synthetic:9,sed=3", "synthetic:a:b:9", "synthetic:9,seed",
            "synthetic:9,seed=-1",
        ] {
            #expect(throws: DataError.self) { try SyntheticDataset.Order(text) }
        }
        for text in [
            "synthetic:0", "synthetic:quake:9", "synthetic:9,samples=3", "synthetic:9,rate=0", "synthetic:9,rate=nan",
        ] {
            #expect(throws: DataError.self) { try openDataset(text) }
        }
        #expect(try openDataset("synthetic:9").count == 9)
    }
}
