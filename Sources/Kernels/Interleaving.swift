/// A row cut into `phases` rows, every phase-th number to each: `to[p * toStep + i] = from[i * phases + p]` for `i` in
/// `0 ..< count`, and zeros up to `filled`.
public func deinterleave(
    _ from: UnsafePointer<Float>, phases: Int, count: Int, to: UnsafeMutablePointer<Float>, toStep: Int, filled: Int
) {
    var index = 0
    if phases == 2 {
        while index &+ lanes <= count {
            let both = UnsafeRawPointer(from + 2 &* index).loadUnaligned(as: SIMD32<Float>.self)
            (to + index).vector = both.evenHalf
            (to + (index &+ toStep)).vector = both.oddHalf
            index &+= lanes
        }
    }
    for phase in 0..<phases {
        let out = to + phase &* toStep
        var i = index
        while i < count {
            out[i] = from[i &* phases &+ phase]
            i &+= 1
        }
        if filled > count { (out + count).update(repeating: 0, count: filled &- count) }
    }
}

/// The other way: `to[i * phases + p] = from[p * fromStep + i]` for places of `to` in `0 ..< count`.
public func interleave(
    _ from: UnsafePointer<Float>, fromStep: Int, phases: Int, to: UnsafeMutablePointer<Float>, count: Int
) {
    var index = 0
    if phases == 2 {
        while 2 &* (index &+ lanes) <= count {
            var both = SIMD32<Float>()
            both.evenHalf = (from + index).vector
            both.oddHalf = (from + (index &+ fromStep)).vector
            UnsafeMutableRawPointer(to + 2 &* index).storeBytes(of: both, as: SIMD32<Float>.self)
            index &+= lanes
        }
    }
    for phase in 0..<phases {
        let row = from + phase &* fromStep
        var i = index
        while i &* phases &+ phase < count {
            to[i &* phases &+ phase] = row[i]
            i &+= 1
        }
    }
}
