import GraphIR
import Layers

#if canImport(Glibc)
    import Glibc
#endif

/// Band-pass filters whose corner frequencies are learned: SincNet's first layer.
///
/// Each filter is the difference of two low-pass filters, `g[n] = (sin(2π f2 n) − sin(2π f1 n)) / (π n)` under a Hamming
/// window, and learns two numbers only, its lower corner `f1` and its width `f2 − f1`, both as shares of the sampling rate.
/// They start evenly spread over the frequencies, so the weights are the distances from there and start at zero.
///
/// Ravanelli and Bengio (2018), doi:10.1109/SLT.2018.8639585
public struct SincConv: Layer, Arithmetic {
    static let filters = Setting<Int>("filters", "How many band-pass filters; each sees every channel.", in: 1...512)
    static let kernel = Setting<Int>("kernel", "Width of the filters in samples; odd.", standard: 65, in: 3...1025)

    public static let signature = Signature(
        .layer, "sinc_conv",
        """
        Band-pass filters with learned corner frequencies, on every channel alone.
        `g[n] = (sin(2π f2 n) − sin(2π f1 n)) / (π n)` under a Hamming window; two weights a filter.
        Ravanelli and Bengio (2018), doi:10.1109/SLT.2018.8639585.
        """,
        [filters, kernel], example: "x -> sinc_conv(8, 33)")

    public let output: TensorType
    public let weights: [WeightSpec]
    private let filters: Int
    private let kernel: Int
    private let channels: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        filters = arguments[Self.filters]
        kernel = arguments[Self.kernel]
        guard kernel % 2 == 1 else {
            throw Complaint(.argument("kernel"), "kernel must be odd, so that a filter has a middle, and is \(kernel)")
        }
        guard inputs[0].shape.rank == 2, let channels = inputs[0].shape.channels.number else {
            throw Complaint(.input(0, axis: nil), "sinc_conv takes [channels, time], not \(inputs[0].shape)")
        }
        self.channels = channels
        output = TensorType(Shape(.number(channels * filters), inputs[0].shape.time), rate: inputs[0].rate)
        weights = [WeightSpec("low", [filters], .zeros), WeightSpec("band", [filters], .zeros)]
    }

    public var flops: Dimension { output.shape.count * .number(2 * kernel) }
    public var reach: Reach { .local(span: kernel) }

    // MARK: - Arithmetic

    private var half: Int { kernel / 2 }
    public var inputHalo: Int { half }
    public var outputHalo: Int { half }
    public var backwardReads: BackwardReads { .inputs }
    /// The taps of all filters.
    public var preparedCount: Int { filters * kernel }
    /// The gradients of the taps.
    public var scratchCount: Int { filters * kernel }

    /// The corners of a filter, as shares of the sampling rate.
    private func corners(_ filter: Int, _ low: Float, _ band: Float) -> (low: Double, high: Double) {
        let spacing = 0.5 / Double(filters)
        let first = abs(Double(filter) * spacing + 0.001 + Double(low))
        return (first, first + abs(spacing + Double(band)))
    }
    private func window(_ tap: Int) -> Double { 0.54 - 0.46 * cos(2 * .pi * Double(tap) / Double(kernel - 1)) }

    public func prepare(_ pass: Pass) {
        for filter in 0..<filters {
            let (low, high) = corners(filter, pass.weight(0)[filter], pass.weight(1)[filter])
            for tap in 0..<kernel {
                let n = Double(tap - half)
                let value = n == 0 ? 2 * (high - low) : (sin(2 * .pi * high * n) - sin(2 * .pi * low * n)) / (.pi * n)
                pass.prepared[filter * kernel + tap] = Float(value * window(tap))
            }
        }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample) - half
                for filter in 0..<filters {
                    let y = pass.output.row(channel * filters + filter, of: sample)
                    let taps = pass.prepared + filter * kernel
                    for t in 0..<pass.output.width { y[t] = 0 }
                    for tap in 0..<kernel {
                        let weight = taps[tap]
                        for t in 0..<pass.output.width { y[t] += weight * x[t + tap] }
                    }
                }
            }
        }
    }

    public func backward(_ pass: Pass) {
        let width = pass.output.width
        if let dx = pass.inputGradient() {
            for sample in pass.samples {
                for channel in 0..<channels {
                    let row = dx.row(channel, of: sample)
                    for t in 0..<width { row[t] = 0 }
                    for filter in 0..<filters {
                        let dy = pass.outputGradient.row(channel * filters + filter, of: sample) + half
                        for tap in 0..<kernel {
                            let weight = pass.prepared[filter * kernel + tap]
                            for t in 0..<width { row[t] += weight * dy[t - tap] }
                        }
                    }
                }
            }
        }
        guard let low = pass.gradient(0), let band = pass.gradient(1) else { return }
        addTapGradients(pass)
        for filter in 0..<filters {
            let spacing = 0.5 / Double(filters)
            let (first, second) = corners(filter, pass.weight(0)[filter], pass.weight(1)[filter])
            let lowSign: Double = Double(filter) * spacing + 0.001 + Double(pass.weight(0)[filter]) < 0 ? -1 : 1
            let bandSign: Double = spacing + Double(pass.weight(1)[filter]) < 0 ? -1 : 1
            var ofLow = 0.0
            var ofBand = 0.0
            for tap in 0..<kernel {
                let n = Double(tap - half)
                let gradient = Double(pass.scratch[filter * kernel + tap]) * window(tap)
                let ofHigh = 2 * cos(2 * .pi * second * n) * gradient
                ofBand += ofHigh
                ofLow += ofHigh - 2 * cos(2 * .pi * first * n) * gradient
            }
            low[filter] += Float(lowSign * ofLow)
            band[filter] += Float(bandSign * ofBand)
        }
    }

    /// How the loss changes with every tap, summed over the samples of the call, into the scratch room.
    private func addTapGradients(_ pass: Pass) {
        for index in 0..<filters * kernel { pass.scratch[index] = 0 }
        for sample in pass.samples {
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample) - half
                for filter in 0..<filters {
                    let dy = pass.outputGradient.row(channel * filters + filter, of: sample)
                    for tap in 0..<kernel {
                        var sum: Float = 0
                        for t in 0..<pass.output.width { sum += x[t + tap] * dy[t] }
                        pass.scratch[filter * kernel + tap] += sum
                    }
                }
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SincConv.self, $0) }
