import Seismic
import Testing

@testable import Runner

@Suite struct PickFormatTests {
    static let group = StreamGroup(network: "CX", station: "PB01", location: "", band: "HH")
    static func pick(_ phase: String, _ time: String, _ change: (inout StreamPick) -> Void = { _ in }) -> StreamPick {
        let time = Instant(time) ?? Instant(nanoseconds: 0)
        var pick = StreamPick(
            group: group, components: "ZNE", phase: phase, time: time, probability: 0.91234,
            begin: time.advanced(bySeconds: -0.05), end: time.advanced(bySeconds: 0.07), model: "0123456789ab")
        change(&pick)
        return pick
    }
    static let list = PickList(
        [
            pick("S", "2024-02-29T23:59:59.999999") {
                $0.amplitude = 12.5; $0.amplitudeUnit = "counts"
            },
            pick("P", "2024-02-29T23:59:51.5") { $0.timeUncertainty = 0.05 },
            pick("P", "2024-03-01T00:00:03.25") {
                $0.amplitude = 2e-7; $0.amplitudeUnit = "m/s"
            },
        ], network: "eqt <&\"\u{301}>", program: "strata 0.1.0")

    static func text(_ format: any PickFormat.Type) -> String { format.files(list).map(\.text).joined() }

    @Test func picksAreInOrderOfTime() {
        let lines = Self.text(PicksCSV.self).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("CX,PB01,,HH[ZNE],P,2024-02-29T23:59:51.500000Z,0.9123,"))
        #expect(lines[2].contains(",12.5,counts,"))
    }

    /// REAL's days end at midnight, and seconds count from there.
    @Test func realHasAFolderADay() {
        let files = RealPicks.files(Self.list)
        #expect(
            files.map(\.path) == [
                "real/20240229/CX.PB01.P.txt", "real/20240229/CX.PB01.S.txt", "real/20240301/CX.PB01.P.txt",
            ])
        #expect(files[0].text == "86391.5000 0.9123 0.0\n")
        #expect(files[2].text == "3.2500 0.9123 2e-07\n")
    }

    /// Counts are nobody's metres a second.
    @Test func associatorsGetNoCountsForAmplitudes() {
        let lines = Self.text(GammaPicks.self).split(separator: "\n")
        #expect(lines[1] == "CX.PB01..HH,2024-02-29T23:59:51.500,p,0.9123,")
        #expect(lines[3].hasSuffix(",p,0.9123,2e-07"))
        #expect(Self.text(PyOctoPicks.self).contains("CX.PB01.,P,1709251191.500000,0.9123"))
    }

    @Test func nonLinLocNamesMinuteAndSecond() {
        let lines = Self.text(NonLinLocPicks.self).split(separator: "\n")
        #expect(
            lines[0] == "PB01   ?    Z    ? P      ? 20240229 2359 51.5000 GAU 5.00e-02 -1.00e+00 -1.00e+00 -1.00e+00")
    }

    @Test func aPAndTheSBehindItAreAnEvent() {
        let events = EQTransformerPicks.events(Self.list.picks)
        #expect(events.count == 2)
        #expect(events[0].s != nil && events[1].s == nil)
    }

    /// What XML cannot hold is not in it, whatever stands behind a sign.
    @Test func xmlIsEscapedByScalar() {
        let text = Self.text(SCML.self)
        // Letter by letter a quote with an accent is none; byte by byte it is.
        #expect(!text.utf8.contains(Array("<&".utf8)) && text.utf8.contains(Array("eqt &lt;&amp;&quot;".utf8)))
        #expect(Self.text(QuakeML.self).contains("<value>2024-02-29T23:59:51.500000Z</value>"))
    }

    @Test func identifiersFitTheirStandard() {
        #expect(PickID.resource("a b/ü<c>") == "a_b/__c_")
        #expect(PickID.of(Self.list.picks[0]) == "CX.PB01..HH/20240229T235951.500000Z/P/0123456789ab")
    }
}
