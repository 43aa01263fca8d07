import GraphIR
import Seismic

/// Finds pictures that networks of a comparison name rightly and wrongly.
public struct PictureSearch {
    private let comparison: Comparison
    /// A page with more would take long to open.
    static let most = 18
    static let side = 64

    public init(_ comparison: Comparison) { self.comparison = comparison }

    /// By contender, of its first seed: the surest mistakes, then the surest right answers.
    public func pictures() -> [[JudgedPicture]] {
        comparison.contenders.map { contender in
            guard let run = contender.runs.first, let answers = PictureAnswers(run.predictions) else { return [] }
            // Where the data have gone since, the numbers are still there.
            guard let dataset = try? openDataset(run.judgedData, registry: contender.registry) else { return [] }
            let identities = run.predictions.identities
            let rows = answers.rows(atMost: Self.most)
            return (rows.wrong + rows.right).compactMap { row in
                answers.judged(
                    row, name: identities[row].name, of: dataset, index: identities[row].row, side: Self.side)
            }
        }
    }
}
