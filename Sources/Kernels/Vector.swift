/// Sixteen floats that are computed with at once: one AVX-512 register, two of AVX2, four of NEON or SSE.
///
/// Only operators that become instructions are used on it (`+ - * &+ &<< .< replacing addingProduct`, bit casts);
/// `clamped`, `rounded` and conversions such as `SIMD16<Int32>(x)` are generic code and up to 80 times slower.
public typealias Vector = SIMD16<Float>

/// Lanes of a vector; rows are padded to multiples of it.
@inlinable @inline(__always) public var lanes: Int { 16 }

extension Int {
    /// The next multiple of the vector's width.
    @inlinable @inline(__always) public var roundedUpToLanes: Int { (self &+ (lanes - 1)) & ~(lanes - 1) }
    /// How many groups of `size` hold this many.
    @inlinable @inline(__always) public func groups(of size: Int) -> Int { (self &+ size &- 1) / size }
}

extension UnsafePointer<Float> {
    /// The sixteen numbers that start here; no alignment is asked for.
    @inlinable @inline(__always) public var vector: Vector { UnsafeRawPointer(self).loadUnaligned(as: Vector.self) }
}

extension UnsafeMutablePointer<Float> {
    @inlinable @inline(__always) public var vector: Vector {
        get { UnsafeRawPointer(self).loadUnaligned(as: Vector.self) }
        nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Vector.self) }
    }
    /// The same memory, only to read.
    @inlinable @inline(__always) public var reading: UnsafePointer<Float> { UnsafePointer(self) }
}

extension Vector {
    /// Halves are added to halves: always the same order, so always the same bits.
    @inlinable @inline(__always) public var total: Float {
        let eight = evenHalf + oddHalf
        let four = eight.evenHalf + eight.oddHalf
        let two = four.evenHalf + four.oddHalf
        return two.x + two.y
    }
    /// This one's total and another's, each as alone, with half as many shuffles.
    @inlinable @inline(__always) func totals(with other: Vector) -> SIMD2<Float> {
        let low = Vector.neighbours(lowHalf, other.lowHalf)
        let high = Vector.neighbours(highHalf, other.highHalf)
        // Four lanes of each: the sums of 0 to 3 and 8 to 11, then those of 4 to 7 and 12 to 15.
        let four = Vector.neighbours(low, high)
        let eight = four.lowHalf + four.highHalf
        return eight.lowHalf + eight.highHalf
    }
    /// Sums of neighbouring lanes, of both in turns within each half.
    @inlinable @inline(__always) static func neighbours(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
        SIMD8(a[0], a[2], b[0], b[2], a[4], a[6], b[4], b[6])
            + SIMD8(a[1], a[3], b[1], b[3], a[5], a[7], b[5], b[7])
    }
    /// The largest lane; a NaN anywhere may or may not win.
    @inlinable @inline(__always) public var largest: Float {
        let eight = evenHalf.replacing(with: oddHalf, where: oddHalf .> evenHalf)
        let four = eight.evenHalf.replacing(with: eight.oddHalf, where: eight.oddHalf .> eight.evenHalf)
        let two = four.evenHalf.replacing(with: four.oddHalf, where: four.oddHalf .> four.evenHalf)
        return two.x > two.y ? two.x : two.y
    }
    /// Lane by lane the larger; where this one is NaN it stays.
    @inlinable @inline(__always) public func larger(_ other: Vector) -> Vector {
        replacing(with: other, where: other .> self)
    }
    @inlinable @inline(__always) public func smaller(_ other: Vector) -> Vector {
        replacing(with: other, where: other .< self)
    }
    @inlinable @inline(__always) public init(_ value: Float) { self.init(repeating: value) }
    /// 0, 1, … 15.
    @inlinable @inline(__always) public static var ramp: Vector {
        Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    }
}
