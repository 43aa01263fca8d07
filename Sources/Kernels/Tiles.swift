/// Register tiles for sums of products: some rows of results by some vectors of columns, held in named registers from
/// the first product to the last.
///
/// A tile is put together by doubling: a `Span` is one vector or two spans side by side, a `Tile` is one row or two
/// tiles one above the other. Everything is inlined, so that after specialisation each leaf is a register.
protocol Span {
    static var vectors: Int { get }
    static var zero: Self { get }
    static func load(_ from: UnsafePointer<Float>) -> Self
    static func repeating(_ value: Float) -> Self
    mutating func add(_ x: Self, times factor: Vector)
    func store(_ to: UnsafeMutablePointer<Float>)
    func withoutNegatives() -> Self
}

struct One: Span {
    var vector: Vector
    @inline(__always) init(_ vector: Vector) { self.vector = vector }
    @inline(__always) static var vectors: Int { 1 }
    @inline(__always) static var zero: One { One(Vector.zero) }
    @inline(__always) static func load(_ from: UnsafePointer<Float>) -> One { One(from.vector) }
    @inline(__always) static func repeating(_ value: Float) -> One { One(Vector(value)) }
    @inline(__always) mutating func add(_ x: One, times factor: Vector) {
        vector = vector.addingProduct(factor, x.vector)
    }
    @inline(__always) func store(_ to: UnsafeMutablePointer<Float>) { to.vector = vector }
    @inline(__always) func withoutNegatives() -> One {
        One(vector.replacing(with: Vector.zero, where: vector .< Vector.zero))
    }
}

struct Twice<Half: Span>: Span {
    var low: Half
    var high: Half
    @inline(__always) init(low: Half, high: Half) {
        self.low = low
        self.high = high
    }
    @inline(__always) static var vectors: Int { 2 &* Half.vectors }
    @inline(__always) static var zero: Twice { Twice(low: .zero, high: .zero) }
    @inline(__always) static func load(_ from: UnsafePointer<Float>) -> Twice {
        Twice(low: .load(from), high: .load(from + Half.vectors &* lanes))
    }
    @inline(__always) static func repeating(_ value: Float) -> Twice {
        Twice(low: .repeating(value), high: .repeating(value))
    }
    @inline(__always) mutating func add(_ x: Twice, times factor: Vector) {
        low.add(x.low, times: factor)
        high.add(x.high, times: factor)
    }
    @inline(__always) func store(_ to: UnsafeMutablePointer<Float>) {
        low.store(to)
        high.store(to + Half.vectors &* lanes)
    }
    @inline(__always) func withoutNegatives() -> Twice {
        Twice(low: low.withoutNegatives(), high: high.withoutNegatives())
    }
}

protocol Tile {
    associatedtype Columns: Span
    static var rows: Int { get }
    static var zero: Self { get }
    /// Each row filled with its own number.
    static func repeating(_ values: UnsafePointer<Float>) -> Self
    /// Loads the first `rows` rows; the others are zero.
    static func load(_ from: UnsafePointer<Float>, stride: Int, rows: Int) -> Self
    /// Adds to each row the columns times the row's own factor; factors lie `step` apart.
    mutating func add(_ x: Columns, times factors: UnsafePointer<Float>, step: Int)
    /// Stores the first `rows` rows.
    func store(_ to: UnsafeMutablePointer<Float>, stride: Int, rows: Int)
    func withoutNegatives() -> Self
}

struct Row<Columns: Span>: Tile {
    var columns: Columns
    @inline(__always) init(_ columns: Columns) { self.columns = columns }
    @inline(__always) static var rows: Int { 1 }
    @inline(__always) static var zero: Row { Row(.zero) }
    @inline(__always) static func repeating(_ values: UnsafePointer<Float>) -> Row { Row(.repeating(values[0])) }
    @inline(__always) static func load(_ from: UnsafePointer<Float>, stride: Int, rows: Int) -> Row {
        Row(rows > 0 ? .load(from) : .zero)
    }
    @inline(__always) mutating func add(_ x: Columns, times factors: UnsafePointer<Float>, step: Int) {
        columns.add(x, times: Vector(factors[0]))
    }
    @inline(__always) func store(_ to: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
        if rows > 0 { columns.store(to) }
    }
    @inline(__always) func withoutNegatives() -> Row { Row(columns.withoutNegatives()) }
}

struct Both<Half: Tile>: Tile {
    var top: Half
    var bottom: Half
    @inline(__always) init(top: Half, bottom: Half) {
        self.top = top
        self.bottom = bottom
    }
    @inline(__always) static var rows: Int { 2 &* Half.rows }
    @inline(__always) static var zero: Both { Both(top: .zero, bottom: .zero) }
    @inline(__always) static func repeating(_ values: UnsafePointer<Float>) -> Both {
        Both(top: .repeating(values), bottom: .repeating(values + Half.rows))
    }
    @inline(__always) static func load(_ from: UnsafePointer<Float>, stride: Int, rows: Int) -> Both {
        Both(
            top: .load(from, stride: stride, rows: rows),
            bottom: .load(from + Half.rows &* stride, stride: stride, rows: rows &- Half.rows))
    }
    @inline(__always) mutating func add(_ x: Half.Columns, times factors: UnsafePointer<Float>, step: Int) {
        top.add(x, times: factors, step: step)
        bottom.add(x, times: factors + Half.rows &* step, step: step)
    }
    @inline(__always) func store(_ to: UnsafeMutablePointer<Float>, stride: Int, rows: Int) {
        top.store(to, stride: stride, rows: rows)
        bottom.store(to + Half.rows &* stride, stride: stride, rows: rows &- Half.rows)
    }
    @inline(__always) func withoutNegatives() -> Both {
        Both(top: top.withoutNegatives(), bottom: bottom.withoutNegatives())
    }
}

typealias Rows4<Columns: Span> = Both<Both<Row<Columns>>>
typealias Rows8<Columns: Span> = Both<Rows4<Columns>>

/// Tiles that fill the registers and no more, by how many rows they have; the narrow ones are for the last columns.
/// Where a vector is several registers there is room for half as many rows.
#if STRATA_AVX512F
    typealias EightWide = Rows8<Twice<One>>
    typealias EightNarrow = Rows8<One>
    typealias FourWide = Rows4<Twice<Twice<One>>>
    typealias OneWide = Row<Twice<Twice<Twice<One>>>>
#else
    typealias FourWide = Rows4<One>
    typealias OneWide = Row<Twice<Twice<One>>>
#endif
typealias FourNarrow = Rows4<One>
typealias OneNarrow = Row<One>
