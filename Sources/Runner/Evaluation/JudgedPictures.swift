import Files
import GraphIR
import Images
import Seismic

/// A picture with what it shows and what a network says of it.
public struct JudgedPicture: Sendable {
    public var name: String
    /// Its class, or its tags parted by `;`.
    public var truth: String
    public var said: String
    /// Of the class that was said.
    public var probability: Double?
    public var isRight: Bool { truth == said }
    public var picture: Picture

    /// A few words for below it.
    public var words: [String] {
        let sure = probability.map { " \(Int(($0 * 100).rounded())) %" } ?? ""
        return ["\(truth.isEmpty ? "none" : truth)", "said: \(said.isEmpty ? "none" : said)" + sure]
    }
}

/// The answers in a table of predictions: by row what was, what was said, and how surely.
struct PictureAnswers {
    let truths: [String]
    let said: [String]
    let sureness: [Double]?

    /// `nil` where the table is about something else.
    init?(_ predictions: Predictions) {
        guard predictions.isOfPictures else { return nil }
        if let truths = predictions.texts(ClassTable.truthColumn), let said = predictions.texts(ClassTable.saidColumn) {
            (self.truths, self.said, sureness) = (truths, said, predictions.numbers("probability"))
        } else if let truths = predictions.texts(TagTable.truthColumn),
            let said = predictions.texts(TagTable.saidColumn)
        {
            (self.truths, self.said, sureness) = (truths, said, nil)
        } else {
            return nil
        }
    }

    /// Rows of wrong and of right answers, the surest first: a sure mistake teaches most.
    func rows(atMost most: Int) -> (wrong: [Int], right: [Int]) {
        let all = truths.indices.sorted { (sureness?[$1] ?? 0, $0) < (sureness?[$0] ?? 0, $1) }
        return (
            Array(all.filter { truths[$0] != said[$0] }.prefix(most)),
            Array(all.filter { truths[$0] == said[$0] }.prefix(most))
        )
    }

    /// A row with its picture; `nil` where the picture cannot be read any more.
    func judged(_ row: Int, name: String, of dataset: any Dataset, index: Int, side: Int) -> JudgedPicture? {
        guard (0..<dataset.count).contains(index), let picture = try? dataset.trace(index).thumbnail(side: side) else {
            return nil
        }
        let sure = sureness?[row]
        return JudgedPicture(
            name: name, truth: truths[row], said: said[row],
            probability: sure.flatMap { $0.isFinite ? $0 : nil }, picture: picture)
    }
}

/// What a run's network says of some pictures of a dataset, for looking at.
public func judgedPictures(
    of folder: RunFolder, file: NetworkFile, dataset: any Dataset, indices: [Int], side: Int = 256
) throws -> [JudgedPicture] {
    let request = EvaluationRequest(folder: folder)
    let evaluator = try Evaluator(request, record: try folder.record(), file: file, dataset: dataset)
    let session = evaluator.session
    var readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
    var pictures = PictureColumns(session.inputPorts.first?.type.shape.numbers ?? [])
    var asked: [Int] = []
    try evaluator.predictor.ask(try evaluator.data.loader(of: indices)) { batch, answers in
        for window in 0..<batch.count {
            let trace = evaluator.data.trace(batch, window: window)
            readings.read(batch, window: window, answers, trace)
            pictures.append(trace.identity)
            asked.append(trace.index)
        }
    }
    let table = Predictions(pictures.columns + readings.columns)
    guard let answers = PictureAnswers(table) else {
        throw RunError(.refused, "this network gives neither classes nor tags to draw beside a picture")
    }
    return asked.indices.compactMap { row in
        answers.judged(row, name: table.traces[row], of: dataset, index: asked[row], side: side)
    }
}
