import Foundation
import GraphIR
import Testing

@testable import Runner

@Suite struct ReportTests {
    let runs = MadeUpRuns()

    private func content(_ networks: Int, seeds: Int, traces: Int = 3) throws -> ReportContent {
        let contenders = (0..<networks).map { index in
            let name = index == 0 ? "<first & only>" : "eqt/variant_\(index)"
            let recipe = MadeUpRuns.Recipe(
                name: name, hash: "\(index)", skill: 0.7 + 0.02 * Double(index), spread: 0.2)
            return runs.contender(recipe, seeds: Array(0..<seeds))
        }
        var request = Comparison.Request()
        request.replicates = 100
        return ReportContent(
            comparison: try Comparison(contenders, request: request),
            disagreements: runs.disagreements(networks, count: traces), command: ["strata", "compare", "it's"],
            version: "0.1.0")
    }

    /// Every chapter that these runs have something for, each once, and the contents name them all.
    @Test func chapters() throws {
        let html = Report(try content(3, seeds: 3)).html
        for id in [
            "summary", "differences", "architectures", "learning-curves", "residuals", "precision-recall",
            "calibration",
            "strata", "confusion", "disagreements", "provenance",
        ] {
            #expect(html.components(separatedBy: "<section id=\"\(id)\"").count == 2, "\(id)")
            #expect(html.contains("href=\"#\(id)\""))
        }
    }

    /// Two things that vary make a grid, in the order of their numbers; one or three make none.
    @Test func twoSettingsMakeAGrid() throws {
        let tried = [("8", "0.1"), ("16", "0.1"), ("8", "0.01"), ("16", "0.01"), ("100", "0.1")]
        var page = try content(6, seeds: 3)
        var contenders = page.comparison.contenders
        for (index, (width, rate)) in tried.enumerated() {
            for run in contenders[index + 1].runs.indices {
                contenders[index + 1].runs[run].record.overrides = [
                    .init(key: "width", value: width, origin: .commandLine),
                    .init(key: "train.rate<", value: rate, origin: .commandLine),
                ]
            }
        }
        var request = Comparison.Request()
        request.replicates = 100
        page.comparison = try Comparison(contenders, request: request)
        let html = try #require(GridSection.html(page))
        let rows = try ["8", "16", "100"].map {
            try #require(html.range(of: "<th scope=\"row\">\($0)</th>")).lowerBound
        }
        #expect(rows == rows.sorted())
        #expect(html.contains("<th scope=\"col\">0.01</th><th scope=\"col\">0.1</th>"))
        #expect(html.contains("width ↓ train.rate&lt; →") && html.contains("The stronger the colour"))
        #expect(html.contains("not tried") && html.contains("train.rate&lt;") && html.contains("Beside the grid"))
        #expect(html.contains("shade s4") && html.contains("shade s0") && html.contains("class=\"chip"))
        // So many networks are counted, not told one by one.
        let summary = try #require(SummarySection.html(page))
        #expect(summary.contains("stand five.") && !summary.contains("Whether"))
        let words = SettingsGrid(["z", "m"].flatMap { a in ["2", "1"].map { ["b": a, "a": $0] } }, keys: ["b", "a"])
        #expect(words?.rows.values == ["z", "m"] && words?.columns.values == ["1", "2"])
        #expect(SettingsGrid([["a": "1"], ["a": "2"], ["a": "3"], ["a": "4"]]) == nil)
        let three = ["1", "2"].flatMap { a in ["1", "2"].map { ["a": a, "b": $0, "c": a + $0] } }
        #expect(SettingsGrid(three) == nil)
        // Of two networks that vary alike, none is left out without a word: there is no grid.
        let one = ["1", "2"].flatMap { a in ["1", "2"].map { ["a": a, "b": $0] } }
        #expect(SettingsGrid(one) != nil && SettingsGrid(one + one) == nil)
        #expect(GridSection.html(try content(3, seeds: 2)) == nil)
    }

    /// It is one file: nothing is fetched, and names that people choose stay text.
    @Test func nothingIsLoadedAndNothingLeaksOut() throws {
        let html = Report(try content(2, seeds: 2)).html
        #expect(!html.contains("<first & only>") && html.contains("&lt;first &amp; only&gt;"))
        #expect(!html.contains("http://") && !html.contains("https://"))
        for tag in ["<link", "<iframe", "@import", "url(", "fetch(", "XMLHttpRequest"] {
            #expect(!html.contains(tag), "\(tag)")
        }
        #expect(html.contains("strata compare &#39;it") || html.contains("'it'\\''s'"))
    }

    /// A name that would be a tag if escaping went by characters, and a policy under which nothing else runs anyway.
    @Test func nothingRunsButTheOwnScript() throws {
        var page = try content(2, seeds: 2)
        page.command = ["strata", "\"\u{301}><\u{338}script\u{338}>alert(1)<\u{338}/script>"]
        let html = Report(page).html
        let tags = html.utf8.split(separator: UInt8(ascii: "<")).filter { $0.starts(with: "script".utf8) }
        #expect(tags.count == 2)
        let start = try #require(html.range(of: "<script>", options: .backwards)).upperBound
        let end = try #require(html.range(of: "</script>", options: .backwards)).lowerBound
        var hash = SHA256()
        hash.update(html[start..<end].utf8)
        let digest = Data(hash.finish()).base64EncodedString()
        #expect(html.contains("script-src 'sha256-\(digest)'") && html.contains("default-src 'none'"))
    }

    /// Each picture says in words what it shows, and each tag that opens closes.
    @Test func picturesHaveWords() throws {
        let html = Report(try content(3, seeds: 3)).html
        let pictures = html.components(separatedBy: "<svg ").dropFirst()
        #expect(pictures.count > 20)
        for picture in pictures {
            let head = picture.prefix { $0 != ">" }
            #expect(head.contains("role=\"img\"") && head.contains("aria-label=\""))
            #expect(!head.contains("aria-label=\"\""))
        }
        for tag in ["section", "figure", "table", "svg", "details", "div", "script", "button", "span", "p", "tr"] {
            let opened =
                html.components(separatedBy: "<\(tag)>").count + html.components(separatedBy: "<\(tag) ").count - 2
            #expect(opened == html.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
        }
    }

    /// Ten networks with five seeds and thirty recordings stay below five megabytes.
    @Test func aLargeReportIsSmall() throws {
        let html = Report(try content(10, seeds: 5, traces: 30)).html
        #expect(html.utf8.count < 5_000_000)
        #expect(html.utf8.count > 200_000)
    }

    @Test func oneRunOfOneNetworkHasAPageToo() throws {
        let html = Report(try content(1, seeds: 1, traces: 0)).html
        #expect(html.contains("<section id=\"summary\"") && !html.contains("id=\"disagreements\""))
    }

    @Test func axesHaveRoundTicks() {
        #expect(Ruler(0, 1).ticks(about: 5).map(\.text) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Ruler(-0.5, 0.5).ticks(about: 4).map(\.text) == ["−0.50", "−0.25", "0.00", "0.25", "0.50"])
        #expect(Ruler(0.01, 3, .logarithmic).ticks(about: 4).map(\.text).contains("0.1"))
        // The stretched lower end has a number too.
        let short = Ruler(0.031, 0.2, .logarithmic).ticks(about: 4).map(\.text)
        #expect(short == ["0.031", "0.05", "0.10", "0.15", "0.20"])
        #expect(Ruler(0.0213, 0.9, .logarithmic).ticks(about: 4).map(\.text).prefix(2) == ["0.022", "0.05"])
        let odd = Ruler(holding: [.nan, 2, 2])
        #expect(odd.low < 2 && odd.high > 2 && abs(odd.place(2) - 0.5) < 1e-9)
        #expect(Ruler(holding: []).high > Ruler(holding: []).low)
    }

    @Test func thinnedWavesKeepTheirExtremes() throws {
        var samples = [Float](repeating: 0, count: 6000)
        samples[1234] = 4
        samples[4321] = -2
        let bytes = try #require(Data(base64Encoded: Thinned.wave(samples, columns: 600))).map { Int8(bitPattern: $0) }
        #expect(bytes.count == 1200 && bytes.max() == 127 && bytes.min() == -64)
        #expect(bytes[2 * 123 + 1] == 127 && bytes[2 * 432] == -64)
        #expect(Thinned.curve([], columns: 10).isEmpty)
    }

    /// The curve goes on below the threshold that was chosen, and the mark stands where the network does.
    @Test func precisionAndRecallAtEveryThreshold() throws {
        let predictions = Predictions([
            .init("trace_name", .texts(["a", "b"])), .init("rate_hz", .numbers([100, 100])),
            .init("P_pick", .numbers([.nan, .nan])), .init("P_best", .numbers([100, 100])),
            .init("P_arrivals", .lists([[100], [200]])), .init("P_peaks", .lists([[100], [900]])),
            .init("P_peaks_probability", .lists([[0.9], [0.6]])), .init("P_below", .lists([[], [210]])),
            .init("P_below_probability", .lists([[], [0.2]])),
        ])
        func counts(_ threshold: Double) throws -> [Double] {
            let found = try #require(PickTable(predictions, phase: "P", threshold: threshold)).counts(within: 0.5)
            return [found.hits, found.falsePicks, found.missed].map { $0.reduce(0, +) }
        }
        #expect(try counts(0.1) == [2, 1, 0] && counts(0.5) == [1, 1, 1] && counts(0.7) == [1, 0, 1])
        let html = Report(try content(2, seeds: 2)).html
        #expect(html.contains("as chosen"))
    }

    /// Decibels stand on an even axis, whatever their range.
    @Test func decibelsAreALogarithmAlready() throws {
        let predictions = try content(1, seeds: 1).contenders[0].runs[0].predictions
        let strata = Stratum.all(predictions)
        #expect(strata.first { $0.word == "signal-to-noise" }?.isLogarithmic == true)
        #expect(strata.first { $0.word == "distance" }?.isLogarithmic == false)
    }

    /// Names are whole in the forest, as far as half a picture goes.
    @Test func longNamesAreNotCut() throws {
        let contenders = ["a", "tutorial/branches_no_memory"].map {
            runs.contender(.init(name: $0, hash: $0, skill: 0.8, spread: 0.2))
        }
        let comparison = try Comparison(contenders)
        let html = Report(ReportContent(comparison: comparison)).html
        #expect(html.contains(">tutorial/branches_no_memory</text>"))
    }
}
