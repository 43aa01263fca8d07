import GraphIR

/// Numbers as people read them.
public enum Wording {
    /// `371,639`
    public static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// `371,639 parameters`, `1 parameter`
    public static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Three digits and a prefix: `1.75 M`, `240 k`, `12`; with a unit `1.75 Mflop`, `12 flop`.
    public static func short(_ value: Int, unit: String = "") -> String {
        var scaled = Double(value.magnitude)
        var prefixes = ["", "k", "M", "G", "T", "P", "E"][...]
        while scaled >= 999.5, prefixes.count > 1 {
            scaled /= 1000
            prefixes = prefixes.dropFirst()
        }
        let suffix = (prefixes.first ?? "") + unit
        let places = prefixes.count == 7 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2
        return decimal(value < 0 ? -scaled : scaled, places: places) + (suffix.isEmpty ? "" : " " + suffix)
    }

    /// A share as a percentage: `12 %`, `<1 %`; nothing for none.
    public static func share(_ part: Int, of whole: Int) -> String {
        guard part > 0, whole > 0 else { return "" }
        let percent = 100 * Double(part) / Double(whole)
        return percent < 0.5 ? "<1 %" : "\(Int(percent.rounded())) %"
    }

    /// A number with this many digits behind the point.
    public static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let whole = (value.magnitude * scale).rounded()
        guard whole < 1e15 else { return "\(value)" }
        let digits = Int(whole)
        let sign = value < 0 && digits != 0 ? "-" : ""
        guard places > 0 else { return sign + String(digits) }
        let tail = String(digits % Int(scale))
        return sign + "\(digits / Int(scale))." + String(repeating: "0", count: places - tail.count) + tail
    }

    /// `60 s`, `2.5 s`, `30 min` for a count of samples.
    public static func duration(_ samples: Int, rate: Double) -> String {
        let seconds = Double(samples) / rate
        if seconds >= 600 { return "\(trimmed(seconds / 60)) min" }
        return "\(trimmed(seconds)) s"
    }

    /// At most two digits behind the point, none that say nothing.
    public static func trimmed(_ value: Double) -> String {
        var text = decimal(value, places: 2)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// The text in lines of at most this many columns, the first after `head`, the others indented as far.
    public static func wrapped(_ text: String, width: Int, head: String = "") -> [String] {
        let indent = String(repeating: " ", count: head.count)
        var lines = [head]
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, lines[lines.count - 1].count + 1 + word.count > width {
                lines.append(indent)
                isEmpty = true
            }
            lines[lines.count - 1] += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines
    }
}
