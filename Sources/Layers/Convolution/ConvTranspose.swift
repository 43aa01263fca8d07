import GraphIR

/// The transpose of a convolution: each sample that comes in lays a kernel down, `stride` samples apart.
///
/// Weights: `weight [channels, filters, kernel]` (images: `[…, height, width]`), `bias [filters]`.
public struct ConvTranspose: Layer {
    public static let filters = Setting<Int>("filters", "How many channels come out.", in: 1...65536)
    public static let kernel = Setting<Extent>(
        "kernel", "Width in samples; for an image the side of a square, or [height, width].", in: 1...65536)
    public static let stride = Setting<Extent>(
        "stride", "How many samples come out for each that comes in.", standard: 1, in: 1...65536)
    public static let padding = Setting<TransposedPadding>(
        "padding", "valid keeps every sample, same cuts the result to length * stride, a number cuts that many a side.",
        standard: .valid, in: 0...65536)
    public static let bias = WeightedSum.bias(each: "channel")

    public static let signature = Signature(
        .layer, "conv_transpose",
        """
        Lengthens a signal by learned interpolation: the transpose of conv with the same stride.

        y[o, t * stride + j] gets weight[c, o, j] x[c, t] from every channel c, sample t and tap j.

        padding: valid gives (length - 1) * stride + kernel samples, as PyTorch's ConvTranspose without padding; cut
        what is too much with crop, as PhaseNet does. same gives length * stride, as Keras, and cuts
        floor((kernel - stride) / 2) from the start, the rest from the end.
        """,
        [filters, kernel, stride, padding, WeightedSum.activation, bias, WeightedSum.start] + Penalties.settings,
        example: "x -> conv_transpose(8, 7, stride: 4) -> crop(1, 2)")

    public let input: TensorType
    public let output: TensorType
    public let channels: Int
    public let filters: Int
    /// One for each axis behind the channels.
    public let kernel: [Int]
    public let stride: [Int]
    public let padding: TransposedPadding
    let sum: WeightedSum
    public let weights: [WeightSpec]
    public let arithmetic: any Arithmetic

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("conv_transpose")
        channels = try input.knownChannels("conv_transpose")
        filters = try arguments.checked(Self.filters)
        let axes = input.shape.rank - 1
        kernel = try arguments.checked(Self.kernel).sizes(for: axes, of: "kernel")
        stride = try arguments.checked(Self.stride).sizes(for: axes, of: "stride")
        padding = try arguments.checked(Self.padding)
        sum = try WeightedSum(arguments)

        var dimensions: [Dimension] = [.number(filters)]
        for axis in 0..<axes {
            dimensions.append(
                try Self.length(
                    of: input.shape, axis: axis + 1, kernel: kernel[axis], stride: stride[axis], padding: padding))
        }
        output = TensorType(Shape(dimensions), rate: input.rate.map { [stride] in $0 * Double(stride[axes - 1]) })

        let area = kernel.reduce(1, Rational.product)
        let fanIn = Rational.product(channels, area)
        let fanOut = Rational.product(filters, area)
        weights = sum.weights([channels, filters] + kernel, results: filters, fanIn: fanIn, fanOut: fanOut)
        arithmetic = ConvTransposeArithmetic(
            input: input.shape.extents, output: output.shape.extents, kernel: kernel, stride: stride,
            cut: (0..<axes).map { [kernel, stride, padding] in
                padding.cut(kernel: kernel[$0], stride: stride[$0]).before
            }, activation: sum.activation, hasBias: sum.hasBias)
    }

    private static func length(
        of shape: Shape, axis: Int, kernel: Int, stride: Int, padding: TransposedPadding
    ) throws(Complaint) -> Dimension {
        let length = shape[axis]
        let name = Shape.axisName(axis, rank: shape.rank)
        if let number = length.number, number < 1 {
            throw Complaint(.input(0, axis: axis), "nothing is left along \(name) for conv_transpose to work on")
        }
        let (before, after) = padding.cut(kernel: kernel, stride: stride)
        let result = (length - 1) * .number(stride) + .number(kernel) - .number(Rational.sum(before, after))
        if let number = result.number, number < 1 {
            throw Complaint(
                .argument("padding"),
                "padding \(before) cuts away all \(Rational.sum(number, Rational.sum(before, after))) samples that "
                    + "\(length) of them and a kernel of \(kernel) make along \(name)")
        }
        return result
    }

    public var flops: Dimension {
        let perSample = kernel.reduce(Rational.product(2, channels), Rational.product)
        let products = .number(Rational.product(perSample, filters)) * input.shape.positions
        return products + .number(sum.operations) * output.shape.count
    }
    public var reach: Reach {
        let span = (kernel[kernel.count - 1] + stride[stride.count - 1] - 1) / stride[stride.count - 1]
        return .local(span: span, step: 1, rise: stride[stride.count - 1])
    }
}

/// What is cut from the ends of a transposed convolution's result.
public enum TransposedPadding: SettingValue {
    /// Nothing.
    case valid
    /// As much as leaves `length * stride`.
    case same
    /// So many samples on each side.
    case count(Int)

    public static var valueType: ValueType { .either([.word(["valid", "same"]), .int]) }
    public init?(_ value: Value) {
        switch value {
        case .word("valid"): self = .valid
        case .word("same"): self = .same
        case .int(let number): self = .count(number)
        default: return nil
        }
    }
    public var value: Value {
        switch self {
        case .valid: .word("valid")
        case .same: .word("same")
        case .count(let number): .int(number)
        }
    }
    public static var fallback: TransposedPadding { .valid }

    /// Samples taken from the start and from the end. Negative at the end where the kernel is narrower than the
    /// stride: zeros are added there.
    public func cut(kernel: Int, stride: Int) -> (before: Int, after: Int) {
        switch self {
        case .valid: return (0, 0)
        case .count(let count): return (count, count)
        case .same:
            let total = kernel - stride
            return total > 0 ? (total / 2, total - total / 2) : (0, total)
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ConvTranspose.self, $0) }
