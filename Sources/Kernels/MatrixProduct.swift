/// Products of a small dense matrix with many vectors: the inner loop of recurrences, attention and dense layers.
///
/// The matrix's rows are the lanes of vectors, so that one vector alone is already fast; its columns are walked one by
/// one. `out[v][row] += sum over k of matrix[row][k] * x[v][k]`.
public enum MatrixProduct {
    /// Rows are handled so many at a time; a packed matrix is padded with zeros to a multiple of it.
    public static let rowTile = 32

    /// Where element (row, k) of the matrix lies: `start[tile * tileStride + k * stride + row within the tile]`.
    public struct Matrix {
        public var start: UnsafePointer<Float>
        /// From one k to the next.
        public var stride: Int
        /// From one tile of rows to the next.
        public var tileStride: Int
        public init(start: UnsafePointer<Float>, stride: Int, tileStride: Int) {
            self.start = start
            self.stride = stride
            self.tileStride = tileStride
        }
        /// A matrix that `pack` made, with so many columns.
        @inline(__always)
        public init(packed start: UnsafePointer<Float>, columns: Int) {
            self.init(start: start, stride: rowTile, tileStride: rowTile &* columns)
        }
    }

    /// Where element (v, k) of the vectors lies: `start[v * next + k * stride]`.
    public struct Vectors {
        public var start: UnsafePointer<Float>
        public var next: Int
        public var stride: Int
        @inline(__always)
        public init(start: UnsafePointer<Float>, next: Int, stride: Int) {
            self.start = start
            self.next = next
            self.stride = stride
        }
    }

    /// Floats that `pack` writes for a matrix of this size.
    public static func packedCount(rows: Int, columns: Int) -> Int {
        rows.groups(of: rowTile) * rowTile * columns
    }

    /// Lays a matrix out tile by tile: row `r` of the result is row `source(r)` of the values, or zeros where that is
    /// `nil`. Element (row, column) of the values lies at `row * rowStride + column * columnStride`.
    public static func pack(
        _ values: UnsafePointer<Float>, rows: Int, columns: Int, rowStride: Int, columnStride: Int,
        into packed: UnsafeMutablePointer<Float>, source: (Int) -> Int? = { $0 }
    ) {
        for row in 0..<rows.groups(of: rowTile) * rowTile {
            let to = packed + (row / rowTile) * rowTile * columns + row % rowTile
            let from = row < rows ? source(row) : nil
            for column in 0..<columns {
                to[column * rowTile] = from.map { values[$0 * rowStride + column * columnStride] } ?? 0
            }
        }
    }

    /// `out[v * outNext + row] += …` for `count` vectors and `rows` rows, a multiple of `rowTile`.
    public static func add(
        _ matrix: Matrix, rows: Int, columns: Int, vectors: Vectors, count: Int, to out: UnsafeMutablePointer<Float>,
        outNext: Int
    ) {
        guard count > 0 else { return }
        for tile in 0..<rows / rowTile {
            let start = matrix.start + tile &* matrix.tileStride
            let out = out + tile &* rowTile
            var v = 0
            while v &+ 8 <= count {
                eight(
                    start, matrix.stride, columns, vectors.start + v &* vectors.next, vectors.next, vectors.stride,
                    out + v &* outNext, outNext)
                v &+= 8
            }
            while v < count {
                upToFour(
                    start, matrix.stride, columns, vectors.start + v &* vectors.next, vectors.next, vectors.stride,
                    out + v &* outNext, outNext, count: min(4, count &- v))
                v &+= 4
            }
        }
    }

    /// 32 rows, 8 vectors: sixteen running sums, two loads of the matrix and eight numbers for every column.
    @inline(__always)
    private static func eight(
        _ matrix: UnsafePointer<Float>, _ stride: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ next: Int,
        _ step: Int, _ out: UnsafeMutablePointer<Float>, _ outNext: Int
    ) {
        let o0 = out, o1 = o0 + outNext, o2 = o1 + outNext, o3 = o2 + outNext
        let o4 = o3 + outNext, o5 = o4 + outNext, o6 = o5 + outNext, o7 = o6 + outNext
        var a0 = o0.vector, a1 = o1.vector, a2 = o2.vector, a3 = o3.vector
        var a4 = o4.vector, a5 = o5.vector, a6 = o6.vector, a7 = o7.vector
        var b0 = (o0 + 16).vector, b1 = (o1 + 16).vector, b2 = (o2 + 16).vector, b3 = (o3 + 16).vector
        var b4 = (o4 + 16).vector, b5 = (o5 + 16).vector, b6 = (o6 + 16).vector, b7 = (o7 + 16).vector
        var m = matrix
        var p = x
        let q = x + 4 &* next
        var offset = 0
        let next2 = 2 &* next, next3 = 3 &* next
        for _ in 0..<columns {
            let m0 = m.vector, m1 = (m + 16).vector
            let high = q + offset
            var value = Vector(p[0])
            a0 = a0.addingProduct(m0, value)
            b0 = b0.addingProduct(m1, value)
            value = Vector(p[next])
            a1 = a1.addingProduct(m0, value)
            b1 = b1.addingProduct(m1, value)
            value = Vector(p[next2])
            a2 = a2.addingProduct(m0, value)
            b2 = b2.addingProduct(m1, value)
            value = Vector(p[next3])
            a3 = a3.addingProduct(m0, value)
            b3 = b3.addingProduct(m1, value)
            value = Vector(high[0])
            a4 = a4.addingProduct(m0, value)
            b4 = b4.addingProduct(m1, value)
            value = Vector(high[next])
            a5 = a5.addingProduct(m0, value)
            b5 = b5.addingProduct(m1, value)
            value = Vector(high[next2])
            a6 = a6.addingProduct(m0, value)
            b6 = b6.addingProduct(m1, value)
            value = Vector(high[next3])
            a7 = a7.addingProduct(m0, value)
            b7 = b7.addingProduct(m1, value)
            m += stride
            p += step
            offset = offset &+ step
        }
        o0.vector = a0
        o1.vector = a1
        o2.vector = a2
        o3.vector = a3
        o4.vector = a4
        o5.vector = a5
        o6.vector = a6
        o7.vector = a7
        (o0 + 16).vector = b0
        (o1 + 16).vector = b1
        (o2 + 16).vector = b2
        (o3 + 16).vector = b3
        (o4 + 16).vector = b4
        (o5 + 16).vector = b5
        (o6 + 16).vector = b6
        (o7 + 16).vector = b7
    }

    /// 32 rows, 1 to 4 vectors; missing ones are computed as copies of the first and not written.
    @inline(__always)
    private static func upToFour(
        _ matrix: UnsafePointer<Float>, _ stride: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ next: Int,
        _ step: Int, _ out: UnsafeMutablePointer<Float>, _ outNext: Int, count: Int
    ) {
        let n1 = count > 1 ? next : 0, n2 = count > 2 ? 2 &* next : 0, n3 = count > 3 ? 3 &* next : 0
        let o1 = out + (count > 1 ? outNext : 0)
        let o2 = out + (count > 2 ? 2 &* outNext : 0)
        let o3 = out + (count > 3 ? 3 &* outNext : 0)
        var a0 = out.vector, a1 = o1.vector, a2 = o2.vector, a3 = o3.vector
        var b0 = (out + 16).vector, b1 = (o1 + 16).vector, b2 = (o2 + 16).vector, b3 = (o3 + 16).vector
        var m = matrix
        var p = x
        for _ in 0..<columns {
            let m0 = m.vector, m1 = (m + 16).vector
            var value = Vector(p[0])
            a0 = a0.addingProduct(m0, value)
            b0 = b0.addingProduct(m1, value)
            value = Vector(p[n1])
            a1 = a1.addingProduct(m0, value)
            b1 = b1.addingProduct(m1, value)
            value = Vector(p[n2])
            a2 = a2.addingProduct(m0, value)
            b2 = b2.addingProduct(m1, value)
            value = Vector(p[n3])
            a3 = a3.addingProduct(m0, value)
            b3 = b3.addingProduct(m1, value)
            m += stride
            p += step
        }
        if count > 3 { (o3.vector, (o3 + 16).vector) = (a3, b3) }
        if count > 2 { (o2.vector, (o2 + 16).vector) = (a2, b2) }
        if count > 1 { (o1.vector, (o1 + 16).vector) = (a1, b1) }
        (out.vector, (out + 16).vector) = (a0, b0)
    }
}
