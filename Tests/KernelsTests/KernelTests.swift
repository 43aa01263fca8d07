import Foundation
import Testing

@testable import Kernels

/// Vector functions and products against plain loops in double precision.
struct KernelTests {
    private func values(_ count: Int, _ seed: UInt64, scale: Double = 1) -> [Float] {
        (0..<count).map { Float(CounterRandom(seed: seed).normal($0) * scale) }
    }

    @Test func functionsAreExactToAFewUnits() {
        for step in -700..<700 {
            let x = Float(step) * 0.0937 + 0.001
            let v = Vector(repeating: x)
            expectNear(v.exponential[3], max(exp(-87), min(exp(88), exp(Double(x)))))
            expectNear(v.sigmoid[5], 1 / (1 + exp(-Double(x))), absolute: 1e-37)
            expectNear(v.hyperbolicTangent[7], tanh(Double(x)))
            if x > 0 { expectNear(v.logarithm[9], log(Double(x)), absolute: 2e-7) }
        }
        for x: Float in [1e-6, 1e-3, -1e-4, 0.6249, 0.6251] {
            expectNear(Vector(repeating: x).hyperbolicTangent[0], tanh(Double(x)))
        }
        #expect(Vector(repeating: .nan).exponential[0].isNaN)
        #expect(Vector(repeating: .nan).hyperbolicTangent[0].isNaN)
    }
    private func expectNear(_ got: Float, _ right: Double, absolute: Double = 0) {
        #expect(abs(Double(got) - right) <= 4e-7 * abs(right) + absolute)
    }

    @Test(arguments: [(1, 1, 1), (8, 32, 5), (13, 47, 9), (4, 64, 3), (5, 16, 0), (17, 70, 33), (2, 15, 7)])
    func products(rows: Int, columns: Int, inner: Int) {
        let a = values(rows * inner + 1, 1), b = values(inner * columns + 1, 2), before = values(rows * columns, 3)
        for transposed in [false, true] {
            for adding in [false, true] {
                var c = before + [77]
                let matrix =
                    transposed
                    ? Matrix(a, rowStep: 1, columnStep: rows) : Matrix(a, rowStep: inner, columnStep: 1)
                a.withUnsafeBufferPointer { _ in
                    multiply(
                        matrix, b, bStep: columns, into: &c, cStep: columns, rows: rows, columns: columns, inner: inner,
                        adding: adding)
                }
                #expect(c.last == 77)
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum = adding ? Double(before[row * columns + column]) : 0
                        for k in 0..<inner {
                            let left = transposed ? a[k * rows + row] : a[row * inner + k]
                            sum += Double(left) * Double(b[k * columns + column])
                        }
                        #expect(abs(Double(c[row * columns + column]) - sum) < 1e-5 * (1 + abs(sum)))
                    }
                }
            }
        }
    }

    @Test func transposesAndSums() {
        let rows = 19, columns = 37
        let from = values(rows * columns, 4)
        var to = [Float](repeating: 0, count: rows * columns)
        transpose(from, step: columns, rows: rows, columns: columns, to: &to, toStep: rows)
        for row in 0..<rows {
            for column in 0..<columns { #expect(to[column * rows + row] == from[row * columns + column]) }
        }
        for count in [0, 1, 15, 16, 33, 200] {
            let right = from[..<count].reduce(0.0) { $0 + Double($1) }
            #expect(abs(Double(sum(from, count)) - right) < 1e-4)
            let squares = from[..<count].reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(abs(Double(dot(from, from, count)) - squares) < 1e-4)
        }
    }
}
