import Foundation
import Testing

@testable import Runner

/// Why networks differ, by numbers whose truth is known.
@Suite struct WhyTests {
    /// Two seeds of a network and two of the same one with other seeds: what is said adds up, is judged, and is the
    /// same each time.
    @Test func rowsAreSharesAndAreJudged() throws {
        let scratch = try Scratch()
        let file = try ToyStudy.file()
        func runs(_ name: String, _ seeds: [Int]) throws -> Contender {
            let runs = try seeds.map { seed -> Contender.Run in
                let folder = RunFolder(scratch.path + "/\(name)\(seed)")
                let trained = try ToyStudy.train(folder.path, change: { $0.seed = seed })
                _ = try evaluate(
                    EvaluationRequest(folder: folder), record: trained.record, file: file, dataset: ToyData())
                return try Contender.Run(reading: folder)
            }
            return Contender(name: name, file: file, runs: runs)
        }
        let one = try runs("one", [0, 1, 2]), other = try runs("other", [3, 4, 5])
        let comparison = try Comparison([one, other])
        let search = try WhySearch(comparison, dataset: ToyData(), most: 8)
        let table = try search.table()
        let asked = try #require(table.asked.first)
        #expect(asked.name == "P" && asked.traces > 0)
        for contender in 0..<2 {
            for seed in 0..<3 {
                func sum(_ group: WhyTable.Row.Group) -> Double {
                    asked.rows.filter { $0.group == group }.reduce(0) { $0 + $1.values[contender].values[seed] }
                }
                #expect(abs(sum(.time) - 1) < 1e-6 && abs(sum(.component) - 1) < 1e-6 && abs(sum(.octave) - 1) < 1e-6)
            }
        }
        #expect(asked.rows.allSatisfy { $0.judgements[0] == nil })
        #expect(asked.rows.contains { $0.judgements[1] != nil })
        #expect(asked.seedsAgree.allSatisfy { $0.map { (-1...1).contains($0) } ?? false })
        #expect(asked.networksAgree[0] == nil && asked.networksAgree[1] != nil)
        #expect(try WhySearch(comparison, dataset: ToyData(), most: 8).table().csv == table.csv)
        let report = Report(ReportContent(comparison: comparison, why: table)).html
        #expect(report.contains("Why they differ") && table.text(width: 80).contains("two seeds agree to"))
        #expect(table.text(width: 80).split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
