/// Text within the quotes of Graphviz's language.
public enum Dot {
    public static func quoted(_ text: some StringProtocol) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case _ where scalar.isControl || scalar.turnsText: out += "\\\(scalar.writtenOut)"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
