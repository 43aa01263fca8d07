import GraphIR
import Kernels
import Testing

@testable import Layers

@Suite("How weights start")
struct InitializeTests {
    private func drawn(_ weight: WeightSpec, seed: UInt64 = 1) -> [Float] {
        var values = [Float](repeating: .nan, count: weight.count)
        values.withUnsafeMutableBufferPointer { initialize($0, as: weight, random: CounterRandom(seed: seed)) }
        return values
    }
    private func deviation(_ values: [Float]) -> Double {
        (values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
    }

    /// An initializer with the deviation that its formula promises and the bound that nothing passes. The fans are 50 and
    /// 150; a uniform number of (-a, a) has the deviation a / sqrt(3), and 0.8796 of a normal one's is left within two.
    struct Case: Sendable {
        let initializer: Initializer
        let deviation: Double
        let bound: Double
    }
    static let cases: [Case] = [
        Case(initializer: .glorotUniform, deviation: 0.1, bound: 0.17321),
        Case(initializer: .heUniform, deviation: 0.2, bound: 0.34642),
        Case(initializer: .uniform(0.3), deviation: 0.173205, bound: 0.3),
        Case(initializer: .glorotGates(3), deviation: 0.141421, bound: 0.24495),
        Case(initializer: .glorotNormal, deviation: 0.1, bound: 0.22738),
        Case(initializer: .heNormal, deviation: 0.2, bound: 0.45475),
        Case(initializer: .truncatedNormal(deviation: 0.5), deviation: 0.4398, bound: 1),
    ]

    @Test("Uniform and normal draws have the deviation of their formula and stay within their bound", arguments: cases)
    func spread(_ expected: Case) {
        let values = drawn(WeightSpec("weight", [150, 200], expected.initializer, fanIn: 50, fanOut: 150))
        #expect(abs(deviation(values) / expected.deviation - 1) < 0.02)
        #expect(values.allSatisfy { Double(abs($0)) <= expected.bound })
        #expect(abs(values.reduce(0, +) / Float(values.count)) < Float(expected.deviation) * 0.03)
    }

    @Test("Orthogonal draws are orthonormal along their shorter side", arguments: [(12, 5), (5, 12), (7, 7), (1, 4)])
    func orthogonal(rows: Int, columns: Int) {
        let values = drawn(WeightSpec("weight_hh", [rows, columns], .orthogonal))
        let side = min(rows, columns)
        for a in 0..<side {
            for b in 0..<side {
                let product = (0..<max(rows, columns)).reduce(0.0) { sum, k in
                    let (x, y) =
                        rows <= columns ? (a * columns + k, b * columns + k) : (k * columns + a, k * columns + b)
                    return sum + Double(values[x]) * Double(values[y])
                }
                #expect(abs(product - (a == b ? 1 : 0)) < 1e-6)
            }
        }
    }

    @Test("Each gate's block is orthogonal by itself, and different")
    func orthogonalGates() {
        let values = drawn(WeightSpec("weight_hh", [9, 3], .orthogonalGates(3)))
        for gate in 0..<3 {
            let rows = (0..<3).map { row in (0..<3).map { Double(values[gate * 9 + row * 3 + $0]) } }
            for a in 0..<3 {
                let product = zip(rows[a], rows[(a + 1) % 3]).reduce(0.0) { $0 + $1.0 * $1.1 }
                #expect(abs(product) < 1e-6)
            }
        }
        #expect(Array(values[0..<9]) != Array(values[9..<18]))
    }

    @Test("An LSTM's forget gate starts open")
    func forgetBias() {
        let values = drawn(WeightSpec("bias", [8], .forgetBias(gate: 1, of: 4)))
        #expect(values == [0, 0, 1, 1, 0, 0, 0, 0])
    }

    @Test("The seed decides, and nothing else")
    func seeded() {
        let weight = WeightSpec("weight", [4, 3, 5], .glorotUniform, fanIn: 15, fanOut: 20)
        #expect(drawn(weight, seed: 3) == drawn(weight, seed: 3))
        #expect(drawn(weight, seed: 3) != drawn(weight, seed: 4))
        #expect(drawn(WeightSpec("w", [3], .constant(0.25))) == [0.25, 0.25, 0.25])
    }
}
