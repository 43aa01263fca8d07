/// The larger of each two neighbours; where the length is odd the last number stands alone. A NaN wins.
public func largestOfPairs(
    _ from: UnsafePointer<Float>, _ length: Int, to: UnsafeMutablePointer<Float>, count: Int
) {
    var index = 0
    while 2 &* (index &+ lanes) <= length {
        let both = UnsafeRawPointer(from + 2 &* index).loadUnaligned(as: SIMD32<Float>.self)
        let even = both.evenHalf, odd = both.oddHalf
        (to + index).vector = odd.replacing(with: even, where: (even .>= odd) .| (even .!= even))
        index &+= lanes
    }
    while index < count {
        let even = from[2 &* index]
        let odd = 2 &* index &+ 1 < length ? from[2 &* index &+ 1] : even
        to[index] = even >= odd || even.isNaN ? even : odd
        index &+= 1
    }
}

/// The slope of each pair goes to the larger of the two, to the first where they are equal.
public func backToPairs(
    _ from: UnsafePointer<Float>, _ length: Int, _ slopes: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>
) {
    var index = 0
    while 2 &* (index &+ lanes) <= length {
        let both = UnsafeRawPointer(from + 2 &* index).loadUnaligned(as: SIMD32<Float>.self)
        let slope = (slopes + index).vector
        let first = both.evenHalf .>= both.oddHalf
        var out = SIMD32<Float>()
        out.evenHalf = Vector.zero.replacing(with: slope, where: first)
        out.oddHalf = slope.replacing(with: Vector.zero, where: first)
        UnsafeMutableRawPointer(to + 2 &* index).storeBytes(of: out, as: SIMD32<Float>.self)
        index &+= lanes
    }
    while 2 &* index < length {
        let even = 2 &* index, odd = even &+ 1
        let first = odd >= length || from[even] >= from[odd]
        to[even] = first ? slopes[index] : 0
        if odd < length { to[odd] = first ? 0 : slopes[index] }
        index &+= 1
    }
}
