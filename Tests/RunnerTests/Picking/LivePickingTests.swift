import Foundation
import Seismic
import Testing

@testable import Runner

/// What is picked while it arrives is what `pick` says of the same records in files.
@Suite struct LivePickingTests {
    /// Jumps, and a detection wherever something moves.
    struct DetectingSource: CurveSource {
        let phases = ["P"]
        let hasDetection = true
        let components = "ZNE"
        let rate = StreamFixture.rate
        let length = 600
        let step = 1
        let batch = 5
        let model = "toy"

        func curves(of windows: [Window]) throws -> [CurveAnswer] {
            try JumpSource().curves(of: windows).enumerated().map { number, answer in
                let z = windows[number].samples[0]
                return CurveAnswer(curves: answer.curves + [z.map { min(1, abs($0) / 1000) }])
            }
        }
    }

    struct Record {
        var segment: Segment
        var component: Character
        var range: Range<Int>
    }

    static let patience = 60.0

    static func request(_ words: [String] = [], out: String = "/nowhere") -> PickRequest {
        PickRequest(words: words, out: out)
    }

    static func record(_ fixture: StreamFixture, _ component: Character, _ range: Range<Int>) -> Record {
        let segment = Segment(
            id: "XX.ABC..HH\(component)",
            start: StreamFixture.start.advanced(bySeconds: Double(range.lowerBound) / StreamFixture.rate),
            rate: StreamFixture.rate, samples: .int32(range.map { fixture.value(component, $0) }))
        return Record(segment: segment, component: component, range: range)
    }

    /// A channel cut into records of some lengths.
    static func records(
        _ fixture: StreamFixture, _ component: Character, _ range: Range<Int>, length: () -> Int
    ) -> [Record] {
        var records: [Record] = []
        var begin = range.lowerBound
        while begin < range.upperBound {
            let end = min(range.upperBound, begin + length())
            records.append(record(fixture, component, begin..<end))
            begin = end
        }
        return records
    }

    struct Answer: Equatable {
        var picks: [StreamPick]
        var detections: [StreamDetection]
        var coverage: [Coverage.Row]
    }

    static func live(
        _ records: [Record], _ settings: StreamSettings, every: () -> Int = { 1 }
    ) throws -> (Answer, LivePicker) {
        let picker = LivePicker(
            source: DetectingSource(), settings: settings, request: request(), patience: patience)
        var answer = Answer(picks: [], detections: [], coverage: [])
        func keep(_ news: LivePicker.News) {
            answer.picks += news.picks
            answer.detections += news.detections
        }
        var left = every()
        for record in records {
            picker.take(record.segment)
            left -= 1
            if left <= 0 {
                keep(try picker.advance())
                left = every()
            }
        }
        keep(try picker.finish())
        answer.picks.sort(by: StreamPick.isBefore)
        answer.coverage = picker.coverage.rows
        return (answer, picker)
    }

    static func filed(_ records: [Record], _ settings: StreamSettings, _ fixture: StreamFixture) throws -> Answer {
        let path = "\(fixture.folder)/\(UUID().uuidString).mseed"
        try MiniSEED.write(records.map(\.segment), to: path, recordLength: 512, overwrite: true)
        let summary = try PickStreams(
            source: DetectingSource(), settings: settings, request: request([path], out: fixture.folder + "/out")
        ).run()
        return Answer(picks: summary.picks, detections: summary.detections, coverage: summary.coverage.rows)
    }

    /// A stretch is cut off, the records behind come first, and those between come late: in time they fill the gap as
    /// if they had never been away, too late they leave one, and are counted.
    @Test func whatComesLateFillsTheGapOrIsCounted() throws {
        let fixture = try StreamFixture(hours: 0.5)
        defer { fixture.remove() }
        let settings = PickingTests.settings()
        func all(_ range: Range<Int>) -> [Record] {
            let records = "ZNE".flatMap { Self.records(fixture, $0, range) { 200 } }
            return records.sorted { $0.range.lowerBound < $1.range.lowerBound }
        }
        let (head, hole) = (all(0..<9000), all(9000..<9600))
        let behind = all(9600..<10_200)
        let rest = all(10_200..<fixture.count)
        let whole = try Self.filed(head + hole + behind + rest, settings, fixture)
        let gap = try Self.filed(head + behind + rest, settings, fixture)
        #expect(whole.coverage.map(\.fate) == [.picked] && gap.coverage.map(\.fate) == [.picked, .gap, .picked])
        let (inTime, picker) = try Self.live(head + behind + hole + rest, settings)
        #expect(inTime == whole && picker.tooLate == 0)
        let sent: [Record] = head + behind + Array(rest[..<30]) + hole + Array(rest[30...])
        let (late, counting) = try Self.live(sent, settings)
        #expect(late == gap && counting.tooLate == hole.count)
    }

    /// Nothing before the horizon changes, and no pick waits for more than it must.
    @Test func picksAreToldInTheTimeThatIsPromised() throws {
        let fixture = try StreamFixture(hours: 0.5)
        defer { fixture.remove() }
        let settings = PickingTests.settings { $0.hop = 300 }
        let records = "ZNE".flatMap { Self.records(fixture, $0, 0..<fixture.count) { 100 } }
            .sorted { $0.range.upperBound < $1.range.upperBound }
        let picker = LivePicker(
            source: DetectingSource(), settings: settings, request: Self.request(), patience: Self.patience)
        // A window less what is blind, two seconds around a pick, and the record in which it ends.
        let bound = Double(600 - 50 + 40 + 100 + 40) / StreamFixture.rate
        var count = 0
        for record in records {
            picker.take(record.segment)
            for pick in try picker.advance().picks where pick.time > StreamFixture.start.advanced(bySeconds: 120) {
                #expect(record.segment.end.seconds(since: pick.end) <= bound)
                count += 1
            }
        }
        #expect(count > 10)
    }

    /// The law, fifty times: random records, gaps of all and of one channel, records that come late, twice and in any
    /// order, asked about after any number of them.
    @Test(arguments: 0..<50) func liveIsAsFromFiles(seed: Int) throws {
        var dice = Dice(seed)
        let fixture = try StreamFixture(hours: 0.4)
        defer { fixture.remove() }
        let settings = PickingTests.settings {
            $0.rule = seed % 2 == 0 ? .trigger : .peaks
            $0.stack = seed % 3 == 0 ? .mean : .max
            $0.hop = [300, 450, 137, 60][seed % 4]
            $0.blind = [50, 0, 70][seed % 3]
            $0.separate = seed % 5 == 0 ? 3 : nil
            $0.needsAllComponents = seed % 7 == 3
            $0.bridge = seed % 6 == 5 ? 0 : 1
            $0.thresholds = PickThresholds(detection: 0.3, phases: [.init("P", seed % 2 == 0 ? 0.5 : 0.02)])
        }
        var kept: [Record] = []
        for component in "ZNE" {
            kept += Self.records(fixture, component, 0..<fixture.count) { dice.number(1...400) }
        }
        // Silences: of everything, and of one channel; the first minute lets all channels be heard.
        for _ in 0..<dice.number(0...3) {
            let begin = dice.number(1200...fixture.count)
            let length = [3...60, 60...900, 900...5000][dice.number(0...2)]
            let silence = begin..<begin + dice.number(length)
            let which = dice.number(0...3)
            kept.removeAll { $0.range.overlaps(silence) && (which == 3 || $0.component == Array("ZNE")[which]) }
        }
        var sent: [(key: Double, record: Record)] = []
        for record in kept {
            let end = Double(record.range.upperBound) / StreamFixture.rate
            let slack = Self.patience - Double(record.range.count) / StreamFixture.rate - 0.5
            sent.append((end + (dice.number(0...3) == 0 ? dice.share() * slack : 0), record))
            if dice.number(0...9) == 0 { sent.append((end + dice.share() * 300, record)) }
        }
        sent.sort { $0.key < $1.key }
        let (live, picker) = try Self.live(sent.map(\.record), settings) { dice.number(1...12) }
        let filed = try Self.filed(kept, settings, fixture)
        #expect(filed.picks.count > 5 || settings.needsAllComponents)
        #expect(live.picks == filed.picks)
        #expect(live.detections == filed.detections)
        #expect(live.coverage == filed.coverage)
        #expect(picker.tooLate == 0)
    }

    /// A small generator, the same everywhere.
    struct Dice {
        private var state: UInt64
        init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        mutating func number(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(next() >> 33) % (range.upperBound - range.lowerBound + 1)
        }
        mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }
    }

    @Test func ofTwoInstrumentsOneIsPickedAndItIsSaid() throws {
        let fixture = try StreamFixture(hours: 0.2)
        defer { fixture.remove() }
        let picker = LivePicker(
            source: DetectingSource(), settings: PickingTests.settings(), request: Self.request(), patience: 10)
        var (notes, picks): ([String], [StreamPick]) = ([], [])
        for begin in stride(from: 0, to: fixture.count - 200, by: 200) {
            for band in ["HN", "HH", "BH"] {
                var record = Self.record(fixture, "Z", begin..<begin + 200)
                record.segment.id = "XX.ABC..\(band)Z"
                if band == "BH" { record.segment.rate = 10 }
                picker.take(record.segment)
            }
            let news = try picker.advance()
            notes += news.notes
            picks += news.picks
        }
        picks += try picker.finish().picks
        #expect(notes.count { $0.contains("has HH and HN: HH is picked") } == 1)
        #expect(notes.count { $0.contains("at 10 Hz, the network wants 20") } == 1)
        #expect(Set(picks.map(\.group.band)) == ["HH"] && picks.count > 3)
    }
}
