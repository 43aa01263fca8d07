import Foundation

/// Numbers as people should read them: no more digits than are known.
public enum Figures {
    /// So many digits after the point that an error shows two of its own.
    public static func places(forError error: Double) -> Int {
        guard error.isFinite, error > 0 else { return 4 }
        return min(6, max(0, 1 - Int(floor(log10(error)))))
    }

    public static func fixed(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "–" }
        let text = String(format: "%.\(places)f", value)
        // Minus zero is zero, and a minus is a minus, not a hyphen.
        if !text.contains(where: { "123456789".contains($0) }) { return text.replacingOccurrences(of: "-", with: "") }
        return text.replacingOccurrences(of: "-", with: "−")
    }

    public static func signed(_ value: Double, places: Int) -> String {
        let text = fixed(value, places: places)
        return value > 0 && text.contains(where: { "123456789".contains($0) }) ? "+" + text : text
    }

    /// `0.912 ± 0.013`; without a known error the value alone.
    public static func value(_ value: Double, error: Double) -> String {
        guard value.isFinite else { return "–" }
        guard error.isFinite else { return fixed(value, places: 4) }
        let places = places(forError: error)
        return fixed(value, places: places) + " ± " + fixed(error, places: places)
    }

    /// `−0.020 … +0.004`
    public static func interval(_ interval: Interval) -> String {
        let places = places(forError: interval.halfWidth)
        return signed(interval.low, places: places) + " … " + signed(interval.high, places: places)
    }

    /// `0.031`, `< 0.001`, as p-values are printed.
    public static func p(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        return value < 0.001 ? "< 0.001" : fixed(value, places: value < 0.1 ? 3 : 2)
    }

    /// `371,639`
    public static func count(_ value: Int) -> String {
        var digits = Array(String(abs(value)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (value < 0 ? "−" : "") + String(digits)
    }

    /// `255 M`, `1.2 G`: three digits and a prefix.
    public static func scaled(_ value: Double, base: Double = 1000, unit: String = "") -> String {
        guard value.isFinite else { return "–" }
        let prefixes = base == 1024 ? ["", "Ki", "Mi", "Gi", "Ti"] : ["", "k", "M", "G", "T"]
        var rest = value
        var index = 0
        while rest >= base, index < prefixes.count - 1 {
            rest /= base
            index += 1
        }
        let places = rest >= 100 || (index == 0 && rest == rest.rounded()) ? 0 : rest >= 10 ? 1 : 2
        let prefix = prefixes[index] + unit
        return fixed(rest, places: places) + (prefix.isEmpty ? "" : " " + prefix)
    }

    /// `1 h 12 min`, `48 s`
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "–" }
        if seconds < 100 { return fixed(seconds, places: seconds < 10 ? 1 : 0) + " s" }
        let minutes = Int((min(seconds, 1e9) / 60).rounded())
        return minutes < 100 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
