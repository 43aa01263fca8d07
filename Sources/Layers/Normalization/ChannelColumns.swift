import GraphIR
import Kernels

/// The channels of sixteen neighbouring samples of a signal; for a vector, which has no neighbours, one alone.
public struct ChannelColumns {
    public let start: UnsafeMutablePointer<Float>
    /// From one channel to the next.
    public let step: Int
    public let isVector: Bool

    public init(start: UnsafeMutablePointer<Float>, step: Int, isVector: Bool) {
        self.start = start
        self.step = step
        self.isVector = isVector
    }

    @inline(__always)
    public subscript(channel: Int) -> Vector {
        get {
            let at = start + channel &* step
            return isVector ? Vector(at[0]) : at.vector
        }
        nonmutating set {
            let at = start + channel &* step
            if isVector { at[0] = newValue[0] } else { at.vector = newValue }
        }
    }

    /// The sum over the samples.
    @inline(__always) public func total(_ sums: Vector) -> Float { isVector ? sums[0] : sums.total }
}

extension Tensor {
    /// How many groups of columns cover one sample of an array of this shape.
    public func columnGroups(_ shape: Shape, of sample: Int) -> Int {
        shape.rank == 1 ? 1 : rows / channels(shape) * length(of: sample).groups(of: lanes)
    }
    public func columns(_ shape: Shape, _ group: Int, of sample: Int) -> ChannelColumns {
        if shape.rank == 1 { return ChannelColumns(start: self[sample], step: 1, isVector: true) }
        // An image's rows of one channel follow each other.
        let lines = rows / channels(shape)
        let across = length(of: sample).groups(of: lanes)
        return ChannelColumns(
            start: row(group / across, of: sample) + group % across &* lanes, step: lines &* stride, isVector: false)
    }
    private func channels(_ shape: Shape) -> Int { shape.channels.number ?? 1 }
}
