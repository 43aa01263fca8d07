import GraphIR
import Kernels

/// What measures how far an output is from its label, and in which direction it would be nearer.
///
/// The loss of a batch is the mean of its windows' losses; each window's loss is the mean over what its mask counts,
/// so a window with little to learn from weighs as much as one with much. All windows are independent of each other.
public protocol Loss: LossSignature {
    /// The loss of one window; writes its gradient where `window.gradient` is given.
    func measure(_ window: LossWindow) -> Double
}

/// One window's output beside its label: dense arrays of the output's shape, channel after channel.
public struct LossWindow {
    public var output: UnsafePointer<Float>
    public var label: UnsafePointer<Float>
    /// How much each number counts; `nil` where all count as 1.
    public var mask: UnsafePointer<Float>?
    /// Where `scale * d loss / d output` is written.
    public var gradient: UnsafeMutablePointer<Float>?
    public var scale: Float
    public var channels: Int
    /// Numbers in one channel: samples of a sequence, pixels of an image, 1 for a vector.
    public var positions: Int
    public var count: Int { channels * positions }

    public init(
        output: UnsafePointer<Float>, label: UnsafePointer<Float>, mask: UnsafePointer<Float>? = nil,
        gradient: UnsafeMutablePointer<Float>? = nil, scale: Float = 1, channels: Int, positions: Int
    ) {
        self.output = output
        self.label = label
        self.mask = mask
        self.gradient = gradient
        self.scale = scale
        self.channels = channels
        self.positions = positions
    }

    /// The sum of the mask.
    public func weight(_ range: Range<Int>) -> Double {
        guard let mask else { return Double(range.count) }
        return Stretch.sum(UnsafeBufferPointer(start: mask + range.lowerBound, count: range.count))
    }

    /// The mean over all that counts of a loss that looks at one number at a time. The term returns the loss of
    /// (output, label) and its slope along the output. Zero, with zero slopes, where nothing counts.
    @inline(__always)
    public func mean(_ term: (_ output: Double, _ label: Double) -> (loss: Double, slope: Double)) -> Double {
        let weight = weight(0..<count)
        guard weight > 0 else {
            silence()
            return 0
        }
        var sum = 0.0
        for index in 0..<count {
            let counted = mask.map { Double($0[index]) } ?? 1
            // What does not count must not be looked at: an output there may be anything.
            let (loss, slope) = counted == 0 ? (0, 0) : term(Double(output[index]), Double(label[index]))
            sum += counted * loss
            gradient?[index] = Float(Double(scale) * slope * counted / weight)
        }
        return sum / weight
    }

    /// The same sixteen numbers at a time, for losses whose logarithms would otherwise take longer than a layer.
    @inline(__always)
    public func meanOfVectors(_ term: (_ output: Vector, _ label: Vector) -> (loss: Vector, slope: Vector)) -> Double {
        let weight = weight(0..<count)
        guard weight > 0 else {
            silence()
            return 0
        }
        let share = Vector(Float(Double(scale) / weight))
        // Sixteen sums of at most sixteen losses each, then those in double precision.
        var sum = 0.0
        var part = Vector.zero
        for first in stride(from: 0, to: count, by: lanes) {
            if first & 255 == 0 {
                sum += Double(part.total)
                part = Vector.zero
            }
            let width = min(lanes, count - first)
            let counted = mask.map { vector($0 + first, width) } ?? present(width)
            let (loss, slope) = term(vector(output + first, width), vector(label + first, width))
            let isSilent = counted .== Vector.zero
            part += (loss * counted).replacing(with: Vector.zero, where: isSilent)
            guard let gradient else { continue }
            let slopes = (slope * counted * share).replacing(with: Vector.zero, where: isSilent)
            if width == lanes {
                (gradient + first).vector = slopes
            } else {
                for lane in 0..<width { gradient[first + lane] = slopes[lane] }
            }
        }
        return (sum + Double(part.total)) / weight
    }

    /// Up to sixteen numbers, zeros behind them.
    @inline(__always)
    private func vector(_ values: UnsafePointer<Float>, _ width: Int) -> Vector {
        if width == lanes { return values.vector }
        var vector = Vector.zero
        for lane in 0..<width { vector[lane] = values[lane] }
        return vector
    }
    /// Ones in the first lanes.
    @inline(__always)
    private func present(_ width: Int) -> Vector {
        Vector.zero.replacing(with: Vector(1), where: Vector.ramp .< Vector(Float(width)))
    }

    /// Nothing to learn here.
    public func silence() {
        gradient?.update(repeating: 0, count: count)
    }
}

/// In which form an output comes to its loss.
public enum OutputForm: String, Word {
    /// Between 0 and 1, behind sigmoid or softmax.
    case probabilities
    /// Before them: exact also where a probability would round to 0 or 1.
    case logits
}

extension LossSignature {
    /// Refuses a label that is not of the output's shape.
    public static func checkShapes(output: TensorType, label: Shape) throws(Complaint) {
        let shape = output.shape
        guard shape.rank == label.rank else {
            throw Complaint(
                .input(0, axis: nil),
                "\(signature.name) compares arrays of one shape, but the output is \(shape.words) "
                    + "and its label \(label.words)")
        }
        for axis in 0..<shape.rank where shape[axis].compare(label[axis]) == .different {
            throw Complaint(
                .input(0, axis: axis),
                "\(signature.name) compares arrays of one shape, but the output is \(shape) and "
                    + "its label \(label): they differ in \(Shape.axisName(axis, rank: shape.rank))")
        }
    }
}
