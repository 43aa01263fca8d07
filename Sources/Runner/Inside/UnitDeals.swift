import Kernels

/// What units would tell of classes if they knew nothing: classes of one trace laid over the activations of another.
///
/// Classes are dealt trace by trace, not frame by frame or stretch by stretch. Frames of a stretch are alike, short
/// stretches have means that vary more than long ones, and some classes always stand at a window's end: whoever deals
/// single labels calls units informative that only hear where in the window they are.
struct UnitDeals: Sendable {
    private struct Trace: Sendable {
        var labels: [Int]
        /// By unit: sums of h up to each cell's end, from 0 on; `cells + 1` numbers a unit.
        var sums: [Float]
        var cells: Int
    }
    private var traces: [Trace] = []
    private var units = 0
    /// Activations are kept at this many places of a trace at most.
    private static let cells = 256

    mutating func add(_ h: [Float], units: Int, time: Int, labels: [Int]) {
        self.units = units
        let cells = min(time, Self.cells)
        var sums = [Float](repeating: 0, count: units * (cells + 1))
        for unit in 0..<units {
            var sum = 0.0, t = 0
            for cell in 0..<cells {
                let end = (cell + 1) * time / cells
                while t < end {
                    sum += Double(h[unit * time + t])
                    t += 1
                }
                sums[unit * (cells + 1) + cell + 1] = Float(sum / Double(time))
            }
        }
        traces.append(Trace(labels: labels, sums: sums, cells: cells))
    }

    /// The labels of all stretches, trace by trace, whatever is dealt.
    var labels: [Int] {
        traces.flatMap { trace in
            trace.labels.indices.filter { $0 == 0 || trace.labels[$0] != trace.labels[$0 - 1] }.map { trace.labels[$0] }
        }
    }

    /// By unit, its mean over every stretch; `draw` `nil`: as it is, otherwise with the classes of another trace.
    func means(_ draw: Int?, of wanted: [Int]) -> [[Double]] {
        let order = draw.map { dealt($0) } ?? Array(traces.indices)
        var means = wanted.map { _ in [Double]() }
        for (place, trace) in traces.enumerated() {
            let other = traces[order[place]]
            let time = trace.labels.count
            var first = 0
            while first < time {
                var last = first
                while last + 1 < time, trace.labels[last + 1] == trace.labels[first] { last += 1 }
                let from = Double(first) / Double(time), to = Double(last + 1) / Double(time)
                for (index, unit) in wanted.enumerated() {
                    let start = unit * (other.cells + 1)
                    means[index].append(
                        (sum(other, start, at: to) - sum(other, start, at: from)) / max(to - from, 1e-12))
                }
                first = last + 1
            }
        }
        return means
    }

    /// The sum up to a share of the trace, between cells on a straight line.
    private func sum(_ trace: Trace, _ start: Int, at share: Double) -> Double {
        let place = share * Double(trace.cells)
        let cell = max(0, min(trace.cells - 1, Int(place)))
        let (low, high) = (Double(trace.sums[start + cell]), Double(trace.sums[start + cell + 1]))
        return low + (high - low) * (place - Double(cell))
    }

    private func dealt(_ draw: Int) -> [Int] {
        let random = CounterRandom(seed: UInt64(draw), stream: "units")
        var order = Array(traces.indices)
        for index in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(index, random.int(index, in: 0..<index + 1))
        }
        return order
    }
}
