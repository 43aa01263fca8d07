/// Writes XML: the one place where text becomes it.
struct XML {
    private(set) var text = ""
    private var names: [String] = []

    private var indent: String { String(repeating: "  ", count: names.count) }

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func open(_ name: String, _ attributes: [(name: String, value: String)] = []) {
        text += "\(indent)<\(name)\(Self.text(attributes))>\n"
        names.append(name)
    }

    mutating func close(_ count: Int = 1) {
        for _ in 0..<count {
            guard let name = names.popLast() else { return }
            text += "\(indent)</\(name)>\n"
        }
    }

    mutating func leaf(_ name: String, _ value: String) {
        text += "\(indent)<\(name)>\(Self.escaped(value))</\(name)>\n"
    }

    mutating func empty(_ name: String, _ attributes: [(name: String, value: String)]) {
        text += "\(indent)<\(name)\(Self.text(attributes))/>\n"
    }

    private static func text(_ attributes: [(name: String, value: String)]) -> String {
        attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
    }

    /// Scalar by scalar: a quote with an accent on it is another character, and still a quote to whoever reads it. What
    /// XML 1.0 cannot hold becomes the replacement character.
    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
            case "\t", "\n", "\r": out.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                out.append("\u{FFFD}")
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
