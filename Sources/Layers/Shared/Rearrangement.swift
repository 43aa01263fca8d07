import GraphIR
import Kernels

/// The same numbers in another arrangement: flattened, reshaped, or with axes exchanged first.
public struct Rearrangement: Arithmetic {
    /// The sizes of the input, three axes.
    let sizes: [Int]
    /// For each axis in the order of the output, the axis of the input; counted over three axes.
    let order: [Int]

    /// `order` of fewer axes than three is about the last ones; `nil` keeps the order.
    public init(input: Shape, order: [Int]?) {
        let known = input.dimensions.map { $0.number ?? 1 }
        let rank = min(3, known.count)
        if rank == 2, order == [1, 2, 0] {
            // A sequence is an image of height 1: its time comes first, then its channels.
            sizes = [known[0], 1, known[1]]
            self.order = [1, 2, 0]
            return
        }
        let missing = 3 - rank
        sizes = Array(repeating: 1, count: missing) + known
        if let order, order.count == rank {
            self.order = Array(0..<missing) + order.map { $0 + missing }
        } else {
            self.order = [0, 1, 2]
        }
    }

    public var backwardReads: BackwardReads { [] }

    /// Calls `body` with every run of `count` numbers that lie in a row of both: where it begins in the input and in
    /// the output, counted without gaps, and how far its numbers lie apart in the input.
    private func eachRun(_ body: (_ from: Int, _ to: Int, _ step: Int, _ count: Int) -> Void) {
        let steps = [sizes[1] * sizes[2], sizes[2], 1]
        let outSizes = order.map { sizes[$0] }, outSteps = order.map { steps[$0] }
        for first in 0..<outSizes[0] {
            for second in 0..<outSizes[1] {
                body(
                    first * outSteps[0] + second * outSteps[1], (first * outSizes[1] + second) * outSizes[2],
                    outSteps[2], outSizes[2])
            }
        }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), y = pass.output
            eachRun { from, to, step, count in
                for index in 0..<count { y.put(x.number(from + index * step, of: sample), to + index, of: sample) }
            }
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let dy = pass.outputGradient
            eachRun { from, to, step, count in
                for index in 0..<count { dx.put(dy.number(to + index, of: sample), from + index * step, of: sample) }
            }
        }
    }
}

extension Tensor {
    /// A number by its place among all of a sample's numbers, counted without gaps.
    @inline(__always)
    fileprivate func number(_ place: Int, of sample: Int) -> Float {
        self[sample][place / width &* stride &+ place % width]
    }
    @inline(__always)
    fileprivate func put(_ value: Float, _ place: Int, of sample: Int) {
        self[sample][place / width &* stride &+ place % width] = value
    }
}
