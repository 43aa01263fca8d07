/// Slopes of some results that are summed at once: four, or what is left alone.
private protocol Slopes {
    static var zero: Self { get }
    mutating func add(_ slopes: Self, times value: Vector)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int)
}

private struct Four: Slopes {
    var a: Vector, b: Vector, c: Vector, d: Vector
    @inline(__always) init(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }
    @inline(__always) static var zero: Four { Four(.zero, .zero, .zero, .zero) }
    @inline(__always)
    mutating func add(_ slopes: Four, times value: Vector) {
        a = a.addingProduct(slopes.a, value)
        b = b.addingProduct(slopes.b, value)
        c = c.addingProduct(slopes.c, value)
        d = d.addingProduct(slopes.d, value)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int) {
        gradient[0] += a.total
        if rows > 1 { gradient[step] += b.total }
        if rows > 2 { gradient[2 &* step] += c.total }
        if rows > 3 { gradient[3 &* step] += d.total }
    }
}

private struct Alone: Slopes {
    var a: Vector
    @inline(__always) init(_ a: Vector) { self.a = a }
    @inline(__always) static var zero: Alone { Alone(.zero) }
    @inline(__always) mutating func add(_ slopes: Alone, times value: Vector) { a = a.addingProduct(slopes.a, value) }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int) { gradient[0] += a.total }
}

/// Sums for the gradients of some taps: each has a register for each result.
private protocol TapSums {
    associatedtype Results: Slopes
    static var taps: Int { get }
    static var zero: Self { get }
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: Results)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, resultStep: Int, tapStep: Int, rows: Int)
}

private struct OneTap<Results: Slopes>: TapSums {
    var sums = Results.zero
    @inline(__always) static var taps: Int { 1 }
    @inline(__always) static var zero: OneTap { OneTap() }
    @inline(__always)
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: Results) {
        sums.add(slopes, times: (x + offsets[0]).vector)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, resultStep: Int, tapStep: Int, rows: Int) {
        sums.addTotals(to: gradient, step: resultStep, rows: rows)
    }
}

private struct Joined<First: TapSums, Rest: TapSums>: TapSums where First.Results == Rest.Results {
    var first: First
    var rest: Rest
    @inline(__always) init(first: First, rest: Rest) {
        self.first = first
        self.rest = rest
    }
    @inline(__always) static var taps: Int { First.taps &+ Rest.taps }
    @inline(__always) static var zero: Joined { Joined(first: .zero, rest: .zero) }
    @inline(__always)
    mutating func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ slopes: First.Results) {
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

private typealias TwoTaps<Results: Slopes> = Joined<OneTap<Results>, OneTap<Results>>
private typealias ThreeTaps<Results: Slopes> = Joined<TwoTaps<Results>, OneTap<Results>>
private typealias FourTaps<Results: Slopes> = Joined<TwoTaps<Results>, TwoTaps<Results>>
private typealias FiveTaps<Results: Slopes> = Joined<ThreeTaps<Results>, TwoTaps<Results>>
private typealias SixTaps<Results: Slopes> = Joined<ThreeTaps<Results>, ThreeTaps<Results>>

/// Adds to the kernels' gradients what one sample gives:
/// `gradient[o, c, j] += sum over t < width of slopes[o][t] * x[c][t + offsets[j]]`.
///
/// Whole vectors are read: the slopes must be zero from `width` to the next multiple of sixteen.
public func addKernelGradients(
    slopes: UnsafePointer<Float>, slopeStep: Int, x: UnsafePointer<Float>, xStep: Int, offsets: UnsafePointer<Int>,
    _ shape: KernelShape, width: Int, to gradient: UnsafeMutablePointer<Float>,
    steps: (result: Int, channel: Int, tap: Int)
) {
    var result = 0
    while result < shape.results {
        let rows = min(4, shape.results &- result)
        // Taps in runs of nearly equal size, at most four: with more the compiler runs out of registers. One result
        // has registers to spare.
        let runs = shape.taps.groups(of: rows == 1 ? 6 : 4)
        for channel in 0..<shape.channels {
            for run in 0..<runs {
                let tap = run &* shape.taps / runs
                let task = TapTask(
                    slopes: slopes + result &* slopeStep, slopeStep: slopeStep, x: x + channel &* xStep,
                    offsets: offsets + tap, width: width, rows: rows,
                    gradient: gradient
                        + (result &* steps.result &+ channel &* steps.channel &+ tap &* steps.tap),
                    resultStep: steps.result, tapStep: steps.tap)
                task.run(taps: (run &+ 1) &* shape.taps / runs &- tap)
            }
        }
        result &+= 4
    }
}

/// A few taps of one channel for up to four results, over all samples of a row.
private struct TapTask {
    let slopes: UnsafePointer<Float>
    let slopeStep: Int
    let x: UnsafePointer<Float>
    let offsets: UnsafePointer<Int>
    let width: Int
    let rows: Int
    let gradient: UnsafeMutablePointer<Float>
    let resultStep: Int
    let tapStep: Int

    @inline(__always)
    func run(taps: Int) {
        switch (rows, taps) {
        case (1, 1): sumAlone(OneTap.self)
        case (1, 2): sumAlone(TwoTaps.self)
        case (1, 3): sumAlone(ThreeTaps.self)
        case (1, 4): sumAlone(FourTaps.self)
        case (1, 5): sumAlone(FiveTaps.self)
        case (1, _): sumAlone(SixTaps.self)
        case (_, 1): sum(OneTap.self)
        case (_, 2): sum(TwoTaps.self)
        case (_, 3): sum(ThreeTaps.self)
        default: sum(FourTaps.self)
        }
    }

    @inline(__always)
    private func sum<Sums: TapSums>(_ type: Sums.Type) where Sums.Results == Four {
        var sums = Sums.zero
        let second = rows > 1 ? slopes + slopeStep : slopes
        let third = rows > 2 ? second + slopeStep : slopes
        let fourth = rows > 3 ? third + slopeStep : slopes
        var t = 0
        while t < width {
            let four = Four((slopes + t).vector, (second + t).vector, (third + t).vector, (fourth + t).vector)
            sums.add(x + t, offsets, four)
            t &+= lanes
        }
        sums.addTotals(to: gradient, resultStep: resultStep, tapStep: tapStep, rows: rows)
    }

    @inline(__always)
    private func sumAlone<Sums: TapSums>(_ type: Sums.Type) where Sums.Results == Alone {
        var sums = Sums.zero
        var t = 0
        while t < width {
            sums.add(x + t, offsets, Alone((slopes + t).vector))
            t &+= lanes
        }
        sums.addTotals(to: gradient, resultStep: resultStep, tapStep: tapStep, rows: rows)
    }
}
