/// Where the arrays of a batch lie in memory: every sample has rows (channels, or channels times height), every row a
/// run of numbers along the last axis, and every row begins on a multiple of sixteen floats.
///
/// After the last number of a row, and before the first row of a sample, stand zeros: the halo. A convolution reads them
/// instead of asking where the row ends. Whole vectors may be read and written up to `stride`; whoever called the layer
/// puts the zeros back afterwards.
public struct Tensor {
    /// The first number of the first row of the first sample.
    public let start: UnsafeMutablePointer<Float>
    public let rows: Int
    /// Numbers in a row.
    public let width: Int
    /// From the start of one row to the start of the next.
    public let stride: Int
    /// From one sample to the next; 0 where one sample's room serves all in turn.
    public let sampleStride: Int
    /// How much of its rows each sample really has, where the samples of a batch differ in length.
    public let lengths: UnsafePointer<Int>?

    public init(
        start: UnsafeMutablePointer<Float>, rows: Int, width: Int, stride: Int, sampleStride: Int,
        lengths: UnsafePointer<Int>? = nil
    ) {
        self.start = start
        self.rows = rows
        self.width = width
        self.stride = stride
        self.sampleStride = sampleStride
        self.lengths = lengths
    }

    /// The first row of a sample.
    @inline(__always)
    public subscript(sample: Int) -> UnsafeMutablePointer<Float> { start + sample &* sampleStride }

    @inline(__always)
    public func row(_ row: Int, of sample: Int) -> UnsafeMutablePointer<Float> {
        start + (sample &* sampleStride &+ row &* stride)
    }

    /// How many numbers of a row count in this sample; what stands behind them is zero.
    @inline(__always)
    public func length(of sample: Int) -> Int { lengths.map { $0[sample] } ?? width }
}
