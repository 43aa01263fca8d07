import GraphIR

extension [TracePicture.LabelRow] {
    /// The labels that EQTransformer would learn of a trace, or the classes of its stretches: what `data view` draws
    /// where no architecture says otherwise.
    public static func standard(for dataset: any Dataset, trace index: Int) throws -> [TracePicture.LabelRow] {
        let window = try dataset.window(index)
        let type = TensorType(Shape(.number(window.samples.count), .number(window.length)), rate: window.rate)
        let output = TensorType(Shape(1, .number(window.length)), rate: window.rate)
        guard !window.picks.isEmpty else { return [] }
        let labelers: [(String, any Labeler)] = [
            ("event", try EventLabeler(EventLabeler.signature.defaults, window: type, output: output)),
            ("P", try PickLabeler(Arguments(["phase": .word("P")]), window: type, output: output)),
            ("S", try PickLabeler(Arguments(["phase": .word("S")]), window: type, output: output)),
        ]
        return labelers.map { .init(name: $0.0, values: $0.1.label(for: window).values) }
    }
}
