import GraphIR

/// `event`: 1 while an earthquake is under way, from its P to some time after its S.
public struct EventLabeler: Labeler {
    static let tail = Setting<Double>(
        "tail", "How long it goes on after S, as a multiple of S minus P.", standard: 0.4, in: 0...10)

    public static let signature = Signature(
        .labeler, "event",
        """
        1 while an earthquake is under way, else 0: from P to S + tail * (S - P), as EQTransformer is taught.
        Several events are joined. An event that lacks its P or its S teaches nothing where it may be. \
        SeisBench counts the tail from S in the same way and has 1.4 where EQTransformer has 0.4.
        """,
        [tail], example: "learn detection from event(tail: 0.4) loss binary_cross_entropy")

    private let grid: LabelGrid
    private let tail: Double
    public var label: Shape { grid.shape }
    public var meaning: Meaning { .detection }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        tail = arguments[Self.tail]
        grid = try LabelGrid(window: window, output: output, channels: 1, of: "event")
    }

    public func label(for window: Window) -> Label {
        let count = grid.count(for: window.length)
        let step = grid.step(for: window.length)
        var label = Label([Float](repeating: 0, count: count))
        func place(_ position: Double) -> Int { Int(clampingTruncated: position / step) }
        for event in window.events {
            switch (window.first(.P, event: event), window.first(.S, event: event)) {
            case (let p?, let s?) where s > p:
                let p = p.rounded(.towardZero)
                let s = s.rounded(.towardZero)
                label.fill(place(p)..<place(s + tail * (s - p)), with: 1)
            // A catalogue may name arrivals far behind the window.
            case (let p?, _): label.hide(min(place(p), count)..<count)
            case (nil, _): label.hide(0..<count)
            }
        }
        return label
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(EventLabeler.self, $0)
    }
}

extension Label {
    /// Sets the part of a stretch that lies within the label.
    public mutating func fill(_ stretch: Range<Int>, with value: Float) {
        values.change(stretch) { $0.update(repeating: value) }
    }

    /// Makes nothing of the part of a stretch that lies within the label be learned.
    public mutating func hide(_ stretch: Range<Int>) {
        if mask == nil { mask = [Float](repeating: 1, count: values.count) }
        mask?.change(stretch) { $0.update(repeating: 0) }
    }
}
