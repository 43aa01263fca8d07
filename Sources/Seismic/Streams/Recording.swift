/// One instrument's samples on a grid that is tied to the clock, whether they lie in files or are still arriving.
public protocol Recording: AnyObject {
    var group: StreamGroup { get }
    var grid: Grid { get }
    /// The letters of the channels that are read, in the network's order; `nil` where the instrument has none for it.
    var letters: [Character?] { get }
    /// The samples of a stretch, channel by channel, no numbers where nothing was recorded.
    func samples(_ stretch: Range<Int>, keep: Int) -> [[Float]]
    /// How much later than the grid the channels were sampled at a sample, in nanoseconds: their mean.
    func late(at sample: Int) -> Int
}

/// Pieces of one channel put together on a stretch. Where two are of the same time and differ there is no number, in
/// whichever order they come: nobody knows which is right.
struct SampleMerge {
    private let stretch: Range<Int>
    private var out: [Float]
    private var filled: [Range<Int>] = []

    init(_ stretch: Range<Int>) {
        self.stretch = stretch
        out = [Float](repeating: .nan, count: stretch.count)
    }

    /// - Parameter first: the sample that the piece begins at.
    mutating func add(_ values: [Float], from first: Int) {
        let from = max(first, stretch.lowerBound)
        let to = min(first + values.count, stretch.upperBound)
        guard from < to else { return }
        let overlaps = filled.contains { $0.overlaps(from..<to) }
        filled.append(from..<to)
        guard overlaps else {
            out.replaceSubrange(
                from - stretch.lowerBound..<to - stretch.lowerBound, with: values[from - first..<to - first])
            return
        }
        for sample in from..<to {
            let value = values[sample - first]
            let index = sample - stretch.lowerBound
            if !out[index].isNaN, out[index] != value {
                // Two that contradict one another stay so, whatever a third says.
                if !value.isNaN { out[index] = .infinity }
            } else if out[index].isNaN {
                out[index] = value
            }
        }
    }

    /// The samples, and where pieces contradicted one another.
    func finish() -> (samples: [Float], conflicts: [Range<Int>]) {
        guard filled.count > 1 else { return (out, []) }
        var samples = out
        var conflicts: [Range<Int>] = []
        for index in samples.indices where samples[index] == .infinity {
            samples[index] = .nan
            let sample = stretch.lowerBound + index
            if let last = conflicts.last, last.upperBound == sample {
                conflicts[conflicts.count - 1] = last.lowerBound..<sample + 1
            } else {
                conflicts.append(sample..<sample + 1)
            }
        }
        return (samples, conflicts)
    }
}
