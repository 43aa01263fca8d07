/// A matrix for `multiply`: where it begins, and how far it is to the next row and to the next column. Exchanging the
/// two steps is the transpose.
public struct Matrix {
    public let start: UnsafePointer<Float>
    public let rowStep: Int
    public let columnStep: Int
    public init(_ start: UnsafePointer<Float>, rowStep: Int, columnStep: Int = 1) {
        self.start = start
        self.rowStep = rowStep
        self.columnStep = columnStep
    }
    public var transposed: Matrix { Matrix(start, rowStep: columnStep, columnStep: rowStep) }
}

/// `c = a b`, or `c += a b`: `a` is `rows x inner` in any order, `b` is `inner x columns` and `c` is `rows x columns`,
/// both with neighbouring columns next to each other in memory.
///
/// Sums run over `inner` from first to last, whatever the sizes, so each result depends on its own row and column only.
/// Nothing outside the three matrices is read or written.
public func multiply(
    _ a: Matrix, _ b: UnsafePointer<Float>, bStep: Int, into c: UnsafeMutablePointer<Float>, cStep: Int,
    rows: Int, columns: Int, inner: Int, adding: Bool = false
) {
    var row = 0
    #if STRATA_AVX512F
        while row &+ 8 <= rows {
            band(EightWide.self, EightNarrow.self, a, row, b, bStep, c + row &* cStep, cStep, columns, inner, adding)
            row &+= 8
        }
    #endif
    while row &+ 4 <= rows {
        band(FourWide.self, FourNarrow.self, a, row, b, bStep, c + row &* cStep, cStep, columns, inner, adding)
        row &+= 4
    }
    while row < rows {
        band(OneWide.self, OneNarrow.self, a, row, b, bStep, c + row &* cStep, cStep, columns, inner, adding)
        row &+= 1
    }
}

/// The rows of one tile, across all columns: wide tiles, then narrow ones, then what is left of a vector.
@inline(__always)
private func band<Wide: Tile, Narrow: Tile>(
    _ wide: Wide.Type, _ narrow: Narrow.Type, _ a: Matrix, _ row: Int, _ b: UnsafePointer<Float>, _ bStep: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStep: Int, _ columns: Int, _ inner: Int, _ adding: Bool
) {
    let factors = a.start + row &* a.rowStep
    var column = 0
    let width = Wide.Columns.vectors &* lanes
    while column &+ width <= columns {
        product(wide, a, factors, b + column, bStep, c + column, cStep, inner, adding)
        column &+= width
    }
    while column &+ lanes <= columns {
        product(narrow, a, factors, b + column, bStep, c + column, cStep, inner, adding)
        column &+= lanes
    }
    if column < columns, columns >= lanes {
        overlap(
            narrow, a, factors, b + (columns &- lanes), bStep, c + (columns &- lanes), cStep, columns &- column, inner,
            adding)
    } else if column < columns {
        rest(Wide.rows, a, factors, b + column, bStep, c + column, cStep, columns &- column, inner, adding)
    }
}

/// The last columns, fewer than a vector has lanes: a tile over them and what is before them, of which only they are
/// kept.
@inline(__always)
private func overlap<T: Tile>(
    _ tile: T.Type, _ a: Matrix, _ factors: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ bStep: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStep: Int, _ kept: Int, _ inner: Int, _ adding: Bool
) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: T.rows &* lanes) { room in
        let sums = room.baseAddress.unsafelyUnwrapped
        if adding {
            for row in 0..<T.rows { (sums + row &* lanes).vector = UnsafePointer(c + row &* cStep).vector }
        }
        product(tile, a, factors, b, bStep, sums, lanes, inner, adding)
        for row in 0..<T.rows {
            for lane in (lanes &- kept)..<lanes { c[row &* cStep &+ lane] = sums[row &* lanes &+ lane] }
        }
    }
}

@inline(__always)
private func product<T: Tile>(
    _ tile: T.Type, _ a: Matrix, _ factors: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ bStep: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStep: Int, _ inner: Int, _ adding: Bool
) {
    var sum = adding ? T.load(UnsafePointer(c), stride: cStep, rows: T.rows) : T.zero
    var factor = factors
    var x = b
    for _ in 0..<inner {
        sum.add(.load(x), times: factor, step: a.rowStep)
        factor += a.columnStep
        x += bStep
    }
    sum.store(c, stride: cStep, rows: T.rows)
}

/// Fewer columns than a vector has lanes.
private func rest(
    _ rows: Int, _ a: Matrix, _ factors: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ bStep: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStep: Int, _ columns: Int, _ inner: Int, _ adding: Bool
) {
    for row in 0..<rows {
        for column in 0..<columns {
            var sum = adding ? c[row &* cStep &+ column] : 0
            var factor = factors + row &* a.rowStep
            var x = b + column
            for _ in 0..<inner {
                sum = sum.addingProduct(factor.pointee, x.pointee)
                factor += a.columnStep
                x += bStep
            }
            c[row &* cStep &+ column] = sum
        }
    }
}

/// Adds the product of two runs of numbers, lane by lane, then the lanes in a fixed order.
public func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var s0 = Vector.zero, s1 = Vector.zero
    var index = 0
    while index &+ 2 &* lanes <= count {
        s0 = s0.addingProduct((a + index).vector, (b + index).vector)
        s1 = s1.addingProduct((a + (index &+ lanes)).vector, (b + (index &+ lanes)).vector)
        index &+= 2 &* lanes
    }
    var sum = (s0 + s1).total
    while index < count {
        sum = sum.addingProduct(a[index], b[index])
        index &+= 1
    }
    return sum
}

/// The sum of a run of numbers.
public func sum(_ a: UnsafePointer<Float>, _ count: Int) -> Float {
    var s0 = Vector.zero
    var index = 0
    while index &+ lanes <= count {
        s0 += (a + index).vector
        index &+= lanes
    }
    var sum = s0.total
    while index < count {
        sum += a[index]
        index &+= 1
    }
    return sum
}
