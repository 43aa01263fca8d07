import Foundation

/// How numbers become places along an axis, and where the axis has its ticks.
public struct Ruler: Sendable {
    public enum Kind: Sendable { case linear, logarithmic }

    public var low: Double
    public var high: Double
    public var kind = Kind.linear
    /// Ticks stand at whole numbers only, as epochs do.
    public var isWhole = false

    /// An axis from `low` to `high`; where they are not two finite numbers in order, one around what there is.
    public init(_ low: Double, _ high: Double, _ kind: Kind = .linear) {
        let isUsable = low.isFinite && high.isFinite && low < high && (kind == .linear || low > 0)
        self.kind = isUsable ? kind : .linear
        self.low = isUsable ? low : (low.isFinite ? low - 0.5 : 0)
        self.high = isUsable ? high : (low.isFinite ? low + 0.5 : 1)
    }

    /// An axis that holds all these numbers with a little room.
    public init(holding values: [Double], _ kind: Kind = .linear, room: Double = 0.05) {
        let finite = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
        guard let least = finite.min(), let most = finite.max() else {
            self.init(0, 1)
            return
        }
        if kind == .logarithmic {
            self.init(least / 1.1, most * 1.1, kind)
        } else {
            // Where all are one number: room by its size, and around zero enough for ticks that differ.
            let around = abs(most) < 1e-6 ? 0.5 : abs(most) * 0.1
            let margin = most > least ? (most - least) * room : around
            self.init(least - margin, most + margin)
        }
    }

    /// From 0 at the axis' start to 1 at its end.
    public func place(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - low) / (high - low)
        case .logarithmic: (log(value) - log(low)) / (log(high) - log(low))
        }
    }

    /// Round numbers within the axis, with as many digits as they need.
    public func ticks(about count: Int) -> [(value: Double, text: String)] {
        guard count > 0 else { return [] }
        if kind == .logarithmic, high / low > 8 { return withLowest(decades(about: count)) }
        return kind == .logarithmic ? withLowest(steps(about: count)) : steps(about: count)
    }

    /// Logarithms stretch the lower end, where round steps leave a long piece without a number.
    private func withLowest(_ ticks: [(value: Double, text: String)]) -> [(value: Double, text: String)] {
        guard place(ticks.first?.value ?? high) > 0.15 else { return ticks }
        // The first number of two digits within the axis.
        let unit = pow(10, floor(log10(low)) - 1)
        let lowest = (low / unit - 1e-9).rounded(.up) * unit
        guard lowest < high else { return ticks }
        return [(lowest, Figures.fixed(lowest, places: max(0, min(8, 1 - Int(floor(log10(low)))))))] + ticks
    }

    private func steps(about count: Int) -> [(value: Double, text: String)] {
        let wanted = Ruler.roundStep((high - low) / Double(count))
        let step = isWhole ? max(1, wanted.rounded()) : wanted
        guard step.isFinite, step > 0 else { return [] }
        let places = (0...8).first { abs((step * pow(10, Double($0))).remainder(dividingBy: 1)) < 1e-6 } ?? 8
        let first = (low / step - 1e-9).rounded(.up)
        return (0...50).compactMap { index in
            let value = (first + Double(index)) * step
            return value <= high + step * 1e-9 ? (value, Figures.fixed(value, places: places)) : nil
        }
    }

    private func decades(about count: Int) -> [(value: Double, text: String)] {
        let exponents = Int(floor(log10(low)))...Int(ceil(log10(high)))
        let factors = exponents.count <= 3 ? [1.0, 2, 5] : [1.0]
        return exponents.flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
            .filter { $0 >= low && $0 <= high }
            .map { ($0, Figures.fixed($0, places: max(0, min(8, -Int(floor(log10($0) + 1e-9)))))) }
    }

    /// The nearest of 1, 2, 2.5, 5 times a power of ten above a width.
    private static func roundStep(_ width: Double) -> Double {
        guard width > 0, width.isFinite else { return .nan }
        let power = pow(10, floor(log10(width)))
        return (([1, 2, 2.5, 5].first { $0 * power >= width * 0.999 }) ?? 10) * power
    }
}
