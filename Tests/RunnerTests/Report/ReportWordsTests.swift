import Foundation
import GraphIR
import Testing

@testable import Runner

/// What pages say of one network, of one seed, of networks that are the same, and of what has no value.
@Suite struct ReportWordsTests {
    private func content(
        _ recipes: [MadeUpRuns.Recipe], seeds: Int, runs: MadeUpRuns = MadeUpRuns(), traces: Int = 2
    ) throws -> ReportContent {
        let contenders = recipes.map { runs.contender($0, seeds: Array(0..<seeds)) }
        var request = Comparison.Request()
        request.replicates = 100
        return ReportContent(
            comparison: try Comparison(contenders, request: request),
            disagreements: runs.disagreements(recipes.count, count: traces))
    }
    private func recipe(_ name: String, hash: String? = nil, skill: Double = 0.8) -> MadeUpRuns.Recipe {
        .init(name: name, hash: hash ?? name, skill: skill, spread: 0.2)
    }
    /// What a reader sees and hears, with its tags: without the style and the script.
    private func text(_ content: ReportContent) throws -> String {
        let html = Report(content).html
        let body = try #require(html.range(of: "<body>")).lowerBound
        let end = try #require(html.range(of: "<script>", options: .backwards)).lowerBound
        return String(html[body..<end])
    }

    /// A page of one run has no word of comparisons and of several seeds.
    @Test func oneRunIsComparedWithNothing() throws {
        func words(_ seeds: Int) throws -> String {
            try text(try content([recipe("alone")], seeds: seeds)).replacing("class=\"verdicts\"", with: "")
        }
        let page = try words(1)
        for word in [
            "reference", "verdict", "Holm", "all seeds", "each network", "over seeds", "first seed", " of 1 ",
            "repeats",
            "The networks", "best mean", "legend", "speed of learning",
        ] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("The network</h2>") && page.contains("The command of the run"))
        let several = try words(3)
        #expect(several.contains("was trained with three seeds") && several.contains("over seeds"))
        #expect(!several.contains("verdict") && !several.contains("reference"))
    }

    /// One seed allows no verdict: the page says so, and explains nothing that rests on verdicts.
    @Test func oneSeedHasNoVerdict() throws {
        let page = try text(try content([recipe("a"), recipe("b"), recipe("c", skill: 0.5)], seeds: 1))
        #expect(page.contains("Value of the one seed") && page.contains("--seeds 3"))
        #expect(page.contains("show only what other test events would change"))
        for word in ["Holm", "class=\"chip", "the verdict rests on", "Equivalent means", "p (Holm)", "mark n1 faint"] {
            #expect(!page.contains(word), "\(word)")
        }
        let three = try text(try content([recipe("a"), recipe("b")], seeds: 3))
        #expect(three.contains("class=\"chip") && three.contains("Holm") && three.contains("mark n1 faint"))
        #expect(!three.contains("no verdict is possible") && !three.contains("the bar is thin"))
        // Where one of them has too few, its own bar says so.
        let runs = MadeUpRuns()
        let mixed = try Comparison([
            runs.contender(recipe("a")), runs.contender(recipe("b")), runs.contender(recipe("c"), seeds: [0]),
        ])
        let differences = try #require(DifferencesSection.html(ReportContent(comparison: mixed)))
        #expect(differences.contains("whisker thin n2") && !differences.contains("whisker thin n1"))
        #expect(differences.contains("the bar is thin"))
    }

    /// Twins stand with the network that they are, and those of which nothing can be told in one sentence.
    @Test func networksAreTakenTogether() throws {
        let names = ["a", "b", "c", "d"].map { recipe($0, hash: $0 == "d" ? "d" : $0 == "a" ? "a" : "b") }
        let few = try content(names, seeds: 3)
        let words = SummaryWords.abstract(few).replacing(/<[^>]*>/, with: "")
        #expect(words.contains("c is the same network as b: what they differ by is noise."), "\(words)")
        let open = try content(["a", "b", "c", "d"].map { recipe($0) }, seeds: 3)
        let verdicts = open.comparison.judged.flatMap { $0.results.compactMap { $0.judgement?.verdict } }
        if verdicts.allSatisfy({ $0 == .undecided }) {
            let words = SummaryWords.abstract(open).replacing(/<[^>]*>/, with: "")
            #expect(words.contains("Whether b, c and d differ from a cannot be told from these runs."), "\(words)")
        }
        let many = ["a", "b", "c", "d", "e", "f"].map { recipe($0, hash: "bcd".contains($0) ? "b" : $0) }
        let counted = SummaryWords.abstract(try content(many, seeds: 3)).replacing(/<[^>]*>/, with: "")
        #expect(counted.contains("Beside a stand five.") && counted.contains("c and d are the same network as b"))
    }

    /// Where a metric has no value the page says why, and that nothing was picked.
    @Test func whatIsUndefinedHasAReason() throws {
        let events = MadeUpRuns(noise: 0)
        let html = try text(try content([recipe("a", skill: -1), recipe("b", skill: -1)], seeds: 1, runs: events))
        #expect(html.contains("undefined: no P was picked") && html.contains("No network picked a P."))
        #expect(html.contains("No network picked an S.") && html.contains("No difference is known in"))
        let one = try text(try content([recipe("a", skill: -1)], seeds: 1, runs: events))
        #expect(one.contains("The network did not pick any P."))
        let mixed = try content([recipe("a"), recipe("b", skill: -1)], seeds: 1, runs: events)
        let residuals = try #require(ResidualsSection.html(mixed))
        #expect(residuals.contains(">no picks</text>"))
    }

    /// A test set of noise: no best of one value, and a word on top.
    @Test func noiseAloneIsSaid() throws {
        let noise = MadeUpRuns(events: 0, noise: 60)
        let page = try content([recipe("a"), recipe("b")], seeds: 1, runs: noise)
        let summary = try #require(SummarySection.html(page))
        #expect(summary.contains("No test trace has an arrival") && summary.contains("all of them noise"))
        let metric = try #require(page.comparison.judged.first)
        var half = metric
        half.results[0].values = Sample([.nan])
        half.results[1].values = Sample([0])
        #expect(half.best.isEmpty)
        let curves = try #require(PrecisionRecallSection.html(page))
        #expect(curves.contains("no test trace has an arrival") && !curves.contains("<svg"))
    }

    /// Ten classes: names aslant over narrow columns, and counts where there are some.
    @Test func tenClassesHaveNamesAslant() throws {
        let classes = (0..<10).map { "class number \($0)" }
        var page = try content([recipe("a")], seeds: 1)
        func predictions(_ classes: [String]) -> Predictions {
            Predictions(
                [
                    .init("trace_name", .texts(classes)), .init(ClassTable.truthColumn, .texts(classes)),
                    .init(ClassTable.saidColumn, .texts(classes.map { _ in classes[0] })),
                ] + classes.map { .init(ClassTable.scorePrefix + $0, .numbers(classes.map { _ in 0.1 })) })
        }
        page.comparison.contenders[0].runs[0].predictions = predictions(classes)
        let ten = try #require(ConfusionSection.html(page))
        #expect(ten.components(separatedBy: "rotate(-45").count == 11)
        #expect(ten.components(separatedBy: "\"cellname").count == 11)
        page.comparison.contenders[0].runs[0].predictions = predictions(["yes", "no"])
        let two = try #require(ConfusionSection.html(page))
        #expect(!two.contains("rotate(") && two.components(separatedBy: "\"cellname").count == 5)
    }

    /// Names in a chart differ where the names do.
    @Test func shortNamesStayApart() {
        let long = ["narrow", "wide"].map { "nets/branches_with_\($0)_filters_and_a_very_long_name.arch" }
        let short = RowNames.apart(["nets/first.arch"] + long, width: 32)
        #expect(Set(short).count == 3 && short.allSatisfy { $0.count <= 32 })
        #expect(short[1].contains("narrow") && short[2].contains("wide"))
        #expect(RowNames.apart(["eqt", "eqt drop=0.1 train.rate=1"], width: 32) == ["eqt", "drop=0.1 rate=1"])
    }

    @Test func numbersOfPagesAreShort() {
        #expect(Figures.text(Sample([16])) == "16" && Figures.text(Sample([0, 0, 0])) == "0")
        #expect(Figures.text(Sample([0.25])) == "0.2500" && Figures.text(Sample([.nan])) == "–")
        #expect(Figures.text(Sample([0.25, 0.26])).contains(" ± "))
        #expect(Figures.time(0.0312) == "31 ms" && Figures.time(2) == "2.0 s" && Figures.time(.nan) == "–")
        #expect(Set(Ruler(holding: [0, 0]).ticks(about: 4).map(\.text)).count > 2)
        #expect(Words.article("P") == "a P" && Words.article("S") == "an S")
        #expect(Words.counted(1, "event") == "1 event" && Words.counted(1200, "event") == "1,200 events")
        #expect(HTML.name("a/b_c", series: 0).hasSuffix("</i>a/<wbr>b_<wbr>c</span>"))
    }

    /// A phase that no network has is no column, and who lacks one does not fail to pick it.
    @Test func browserTellsLackFromSilence() throws {
        var page = try content([recipe("a"), recipe("b")], seeds: 1)
        var trace = try #require(page.disagreements.first)
        for index in trace.readings.indices { trace.readings[index].curves.removeAll { $0.name == "S" } }
        #expect(!TraceBrowserSection.said(trace, page).contains("S pick"))
        page = try content([recipe("a"), recipe("b")], seeds: 1)
        trace = try #require(page.disagreements.first)
        trace.readings[1].curves.removeAll { $0.name == "S" }
        let said = TraceBrowserSection.said(trace, page)
        #expect(said.contains("S pick") && said.contains("does not pick S"))
    }

    /// In the table of reasons what nothing can be told of is folded away.
    @Test func openReasonsAreFolded() throws {
        func page(_ seeds: Int) throws -> ReportContent {
            var page = try content([recipe("a"), recipe("b")], seeds: seeds)
            let values = [Sample([0.1, 0.2, 0.3]), Sample([0, 0, 0])]
            let result = try #require(page.comparison.judged.first?.results[1].judgement)
            var (told, open) = (result, result)
            (told.verdict, open.verdict) = (.better, .undecided)
            page.why = WhyTable(
                names: ["a", "b"], weights: [], data: "",
                asked: [
                    .init(
                        name: "P", traces: 10, events: 1,
                        rows: [
                            .init(.time, "before", values: values, judgements: [nil, told]),
                            .init(.time, "after", values: values, judgements: [nil, open]),
                        ], seedsAgree: [nil, nil], networksAgree: [nil, 0.5])
                ])
            return page
        }
        let html = try #require(WhySection.html(try page(3)))
        #expect(html.contains("one row of which nothing can be told") && html.contains("more</small>"))
        #expect(html.contains("<td>0<br>") && !html.contains("0.000"))
        #expect(!html.contains("two seeds of it") && html.contains("agrees with the reference"))
        #expect(html.contains("10 traces of 1 event<") || html.contains("10 traces of 1 event\""))
        let single = try #require(WhySection.html(try page(1)))
        #expect(!single.contains("<details") && !single.contains("can't tell") && single.contains("--seeds 3"))
    }

    /// Ten networks are told in a table of thresholds and have the legend above their figures too.
    @Test func manyNetworksHaveTheirLegendAgain() throws {
        let page = try text(try content((0..<8).map { recipe("n\($0)") }, seeds: 1))
        #expect(page.components(separatedBy: "class=\"legend small\"").count > 3)
        #expect(!(try text(try content([recipe("a"), recipe("b")], seeds: 1))).contains("legend small"))
    }
}
