import GraphIR

/// `frames`: a class for every frame of a stream.
public struct FramesLabeler: Labeler {
    static let classes = Setting<[String]>("classes", "The classes in the order of the output's channels.")
    static let background = Setting<String?>(
        "background", "The class where the catalogue names none; with `none`, such frames teach nothing.",
        standard: "SIL")

    public static let signature = Signature(
        .labeler, "frames",
        """
        A class for every sample or frame: 1 in its channel and 0 in the others.
        A frame is of the class whose stretch its middle lies in (the last one where stretches overlap). Stretches \
        come from the column trace_class_spans, as `LP 1200 2600; VTE 4000 5200`. Frames lie symmetrically over the \
        window; those of a network without padding over the part of it that they have seen. Past the end of a short \
        trace nothing is learned.
        """,
        [classes, background],
        example: "learn class from frames(classes: [\"SIL\", \"TRE\", \"LP\", \"VTE\", \"HYB\"]) loss cross_entropy")

    private let grid: LabelGrid
    private let classes: [String]
    private let background: Int?
    public var label: Shape { grid.shape }
    public var meaning: Meaning { .frames(classes) }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        classes = arguments[Self.classes]
        guard Set(classes).count == classes.count, !classes.isEmpty else {
            throw Complaint(.argument("classes"), "each channel needs a class of its own")
        }
        background = arguments[Self.background].flatMap { [classes] in classes.firstIndex(of: $0) }
        grid = try LabelGrid(window: window, output: output, channels: classes.count, of: "frames")
    }

    public func label(for window: Window) -> Label {
        let centres = grid.centres(for: window.length)
        let count = centres.count
        var label = Label([Float](repeating: 0, count: classes.count * count))
        for (frame, centre) in centres.enumerated() {
            let span = window.spans.last {
                Double($0.samples.lowerBound) <= centre && centre < Double($0.samples.upperBound)
            }
            let isRecorded = Double(window.valid.lowerBound) <= centre && centre < Double(window.valid.upperBound)
            let known = span.map { classes.firstIndex(of: $0.name) } ?? background
            if isRecorded, let known {
                label.values[known * count + frame] = 1
            } else {
                for row in classes.indices { label.hide(row * count + frame..<row * count + frame + 1) }
            }
        }
        return label
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(FramesLabeler.self, $0)
    }
}
