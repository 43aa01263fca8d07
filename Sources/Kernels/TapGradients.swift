/// Slopes of some results that are summed at once: as many as fit into the registers, or what is left alone.
private protocol Slopes {
    static var count: Int { get }
    static var zero: Self { get }
    /// Those of the first `rows` results.
    static func load(_ from: UnsafePointer<Float>, step: Int, rows: Int) -> Self
    mutating func add(_ slopes: Self, times value: Vector)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int)
}

private struct Pair<Half: Slopes>: Slopes {
    var first: Half
    var second: Half
    @inline(__always) init(first: Half, second: Half) {
        self.first = first
        self.second = second
    }
    @inline(__always) static var count: Int { 2 &* Half.count }
    @inline(__always) static var zero: Pair { Pair(first: .zero, second: .zero) }
    @inline(__always)
    static func load(_ from: UnsafePointer<Float>, step: Int, rows: Int) -> Pair {
        // Rows that are not there are the first once more; their sums are thrown away.
        let more = rows > Half.count
        return Pair(
            first: .load(from, step: step, rows: rows),
            second: .load(
                more ? from + Half.count &* step : from, step: more ? step : 0, rows: rows &- Half.count))
    }
    @inline(__always)
    mutating func add(_ slopes: Pair, times value: Vector) {
        first.add(slopes.first, times: value)
        second.add(slopes.second, times: value)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int) {
        first.addTotals(to: gradient, step: step, rows: rows)
        second.addTotals(to: gradient + Half.count &* step, step: step, rows: rows &- Half.count)
    }
}

private struct Two: Slopes {
    var a: Vector, b: Vector
    @inline(__always) init(_ a: Vector, _ b: Vector) {
        self.a = a
        self.b = b
    }
    @inline(__always) static var count: Int { 2 }
    @inline(__always) static var zero: Two { Two(.zero, .zero) }
    @inline(__always)
    static func load(_ from: UnsafePointer<Float>, step: Int, rows: Int) -> Two {
        // A row that is not there is the first once more; its sum is thrown away.
        Two(from.vector, (from + (rows > 1 ? step : 0)).vector)
    }
    @inline(__always)
    mutating func add(_ slopes: Two, times value: Vector) {
        a = a.addingProduct(slopes.a, value)
        b = b.addingProduct(slopes.b, value)
    }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int) {
        let totals = a.totals(with: b)
        if rows > 0 { gradient[0] += totals.x }
        if rows > 1 { gradient[step] += totals.y }
    }
}

private struct Alone: Slopes {
    var a: Vector
    @inline(__always) init(_ a: Vector) { self.a = a }
    @inline(__always) static var count: Int { 1 }
    @inline(__always)
    static func load(_ from: UnsafePointer<Float>, step: Int, rows: Int) -> Alone { Alone(from.vector) }
    @inline(__always) static var zero: Alone { Alone(.zero) }
    @inline(__always) mutating func add(_ slopes: Alone, times value: Vector) { a = a.addingProduct(slopes.a, value) }
    @inline(__always)
    func addTotals(to gradient: UnsafeMutablePointer<Float>, step: Int, rows: Int) {
        if rows > 0 { gradient[0] += a.total }
    }
}

/// Where a tap of a channel finds its samples, and where its gradient belongs.
private struct TapPlace {
    var x: Int
    var gradient: Int
}

/// Sums for the gradients of some taps: each has a register for each result.
private protocol TapSums {
    associatedtype Results: Slopes
    static var taps: Int { get }
    static var zero: Self { get }
    mutating func add(_ x: UnsafePointer<Float>, _ places: UnsafePointer<TapPlace>, _ slopes: Results)
    func addTotals(
        to gradient: UnsafeMutablePointer<Float>, _ places: UnsafePointer<TapPlace>, resultStep: Int, rows: Int)
}

private struct OneTap<Results: Slopes>: TapSums {
    var sums = Results.zero
    @inline(__always) static var taps: Int { 1 }
    @inline(__always) static var zero: OneTap { OneTap() }
    @inline(__always)
    mutating func add(_ x: UnsafePointer<Float>, _ places: UnsafePointer<TapPlace>, _ slopes: Results) {
        sums.add(slopes, times: (x + places[0].x).vector)
    }
    @inline(__always)
    func addTotals(
        to gradient: UnsafeMutablePointer<Float>, _ places: UnsafePointer<TapPlace>, resultStep: Int, rows: Int
    ) {
        sums.addTotals(to: gradient + places[0].gradient, step: resultStep, rows: rows)
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
    mutating func add(_ x: UnsafePointer<Float>, _ places: UnsafePointer<TapPlace>, _ slopes: First.Results) {
        first.add(x, places, slopes)
        rest.add(x, places + First.taps, slopes)
    }
    @inline(__always)
    func addTotals(
        to gradient: UnsafeMutablePointer<Float>, _ places: UnsafePointer<TapPlace>, resultStep: Int, rows: Int
    ) {
        first.addTotals(to: gradient, places, resultStep: resultStep, rows: rows)
        rest.addTotals(to: gradient, places + First.taps, resultStep: resultStep, rows: rows)
    }
}

private typealias TwoTaps<Results: Slopes> = Joined<OneTap<Results>, OneTap<Results>>
private typealias ThreeTaps<Results: Slopes> = Joined<TwoTaps<Results>, OneTap<Results>>
private typealias FourTaps<Results: Slopes> = Joined<TwoTaps<Results>, TwoTaps<Results>>
private typealias FiveTaps<Results: Slopes> = Joined<ThreeTaps<Results>, TwoTaps<Results>>
private typealias SixTaps<Results: Slopes> = Joined<ThreeTaps<Results>, ThreeTaps<Results>>

/// How many results and taps are summed at once. With more taps the compiler runs out of registers, of which there are
/// half as many where a vector is several of them. One result has registers to spare.
#if STRATA_AVX512F
    private typealias Several = Pair<Two>
    private let mostTaps = 4
#else
    private typealias Several = Two
    private let mostTaps = 3
#endif
private let mostTapsAlone = 6

/// Adds to the kernels' gradients what one sample gives:
/// `gradient[o, c, j] += sum over t < width of slopes[o][t] * x[c][t + offsets[j]]`.
///
/// Whole vectors are read: the slopes must be zero from `width` to the next multiple of sixteen.
public func addKernelGradients(
    slopes: UnsafePointer<Float>, slopeStep: Int, x: UnsafePointer<Float>, xStep: Int, offsets: UnsafePointer<Int>,
    _ shape: KernelShape, width: Int, to gradient: UnsafeMutablePointer<Float>,
    steps: (result: Int, channel: Int, tap: Int)
) {
    // The taps of all channels in one line: a kernel of one tap or two fills the registers too.
    let pairs = shape.channels &* shape.taps
    let alone = shape.results % Several.count == 1 ? shape.results &- 1 : shape.results
    withUnsafeTemporaryAllocation(of: TapPlace.self, capacity: mostTapsAlone) { room in
        let places = room.baseAddress.unsafelyUnwrapped
        func add(_ results: Range<Int>, by most: Int) {
            guard !results.isEmpty, pairs > 0 else { return }
            let runs = pairs.groups(of: most)
            var (channel, tap, pair) = (0, 0, 0)
            for run in 1...runs {
                let count = run &* pairs / runs &- pair
                for index in 0..<count {
                    places[index] = TapPlace(
                        x: channel &* xStep &+ offsets[tap],
                        gradient: channel &* steps.channel &+ tap &* steps.tap)
                    tap &+= 1
                    if tap == shape.taps { (channel, tap) = (channel &+ 1, 0) }
                }
                TapTask(
                    slopes: slopes, slopeStep: slopeStep, x: x, places: UnsafePointer(places), width: width,
                    results: results, gradient: gradient, resultStep: steps.result
                ).run(taps: count)
                pair &+= count
            }
        }
        add(0..<alone, by: mostTaps)
        add(alone..<shape.results, by: mostTapsAlone)
    }
}

/// A few taps for some results, over all samples of a row.
private struct TapTask {
    let slopes: UnsafePointer<Float>
    let slopeStep: Int
    let x: UnsafePointer<Float>
    let places: UnsafePointer<TapPlace>
    let width: Int
    let results: Range<Int>
    let gradient: UnsafeMutablePointer<Float>
    let resultStep: Int

    @inline(__always)
    func run(taps: Int) {
        switch (results.count, taps) {
        case (1, 1): sum(OneTap<Alone>.self)
        case (1, 2): sum(TwoTaps<Alone>.self)
        case (1, 3): sum(ThreeTaps<Alone>.self)
        case (1, 4): sum(FourTaps<Alone>.self)
        case (1, 5): sum(FiveTaps<Alone>.self)
        case (1, _): sum(SixTaps<Alone>.self)
        case (_, 1): sum(OneTap<Several>.self)
        case (_, 2): sum(TwoTaps<Several>.self)
        case (_, 3): sum(ThreeTaps<Several>.self)
        default: sum(FourTaps<Several>.self)
        }
    }

    @inline(__always)
    private func sum<Sums: TapSums>(_ type: Sums.Type) {
        var result = results.lowerBound
        while result < results.upperBound {
            let slopes = slopes + result &* slopeStep
            let rows = min(Sums.Results.count, results.upperBound &- result)
            var sums = Sums.zero
            var t = 0
            while t < width {
                sums.add(x + t, places, .load(slopes + t, step: slopeStep, rows: rows))
                t &+= lanes
            }
            sums.addTotals(to: gradient + result &* resultStep, places, resultStep: resultStep, rows: rows)
            result &+= Sums.Results.count
        }
    }
}
