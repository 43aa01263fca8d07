import GraphIR

/// `class`: one class for the whole window.
public struct ClassLabeler: Labeler {
    enum Source: String, Word { case picks, centre, column }

    static let values = Setting<[String]>(
        "values", "The classes in the output's order; for an output of one number, the one it is the probability of.")
    static let source = Setting<Source>(
        "by", "What decides: any pick in the window, the phase at its centre, or a column.", standard: .picks)
    static let column = Setting<String>("column", "The column that decides, if one does.", standard: "trace_category")
    static let within = Setting<Samples>(
        "within", "How far from the centre a phase still counts.", standard: 50, in: 0...100_000)

    public static let signature = Signature(
        .labeler, "class",
        """
        One class a window, as 1 in its channel and 0 in the others.
        `by: picks`: `earthquake` where a P is in the window, else `noise`; a phase's name where that phase is. \
        `by: centre`: the phase nearest the centre if it lies within `within`, else `noise`, as GPD is taught. \
        `by: column`: the class whose name the column's text is or begins with, as `earthquake` for \
        `earthquake_local`. A window of none of the classes teaches nothing.
        """,
        [values, source, column, within],
        example: "learn earthquake from class(values: [\"earthquake\"]) loss binary_cross_entropy")

    /// Whether the class is that of the window's centre, so that a window that slides along a recording says when.
    public static func isOfCentre(_ arguments: Arguments) -> Bool { arguments[source] == .centre }
    /// The classes in the output's order.
    public static func classes(_ arguments: Arguments) -> [String] { arguments[values] }

    private let values: [String]
    private let source: Source
    private let column: String
    private let within: Double
    public let label: Shape
    public var meaning: Meaning { .classes(values) }
    public var readsTableOnly: Bool { source == .column }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        values = arguments[Self.values]
        source = arguments[Self.source]
        column = arguments[Self.column]
        within = Double(arguments[Self.within].count)
        label = try oneHotShape(of: "class", classes: values.count, output: output)
        guard Set(values).count == values.count else {
            throw Complaint(.argument("values"), "a class is named twice")
        }
        if source != .column {
            for value in values where !["earthquake", "noise"].contains(value) && Phase(catalogue: value) == nil {
                throw Complaint(
                    .argument("values"), "picks cannot tell whether a window is of class '\(value)'",
                    help: "use earthquake, noise or a phase such as P, or by: column")
            }
        }
    }

    public func label(for window: Window) -> Label {
        switch source {
        case .picks: return picksLabel(window)
        case .centre:
            let centre = Double(window.length) / 2
            let nearest = window.picks.min { abs($0.sample - centre) < abs($1.sample - centre) }
            guard let nearest, abs(nearest.sample - centre) <= within else { return label { $0 == "noise" } }
            return label { name in
                name == "earthquake" || Phase(catalogue: name).map { nearest.phase.belongs(to: $0) } == true
            }
        case .column:
            let text = window.metadata[column] ?? ""
            // A name that is there in full is meant, also where it begins with another's.
            if values.count > 1, values.contains(text) { return label { $0 == text } }
            return label { !text.isEmpty && text.hasPrefix($0) }
        }
    }

    private func picksLabel(_ window: Window) -> Label {
        let inside = window.picks.filter { $0.sample >= 0 && $0.sample < Double(window.length) }
        let hasP = inside.contains { $0.phase.family == .P }
        return label { name in
            switch name {
            case "earthquake": hasP
            case "noise": inside.isEmpty
            default: Phase(catalogue: name).map { phase in inside.contains { $0.phase.belongs(to: phase) } } ?? false
            }
        }
    }

    /// The first class that fits; with a single one, whether it fits.
    private func label(where fits: (String) -> Bool) -> Label {
        if values.count == 1 { return Label([fits(values[0]) ? 1 : 0]) }
        return Label(oneHot: values.firstIndex(where: fits), of: values.count)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(ClassLabeler.self, $0)
    }
}

extension Label {
    /// 1 for one class; where none is known, nothing to learn.
    public init(oneHot index: Int?, of count: Int) {
        self.init((0..<count).map { $0 == index ? 1 : 0 })
        if index == nil { hide(0..<count) }
    }
}

/// The shape `[classes]`, refused where the output is another.
public func oneHotShape(of labeler: String, classes: Int, output: TensorType) throws(Complaint) -> Shape {
    guard output.shape.rank == 1 else {
        throw Complaint(
            .input(0, axis: nil),
            "\(labeler) gives one class a window, so its output must be [classes], "
                + "not \(output.shape)", help: "end the network with global_average_pool or flatten, then dense")
    }
    guard output.shape[0].compare(.number(classes)) == .equal else {
        throw Complaint(
            .input(0, axis: 0),
            "\(labeler) has \(classes) \(classes == 1 ? "class" : "classes"), "
                + "but the output has \(output.shape[0]) features", help: "end the network with dense(\(classes))")
    }
    return output.shape
}
