import Testing

@testable import GraphIR

@Suite struct DimensionTests {
    private let t = Dimension.symbol("T")
    private let u = Dimension.symbol("U")

    @Test func twoWaysOfWritingOneSizeAreEqual() {
        #expect(t.ceilDivided(by: 2).ceilDivided(by: 2) == t.ceilDivided(by: 4))
        #expect((t - 1).floorDivided(by: 2) + 1 == t.ceilDivided(by: 2))
        #expect((t + 4).floorDivided(by: 2) == t.floorDivided(by: 2) + 2)
        #expect((t + u) * (t - u) == t * t - u * u)
        #expect(t + t + t == t * 3)
        #expect(t - t == 0)
        #expect(t.divided(by: 4)! * 4 == t)
    }

    @Test func sizesReadAsPeopleWriteThem() {
        #expect("\(t.divided(by: 128)!)" == "T/128")
        #expect("\(t.ceilDivided(by: 2))" == "ceil(T/2)")
        #expect("\(t.floorDivided(by: 3))" == "floor(T/3)")
        #expect("\(t * 2 - 4)" == "2*T - 4")
        #expect("\((t * 2 - 3).floorDivided(by: 5))" == "floor((2*T + 2)/5) - 1")
    }

    @Test func comparisonHasThreeAnswers() {
        #expect(t.compare(t) == .equal)
        #expect(t.compare(t + 1) == .different)
        #expect(t.compare(u) == .unknown)
        #expect(t.compare(6000) == .unknown)
        #expect((t + u).compare(0) == .different)
        #expect((t - u).compare(0) == .unknown)
        #expect(Dimension(47).compare(46) == .different)
        // Rounded down, it may be zero.
        #expect(t.floorDivided(by: 2).compare(0) == .unknown)
    }

    /// The normal form against plain arithmetic, on many expressions and lengths.
    @Test func normalFormsKeepTheValue() {
        var state: UInt64 = 5
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<300 {
            let length = 1 + random(500)
            let other = 1 + random(50)
            var symbolic = t
            var plain = length
            for _ in 0..<6 {
                let k = 1 + random(5)
                switch random(6) {
                case 0: (symbolic, plain) = (symbolic + .number(k), plain + k)
                case 1: (symbolic, plain) = (symbolic * .number(k), plain * k)
                case 2: (symbolic, plain) = (symbolic.ceilDivided(by: k), (plain + k - 1) / k)
                case 3: (symbolic, plain) = (symbolic.floorDivided(by: k), plain / k)
                case 4: (symbolic, plain) = (symbolic + u, plain + other)
                default: (symbolic, plain) = (symbolic * u, plain * other)
                }
            }
            #expect(symbolic.substituting(["T": length, "U": other]) == .number(plain), "\(symbolic)")
        }
    }

    @Test func absurdSizesDoNotTrap() {
        let huge = Dimension.number(Int.max)
        #expect((huge * huge + huge).number! > 0)
        #expect((huge * -1 - huge).number! < 0)
        _ = (t * huge).ceilDivided(by: 3).substituting(["T": Int.max])
        _ = t.floorDivided(by: 0)
        #expect(t.divided(by: 0) == nil)
        #expect(Dimension(7).divided(by: 2) == nil)
    }

    @Test func renamingKeepsTheSize() {
        let size = (t * 2 + u).ceilDivided(by: 3)
        #expect(size.renaming { $0 == "T" ? "U" : "T" } == (u * 2 + t).ceilDivided(by: 3))
    }
}
