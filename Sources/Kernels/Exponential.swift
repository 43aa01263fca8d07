/// `exp`, `tanh` and the logistic function sixteen at a time, within two units of the last place or so.
///
/// Written with operators that become instructions; a NaN comes through each of them as a NaN.
extension Vector {
    /// exp(x): 0 below -87.3 (where floats lose precision), infinity above 88.7.
    @inline(__always)
    public var exponential: Vector {
        let tooLow = self .< Vector(-87.3)
        let x = replacing(with: Vector(89), where: self .> Vector(89)).replacing(with: Vector(-87.3), where: tooLow)
        // x = n ln 2 + r with |r| <= ln 2 / 2: adding 1.5 * 2^23 rounds to the nearest whole number.
        let magic = Vector(12_582_912)
        let shifted = magic.addingProduct(x, Vector(1.442_695_04))
        let n = shifted - magic
        let high = x.addingProduct(n, Vector(-0.693_359_375))
        let r = high.addingProduct(n, Vector(2.121_944_4e-4))
        // The Taylor series to the seventh power: what is left out is below 1e-8.
        var sum = Vector(1.0 / 5040)
        sum = Vector(1.0 / 720).addingProduct(sum, r)
        sum = Vector(1.0 / 120).addingProduct(sum, r)
        sum = Vector(1.0 / 24).addingProduct(sum, r)
        sum = Vector(1.0 / 6).addingProduct(sum, r)
        sum = Vector(0.5).addingProduct(sum, r)
        sum = Vector(1).addingProduct(sum, r)
        sum = Vector(1).addingProduct(sum, r)
        // 2^(n - 1) by its bits, then doubled: 2^128 would not be a number.
        let bits = unsafeBitCast(shifted, to: SIMD16<Int32>.self)
        let exponent = bits &- SIMD16<Int32>(repeating: 0x4B40_0000 - 126)
        let power = unsafeBitCast(exponent &<< SIMD16<Int32>(repeating: 23), to: Vector.self)
        let result = sum * power
        return (result + result).replacing(with: Vector.zero, where: tooLow)
    }

    /// 1 / (1 + exp(-x)).
    @inline(__always)
    public var logistic: Vector { Vector(1) / (Vector(1) + (Vector.zero - self).exponential) }

    /// tanh(x), as a quotient of two polynomials between the places where floats reach 1.
    @inline(__always)
    public var hyperbolicTangent: Vector {
        let bound = Vector(7.905_311)
        let x = replacing(with: bound, where: self .> bound)
            .replacing(with: Vector.zero - bound, where: self .< Vector.zero - bound)
        let square = x * x
        var above = Vector(-2.760_768_4e-16)
        above = Vector(2.000_188e-13).addingProduct(above, square)
        above = Vector(-8.604_672e-11).addingProduct(above, square)
        above = Vector(5.122_297e-8).addingProduct(above, square)
        above = Vector(1.485_722_4e-5).addingProduct(above, square)
        above = Vector(6.372_619e-4).addingProduct(above, square)
        above = Vector(4.893_524_6e-3).addingProduct(above, square)
        var below = Vector(1.198_258_4e-6)
        below = Vector(1.185_347_06e-4).addingProduct(below, square)
        below = Vector(2.268_434_6e-3).addingProduct(below, square)
        below = Vector(4.893_525_2e-3).addingProduct(below, square)
        return x * above / below
    }
}
