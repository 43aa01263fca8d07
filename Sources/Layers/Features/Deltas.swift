import GraphIR
import Kernels

/// Puts the time derivatives of every channel behind the channels.
public struct Deltas: Layer {
    public static let order = Setting<Int>("order", "Up to which derivative.", standard: 2, in: 1...4)
    public static let width = Setting<Int>(
        "width", "How many frames to each side a slope is fitted to.", standard: 2, in: 1...1000)

    public static let signature = Signature(
        .layer, "deltas",
        """
        Puts the time derivatives of every channel behind the channels, as speech recognition does.

        d[t] = sum over n = 1…width of n (x[t + n] - x[t - n]) / (2 * sum of n²): the slope of a line fitted to the
        frames around. The second derivative is the first one of the first. Beyond the ends the last frame is
        repeated. Nothing is learned. Furui (1986).
        """,
        [order, width], example: "x -> deltas(2)")

    public let input: TensorType
    public let output: TensorType
    public let order: Int
    public let width: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("deltas")
        order = try arguments.checked(Self.order)
        width = try arguments.checked(Self.width)
        output = input.with(Shape(input.shape.channels * .number(order + 1), input.shape.time))
    }

    public var flops: Dimension { .number(order * (3 * width + 1)) * input.shape.count }
    public var reach: Reach { .local(span: 2 * width * order + 1) }
    public var arithmetic: any Arithmetic { self }
}

extension Deltas: Arithmetic {
    private var channels: Int { input.shape.channels.number ?? 1 }
    private var length: Int { input.shape.time.number ?? 1 }
    public var backwardReads: BackwardReads { [] }
    /// The slopes of one channel's row while the derivatives are walked back.
    public var scratchCount: Int { Rational.product(2, Rational.sum(length, lanes)) }

    /// `2 * sum of n²`, and so the factor of a step of n.
    private var norm: Float {
        let n = Float(width)
        return n * (n + 1) * (2 * n + 1) / 3
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let count = pass.input().length(of: sample)
            for channel in 0..<channels {
                pass.output.row(channel, of: sample).update(from: pass.input().row(channel, of: sample), count: count)
                for derivative in 1...order {
                    slope(
                        pass.output.row((derivative - 1) * channels + channel, of: sample),
                        to: pass.output.row(derivative * channels + channel, of: sample), count)
                }
            }
        }
    }

    private func slope(_ x: UnsafeMutablePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int) {
        for t in 0..<count {
            var sum: Float = 0
            for n in 1...width {
                sum += Float(n) * (x[min(t &+ n, count &- 1)] - x[max(t &- n, 0)])
            }
            y[t] = sum / norm
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let count = pass.outputGradient.length(of: sample)
            for channel in 0..<channels {
                var (later, earlier) = (pass.scratch, pass.scratch + Rational.sum(length, lanes))
                later.update(from: pass.outputGradient.row(order * channels + channel, of: sample), count: count)
                for derivative in (0..<order).reversed() {
                    earlier.update(
                        from: pass.outputGradient.row(derivative * channels + channel, of: sample), count: count)
                    addBack(later, to: earlier, count)
                    (later, earlier) = (earlier, later)
                }
                dx.row(channel, of: sample).update(from: later, count: count)
            }
        }
    }

    private func addBack(_ dy: UnsafeMutablePointer<Float>, to dx: UnsafeMutablePointer<Float>, _ count: Int) {
        for t in 0..<count {
            for n in 1...width {
                let share = Float(n) * dy[t] / norm
                dx[min(t &+ n, count &- 1)] += share
                dx[max(t &- n, 0)] -= share
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Deltas.self, $0) }
