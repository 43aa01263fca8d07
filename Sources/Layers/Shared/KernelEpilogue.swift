import Kernels

/// What a convolution and its transpose do around their sums: bias, activation, and the slopes that come back.
struct KernelEpilogue: Sendable {
    var activation: (any Activation)?
    let hasBias: Bool
    /// Rows of the result for each of its channels.
    let lines: Int
    let channels: Int
    /// Numbers in a row of the result, and the zeros that are wanted beside a row of slopes.
    let width: Int
    let halo: Int

    var rows: Int { channels * lines }
    private var slopeNeedsInput: Bool { activation?.slopeNeedsInput ?? false }
    /// Whether sums below zero may become zero while they are written.
    var cutsNegatives: Bool { activation?.cutsNegatives ?? false }
    /// What the slopes are made of, beside what came in.
    var backwardReads: BackwardReads { activation == nil || slopeNeedsInput ? .inputs : [.inputs, .output] }
    /// What the backward pass needs of the forward pass beside the result: the numbers before gelu.
    var keptPerSample: Int { slopeNeedsInput ? rows * width.roundedUpToLanes : 0 }

    /// Applies the activation to a sample's results in place.
    func finish(_ pass: Pass, _ sample: Int, alreadyCut: Bool) {
        guard let activation, !alreadyCut else { return }
        let width = pass.output.length(of: sample)
        for row in 0..<rows {
            let values = pass.output.row(row, of: sample)
            if activation.slopeNeedsInput {
                let kept = pass.kept(sample) + row * width.roundedUpToLanes
                kept.update(from: values, count: width.roundedUpToLanes)
            }
            activation.forward(values, to: values, count: width)
        }
    }

    /// The gradient before the activation: the result's own where there is none, else in `scratch`, with zeros beside
    /// the rows.
    func slopes(_ pass: Pass, _ sample: Int, scratch: UnsafeMutablePointer<Float>) -> SampleRows {
        let gradient = pass.outputGradient
        guard let activation else { return SampleRows(gradient, sample) }
        let lead = halo.roundedUpToLanes
        let stride = slopesStride
        let width = pass.output.length(of: sample)
        scratch.update(repeating: 0, count: lead)
        for row in 0..<rows {
            let out = scratch + (lead + row * stride)
            let saved =
                activation.slopeNeedsInput
                ? pass.kept(sample) + row * width.roundedUpToLanes : pass.output.row(row, of: sample)
            activation.backward(gradient.row(row, of: sample), saved: saved, to: out, count: width)
            (out + width).update(repeating: 0, count: stride - width)
        }
        return SampleRows(scratch + lead, stride: stride)
    }
    private var slopesStride: Int {
        let stride = (width + halo).roundedUpToLanes
        return stride % 512 == 0 ? stride + lanes : stride
    }

    /// Floats of scratch room that slopes need.
    var scratchCount: Int {
        activation == nil ? 0 : rows * slopesStride + halo.roundedUpToLanes + 4 * lanes
    }

    /// Adds the sums of the slopes to the bias' gradient.
    func addBiasGradient(_ slopes: SampleRows, width: Int, to gradient: UnsafeMutablePointer<Float>) {
        for channel in 0..<channels {
            for line in 0..<lines { gradient[channel] += sum(slopes.row(channel * lines + line), width) }
        }
    }
}
