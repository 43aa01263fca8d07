import GraphIR

/// Whether the right class is among the first few: how results on photographs are told.
struct TopClasses: Metric {
    static let group = MetricGroup.classes
    static let among = Setting<Int>("k", "Among how many.", standard: 1, in: 1...1000)
    static let signature = Signature(
        .metric, "top",
        """
        The share of pictures whose class is among the k that the network holds likeliest; top1 is the accuracy.

        Of classes held equally likely, those that stand first in the output come first.
        """, [among])

    private let count: Int

    init(_ arguments: Arguments) { count = arguments[Self.among] }

    var name: String { "top\(count)" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = ClassTable(predictions), let truths = predictions.texts(ClassTable.truthColumn),
            table.classes.count > count
        else { return nil }
        let scores = table.classes.compactMap { predictions.numbers(ClassTable.scorePrefix + $0) }
        guard scores.count == table.classes.count else { return nil }
        var (right, known) = ([Double](), [Double]())
        for (row, truth) in truths.enumerated() {
            guard let index = table.classes.firstIndex(of: truth) else {
                right.append(0)
                known.append(0)
                continue
            }
            let own = scores[index][row]
            let before = scores.indices.count { scores[$0][row] > own || $0 < index && scores[$0][row] == own }
            right.append(before < count ? 1 : 0)
            known.append(1)
        }
        return .sums(terms: [right, known]) { $0[0] / $0[1] }
    }

    /// Of pictures: what is heard is told by its accuracy alone.
    static func uses(for predictions: Predictions) -> [Arguments] {
        guard predictions.isOfPictures else { return [] }
        return [1, 5].map { Arguments(["k": .int($0)]) }
    }
}

extension Predictions {
    /// The column that stands in tables about pictures: their sizes.
    static let pictureColumn = "picture"
    /// Whether the samples are pictures.
    var isOfPictures: Bool { texts(Self.pictureColumn) != nil }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TopClasses.self, $0) }
