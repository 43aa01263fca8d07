/// Each of `count` numbers several times: `to[i * times + r] = from[i]`.
public func repeatEach(
    _ from: UnsafePointer<Float>, _ count: Int, times: Int, to: UnsafeMutablePointer<Float>
) {
    var index = 0
    if times == 2 {
        while index &+ lanes <= count {
            var both = SIMD32<Float>()
            both.evenHalf = (from + index).vector
            both.oddHalf = both.evenHalf
            UnsafeMutableRawPointer(to + 2 &* index).storeBytes(of: both, as: SIMD32<Float>.self)
            index &+= lanes
        }
    }
    while index < count {
        for place in index &* times..<(index &+ 1) &* times { to[place] = from[index] }
        index &+= 1
    }
}

/// The sum of each run of `length` neighbours: `to[i] = sum over r of from[i * length + r]`, or added to what is there.
public func addRuns(
    of length: Int, _ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, _ count: Int, isFirst: Bool
) {
    var index = 0
    if length == 2 {
        while index &+ lanes <= count {
            let both = UnsafeRawPointer(from + 2 &* index).loadUnaligned(as: SIMD32<Float>.self)
            let sum = both.evenHalf + both.oddHalf
            (to + index).vector = isFirst ? sum : (to + index).vector + sum
            index &+= lanes
        }
    }
    while index < count {
        var sum = isFirst ? 0 : to[index]
        for place in index &* length..<(index &+ 1) &* length { sum += from[place] }
        to[index] = sum
        index &+= 1
    }
}
