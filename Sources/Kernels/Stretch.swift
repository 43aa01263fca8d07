/// What seismograms are levelled with: means, deviations, scales, over stretches of samples.
///
/// Sums are taken in double precision, sixteen running sums and then those in their order, so that they are the same
/// bits wherever they are taken, and good for records whose offset is a million times their motion.
public enum Stretch {
    public typealias Row = UnsafeMutableBufferPointer<Float>
    public typealias Source = UnsafeBufferPointer<Float>

    public static func sum(_ x: Source) -> Double { sum(x) { $0 } }

    /// 0 of nothing.
    public static func mean(_ x: Source) -> Double { x.isEmpty ? 0 : sum(x) / Double(x.count) }

    /// The population's standard deviation about the mean; 0 of nothing.
    public static func deviation(_ x: Source) -> Double {
        let mean = mean(x)
        return x.isEmpty ? 0 : (sum(x) { ($0 - mean) * ($0 - mean) } / Double(x.count)).squareRoot()
    }

    @inline(__always)
    static func sum(_ x: Source, _ term: (Double) -> Double) -> Double {
        var sums = SIMD16<Double>.zero
        let whole = x.count & ~15
        var index = 0
        while index < whole {
            for lane in 0..<16 { sums[lane] += term(Double(x[index + lane])) }
            index += 16
        }
        var sum = 0.0
        for lane in 0..<16 { sum += sums[lane] }
        for rest in whole..<x.count { sum += term(Double(x[rest])) }
        return sum
    }

    /// The highest sample; `nil` of none.
    public static func largest(_ x: Source) -> Float? {
        guard let base = x.baseAddress, !x.isEmpty else { return nil }
        var peak = Vector(base[0])
        let whole = x.count & ~15
        for index in stride(from: 0, to: whole, by: lanes) { peak = peak.larger((base + index).vector) }
        var largest = peak.largest
        for index in whole..<x.count where base[index] > largest { largest = base[index] }
        return largest
    }

    /// The largest distance from zero; 0 of nothing.
    public static func largestMagnitude(_ x: Source) -> Float {
        guard let base = x.baseAddress else { return 0 }
        var peak = Vector.zero
        let whole = x.count & ~15
        for index in stride(from: 0, to: whole, by: lanes) {
            let value = (base + index).vector
            peak = peak.larger(value).larger(Vector.zero - value)
        }
        var largest = peak.largest
        for index in whole..<x.count where abs(base[index]) > largest { largest = abs(base[index]) }
        return largest
    }

    /// Whether every number is finite.
    public static func areFinite(_ x: Source) -> Bool { x.baseAddress.map { allFinite($0, x.count) } ?? true }

    public static func add(_ value: Float, to x: Row) {
        for index in x.indices { x[index] += value }
    }

    /// `x += factor * y`, as far as both go.
    public static func add(_ y: Source, times factor: Float, to x: Row) {
        for index in 0..<min(x.count, y.count) { x[index] += factor * y[index] }
    }

    public static func multiply(_ x: Row, by factor: Float) {
        for index in x.indices { x[index] *= factor }
    }

    /// Divided, not multiplied by an inverse, which would not be finite for the smallest sizes.
    public static func divide(_ x: Row, by size: Double) {
        if size >= Double(Float.leastNormalMagnitude), size <= Double(Float.greatestFiniteMagnitude) {
            let size = Float(size)
            for index in x.indices { x[index] /= size }
        } else {
            for index in x.indices { x[index] = Float(Double(x[index]) / size) }
        }
    }
}
