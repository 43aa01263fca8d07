/// How many multiplications with additions this processor does at best: tiles in registers, no memory. The measure that
/// kernels are compared with.
public enum Peak {
    #if STRATA_AVX512F
        private typealias Sums = EightWide
    #else
        private typealias Sums = FourWide
    #endif

    /// Runs `turns` rounds of as many independent sums as there are registers for; returns the operations done, and a
    /// number that depends on all of them, so that none is left out.
    public static func run(turns: Int) -> (operations: Double, proof: Float) {
        let columns = Sums.Columns.vectors * lanes
        let factors: [Float] = (0..<Sums.rows).map { 0.5 + Float($0) * 0.01 }
        let numbers: [Float] = (0..<columns).map { 0.001 + 0.001 * Float($0 / lanes) }
        var out = [Float](repeating: 0, count: Sums.rows * columns)
        factors.withUnsafeBufferPointer { factors in
            numbers.withUnsafeBufferPointer { numbers in
                out.withUnsafeMutableBufferPointer { out in
                    guard let factors = factors.baseAddress, let numbers = numbers.baseAddress,
                        let out = out.baseAddress
                    else { return }
                    var sums = Sums.zero
                    let x = Sums.Columns.load(numbers)
                    for _ in 0..<turns { sums.add(x, times: factors, step: 1) }
                    sums.store(out, stride: columns, rows: Sums.rows)
                }
            }
        }
        return (Double(turns) * 2 * Double(Sums.rows * columns), out.reduce(0, +))
    }
}
