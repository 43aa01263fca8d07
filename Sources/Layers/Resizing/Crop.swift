import GraphIR

/// Cuts samples from the ends of the time axis.
public struct Crop: Layer {
    /// Which part of the signal stays.
    public enum Kept: String, Word {
        case centre, start, end
    }
    public static let left = Setting<Int>("left", "Samples cut from the start.", standard: 0, in: 0...1e9)
    public static let right = Setting<Int>("right", "Samples cut from the end.", standard: 0, in: 0...1e9)
    public static let to = Setting<Dimension?>(
        "to", "The length that stays, instead of left and right: crop(to: length(partner)).", standard: .some(nil),
        in: 1...1e9)
    public static let keep = Setting<Kept>("keep", "With to: the part that stays.", standard: .centre)

    public static let signature = Signature(
        .layer, "crop",
        """
        Cuts samples from the ends of the last axis: so many from each, or as many as leave a length.

        y[c, t] = x[c, t + left]

        crop(to: size) cuts floor(difference / 2) samples from the start and the rest from the end; keep: start cuts
        only from the end, keep: end only from the start.
        """,
        [left, right, to, keep], example: "x -> crop(1, 1)")

    public let input: TensorType
    public let output: TensorType
    /// Samples cut from the start; a size that depends on the length while that is not known.
    public let left: Dimension
    /// Where the cut depends on the length: half of what goes, or all of it, is cut from the start.
    private let isCentred: Bool
    /// Whether the samples to cut were given, and not the length that stays.
    private let isFixed: Bool
    private let keepsEnd: Bool

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("crop")
        let axis = input.shape.rank - 1
        let length = input.shape[axis]
        var shape = input.shape
        let cutLeft = try arguments.checked(Self.left)
        let cutRight = try arguments.checked(Self.right)
        let target = try arguments.checked(Self.to)
        isFixed = target == nil
        isCentred = target != nil && arguments[Self.keep] == .centre
        keepsEnd = target != nil && arguments[Self.keep] == .end
        if let target {
            guard cutLeft == 0, cutRight == 0 else {
                throw Complaint(
                    .argument("to"), "either the samples to cut (left, right) or the length to keep (to), not both")
            }
            let difference = length - target
            if let number = difference.number, number < 0 {
                throw Complaint(
                    .argument("to"), "crop cannot lengthen: \(length) samples come in and \(target) should stay",
                    help: "pad adds samples")
            }
            left =
                switch arguments[Self.keep] {
                case .centre: difference.floorDivided(by: 2)
                case .start: 0
                case .end: difference
                }
            shape[axis] = target
        } else {
            left = .number(cutLeft)
            shape[axis] = length - .number(cutLeft + cutRight)
            if let number = shape[axis].number, number < 1 {
                throw Complaint(
                    .argument(cutLeft > cutRight ? "left" : "right"),
                    "crop takes \(cutLeft + cutRight) samples, but only \(length) come in")
            }
        }
        output = input.with(shape)
    }

    public var flops: Dimension { 0 }
    public var arithmetic: any Arithmetic { self }
}

extension Crop: Arithmetic {
    public var backwardReads: BackwardReads { [] }
    /// Samples cut from the start, where that does not depend on the length.
    public var fixedCut: Int? { isFixed ? left.number : nil }
    /// Samples cut from the start of a sample of this length.
    private func cut(_ pass: Pass, _ sample: Int) -> Int {
        // What is left to cut at the end does not show in a fixed number; the centre moves with the length.
        let difference = pass.input().length(of: sample) - pass.output.length(of: sample)
        return isCentred ? difference / 2 : keepsEnd ? difference : min(left.number ?? 0, difference)
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let left = cut(pass, sample)
            for row in 0..<pass.output.rows {
                pass.output.row(row, of: sample).update(
                    from: pass.input().row(row, of: sample) + left, count: pass.output.length(of: sample))
            }
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let left = cut(pass, sample), length = dx.length(of: sample)
            let width = pass.outputGradient.length(of: sample)
            for row in 0..<dx.rows {
                let out = dx.row(row, of: sample)
                out.update(repeating: 0, count: left)
                (out + left).update(from: pass.outputGradient.row(row, of: sample), count: width)
                (out + left + width).update(repeating: 0, count: length - left - width)
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Crop.self, $0) }
