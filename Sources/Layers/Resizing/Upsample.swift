import GraphIR

/// Repeats every sample: a longer signal in steps.
public struct Upsample: Layer {
    public static let factor = Setting<Extent>(
        "factor", "How often each sample is repeated; for an image along both axes, or [height, width].",
        in: 1...65536)

    public static let signature = Signature(
        .layer, "upsample",
        """
        Repeats every sample, so that the signal becomes factor times as long (nearest neighbour).

        y[c, t] = x[c, floor(t / factor)]

        Followed by a convolution it is EQTransformer's way back to the length of the window.
        """,
        [factor], example: "x -> upsample(2) -> conv(8, 3)")

    public let input: TensorType
    public let output: TensorType
    /// One for each axis behind the channels.
    public let factors: [Int]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("upsample")
        let factors = try arguments.checked(Self.factor).sizes(for: input.shape.rank - 1, of: "factor")
        var shape = input.shape
        for (index, factor) in factors.enumerated() { shape[index + 1] = shape[index + 1] * .number(factor) }
        output = TensorType(shape, rate: input.rate.map { $0 * Double(factors[factors.count - 1]) })
        self.factors = factors
    }

    public var flops: Dimension { 0 }
    public var reach: Reach { .local(span: 1, step: 1, rise: factors[factors.count - 1]) }
    public var arithmetic: any Arithmetic { self }
}

extension Upsample: Arithmetic {
    private var factor: Int { factors[factors.count - 1] }
    private var lineFactor: Int { factors.count > 1 ? factors[0] : 1 }
    public var backwardReads: BackwardReads { [] }

    /// Doubling a sequence folds into the convolution behind it, also with a crop between.
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard factors == [2] else { return nil }
        if let convolution = next as? ConvArithmetic {
            return UpsampledConvolution(doubling: input.shape.extents, cut: 0, then: convolution)
        }
        guard let crop = next as? Crop, let cut = crop.fixedCut else { return nil }
        return CroppedDoubling(input: input.shape.extents, cut: cut)
    }

    public func forward(_ pass: Pass) {
        let from = input.shape.extents
        for sample in pass.samples {
            let length = pass.input().length(of: sample)
            for line in 0..<from.rows {
                let (channel, row) = (line / from.height, line % from.height)
                let first = (channel * from.height + row) * lineFactor
                let out = pass.output.row(first, of: sample)
                repeatEach(pass.input().row(line, of: sample), length, times: factor, to: out)
                for copy in 1..<max(1, lineFactor) {
                    pass.output.row(first + copy, of: sample).update(from: out, count: length * factor)
                }
            }
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let length = dx.length(of: sample)
            for line in 0..<dx.rows {
                let out = dx.row(line, of: sample)
                for copy in 0..<lineFactor {
                    addRuns(
                        of: factor, pass.outputGradient.row(line * lineFactor + copy, of: sample), to: out, length,
                        isFirst: copy == 0)
                }
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Upsample.self, $0) }
