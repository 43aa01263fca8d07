import GraphIR
import Seismic

/// One class a window: what it was, what the network says, and how sure it is of each.
struct ClassReading: Reading {
    private let lesson: Int
    private let output: String
    /// By the network's channels; an output of one number stands for its class and for all others.
    private let names: [String]
    private let isSingle: Bool
    private var truths: [String] = []
    private var said: [String] = []
    private var sureness: [Double] = []
    private var scores: [[Double]]

    init(lesson: Int, output: String, names: [String]) {
        self.lesson = lesson
        self.output = output
        isSingle = names.count == 1
        self.names = isSingle ? ["other"] + names : names
        scores = self.names.map { _ in [] }
    }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        guard let answer = answers.first(where: { $0.output == output }) else { return }
        func spread(_ values: [Float]) -> [Float] { isSingle ? [1 - values[0], values[0]] : values }
        let channels = answer.channels
        let taught = batch.lessons[lesson]
        let labels = spread(Array(taught.labels.values[window * channels..<(window + 1) * channels]))
        let isKnown = taught.mask.map { $0[window * channels] != 0 } ?? true
        let values = spread(answer.column(window))
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        let truth = labels.indices.max { labels[$0] < labels[$1] } ?? 0
        truths.append(isKnown ? names[truth] : "")
        said.append(names[best])
        sureness.append(Double(values[best]))
        for index in names.indices { scores[index].append(Double(values[index])) }
    }

    var columns: [Predictions.Column] {
        [
            .init(ClassTable.truthColumn, .texts(truths)), .init(ClassTable.saidColumn, .texts(said)),
            .init("probability", .numbers(sureness)),
        ] + zip(names, scores).map { .init(ClassTable.scorePrefix + $0, .numbers($1)) }
    }
}

/// A class for every frame of a stream: how often each was called what.
struct FrameReading: Reading {
    private let lesson: Int
    private let output: String
    private let names: [String]
    private var confusions: [String] = []
    private var frames: [[Double]]

    init(lesson: Int, output: String, names: [String]) {
        (self.lesson, self.output, self.names) = (lesson, output, names)
        frames = names.map { _ in [] }
    }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        guard let answer = answers.first(where: { $0.output == output }) else { return }
        let taught = batch.lessons[lesson]
        var counts = [Double](repeating: 0, count: names.count * names.count)
        for time in 0..<answer.own[window] {
            func place(_ channel: Int) -> Int { (window * answer.channels + channel) * answer.time + time }
            if let mask = taught.mask, mask[place(0)] == 0 { continue }
            let labels = names.indices.map { taught.labels.values[place($0)] }
            let values = answer.column(window, at: time)
            let truth = labels.indices.max { labels[$0] < labels[$1] } ?? 0
            let said = values.indices.max { values[$0] < values[$1] } ?? 0
            counts[truth * names.count + said] += 1
        }
        let cells = counts.indices.filter { counts[$0] > 0 }.map {
            ClassTable.Cell(truth: $0 / names.count, said: $0 % names.count, count: counts[$0])
        }
        confusions.append(ClassTable.text(cells, classes: names))
        for index in names.indices {
            frames[index].append(cells.filter { $0.truth == index }.reduce(0) { $0 + $1.count })
        }
    }

    var columns: [Predictions.Column] {
        [.init(ClassTable.confusionColumn, .texts(confusions))]
            + zip(names, frames).map { .init(ClassTable.framesPrefix + $0, .numbers($1)) }
    }
}

/// Numbers that an output should have come close to: how far off it is on the mean of a window.
struct AmountReading: Reading {
    private let lesson: Int
    private let output: String
    private var absolute: [Double] = []
    private var square: [Double] = []

    init(lesson: Int, output: String) { (self.lesson, self.output) = (lesson, output) }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        guard let answer = answers.first(where: { $0.output == output }) else { return }
        let count = answer.channels * answer.time
        let taught = batch.lessons[lesson]
        var sums = (absolute: 0.0, square: 0.0, weight: 0.0)
        for place in window * count..<(window + 1) * count {
            let weight = Double(taught.mask?[place] ?? 1)
            let error = Double(answer.values[place]) - Double(taught.labels.values[place])
            sums.absolute += weight * abs(error)
            sums.square += weight * error * error
            sums.weight += weight
        }
        absolute.append(sums.absolute / sums.weight)
        square.append(sums.square / sums.weight)
    }

    var columns: [Predictions.Column] {
        [.init(AbsoluteAmountError.column, .numbers(absolute)), .init(SquareAmountError.column, .numbers(square))]
    }
}
