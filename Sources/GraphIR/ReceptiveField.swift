/// How much of the input one sample of an output can see along time.
public enum ReceptiveField: Hashable, Sendable {
    /// This many input samples.
    case samples(Int)
    /// All of the window: something on the way is recurrent, attends globally, or flattens.
    case everything

    /// What the outputs of a graph see: the most of any of them.
    public init(_ graph: Graph) {
        self = ReceptiveField.of(graph).max() ?? .samples(1)
    }

    /// What each output of a graph sees, in their order.
    ///
    /// A layer that sees `span` samples of its input, each `jump` input samples apart, adds `(span - 1) * jump`;
    /// strides widen the jump and upsampling narrows it. Where paths meet, the widest one counts.
    public static func of(_ graph: Graph) -> [ReceptiveField] {
        var views: [View] = []
        for node in graph.nodes {
            let seen = node.inputs.map { views[$0] }
            views.append(seen.dropFirst().reduce(seen.first ?? View()) { $0.widened(by: $1) }.seen(through: node.reach))
        }
        return graph.outputs.map { output in
            let view = views[output.node]
            return view.isEverything ? .everything : .samples(-(-view.span).floor)
        }
    }

    private struct View {
        var span = Rational(1)
        var jump = Rational(1)
        var isEverything = false

        func widened(by other: View) -> View {
            View(
                span: max(span, other.span), jump: max(self.jump, other.jump),
                isEverything: isEverything || other.isEverything)
        }

        func seen(through reach: Reach) -> View {
            var view = self
            switch reach {
            case .everywhere: view.isEverything = true
            case .local(let span, let step, let rise):
                view.span = view.span + Rational(span - 1) * jump
                view.jump = jump * Rational(step, max(1, rise))
            }
            return view
        }
    }
}

extension ReceptiveField: Comparable {
    public static func < (a: ReceptiveField, b: ReceptiveField) -> Bool {
        switch (a, b) {
        case (.samples(let x), .samples(let y)): x < y
        case (.samples, .everything): true
        case (.everything, _): false
        }
    }
}
