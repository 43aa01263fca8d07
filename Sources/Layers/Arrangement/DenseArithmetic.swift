import Kernels

/// A dense layer's arithmetic: products of matrices over the samples of a unit, or, where the weights are many, over
/// the whole batch with the weights cut into parts.
public struct DenseArithmetic: Arithmetic {
    let features: Int
    let units: Int
    let activation: (any Activation)?
    let hasBias: Bool

    public init(features: Int, units: Int, activation: (any Activation)?, hasBias: Bool) {
        self.features = features
        self.units = units
        self.activation = activation
        self.hasBias = hasBias
    }

    /// Above this many weights each thread having its own gradients would cost more than it saves.
    static let manyWeights = 1 << 18
    /// Parts of the weights, each a few vectors wide: enough for many threads.
    private var parts: Int { min(64, max(16, min(features, units) / (2 * lanes))) }
    private var isLarge: Bool { features * units >= DenseArithmetic.manyWeights }

    public var forwardPhases: [WorkPhase] { [isLarge ? .parts(parts) : .samples(grain: 1)] }
    public var backwardPhases: [WorkPhase] {
        isLarge
            ? [.samples(grain: 1), .parts(parts), .parts(parts)] : [.samples(grain: 1)]
    }
    public var sumsOverSamples: Bool { !isLarge }
    public var backwardReads: BackwardReads { activation == nil ? .inputs : [.inputs, .output] }
    private var paddedUnits: Int { units.roundedUpToLanes }
    /// The numbers before gelu, then the gradient before the activation.
    public var keptPerSample: Int { 2 * paddedUnits }
    /// The transposed weights: neighbouring units next to each other.
    public var preparedCount: Int { features * paddedUnits }

    public var isWeightedSum: Bool { activation == nil }

    public func prepare(_ pass: Pass) {
        transpose(
            pass.weight(0), step: features, rows: units, columns: features, to: pass.prepared, toStep: paddedUnits)
    }

    public func forward(_ pass: Pass) {
        // Parts are runs of whole vectors of units.
        let vectors = paddedUnits / lanes
        let first = isLarge ? pass.part * vectors / parts : 0
        let last = isLarge ? (pass.part + 1) * vectors / parts : vectors
        guard let sample = pass.samples.first, last > first else { return }
        let x = pass.input(), y = pass.output
        multiply(
            Matrix(x[sample], rowStep: x.sampleStride), pass.prepared + first * lanes, bStep: paddedUnits,
            into: y[sample] + first * lanes, cStep: y.sampleStride, rows: pass.samples.count,
            columns: (last - first) * lanes, inner: features)
        for sample in pass.samples {
            let out = y[sample]
            if hasBias {
                for unit in first * lanes..<min(units, last * lanes) { out[unit] += pass.weight(1)[unit] }
            }
            let start = out + first * lanes, count = (last - first) * lanes
            guard let activation else { continue }
            if activation.slopeNeedsInput { (pass.kept(sample) + first * lanes).update(from: start, count: count) }
            activation.forward(start, to: start, count: count)
        }
    }

    public func backward(_ pass: Pass) {
        if pass.phase == 0 { for sample in pass.samples { slopes(pass, sample) } }
        if !isLarge {
            addGradients(pass, units: 0..<units)
            giveBack(pass, features: 0..<features)
        } else if pass.phase == 1 {
            addGradients(
                pass, units: pass.part * units / parts..<(pass.part + 1) * units / parts)
        } else if pass.phase == 2 {
            giveBack(
                pass,
                features: pass.part * features / parts..<(pass.part + 1) * features
                    / parts)
        }
    }

    private func slopes(_ pass: Pass, _ sample: Int) {
        let out = pass.kept(sample) + paddedUnits
        guard let activation else { return out.update(from: pass.outputGradient[sample], count: paddedUnits) }
        let saved = activation.slopeNeedsInput ? pass.kept(sample) : pass.output[sample]
        activation.backward(pass.outputGradient[sample], saved: saved, to: out, count: units)
    }

    private func addGradients(_ pass: Pass, units range: Range<Int>) {
        guard let sample = pass.samples.first, !range.isEmpty else { return }
        let slopes = pass.kept(sample) + paddedUnits
        let step = pass.samples.count > 1 ? pass.kept(sample + 1) - pass.kept(sample) : 0
        let x = pass.input()
        if let gradient = pass.gradient(0) {
            multiply(
                Matrix(slopes + range.lowerBound, rowStep: 1, columnStep: step), x[sample], bStep: x.sampleStride,
                into: gradient + range.lowerBound * features, cStep: features, rows: range.count, columns: features,
                inner: pass.samples.count, adding: true)
        }
        if hasBias, let gradient = pass.gradient(1) {
            for place in 0..<pass.samples.count {
                for unit in range { gradient[unit] += slopes[place * step + unit] }
            }
        }
    }

    private func giveBack(_ pass: Pass, features range: Range<Int>) {
        guard let dx = pass.inputGradient(), let sample = pass.samples.first, !range.isEmpty else { return }
        let slopes = pass.kept(sample) + paddedUnits
        let step = pass.samples.count > 1 ? pass.kept(sample + 1) - pass.kept(sample) : 0
        multiply(
            Matrix(slopes, rowStep: step), pass.weight(0) + range.lowerBound, bStep: features,
            into: dx[sample] + range.lowerBound, cStep: dx.sampleStride, rows: pass.samples.count,
            columns: range.count, inner: units)
    }
}
