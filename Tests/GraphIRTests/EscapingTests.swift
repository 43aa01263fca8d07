import Testing

@testable import GraphIR

/// Whatever a name holds, it is a name to whoever reads the page, the table or the terminal.
struct EscapingTests {
    /// Every ASCII sign alone, and with an accent on it, which makes both one character; marks that turn text.
    static let hostile: [String] =
        (0..<128).flatMap { code -> [String] in
            let sign = String(Unicode.Scalar(UInt8(code)))
            return [sign, sign + "\u{301}", "a" + sign + "\u{20D2}b"]
        } + [
            "\u{202E}gnp.exe", "\u{2066}x\u{2069}", "\u{200F}", "\u{FEFF}", "\u{2028}line", "\u{9B}31m", "=1+1",
            "\r\nx",
            "<\u{338}script>alert(1)</\u{338}script>", "\"\u{301} onload=\"\u{301}x", "</script>", "<!--", "]]>", "\\",
            "\u{E0041}", "\u{FFFF}",
        ]

    @Test(arguments: hostile) func markupMeansItself(text: String) {
        let escaped = Markup.escaped(text)
        for scalar in escaped.unicodeScalars {
            #expect(!["<", ">", "\"", "'", "`"].contains(scalar))
            #expect(scalar == "\n" || scalar == "\t" || !scalar.isControl && !scalar.turnsText)
        }
        // Every ampersand begins one of our entities.
        for part in escaped.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            #expect(
                ["amp;", "lt;", "gt;", "quot;", "#39;", "#96;"].contains { String(part).utf8.starts(with: $0.utf8) })
        }
    }

    @Test(arguments: hostile) func jsonComesBack(text: String) throws {
        let json: JSON = ["name": .string(text)]
        let written = json.text()
        #expect(try JSON(parsing: Array(written.utf8)) == json)
        #expect(written.unicodeScalars.allSatisfy { !$0.isControl && !$0.turnsText })
        let embedded = Markup.embedded(json)
        #expect(try JSON(parsing: Array(embedded.utf8)) == json)
        #expect(!embedded.utf8.contains(UInt8(ascii: "<")) && !embedded.utf8.contains(UInt8(ascii: ">")))
    }

    @Test(arguments: hostile) func terminalsStayAsTheyAre(text: String) {
        #expect(shown(text).unicodeScalars.allSatisfy { !$0.isControl && !$0.turnsText })
        let lines = shownLines("\u{1B}[1m\(text)\u{1B}[0m\n\u{1B}[2Jx\u{1B}[8mhidden\u{7}")
        let controls = lines.unicodeScalars.filter { $0.isControl && $0 != "\n" && $0 != "\t" }
        #expect(controls.allSatisfy { $0 == "\u{1B}" } && controls.count == 2)
        #expect(lines.hasSuffix("\\u{1B}[2Jx\\u{1B}[8mhidden\\u{7}"))
    }

    @Test(arguments: hostile) func latexMeansItself(text: String) {
        let escaped = LaTeX.escaped(text)
        let commands: Set<String> = [
            "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar", "textquotedbl",
        ]
        var rest = Array(escaped.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\" {
                let word = String(String.UnicodeScalarView(rest.prefix { $0.properties.isAlphabetic && $0.isASCII }))
                if word.isEmpty {
                    #expect("&%$#_{}".unicodeScalars.contains(rest.removeFirst()))
                } else {
                    #expect(
                        commands.contains(word)
                            && rest.dropFirst(word.unicodeScalars.count).starts(with: "{}".unicodeScalars))
                    rest = rest.dropFirst(word.unicodeScalars.count + 2)
                }
            } else {
                #expect(!"&%$#_^~<>|\"\n\r\t".unicodeScalars.contains(scalar) && !scalar.isControl && !scalar.turnsText)
            }
        }
    }

    @Test func quotesOfGraphviz() {
        #expect(Dot.quoted("a\"\u{301}b\\\n\u{1B}") == "\"a\\\"\u{301}b\\\\\\n\\\\u{1B}\"")
    }

    @Test func whatIsWrongWithJSONIsSaid() throws {
        let error = try #require(throws: JSON.Malformed.self) { try JSON(parsing: Array("{\"a\": }".utf8)) }
        #expect("\(error)".contains("at byte 6") && !"\(error)".contains("Malformed"))
    }
}
