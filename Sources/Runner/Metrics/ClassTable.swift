import GraphIR

/// What was and what was said, for tasks with classes: one answer a window, or many a stream of frames.
public struct ClassTable: Sendable {
    public var classes: [String]
    /// For each trace how often each class (row) was called each class (column).
    public var confusions: [[Cell]]
    public struct Cell: Sendable, Equatable {
        public var truth: Int
        public var said: Int
        public var count: Double
    }

    public static let (truthColumn, saidColumn, confusionColumn) = ("truth_class", "predicted_class", "confusion")
    public static let (scorePrefix, framesPrefix) = ("score_", "frames_")

    public init?(_ predictions: Predictions) {
        let names = predictions.columns.map(\.name)
        func order(_ prefix: String) -> [String] {
            names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
        if let truths = predictions.texts(Self.truthColumn), let said = predictions.texts(Self.saidColumn) {
            classes = order(Self.scorePrefix)
            confusions = zip(truths, said).map { [classes] truth, said in
                guard let row = classes.firstIndex(of: truth), let column = classes.firstIndex(of: said) else {
                    return []
                }
                return [Cell(truth: row, said: column, count: 1)]
            }
        } else if let texts = predictions.texts(Self.confusionColumn) {
            classes = order(Self.framesPrefix)
            confusions = texts.map { [classes] in ClassTable.cells($0, classes: classes) }
        } else {
            return nil
        }
    }

    /// `LP>VTE:12 LP>LP:80`: twelve frames of LP were called VTE, eighty LP.
    public static func text(_ cells: [Cell], classes: [String]) -> String {
        cells.map { "\(classes[$0.truth])>\(classes[$0.said]):\(Int($0.count))" }.joined(separator: " ")
    }

    public static func cells(_ text: String, classes: [String]) -> [Cell] {
        text.split(separator: " ").compactMap { word in
            let parts = word.split(separator: ":")
            let names = parts.first.map { $0.split(separator: ">") } ?? []
            guard parts.count == 2, names.count == 2, let count = Double(parts[1]),
                let truth = classes.firstIndex(of: String(names[0])),
                let said = classes.firstIndex(of: String(names[1]))
            else { return nil }
            return Cell(truth: truth, said: said, count: count)
        }
    }

    /// How often, trace by trace, the answer was such.
    public func count(_ isCounted: (Cell) -> Bool) -> [Double] {
        confusions.map { cells in cells.reduce(0) { $0 + (isCounted($1) ? $1.count : 0) } }
    }

    /// For class after class: rightly called so, wrongly called so, called otherwise.
    public var countsByClass: [[Double]] {
        classes.indices.flatMap { index in
            [
                count { $0.truth == index && $0.said == index }, count { $0.truth != index && $0.said == index },
                count { $0.truth == index && $0.said != index },
            ]
        }
    }

    /// Rows are what was, columns what was said.
    public var matrix: [[Int]] {
        var matrix = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
        for cell in confusions.joined() { matrix[cell.truth][cell.said] += Int(cell.count) }
        return matrix
    }
}
