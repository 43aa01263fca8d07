import GraphIR

/// A window that slides over one axis: how many places it takes and how much padding that needs.
public struct SlidingWindow: Hashable, Sendable {
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    public let rule: Rule

    public enum Rule: Hashable, Sendable {
        case padded(Padding)
        /// Inside the signal, but the last window may stand over its end; nothing is added there.
        case ceil
    }

    public init(kernel: Int, stride: Int, dilation: Int = 1, rule: Rule) {
        self.kernel = kernel
        self.stride = max(1, stride)
        self.dilation = dilation
        self.rule = rule
    }

    /// Samples from the window's first to its last tap.
    public var span: Int { Rational.sum(Rational.product(kernel - 1, dilation), 1) }

    /// How many places the window takes on an axis of this length; refused if there is none.
    ///
    /// The axis is named for the message, as in `time`.
    public func places(
        on length: Dimension, axis: Int, name: String, layer: String
    ) throws(Complaint) -> Dimension {
        let places: Dimension
        switch rule {
        case .padded(.same), .padded(.causal): places = length.ceilDivided(by: stride)
        case .padded(.valid): places = (length - .number(span)).floorDivided(by: stride) + 1
        case .padded(.count(let count)):
            let padded = length + .number(Rational.product(2, count))
            places = (padded - .number(span)).floorDivided(by: stride) + 1
        case .ceil:
            // A window that would start beyond the end is left out.
            places =
                stride <= span
                ? (length - .number(span)).ceilDivided(by: stride) + 1 : length.ceilDivided(by: stride)
        }
        if let number = places.number, number < 1 {
            throw tooWide(length: length, axis: axis, name: name, layer: layer)
        }
        return places
    }

    private func tooWide(length: Dimension, axis: Int, name: String, layer: String) -> Complaint {
        if let number = length.number, number < 1 {
            return Complaint(.input(0, axis: axis), "nothing is left along \(name) for \(layer) to work on")
        }
        let reach = dilation == 1 ? "\(kernel)" : "\(kernel) with dilation \(dilation), \(span) samples wide,"
        let verb = dilation == 1 ? "is wider than" : "exceeds"
        return Complaint(
            .input(0, axis: axis), "\(layer)'s window of \(reach) \(verb) the \(length) samples along \(name)",
            help: "padding: same works for any length")
    }

    /// How many samples are added before and after an axis of this length.
    public func padding(for length: Int) -> (before: Int, after: Int) {
        switch rule {
        case .padded(.valid): return (0, 0)
        case .padded(.causal): return (span - 1, 0)
        case .padded(.count(let count)): return (count, count)
        case .padded(.same):
            let places = (length + stride - 1) / stride
            let total = max(0, (places - 1) * stride + span - length)
            return (total / 2, total - total / 2)
        case .ceil:
            let places =
                stride <= span
                ? max(0, length - span + stride - 1) / stride + 1 : (length + stride - 1) / stride
            return (0, max(0, (places - 1) * stride + span - length))
        }
    }

    /// How far one result sees.
    public var reach: Reach { .local(span: span, step: stride) }
}

extension TensorType {
    /// What comes out when windows slide over every axis behind the channels.
    public func slidingOver(
        _ windows: [SlidingWindow], channels: Dimension, layer: String
    ) throws(Complaint) -> TensorType {
        var dimensions = [channels]
        for (index, window) in windows.enumerated() {
            let axis = index + 1
            dimensions.append(
                try window.places(
                    on: shape[axis], axis: axis, name: Shape.axisName(axis, rank: shape.rank), layer: layer))
        }
        let stride = windows.last?.stride ?? 1
        return TensorType(Shape(dimensions), rate: rate.map { $0 / Double(stride) })
    }
}
