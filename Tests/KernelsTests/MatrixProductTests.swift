import Testing

@testable import Kernels

@Suite("A matrix times many vectors")
struct MatrixProductTests {
    @Test(
        "Every count of rows, columns and vectors gives the plain sums",
        arguments: [(1, 1), (16, 3), (33, 40), (70, 5)])
    func agree(rows: Int, columns: Int) {
        let random = CounterRandom(seed: 5)
        for count in 0...13 {
            let matrix = (0..<rows * columns).map { random.uniform($0) - 0.5 }
            let vectors = (0..<count * columns).map { random.uniform(1000 + $0) - 0.5 }
            let padded = rows.groups(of: 32) * 32
            var packed = [Float](repeating: .nan, count: MatrixProduct.packedCount(rows: rows, columns: columns))
            MatrixProduct.pack(
                matrix, rows: rows, columns: columns, rowStride: columns, columnStride: 1, into: &packed)
            var out = [Float](repeating: 0.5, count: count * padded + 1)
            MatrixProduct.add(
                .init(packed: packed, columns: columns), rows: padded, columns: columns,
                vectors: .init(start: vectors, next: columns, stride: 1), count: count, to: &out, outNext: padded)
            for v in 0..<count {
                for row in 0..<padded {
                    let expected =
                        row >= rows
                        ? 0.5
                        : (0..<columns).reduce(0.5) { $0 + matrix[row * columns + $1] * vectors[v * columns + $1] }
                    #expect(abs(out[v * padded + row] - expected) < 1e-5)
                }
            }
            #expect(out[count * padded] == 0.5)
        }
    }
}
