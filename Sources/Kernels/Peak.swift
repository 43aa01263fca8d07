/// How many multiplications with additions this processor does at best: tiles in registers, no memory. The measure that
/// kernels are compared with.
public enum Peak {
    /// Runs `turns` rounds of sixteen independent sums; returns the floating-point operations done, and a number that
    /// depends on all of them, so that none is left out.
    public static func run(turns: Int) -> (operations: Double, proof: Float) {
        var factors: [Float] = (0..<8).map { 0.5 + Float($0) * 0.01 }
        var sums = Rows8<Twice<One>>.zero
        let x = Twice(low: One(Vector(0.001)), high: One(Vector(0.002)))
        factors.withUnsafeMutableBufferPointer { factors in
            guard let base = factors.baseAddress else { return }
            for _ in 0..<turns { sums.add(x, times: UnsafePointer(base), step: 1) }
        }
        var out = [Float](repeating: 0, count: 8 * 2 * lanes)
        out.withUnsafeMutableBufferPointer { out in
            if let base = out.baseAddress { sums.store(base, stride: 2 * lanes, rows: 8) }
        }
        return (Double(turns) * 16 * Double(2 * lanes), out.reduce(0, +))
    }
}
