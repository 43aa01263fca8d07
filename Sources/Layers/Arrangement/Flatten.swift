import GraphIR

/// Makes a vector of a sequence or an image.
public struct Flatten: Layer {
    public enum Order: String, Word {
        /// All of the first channel, then all of the second: PyTorch.
        case channels
        /// All channels of the first sample, then all of the second: Keras.
        case time
    }
    public static let order = Setting<Order>(
        "order", "What stays together: a channel's samples, or a sample's channels.", standard: .channels)

    public static let signature = Signature(
        .layer, "flatten",
        """
        Makes a vector of a sequence or an image.

        order: channels puts channel after channel (PyTorch), order: time sample after sample (Keras, whose arrays have
        the channels last). For training from the start it does not matter; for weights of the other framework it does.
        """,
        [order], example: "x -> flatten -> dense(2)")

    public let input: TensorType
    public let output: TensorType
    public let order: Order

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.single()
        order = arguments[Self.order]
        output = TensorType(Shape(input.shape.count))
    }

    public var flops: Dimension { 0 }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic {
        Rearrangement(input: input.shape, order: order == .channels ? nil : [1, 2, 0])
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Flatten.self, $0) }
