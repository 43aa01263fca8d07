/// Another rate for a recording that is read piece by piece: the filter of `resample`, tied to the clock and finite, so
/// that where a piece begins changes no sample.
struct ClockResampler: Sendable {
    private let resampler: Resampler

    /// `nil` where the rates are equal, or their ratio is no fraction of numbers up to 1000.
    init?(from: Double, to: Double) {
        guard from != to, let ratio = Resampler.ratio(from: from, to: to) else { return nil }
        resampler = Resampler(up: ratio.up, down: ratio.down)
    }

    private var up: Int { resampler.up }
    private var down: Int { resampler.down }
    /// How many samples of the recording the filter reaches to either side.
    private var reach: Int { resampler.half / up + 1 }

    /// The samples that lie within a recording's.
    func outputs(of inputs: Range<Int>) -> Range<Int> {
        guard !inputs.isEmpty else { return 0..<0 }
        let first = -floorDivide(-inputs.lowerBound * up, down)
        let end = floorDivide((inputs.upperBound - 1) * up, down) + 1
        return first..<max(first, end)
    }

    /// The sample of the recording nearest to one of ours.
    func source(of output: Int) -> Int { floorDivide(2 * output * down + up, 2 * up) }

    /// What has to be known of the recording.
    func inputs(of outputs: Range<Int>) -> Range<Int> {
        let first = floorDivide(outputs.lowerBound * down, up) - reach
        return first..<max(first, floorDivide((outputs.upperBound - 1) * down, up) + reach + 2)
    }

    /// Where the recording is silent there is no number; what the filter wants of a silence is what was last heard
    /// before it or first behind it.
    func run(_ samples: [Float], from first: Int, to outputs: Range<Int>) -> [Float] {
        guard let known = samples.firstIndex(where: { !$0.isNaN }) else {
            return [Float](repeating: .nan, count: outputs.count)
        }
        var held = samples
        var last = samples[known]
        for index in held.indices { if held[index].isNaN { held[index] = last } else { last = held[index] } }
        return outputs.map { output in
            let near = source(of: output) - first
            guard samples.indices.contains(near), !samples[near].isNaN else { return .nan }
            return resampler.value(at: output * down - first * up, of: held)
        }
    }
}
