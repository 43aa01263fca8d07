/// Text that means itself in HTML, SVG and XML, between tags and within the quotes of an attribute.
///
/// It goes scalar by scalar: a quote with an accent on it is one character to Swift, and a quote to every browser.
public enum Markup {
    public static func escaped(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "`": out += "&#96;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            // XML has no way to write most controls; marks that turn text round would turn the page.
            case _ where scalar.isControl || scalar.turnsText: out += scalar.writtenOut
            case "\u{FFFE}", "\u{FFFF}": out += scalar.writtenOut
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// JSON that may stand within a `script` element: nothing in it can end the element or begin a comment.
    public static func embedded(_ json: JSON) -> String {
        var out: [UInt8] = []
        for byte in json.text().utf8 {
            // Outside of texts JSON has none of these.
            switch byte {
            case UInt8(ascii: "<"): out += "\\u003c".utf8
            case UInt8(ascii: ">"): out += "\\u003e".utf8
            case UInt8(ascii: "&"): out += "\\u0026".utf8
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
