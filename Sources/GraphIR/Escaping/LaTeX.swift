/// Text that means itself in LaTeX, also at the beginning of a row of a table.
public enum LaTeX {
    public static func escaped(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\textbackslash{}"
            case "^": out += "\\textasciicircum{}"
            case "~": out += "\\textasciitilde{}"
            case "<": out += "\\textless{}"
            case ">": out += "\\textgreater{}"
            case "|": out += "\\textbar{}"
            case "\"": out += "\\textquotedbl{}"
            // Behind a row's end a bracket would be its argument.
            case "[", "]", "*": out += "{\(scalar)}"
            case "&", "%", "$", "#", "_", "{", "}": out += "\\\(scalar)"
            case "\n", "\t", "\r": out += " "
            case _ where scalar.isControl || scalar.turnsText:
                out += "\\textbackslash{}u\\{\(String(scalar.value, radix: 16, uppercase: true))\\}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
