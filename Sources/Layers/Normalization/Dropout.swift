import GraphIR

/// Silences a random share of what passes while the network learns.
public struct Dropout: LayerSignature {
    /// What is silenced as one.
    public enum Whole: String, Word {
        case elements, channels
    }
    public static let rate = Setting<Share>("rate", "The share that is silenced.", in: 0...0.999_999)
    public static let whole = Setting<Whole>(
        "whole", "Single numbers, or whole channels for the length of the window.", standard: .elements)
    public static let always = Setting<Bool>(
        "always", "Also at inference, so that every run differs (Monte Carlo dropout).", standard: false)

    public static let signature = Signature(
        .layer, "dropout",
        """
        Silences a random share of what passes while the network learns; what stays is raised by 1 / (1 - rate).

        At inference nothing happens, unless always: true. whole: channels is Keras's SpatialDropout1D. Which numbers
        are silenced follows the seed and the step alone. A rate of 1 is refused. Srivastava et al. (2014).
        """,
        [rate, whole, always], example: "x -> dropout(0.1, whole: channels)")

    public let output: TensorType
    public let rate: Double
    public let whole: Whole
    public let isAlwaysOn: Bool

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        rate = try arguments.checked(Self.rate).number
        whole = arguments[Self.whole]
        isAlwaysOn = arguments[Self.always]
    }

    public var flops: Dimension { isAlwaysOn ? output.shape.count : 0 }
}

extension Dropout: Delegating {
    var core: any Arithmetic {
        Masking(
            rate: rate, wholeChannels: whole == .channels, isAlwaysOn: isAlwaysOn,
            channelRows: output.shape.rank == 1 ? 1 : output.shape.extents.height, isVector: output.shape.rank == 1)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Dropout.self, $0) }
