/// `y = (x - mean) * factor + offset`, perhaps with what is negative set to zero, and the way back.
public struct NormalizingLine {
    public let mean: Float
    public let factor: Float
    public let offset: Float

    public init(mean: Float, factor: Float, offset: Float) {
        self.mean = mean
        self.factor = factor
        self.offset = offset
    }

    @inline(__always)
    private func value(_ x: Vector) -> Vector { Vector(offset).addingProduct(x - Vector(mean), Vector(factor)) }

    /// The slopes where the line was positive.
    @inline(__always)
    private func kept(_ slopes: Vector, _ x: Vector) -> Vector {
        Vector.zero.replacing(with: slopes, where: value(x) .> Vector.zero)
    }

    /// The sums of the slopes and of the slopes times the distance from the mean. Slopes must be zero behind `count`.
    public func sums(
        _ slopes: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int, whereCut: Bool
    ) -> (plain: Float, weighted: Float) {
        var plain = Vector.zero, weighted = Vector.zero
        var index = 0
        while index < count {
            let x = (x + index).vector
            let all = (slopes + index).vector
            let slope = whereCut ? kept(all, x) : all
            plain += slope
            weighted = weighted.addingProduct(slope, x - Vector(mean))
            index &+= lanes
        }
        return (plain.total, weighted.total)
    }

    /// `to = factor * (slope - plain - weighted * (x - mean))`, whole vectors.
    public func giveBack(
        _ slopes: UnsafePointer<Float>, _ x: UnsafePointer<Float>, plain: Float, weighted: Float,
        to: UnsafeMutablePointer<Float>, _ count: Int, whereCut: Bool
    ) {
        var index = 0
        while index < count {
            let x = (x + index).vector
            let all = (slopes + index).vector
            let slope = whereCut ? kept(all, x) : all
            (to + index).vector = (slope - Vector(plain) - (x - Vector(mean)) * weighted) * factor
            index &+= lanes
        }
    }
}

/// `to = (from - minus) * times + plus`, whole vectors unless the number stands among others.
public func scaleRow(
    _ from: UnsafePointer<Float>, minus: Float, times: Float, plus: Float, to: UnsafeMutablePointer<Float>,
    _ count: Int, isSingle: Bool = false, cutsNegatives: Bool = false
) {
    if isSingle {
        for index in 0..<count { to[index] = (from[index] - minus) * times + plus }
        return
    }
    var index = 0
    while index < count {
        let value = Vector(plus).addingProduct((from + index).vector - Vector(minus), Vector(times))
        (to + index).vector = cutsNegatives ? value.replacing(with: Vector.zero, where: value .< Vector.zero) : value
        index &+= lanes
    }
}
