import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Runner

@Suite struct ComparisonTextTests {
    let comparison: Comparison

    init() throws {
        let runs = MadeUpRuns()
        let contenders = (0..<7).map { index in
            runs.contender(
                MadeUpRuns.Recipe(
                    name: "eqt/variant_\(index)", hash: "\(index % 6)", skill: 0.8 + 0.02 * Double(index), spread: 0.2))
        }
        var request = Comparison.Request()
        request.replicates = 100
        comparison = try Comparison(contenders, request: request, registry: MadeUpRuns.metrics)
    }

    @Test(arguments: [60, 80, 132])
    func theTableFits(width: Int) {
        let text = ComparisonTable(comparison, width: width).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines { #expect(line.count <= width, "\(line)") }
        for contender in comparison.contenders { #expect(text.contains(contender.name)) }
        // The reference stands in front of every block.
        let blocks = lines.filter { $0.contains("eqt/variant_0") && $0.contains("eqt/variant_1") == false }
        #expect(width > 100 || blocks.count > 1)
    }

    @Test func jsonSaysEverything() throws {
        let json = try JSON(parsing: Array(comparison.json.text(indented: true).utf8))
        #expect(json["format"]?.int == 1)
        #expect(json["networks"]?.array?.count == 7)
        #expect(json["networks"]?.array?[6]["same_as"]?.string == "eqt/variant_0")
        let metric = try #require(json["metrics"]?.array?.first)
        #expect(metric["name"]?.string == "p_f1" && metric["judged"]?.bool == true)
        let judgement = try #require(metric["results"]?.array?[1]["judgement"])
        #expect(judgement["seeds"]?.array?.count == 3)
        let interval = (judgement["interval"]?.array ?? []).compactMap(\.double)
        let difference = try #require(judgement["difference"]?.double)
        #expect(interval.count == 2 && interval[0] < difference && difference < interval[1])
        #expect(Verdict(rawValue: judgement["verdict"]?.string ?? "") != nil)
    }

    @Test func csvIsARectangle() {
        let rows = CSV.rows(comparison.csv)
        #expect(rows.count == 1 + 3 * 7)
        #expect(rows.allSatisfy { $0.count == rows[0].count })
    }

    @Test func latexHasARowANetwork() {
        let lines = comparison.latex.split(separator: "\n")
        let rows = lines.filter { $0.contains(" & ") }
        #expect(rows.count == 8)
        #expect(rows.allSatisfy { $0.split(separator: "&").count == 4 && $0.hasSuffix("\\\\") })
        #expect(comparison.latex.contains("eqt/variant\\_3"))
    }

    @Test func numbersHaveTheDigitsThatAreKnown() {
        #expect(Figures.value(0.98765, error: 0.0123) == "0.988 ± 0.012")
        #expect(Figures.value(0.5, error: .nan) == "0.5000")
        #expect(Figures.value(.nan, error: 1) == "–")
        #expect(Figures.count(371_639) == "371,639" && Figures.count(12) == "12")
        #expect(Figures.scaled(255_300_000) == "255 M" && Figures.scaled(42) == "42")
        #expect(Figures.scaled(1536, base: 1024, unit: "B") == "1.50 KiB")
        #expect(Figures.signed(-0.00001, places: 3) == "0.000")
        #expect(Figures.duration(59) == "59 s" && Figures.duration(7260) == "2 h 1 min")
        #expect(Figures.p(0.0004) == "< 0.001" && Figures.p(0.0213) == "0.021")
    }
}
