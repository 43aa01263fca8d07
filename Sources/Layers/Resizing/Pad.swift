import GraphIR

/// Adds samples of one value at the ends of the time axis.
public struct Pad: Layer {
    public static let left = Setting<Int>("left", "Samples added before the start.", in: 0...1e9)
    public static let right = Setting<Int>("right", "Samples added after the end.", in: 0...1e9)
    public static let with = Setting<Double>("with", "Their value.", standard: 0, in: -1e30...1e30)

    public static let signature = Signature(
        .layer, "pad",
        """
        Adds samples of one value before the start and after the end of the last axis.

        y[c, t] = x[c, t - left] inside, and the value outside

        Convolutions pad by themselves (padding: same); this is for what they do not do.
        """,
        [left, right, with], example: "x -> pad(0, 1)")

    public let input: TensorType
    public let output: TensorType
    public let left: Int
    public let right: Int
    public let filling: Double

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("pad")
        left = try arguments.checked(Self.left)
        right = try arguments.checked(Self.right)
        filling = try arguments.checked(Self.with)
        var shape = input.shape
        shape[shape.rank - 1] += .number(left + right)
        output = input.with(shape)
    }

    public var flops: Dimension { 0 }
    public var arithmetic: any Arithmetic { self }
}

extension Pad: Arithmetic {
    public var backwardReads: BackwardReads { [] }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let length = pass.input().length(of: sample)
            for row in 0..<pass.output.rows {
                let out = pass.output.row(row, of: sample)
                out.update(repeating: Float(filling), count: left)
                (out + left).update(from: pass.input().row(row, of: sample), count: length)
                (out + left + length).update(repeating: Float(filling), count: right)
            }
        }
    }

    /// What is added at the ends is a constant.
    public func relevance(_ pass: Pass) {
        backward(pass)
        for sample in pass.samples where pass.baseline == nil && filling != 0 {
            let length = pass.input().length(of: sample)
            var told = 0.0
            for row in 0..<pass.outputGradient.rows {
                let c = pass.outputGradient.row(row, of: sample)
                for t in 0..<left { told += Double(c[t]) }
                for t in left + length..<left + length + right { told += Double(c[t]) }
            }
            pass.addConstant(Double(Float(filling)) * told, of: sample)
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for row in 0..<dx.rows {
                dx.row(row, of: sample).update(
                    from: pass.outputGradient.row(row, of: sample) + left, count: dx.length(of: sample))
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Pad.self, $0) }
