import GraphIR

/// The questions that shape rules ask of what flows in, with the answers that a reader needs when they are no.
extension [TensorType] {
    /// The only input of a layer that takes one.
    public func single() throws(Complaint) -> TensorType {
        guard count == 1 else { throw Complaint(.input(0, axis: nil), "one array is taken here, not \(count)") }
        return self[0]
    }

    /// The only input, which must have time: a sequence `[channels, time]`.
    public func singleSequence(_ layer: String) throws(Complaint) -> TensorType {
        let input = try single()
        guard input.shape.rank == 2 else {
            throw Complaint(
                .input(0, axis: nil),
                "\(layer) works on a sequence [channels, time], but this is \(input.shape.words)",
                help: input.shape.rank == 1 ? "leave out the flatten or the global pool before it" : nil)
        }
        return input
    }

    /// The only input, which must be a sequence or an image.
    public func singleSignal(_ layer: String) throws(Complaint) -> TensorType {
        let input = try single()
        guard input.shape.rank == 2 || input.shape.rank == 3 else {
            throw Complaint(
                .input(0, axis: nil),
                "\(layer) works on a sequence [channels, time] or an image [channels, height, width], "
                    + "but this is \(input.shape.words)",
                help: input.shape.rank == 1 ? "leave out the flatten or the global pool before it" : nil)
        }
        return input
    }
}

extension TensorType {
    /// How many channels (features of a vector): a number, since weights depend on it.
    public func knownChannels(_ layer: String) throws(Complaint) -> Int {
        guard let number = shape.channels.number else {
            throw Complaint(
                .unknownSize(0, axis: 0),
                "\(layer) needs to know how many \(Shape.axisName(0, rank: shape.rank)) come in, "
                    + "but that depends on a length: \(shape.channels)",
                help: "declare the input with a number instead of a symbol")
        }
        guard (1...TensorType.mostChannels).contains(number) else {
            throw Complaint(
                .input(0, axis: 0),
                number < 1
                    ? "no \(Shape.axisName(0, rank: shape.rank)) come in for \(layer) to work on"
                    : "\(number) \(Shape.axisName(0, rank: shape.rank)) come in, but \(layer) takes "
                        + "\(TensorType.mostChannels) at most")
        }
        return number
    }
    /// Far more than any network has, and few enough that no product of sizes runs over.
    private static let mostChannels = 1 << 24

    /// The same but for another shape and, if it changes, another rate.
    public func with(_ shape: Shape) -> TensorType { TensorType(shape, rate: rate) }
}

extension Shape {
    /// As a sentence says it: `a vector [128]`.
    public var words: String {
        switch rank {
        case 1: "a vector \(self)"
        case 2: "a sequence \(self)"
        case 3: "an image \(self)"
        default: "an array \(self)"
        }
    }
    /// Everything behind the channels: one frame for each step of a sequence, one pixel of an image, one vector.
    public var positions: Dimension { dimensions.dropFirst().reduce(.number(1), *) }
}
