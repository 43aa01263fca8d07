import GraphIR

/// What can be wrong with the writing itself.
extension Diagnostic {
    init(
        _ code: Code, at place: Place, _ message: String, remark: String = "", labels: [Label] = [],
        notes: [String] = [], help: [String] = [], fixes: [Fix] = []
    ) {
        self.init(
            code.rawValue, code.severity, at: place, message, remark: remark, labels: labels, notes: notes, help: help,
            fixes: fixes)
    }

    static func unknownSign(_ sign: String, at place: Place) -> Diagnostic {
        let meant = [
            "**": "^", "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", ";": "a new line", "..": "..<",
            "|>": "->", "=>": "->", "→": "->", "⟶": "->", "⇒": "->",
        ]
        let isPrintable = sign.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        let printable = isPrintable && sign.utf8.count <= 40 ? sign : "this"
        guard let instead = meant[sign] else {
            return Diagnostic(.unknownSign, at: place, "'\(printable)' means nothing here")
        }
        let fixes = sign == ";" ? [] : [Fix("write '\(instead)'", [Fix.Edit(place, instead)])]
        return Diagnostic(
            .unknownSign, at: place, "'\(printable)' means nothing here",
            remark: "write \(sign == ";" ? instead : "'\(instead)'")",
            fixes: fixes)
    }

    // MARK: - What other languages write

    static func foreignComment(at place: Place) -> Diagnostic {
        Diagnostic(
            .unknownSign, at: place, "'#' means nothing here", remark: "a comment begins with '//'",
            fixes: [Fix("write '//'", [Fix.Edit(place, "//")])])
    }

    static func quotedWord(_ word: String, open: Place, close: Place) -> Diagnostic {
        Diagnostic(
            .unknownSign, at: Place(file: open.file, start: open.start, end: close.end),
            "a word stands without quotes", remark: "write \(word)",
            fixes: [Fix("take the quotes away", [Fix.Edit(open, ""), Fix.Edit(close, "")])])
    }

    static func missingComma(at place: Place) -> Diagnostic {
        Diagnostic(
            .expected, at: place, "a comma is missing here", fixes: [Fix("put a ',' between", [Fix.Edit(place, ",")])])
    }

    static func colonMissing(at place: Place) -> Diagnostic {
        Diagnostic(
            .expected, at: place, "a ':' is missing before the shape",
            fixes: [Fix("put ':' before it", [Fix.Edit(place, ":")])])
    }

    static func layerCalledTwice(_ input: String, layer: Place, again: Place) -> Diagnostic {
        let before = Place(file: layer.file, start: layer.start, end: layer.start)
        return Diagnostic(
            .expected, at: again, "what flows into a layer stands before it, not behind",
            remark: "write '\(input) -> …'",
            fixes: [Fix("put '\(input) ->' before", [Fix.Edit(before, input + " -> "), Fix.Edit(again, "")])])
    }

    static func assignedArgument(_ name: Identifier, at place: Place, isTight: Bool) -> Diagnostic {
        let sign = Place(file: place.file, start: name.place.end, end: place.end)
        return Diagnostic(
            .expected, at: place, "an argument's value stands behind ':', not '='", remark: "write '\(name.text): …'",
            fixes: [Fix("write ':'", [Fix.Edit(sign, isTight ? ": " : ":")])])
    }

    static func tuple(from start: Place, to close: Place, isFlow: Bool) -> Diagnostic {
        let open = Place(file: start.file, start: start.start, end: start.start + 1)
        let whole = Place(file: start.file, start: start.start, end: close.end)
        if isFlow {
            return Diagnostic(
                .expected, at: whole, "several arrays do not flow on together",
                help: ["a layer that takes several names them: 'add(a, b)', 'concat(a, b)'"])
        }
        return Diagnostic(
            .expected, at: whole, "a list stands in brackets, not in parentheses",
            fixes: [Fix("write it with '[' and ']'", [Fix.Edit(open, "["), Fix.Edit(close, "]")])])
    }

    static func shapeInParentheses(_ sizes: [String], at place: Place) -> Diagnostic {
        let meant = "[" + sizes.joined(separator: ", ") + "]"
        return Diagnostic(
            .expected, at: place, "a shape stands in brackets, the channels first: \(meant)",
            fixes: [Fix("write \(meant)", [Fix.Edit(place, meant)])])
    }

    static func unterminatedText(at place: Place) -> Diagnostic {
        let end = Place(file: place.file, start: place.end, end: place.end)
        return Diagnostic(
            .unterminatedText, at: place, "this text has no end", remark: "a '\"' is missing",
            fixes: [Fix("close the text", [Fix.Edit(end, "\"")])])
    }

    static func expected(_ what: String, _ purpose: String, found: String, at place: Place) -> Diagnostic {
        let wanted = purpose.isEmpty ? what : "\(what) \(purpose)"
        return Diagnostic(.expected, at: place, "expected \(wanted), but \(found)")
    }

    static func reservedWord(_ word: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .reservedWord, at: place, "'\(word)' is a word of the language and cannot be a name",
            fixes: [Fix("call it '\(word)_'", [Fix.Edit(place, word + "_")])])
    }

    static func notADeclaration(_ word: String, at place: Place) -> Diagnostic {
        let near = nearestName(to: word, among: ["network", "block", "variant", "use"])
        let (remark, fixes) = suggestion(near, for: word, at: place)
        return Diagnostic(
            .notADeclaration, at: place, "a file holds networks, blocks, variants and uses, but not '\(word)'",
            remark: remark, fixes: fixes)
    }

    static func notAStatement(_ word: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .notAStatement, at: place, "no statement begins with '\(word)'",
            help: ["a statement is 'name = …', 'input …', 'output …', 'return …', 'expect …', 'learn …' or a section"])
    }

    /// `nil` where the word is near nothing that begins a statement.
    static func misspeltStatement(_ name: Identifier, followedBy next: String) -> Diagnostic? {
        if ["let", "var", "val", "const", "def"].contains(name.text), next != "{" {
            return Diagnostic(
                .notAStatement, at: name.place, "a name needs no '\(name.text)'", remark: "write '\(next) = …'",
                fixes: [Fix("take '\(name.text)' out", [Fix.Edit(name.place, "")])])
        }
        let meant = ["delete": "remove", "del": "remove", "drop": "remove", "preprocess": "prepare", "fit": "train"]
        let words = [
            "input", "output", "return", "expect", "learn", "prepare", "augment", "train", "freeze", "remove",
            "replace", "insert", "set",
        ]
        guard let near = meant[name.text] ?? nearestName(to: name.text, among: words) else { return nil }
        let (remark, fixes) = suggestion(near, for: name.text, at: name.place)
        return Diagnostic(
            .notAStatement, at: name.place, "no statement begins with '\(name.text)'", remark: remark, fixes: fixes)
    }

    static func notOnItsOwnLine(_ word: String, at place: Place) -> Diagnostic {
        Diagnostic(
            .notOnItsOwnLine, at: place, "the statement has ended, but there is '\(word)'",
            remark: "begin a new line, or join it with '->', ',' or an operator")
    }

    static func unclosedBrace(at place: Place) -> Diagnostic {
        Diagnostic(.unclosedBrace, at: place, "this brace is never closed", remark: "its '}' is missing")
    }

    static func unknownType(_ name: String, at place: Place) -> Diagnostic {
        let names = Parser.types.map { $0.name }
        let elsewhere = [
            "integer": "int", "double": "float", "number": "float", "real": "float", "boolean": "bool", "str": "string",
            "text": "string", "list": "[int]", "tensor": "array",
        ]
        let near = elsewhere[name.lowercased()] ?? nearestName(to: name, among: names)
        let (remark, fixes) = suggestion(near, for: name, at: place)
        return Diagnostic(
            .unknownType, at: place, "there is no type '\(name)'", remark: remark,
            notes: ["types are \(names.joined(separator: ", ")), and lists of them such as [int]"], fixes: fixes)
    }

    /// The unit of a word that people write for one.
    static func unitMeant(by word: String) -> GraphIR.Unit? {
        let word = word.lowercased()
        let others: [String: GraphIR.Unit] = [
            "hertz": .hertz, "sps": .hertz, "sec": .s, "secs": .s, "second": .s, "seconds": .s, "msec": .ms,
            "millisecond": .ms, "milliseconds": .ms, "mins": .min, "minute": .min, "minutes": .min, "hour": .h,
            "hours": .h, "day": .days, "sample": .samples, "percent": .percent, "degree": .degrees, "deg": .degrees,
        ]
        return GraphIR.Unit.allCases.first { $0.rawValue.lowercased() == word } ?? others[word]
    }

    static func unknownUnit(_ word: String, at place: Place) -> Diagnostic {
        let units = Unit.allCases.map { $0.rawValue }
        let near = unitMeant(by: word)?.rawValue ?? nearestName(to: word, among: units)
        let (remark, fixes) = suggestion(near, for: word, at: place)
        return Diagnostic(
            .unknownUnit, at: place, "there is no unit '\(word)'", remark: remark,
            notes: ["units are \(units.joined(separator: ", ")); K, M and G multiply a number"], fixes: fixes)
    }

    static func nameTooLong(at place: Place) -> Diagnostic {
        Diagnostic(.nestedTooDeep, at: place, "a name has at most \(Parser.longestName) characters")
    }

    static func numberTooLarge(_ digits: String, at place: Place) -> Diagnostic {
        let digits = digits.count > 40 ? digits.prefix(37) + "…" : digits[...]
        return Diagnostic(
            .numberTooLarge, at: place, "\(digits) is larger than any number here", remark: "at most \(Int.max)")
    }

    static func nestedTooDeep(at place: Place) -> Diagnostic {
        Diagnostic(
            .nestedTooDeep, at: place, "this is nested deeper than \(Parser.deepest) levels",
            help: ["give inner parts names of their own, or make them blocks"])
    }

    static func chainTooLong(at place: Place) -> Diagnostic {
        Diagnostic(
            .nestedTooDeep, at: place, "more than \(Parser.highest) operators in one expression",
            help: ["sum([a, b, …]) adds a list"])
    }
}
