import Kernels

/// A matrix laid out for products: tiles of 32 columns (the last one may have 16), so that one product walks through
/// neighbouring memory however wide the matrix is.
struct PackedMatrix {
    let start: UnsafeMutablePointer<Float>
    let inner: Int
    /// A multiple of 16.
    let columns: Int

    static func count(inner: Int, columns: Int) -> Int { inner * columns }
    private static var tile: Int { 2 * lanes }

    /// Puts every element in its place.
    func fill(_ element: (_ inner: Int, _ column: Int) -> Float) {
        for first in stride(from: 0, to: columns, by: PackedMatrix.tile) {
            let width = min(PackedMatrix.tile, columns - first)
            let tile = start + first * inner
            for k in 0..<inner {
                for column in 0..<width { tile[k * width + column] = element(k, first + column) }
            }
        }
    }

    /// `c += a * self`, for `rows` rows.
    @inline(__always)
    func add(_ a: Matrix, to c: UnsafeMutablePointer<Float>, step: Int, rows: Int) {
        var first = 0
        while first < columns {
            let width = min(PackedMatrix.tile, columns &- first)
            multiply(
                a, start + first &* inner, bStep: width, into: c + first, cStep: step, rows: rows, columns: width,
                inner: inner, adding: true)
            first &+= width
        }
    }
}

/// `c += a b` where `b` is so large that it must be walked 32 columns at a time to stay in the cache.
@inline(__always)
func multiplyInStrips(
    _ a: Matrix, _ b: UnsafePointer<Float>, bStep: Int, addingTo c: UnsafeMutablePointer<Float>, cStep: Int, rows: Int,
    columns: Int, inner: Int
) {
    var first = 0
    while first < columns {
        let width = min(2 &* lanes, columns &- first)
        multiply(
            a, b + first, bStep: bStep, into: c + first, cStep: cStep, rows: rows, columns: width, inner: inner,
            adding: true)
        first &+= width
    }
}
