/// Functions of sixteen numbers at once, after Cephes (Moshier), within a few units of the last place.
extension Vector {
    /// e to the power of each lane. Below -87 it is that of -87, above 88 that of 88; none stays none.
    @inlinable @inline(__always)
    public var exponential: Vector {
        var x = replacing(with: Vector(-87), where: self .< Vector(-87))
        x = x.replacing(with: Vector(88), where: x .> Vector(88))
        // Adding 1.5 * 2^23 rounds to a whole number, which the low bits of the sum then hold.
        let magic = Vector(12_582_912)
        let shifted = magic.addingProduct(x, Vector(1.442_695_04))
        let whole = shifted - magic
        let rest = x.addingProduct(whole, Vector(-0.693_359_375)).addingProduct(whole, Vector(2.121_944_40e-4))
        var p = Vector(1.987_569_150_0e-4)
        p = Vector(1.398_199_950_7e-3).addingProduct(p, rest)
        p = Vector(8.333_451_907_3e-3).addingProduct(p, rest)
        p = Vector(4.166_579_589_4e-2).addingProduct(p, rest)
        p = Vector(1.666_666_545_9e-1).addingProduct(p, rest)
        p = Vector(5.000_000_120_1e-1).addingProduct(p, rest)
        let mantissa = (rest + 1).addingProduct(p, rest * rest)
        let power = (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- 0x4B40_0000 &+ 127) &<< 23
        return mantissa * unsafeBitCast(power, to: Vector.self)
    }

    /// The square root of each lane; lane by lane it becomes one instruction, as the vector's own method does not.
    @inlinable @inline(__always)
    public var roots: Vector {
        var roots = Vector()
        for lane in 0..<16 { roots[lane] = self[lane].squareRoot() }
        return roots
    }

    @inlinable @inline(__always) public var sigmoid: Vector {
        Vector(1) / (Vector(1) + (Vector.zero - self).exponential)
    }

    /// The hyperbolic tangent: a polynomial near zero, where the exponential would cancel.
    @inlinable @inline(__always)
    public var hyperbolicTangent: Vector {
        let size = replacing(with: Vector.zero - self, where: self .< Vector.zero)
        let far = Vector(1) - Vector(2) / ((size + size).exponential + 1)
        let signed = far.replacing(with: Vector.zero - far, where: self .< Vector.zero)
        let z = self * self
        var p = Vector(-5.704_988_727_45e-3)
        p = Vector(2.063_908_873_38e-2).addingProduct(p, z)
        p = Vector(-5.373_973_994_93e-2).addingProduct(p, z)
        p = Vector(1.333_144_122_30e-1).addingProduct(p, z)
        p = Vector(-3.333_328_194_22e-1).addingProduct(p, z)
        let near = self.addingProduct(p * z, self)
        return signed.replacing(with: near, where: size .< Vector(0.625))
    }

    /// The natural logarithm of positive lanes; what is smaller than the smallest normal number counts as that.
    @inlinable @inline(__always)
    public var logarithm: Vector {
        let x = replacing(with: Vector(Float.leastNormalMagnitude), where: self .< Vector(Float.leastNormalMagnitude))
        let bits = unsafeBitCast(x, to: SIMD16<Int32>.self)
        // Mantissas between sqrt(1/2) and sqrt(2): the exponent is that of x / sqrt(1/2).
        let shifted = bits &- 0x3F35_04F3
        let exponent = shifted &>> 23
        let mantissa = unsafeBitCast((shifted & 0x007F_FFFF) &+ 0x3F35_04F3, to: Vector.self)
        let e = unsafeBitCast(exponent &+ 0x4B40_0000, to: Vector.self) - Vector(12_582_912)
        let m = mantissa - 1
        let z = m * m
        var p = Vector(7.037_683_629_2e-2)
        p = Vector(-1.151_461_031_0e-1).addingProduct(p, m)
        p = Vector(1.167_699_874_0e-1).addingProduct(p, m)
        p = Vector(-1.242_014_084_6e-1).addingProduct(p, m)
        p = Vector(1.424_932_278_7e-1).addingProduct(p, m)
        p = Vector(-1.666_805_766_5e-1).addingProduct(p, m)
        p = Vector(2.000_071_476_5e-1).addingProduct(p, m)
        p = Vector(-2.499_999_399_3e-1).addingProduct(p, m)
        p = Vector(3.333_333_117_4e-1).addingProduct(p, m)
        var y = p * m * z
        y = y.addingProduct(e, Vector(-2.121_944_40e-4)).addingProduct(z, Vector(-0.5))
        return (m + y).addingProduct(e, Vector(0.693_359_375))
    }
}

extension Vector {
    /// The error function by Abramowitz and Stegun's formula 7.1.26, to 1.5e-7.
    @inlinable @inline(__always)
    public var errorFunction: Vector {
        let size = replacing(with: Vector.zero - self, where: self .< Vector.zero)
        let t = Vector(1) / Vector(1).addingProduct(size, Vector(0.327_591_1))
        var p = Vector(1.061_405_429)
        p = Vector(-1.453_152_027).addingProduct(p, t)
        p = Vector(1.421_413_741).addingProduct(p, t)
        p = Vector(-0.284_496_736).addingProduct(p, t)
        p = Vector(0.254_829_592).addingProduct(p, t)
        let far = Vector(1) - p * t * (Vector.zero - size * size).exponential
        return far.replacing(with: Vector.zero - far, where: self .< Vector.zero)
    }
}
