/// Sums for the gradients of some taps of four kernels at once: each tap has a register for each kernel.
private protocol TapSums {
    static var taps: Int { get }
    static var zero: Self { get }
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: Four)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, resultStep: Int, tapStep: Int, rows: Int)
}

/// Sixteen samples of the gradients of four results.
private struct Four {
    let a: Vector, b: Vector, c: Vector, d: Vector
}

private struct OneTap: TapSums {
    var a = Vector.zero, b = Vector.zero, c = Vector.zero, d = Vector.zero
    @inline(__always) static var taps: Int { 1 }
    @inline(__always) static var zero: OneTap { OneTap() }
    @inline(__always)
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: Four) {
        let value = (x + offsets[0]).vector
        a = a.addingProduct(slopes.a, value)
        b = b.addingProduct(slopes.b, value)
        c = c.addingProduct(slopes.c, value)
        d = d.addingProduct(slopes.d, value)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, resultStep: Int, tapStep: Int, rows: Int) {
        gradient[0] += a.total
        if rows > 1 { gradient[resultStep] += b.total }
        if rows > 2 { gradient[2 &* resultStep] += c.total }
        if rows > 3 { gradient[3 &* resultStep] += d.total }
    }
}

private struct Joined<First: TapSums, Rest: TapSums>: TapSums {
    var first: First
    var rest: Rest
    @inline(__always) init(first: First, rest: Rest) {
        self.first = first
        self.rest = rest
    }
    @inline(__always) static var taps: Int { First.taps &+ Rest.taps }
    @inline(__always) static var zero: Joined { Joined(first: .zero, rest: .zero) }
    @inline(__always)
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: Four) {
        first.add(x, offsets, slopes)
        rest.add(x, offsets + First.taps, slopes)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, resultStep: Int, tapStep: Int, rows: Int) {
        first.addTotals(to: gradient, resultStep: resultStep, tapStep: tapStep, rows: rows)
        rest.addTotals(
            to: gradient + First.taps &* tapStep, resultStep: resultStep, tapStep: tapStep, rows: rows)
    }
}

private typealias TwoTaps = Joined<OneTap, OneTap>
private typealias ThreeTaps = Joined<TwoTaps, OneTap>
private typealias FourTaps = Joined<TwoTaps, TwoTaps>

/// Adds to the kernels' gradients what one sample gives:
/// `gradient[o, c, j] += sum over t < width of slopes[o][t] * x[c][t + offsets[j]]`.
///
/// Whole vectors are read: the slopes must be zero from `width` to the next multiple of sixteen.
public func addKernelGradients(
    slopes: UnsafePointer<Float>, slopeStep: Int, x: UnsafePointer<Float>, xStep: Int, offsets: UnsafePointer<Int>,
    _ shape: KernelShape, width: Int, to gradient: UnsafeMutablePointer<Float>,
    steps: (result: Int, channel: Int, tap: Int)
) {
    // Taps in runs of nearly equal size, at most four: with more the compiler runs out of registers.
    let runs = shape.taps.groups(of: 4)
    var result = 0
    while result < shape.results {
        let rows = min(4, shape.results &- result)
        let first = slopes + result &* slopeStep
        let second = rows > 1 ? first + slopeStep : first
        let third = rows > 2 ? second + slopeStep : first
        let fourth = rows > 3 ? third + slopeStep : first
        for channel in 0..<shape.channels {
            for run in 0..<runs {
                let tap = run &* shape.taps / runs
                let task = TapTask(
                    slopes: (first, second, third, fourth), x: x + channel &* xStep, offsets: offsets + tap,
                    width: width, rows: rows,
                    gradient: gradient
                        + (result &* steps.result &+ channel &* steps.channel &+ tap &* steps.tap),
                    resultStep: steps.result, tapStep: steps.tap)
                task.run(taps: (run &+ 1) &* shape.taps / runs &- tap)
            }
        }
        result &+= 4
    }
}

/// A few taps of one channel for four results, over all samples of a row.
private struct TapTask {
    let slopes: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)
    let x: UnsafePointer<Float>
    let offsets: UnsafePointer<Int>
    let width: Int
    let rows: Int
    let gradient: UnsafeMutablePointer<Float>
    let resultStep: Int
    let tapStep: Int

    @inline(__always)
    func run(taps: Int) {
        switch taps {
        case 1: sum(OneTap.self)
        case 2: sum(TwoTaps.self)
        case 3: sum(ThreeTaps.self)
        default: sum(FourTaps.self)
        }
    }

    @inline(__always)
    private func sum<Sums: TapSums>(_ type: Sums.Type) {
        var sums = Sums.zero
        var t = 0
        while t < width {
            let four = Four(
                a: (slopes.0 + t).vector, b: (slopes.1 + t).vector, c: (slopes.2 + t).vector, d: (slopes.3 + t).vector)
            sums.add(x + t, offsets, four)
            t &+= lanes
        }
        sums.addTotals(to: gradient, resultStep: resultStep, tapStep: tapStep, rows: rows)
    }
}
