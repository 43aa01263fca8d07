import Foundation
import Seismic
import Testing

@testable import Runner

@Suite struct PickingTests {
    static func settings(_ change: (inout StreamSettings) -> Void = { _ in }) -> StreamSettings {
        var settings = StreamSettings(thresholds: PickThresholds(detection: 0.3, phases: [.init("P", 0.5)]))
        settings.blind = 50
        change(&settings)
        return settings
    }

    static func pick(
        _ words: [String], out: String = "/nowhere", settings: StreamSettings = settings(), batch: Int = 7,
        change: (inout PickRequest) -> Void = { _ in }
    ) throws -> PickSummary {
        var request = PickRequest(words: words, out: out)
        change(&request)
        return try PickStreams(source: JumpSource(batch: batch), settings: settings, request: request).run()
    }

    @Test func everyOnsetIsPickedWhereItIs() throws {
        let fixture = try StreamFixture()
        defer { fixture.remove() }
        try fixture.write("day.mseed", 0..<fixture.count)
        let summary = try Self.pick([fixture.folder], out: fixture.folder + "/out")
        let times = summary.picks.map { $0.time.seconds(since: StreamFixture.start) * StreamFixture.rate }
        #expect(times.count == fixture.onsets.count)
        for (time, onset) in zip(times, fixture.onsets) { #expect(abs(time - Double(onset)) < 1e-3) }
        #expect(summary.picks.allSatisfy { $0.channels == "HH[ZNE]" && !$0.isAtGap && ($0.signalToNoise ?? 0) > 10 })
        #expect(summary.coverage.rows.map(\.fate) == [.picked])
    }

    /// The law: where files begin and end does not matter to what is farther from the ends than a window.
    @Test(arguments: [PickRule.trigger, .peaks])
    func whereFilesBeginDoesNotMatter(rule: PickRule) throws {
        let fixture = try StreamFixture()
        defer { fixture.remove() }
        let settings = Self.settings { $0.rule = rule }
        let whole = try fixture.write("whole.mseed", 0..<fixture.count)
        var parts: [String] = []
        var begin = 0
        for (number, length) in [5003, 1, 40_000, 611, 77_777, 1 << 20].enumerated() {
            let end = min(begin + length, fixture.count)
            if begin < end { parts.append(try fixture.write("part\(number).mseed", begin..<end)) }
            begin = end
        }
        let later = try fixture.write("later.mseed", 7311..<fixture.count - 1234)
        func picks(_ files: [String], batch: Int) throws -> [StreamPick] {
            let out = "\(fixture.folder)/out\(UUID().uuidString)"
            let window = 600 / StreamFixture.rate
            let (from, to) = (
                StreamFixture.start.advanced(bySeconds: 7311 / StreamFixture.rate + window),
                StreamFixture.start.advanced(bySeconds: Double(fixture.count - 1234) / StreamFixture.rate - window)
            )
            return try Self.pick(files, out: out, settings: settings, batch: batch).picks.filter {
                $0.time > from && $0.time < to
            }
        }
        let expected = try picks([whole], batch: 7)
        #expect(expected.count > 60)
        #expect(try picks(parts, batch: 5) == expected)
        #expect(try picks(parts.reversed(), batch: 1) == expected)
        #expect(try picks([later], batch: 32) == expected)
    }

    /// However many windows are asked at once, what is known of a pick is known: the surroundings of each are looked at
    /// before they are forgotten.
    @Test(arguments: [1, 7, 200]) func widthsDoNotDependOnHowManyAreAskedAtOnce(batch: Int) throws {
        let fixture = try StreamFixture(hours: 1)
        defer { fixture.remove() }
        try fixture.write("a.mseed", 0..<fixture.count)
        let picks = try Self.pick([fixture.folder], out: fixture.folder + "/out", batch: batch).picks
        #expect(picks.count > 30 && picks.allSatisfy { $0.timeUncertainty != nil })
    }

    @Test func gapsAreToldAndNothingIsPickedInThem() throws {
        let fixture = try StreamFixture()
        defer { fixture.remove() }
        try fixture.write("a.mseed", 0..<20_000)
        try fixture.write("b.mseed", 24_000..<24_300)
        try fixture.write("c.mseed", 30_000..<fixture.count)
        let summary = try Self.pick([fixture.folder], out: fixture.folder + "/out")
        #expect(summary.coverage.rows.map(\.fate) == [.picked, .gap, .tooShort, .gap, .picked])
        let seconds = summary.coverage.rows.reduce(0) { $0 + $1.seconds }
        #expect(abs(seconds - Double(fixture.count) / StreamFixture.rate) < 1)
    }

    @Test func aMissingComponentIsZeroAndAMissingVerticalIsSaid() throws {
        let fixture = try StreamFixture(hours: 0.5)
        defer { fixture.remove() }
        let z = try fixture.write("z.mseed", 0..<fixture.count, components: "Z")
        let horizontal = try fixture.write("h.mseed", 0..<fixture.count, components: "NE", band: "BH")
        let summary = try Self.pick([z], out: fixture.folder + "/one")
        #expect(summary.picks.count == fixture.onsets.count && summary.picks[0].channels == "HH[Z]")
        let none = try Self.pick([horizontal], out: fixture.folder + "/two")
        #expect(none.picks.isEmpty && none.coverage.rows.map(\.fate) == [.noVertical])
        let all = try Self.pick(
            [z], out: fixture.folder + "/three", settings: Self.settings { $0.needsAllComponents = true })
        #expect(all.coverage.rows.map(\.fate) == [.components])
    }

    @Test func ofTwoInstrumentsOneIsTakenAndItIsSaid() throws {
        let fixture = try StreamFixture(hours: 1)
        defer { fixture.remove() }
        try fixture.write("hh.mseed", 0..<30_000)
        try fixture.write("hn.mseed", 0..<fixture.count, band: "HN")
        let summary = try Self.pick([fixture.folder], out: fixture.folder + "/out")
        #expect(summary.notes.contains { $0.contains("HH and HN") && $0.contains("--prefer") })
        let bands = Set(
            summary.picks.filter { $0.time < StreamFixture.start.advanced(bySeconds: 1400) }.map(\.group.band))
        #expect(bands == ["HH"])
        #expect(summary.picks.contains { $0.group.band == "HN" })
        let preferred = try Self.pick([fixture.folder + "/*.mseed"], out: fixture.folder + "/two") {
            $0.prefer = ["HN"]
        }
        #expect(Set(preferred.picks.map(\.group.band)) == ["HN"] && preferred.notes.isEmpty)
    }

    @Test func aDamagedRecordLosesItselfOnly() throws {
        let fixture = try StreamFixture(hours: 1)
        defer { fixture.remove() }
        let path = try fixture.write("a.mseed", 0..<fixture.count)
        let whole = try Self.pick([path], out: fixture.folder + "/whole").picks
        var bytes = [UInt8](FileManager.default.contents(atPath: path)!)
        for place in stride(from: 100, to: bytes.count, by: bytes.count / 7) { bytes[place] ^= 0xFF }
        _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
        let hurt = try Self.pick([path], out: fixture.folder + "/hurt")
        #expect(hurt.picks.count > whole.count / 2 && hurt.picks.count <= whole.count + 2)
        let seconds = hurt.coverage.rows.reduce(0) { $0 + $1.seconds }
        #expect(abs(seconds - Double(fixture.count) / StreamFixture.rate) < 60)
    }

    /// A byte that is wrong, at every hundredth place of a file: what lies farther off than a window is picked as ever,
    /// what was lost is told, and where records are named as damaged the night is not complete.
    @Test func everyHundredthByte() throws {
        let fixture = try StreamFixture(hours: 1.0 / 3)
        defer { fixture.remove() }
        let path = fixture.folder + "/a.mseed"
        let segment = Segment(
            id: "XX.ABC..HHZ", start: StreamFixture.start, rate: StreamFixture.rate,
            samples: .int32((0..<fixture.count).map { fixture.value("Z", $0) }))
        try MiniSEED.write([segment], to: path, recordLength: 512)
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let whole = try Self.pick([path], out: fixture.folder + "/whole")
        #expect(whole.isComplete && whole.picks.count > 10)
        let perRecord = Double(fixture.count) / Double(bytes.count / 512) / StreamFixture.rate
        let hurtPath = fixture.folder + "/hurt.mseed"
        var (damaged, unharmed) = (0, 0)
        for place in stride(from: 0, to: bytes.count, by: 100) {
            var hurt = bytes
            hurt[place] ^= 0x55
            try Data(hurt).write(to: URL(fileURLWithPath: hurtPath))
            let summary = try Self.pick([hurtPath], out: fixture.folder + "/out")
            let own = summary.picks.filter { $0.group == whole.picks[0].group }
            // Records hold about as many samples each; a window and two records to either side are let go.
            let at = StreamFixture.start.advanced(bySeconds: Double(place / 512) * perRecord)
            let margin = 30 + 3 * perRecord
            func isFar(_ pick: StreamPick) -> Bool { abs(pick.time.seconds(since: at)) > margin }
            #expect(own.filter(isFar) == whole.picks.filter(isFar), "byte \(place)")
            let lost = summary.coverage.rows.filter { $0.fate != .picked }.reduce(0) { $0 + $1.seconds }
            if summary.damage.isEmpty {
                // In a header's margin, or where no sample is kept: nothing was lost. Else it stands elsewhere now.
                if own == whole.picks { unharmed += 1 } else { #expect(lost > 0 || own.contains { $0.isAtGap }) }
            } else {
                damaged += 1
                // Of the first record and the last nobody knows that they are missing from a recording.
                let isInside = (512..<bytes.count - 512).contains(place)
                #expect(!summary.isComplete && (lost > 0.5 * perRecord || !isInside), "byte \(place)")
                #expect(summary.damage[0].file == hurtPath && summary.damage[0].byte != nil)
            }
        }
        #expect(damaged > bytes.count / 200 && unharmed > 0, "\(damaged) named, \(unharmed) unharmed")
    }

    @Test func anInterruptedNightGoesOn() throws {
        let fixture = try StreamFixture(hours: 1)
        defer { fixture.remove() }
        try fixture.write("a.mseed", 0..<fixture.count)
        let out = fixture.folder + "-out"
        defer { try? FileManager.default.removeItem(atPath: out) }
        let first = try Self.pick([fixture.folder], out: out)
        let again = try Self.pick([fixture.folder], out: out) { $0.resumes = true }
        #expect(again.resumedGroups == 1 && again.picks == first.picks && again.coverage.rows == first.coverage.rows)
        let other = try Self.pick([fixture.folder], out: out) { ($0.resumes, $0.signature) = (true, "other") }
        #expect(other.resumedGroups == 0)
    }

    @Test func doublesWithinAMomentBecomeOne() throws {
        let fixture = try StreamFixture(hours: 0.5)
        defer { fixture.remove() }
        try fixture.write("a.mseed", 0..<fixture.count)
        let settings = Self.settings {
            ($0.separate, $0.thresholds) = (1, PickThresholds(detection: 0.3, phases: [.init("P", 0.05)]))
        }
        let summary = try Self.pick([fixture.folder], out: fixture.folder + "/out", settings: settings)
        for (a, b) in zip(summary.picks, summary.picks.dropFirst()) { #expect(b.time.seconds(since: a.time) >= 1) }
    }
}
