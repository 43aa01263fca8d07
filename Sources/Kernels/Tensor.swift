/// Where the arrays of a batch lie in memory: every sample has rows (channels, or channels times height), every row a
/// run of numbers along the last axis, and every row begins on a multiple of sixteen floats.
///
/// After the last number of a row, and before the first row of a sample, stand zeros: the halo. A convolution reads
/// them instead of asking where the row ends. Whole vectors may be read and written up to `stride`; whoever called
/// the layer puts the zeros back afterwards.
public struct Tensor {
    /// The first number of the first row of the first sample.
    public let start: UnsafeMutablePointer<Float>
    public let rows: Int
    /// Numbers in a row.
    public let width: Int
    /// From the start of one row to the start of the next.
    public let stride: Int
    /// How many zeros stand before the first row of a sample.
    public let lead: Int
    /// From one sample to the next; 0 where one sample's room serves all in turn.
    public let sampleStride: Int
    /// How much of its rows each sample really has, where the samples of a batch differ in length.
    public let lengths: UnsafePointer<Int>?

    public init(
        start: UnsafeMutablePointer<Float>, rows: Int, width: Int, stride: Int, lead: Int = 0, sampleStride: Int,
        lengths: UnsafePointer<Int>? = nil
    ) {
        self.start = start
        self.rows = rows
        self.width = width
        self.stride = stride
        self.lead = lead
        self.sampleStride = sampleStride
        self.lengths = lengths
    }

    /// The first row of a sample.
    @inlinable @inline(__always)
    public subscript(sample: Int) -> UnsafeMutablePointer<Float> { start + sample &* sampleStride }

    @inlinable @inline(__always)
    public func row(_ row: Int, of sample: Int) -> UnsafeMutablePointer<Float> {
        start + (sample &* sampleStride &+ row &* stride)
    }

    /// How many numbers of a row count in this sample; what stands behind them is zero.
    @inlinable @inline(__always)
    public func length(of sample: Int) -> Int { lengths.map { $0[sample] } ?? width }

    /// Puts zeros before the first row of a sample and behind the numbers that count of every row.
    public func clearGaps(of sample: Int) {
        let first = self[sample]
        let length = length(of: sample)
        (first - lead).update(repeating: 0, count: lead)
        if length == stride { return }
        for row in 0..<rows { (first + (row &* stride &+ length)).update(repeating: 0, count: stride &- length) }
    }

    /// Takes one sample's numbers, row behind row without gaps.
    public func unpack(_ values: UnsafePointer<Float>, to sample: Int, adding: Bool = false) {
        for row in 0..<rows {
            let out = self.row(row, of: sample), from = values + row &* width
            if adding {
                for index in 0..<width { out[index] += from[index] }
            } else {
                out.update(from: from, count: width)
            }
        }
        clearGaps(of: sample)
    }
    /// Writes one sample's numbers, row behind row without gaps.
    public func pack(_ sample: Int, to values: UnsafeMutablePointer<Float>) {
        for row in 0..<rows { (values + row &* width).update(from: self.row(row, of: sample), count: width) }
    }
    public func clear(_ sample: Int) {
        (self[sample] - lead).update(repeating: 0, count: lead &+ rows &* stride)
    }

    /// Adds another array of the same layout, gaps and all: they are zero in both.
    public func add(_ other: Tensor, of sample: Int) {
        let into = self[sample], from = other[sample].reading
        var index = 0
        while index < rows &* stride {
            (into + index).vector += (from + index).vector
            index &+= lanes
        }
    }

    /// Whether every number that counts in a sample is finite.
    public func isFinite(_ sample: Int) -> Bool {
        let length = length(of: sample)
        for row in 0..<rows where !allFinite(self.row(row, of: sample), length) { return false }
        return true
    }
}

/// Whether every one of these numbers is finite.
public func allFinite(_ values: UnsafePointer<Float>, _ count: Int) -> Bool {
    // A number times zero is zero unless it is infinite or none.
    var sum = Vector.zero
    var index = 0
    while index &+ lanes <= count {
        sum = sum.addingProduct((values + index).vector, Vector.zero)
        index &+= lanes
    }
    var rest = sum.total
    while index < count {
        rest += values[index] * 0
        index &+= 1
    }
    return rest == 0
}
