import Foundation
import Testing

@testable import Kernels

@Suite("Sixteen exponentials at a time")
struct ExponentialTests {
    private func worst(_ ours: (Vector) -> Vector, _ theirs: (Double) -> Double, _ points: [Float]) -> Double {
        points.reduce(0) { worst, x in
            let expected = theirs(Double(x))
            return max(worst, abs(Double(ours(Vector(x))[3]) - expected) / max(abs(expected), 1e-30))
        }
    }
    private let line = (0...4000).map { Float($0 - 2000) * 0.0436 }

    @Test("They agree with the library's to a few units of the last place")
    func agree() {
        #expect(worst({ $0.exponential }, exp, line) < 3e-7)
        #expect(worst({ $0.hyperbolicTangent }, tanh, line + line.map { $0 * 1e-6 }) < 5e-7)
        #expect(worst({ $0.logistic }, { 1 / (1 + exp(-$0)) }, line) < 5e-7)
    }

    @Test("Ends and what is no number")
    func ends() {
        #expect(Vector(200).exponential[0] == .infinity && Vector(-200).exponential[0] == 0)
        #expect(Vector(-.infinity).exponential[0] == 0 && Vector(0).exponential[0] == 1)
        #expect(Vector(.infinity).hyperbolicTangent[0].rounded() == 1 && Vector(0).hyperbolicTangent[0] == 0)
        #expect(abs(Vector(1e30).hyperbolicTangent[0]) <= 1)
        #expect(Vector(-1000).logistic[0] == 0 && Vector(1000).logistic[0] == 1)
        for function: (Vector) -> Vector in [{ $0.exponential }, { $0.hyperbolicTangent }, { $0.logistic }] {
            #expect(function(Vector(.nan))[5].isNaN)
        }
    }
}
