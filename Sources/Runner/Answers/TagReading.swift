import GraphIR
import Seismic

/// Any number of tags a sample: those it has, those that are said, and how sure the network is of each.
struct TagReading: Reading {
    private let lesson: Int
    private let output: String
    private let names: [String]
    private var truths: [String] = []
    private var said: [String] = []
    private var scores: [[Double]]

    init(lesson: Int, output: String, names: [String]) {
        (self.lesson, self.output, self.names) = (lesson, output, names)
        scores = names.map { _ in [] }
    }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        guard let answer = answers.first(where: { $0.output == output }) else { return }
        let labels = batch.lessons[lesson].labels.values
        let values = answer.column(window)
        let own = names.indices.filter { labels[window * answer.channels + $0] > 0.5 }
        truths.append(TagTable.text(own.map { names[$0] }))
        said.append(TagTable.text(names.indices.filter { Double(values[$0]) >= TagTable.threshold }.map { names[$0] }))
        for index in names.indices { scores[index].append(Double(values[index])) }
    }

    var columns: [Predictions.Column] {
        [.init(TagTable.truthColumn, .texts(truths)), .init(TagTable.saidColumn, .texts(said))]
            + zip(names, scores).map { .init(TagTable.scorePrefix + $0, .numbers($1)) }
    }
}
