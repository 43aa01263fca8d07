import Foundation

/// A Butterworth filter as second-order sections: flat in its band, monotone outside, stable at any order.
///
/// The analogue prototype's poles lie on the unit circle's left half; they are moved to the wanted band, mapped to the
/// digital plane by the bilinear transform with warped corners, and paired with their conjugates.
public struct Butterworth: Hashable, Sendable {
    /// What passes, in Hz.
    public enum Band: Hashable, Sendable {
        case below(Double)
        case above(Double)
        case between(Double, Double)
    }

    /// `y[t] = b0 x[t] + b1 x[t-1] + b2 x[t-2] - a1 y[t-1] - a2 y[t-2]`
    public struct Section: Hashable, Sendable {
        public var b0, b1, b2, a1, a2: Double
    }

    public let sections: [Section]

    /// - Parameters:
    ///   - corners: poles at each edge of the band, as seismologists count (`corners=4` in ObsPy).
    ///   - rate: samples a second. Corners must lie between 0 and half of it: the caller checks.
    public init(_ band: Band, corners: Int, rate: Double) {
        let prototype = (0..<corners).map { index in
            let angle = Double.pi * Double(2 * index + corners + 1) / Double(2 * corners)
            return Complex(cos(angle), sin(angle))
        }
        func warped(_ frequency: Double) -> Double { 2 * rate * tan(.pi * frequency / rate) }
        var poles: [Complex]
        var sections: [(b0: Double, b1: Double, b2: Double)]
        let reference: Complex
        switch band {
        case .below(let corner):
            poles = prototype.map { $0 * Complex(warped(corner)) }
            sections = Butterworth.zeros(corners, at: -1)
            reference = Complex(1)
        case .above(let corner):
            poles = prototype.map { Complex(warped(corner)) / $0 }
            sections = Butterworth.zeros(corners, at: 1)
            reference = Complex(-1)
        case .between(let low, let high):
            let width = warped(high) - warped(low)
            let centre = warped(low) * warped(high)
            poles = prototype.flatMap { pole in
                let half = pole * Complex(width / 2)
                let root = (half * half - Complex(centre)).squareRoot
                return [half + root, half - root]
            }
            sections = Array(repeating: (1, 0, -1), count: corners)
            let middle = 2 * atan(centre.squareRoot() / (2 * rate))
            reference = Complex(cos(middle), sin(middle))
        }
        poles = poles.map { (Complex(2 * rate) + $0) / (Complex(2 * rate) - $0) }
        self.sections = zip(sections, Butterworth.pairs(poles)).map { zeros, pair in
            let section = Section(b0: zeros.b0, b1: zeros.b1, b2: zeros.b2, a1: pair.a1, a2: pair.a2)
            let gain = section.response(at: reference).magnitude
            return Section(
                b0: zeros.b0 / gain, b1: zeros.b1 / gain, b2: zeros.b2 / gain, a1: pair.a1, a2: pair.a2)
        }
    }

    /// Numerators with every zero at -1 or 1: two a section, the odd one in the last.
    private static func zeros(_ count: Int, at zero: Double) -> [(b0: Double, b1: Double, b2: Double)] {
        Array(repeating: (1, -2 * zero, 1), count: count / 2) + (count % 2 == 1 ? [(1, -zero, 0)] : [])
    }

    /// Denominators of conjugate pairs, then of real poles two by two, then of a real pole alone.
    private static func pairs(_ poles: [Complex]) -> [(a1: Double, a2: Double)] {
        func isReal(_ pole: Complex) -> Bool { abs(pole.imaginary) < 1e-12 * max(1, pole.magnitude) }
        let complex = poles.filter { !isReal($0) && $0.imaginary > 0 }
        let real = poles.filter(isReal).map(\.real).sorted()
        var pairs = complex.map { (-2 * $0.real, $0.real * $0.real + $0.imaginary * $0.imaginary) }
        for index in stride(from: 0, to: real.count, by: 2) {
            let partner = index + 1 < real.count ? real[index + 1] : 0
            pairs.append((-(real[index] + partner), real[index] * partner))
        }
        return pairs
    }

    /// One pass, from rest.
    public func filter(_ samples: inout [Float]) {
        var precise = samples.map(Double.init)
        for section in sections { section.run(over: &precise, backwards: false) }
        samples = precise.map(Float.init)
    }

    /// Forwards, then backwards: no delay, twice the attenuation, as ObsPy's `zerophase`.
    public func filterZeroPhase(_ samples: inout [Float]) {
        var precise = samples.map(Double.init)
        for section in sections { section.run(over: &precise, backwards: false) }
        for section in sections { section.run(over: &precise, backwards: true) }
        samples = precise.map(Float.init)
    }

    /// The gain at a frequency.
    public func gain(at frequency: Double, rate: Double) -> Double {
        let angle = 2 * Double.pi * frequency / rate
        let point = Complex(cos(angle), sin(angle))
        return sections.reduce(1) { $0 * $1.response(at: point).magnitude }
    }
}

extension Butterworth.Section {
    func response(at z: Complex) -> Complex {
        let inverse = Complex(1) / z
        let square = inverse * inverse
        return (Complex(b0) + Complex(b1) * inverse + Complex(b2) * square)
            / (Complex(1) + Complex(a1) * inverse + Complex(a2) * square)
    }

    /// Transposed direct form II in double precision: narrow bands at low frequencies need the digits.
    func run(over samples: inout [Double], backwards: Bool) {
        var first = 0.0
        var second = 0.0
        let count = samples.count
        samples.withUnsafeMutableBufferPointer { samples in
            for step in 0..<count {
                let index = backwards ? count - 1 - step : step
                let input = samples[index]
                let output = b0 * input + first
                first = b1 * input - a1 * output + second
                second = b2 * input - a2 * output
                samples[index] = output
            }
        }
    }
}

/// A complex number, for designing filters and reading spectra.
struct Complex: Hashable, Sendable {
    var real: Double
    var imaginary: Double
    init(_ real: Double, _ imaginary: Double = 0) {
        self.real = real
        self.imaginary = imaginary
    }
    var magnitude: Double { hypot(real, imaginary) }
    var squareRoot: Complex {
        let size = magnitude.squareRoot()
        let angle = atan2(imaginary, real) / 2
        return Complex(size * cos(angle), size * sin(angle))
    }
    static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
    static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
    static func / (a: Complex, b: Complex) -> Complex {
        let size = b.real * b.real + b.imaginary * b.imaginary
        return Complex(
            (a.real * b.real + a.imaginary * b.imaginary) / size, (a.imaginary * b.real - a.real * b.imaginary) / size)
    }
}
