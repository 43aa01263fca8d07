/// A text from elsewhere (a name, a path, a cell of a table) as it may stand in a message or on a terminal: what would
/// move the cursor, ring, hide or turn round what follows is written out as `\u{1B}`, and a line stays one line.
public func shown(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: { $0.isControl || $0.turnsText }) else { return String(text) }
    var out = ""
    for scalar in text.unicodeScalars {
        if scalar.isControl || scalar.turnsText { out += scalar.writtenOut } else { out.unicodeScalars.append(scalar) }
    }
    return out
}

/// The same of a file that a stranger made, whose names may be as long as he likes: its beginning and its end.
public func told(_ text: some StringProtocol, at most: Int = 1000) -> String {
    let text = shown(text)
    let scalars = text.unicodeScalars
    guard scalars.count > most else { return text }
    return String(scalars.prefix(most * 3 / 4)) + " … " + String(scalars.suffix(most / 4))
}

/// Several lines, some of them styled, as they may go to a terminal: of all controls only line breaks, tabs and the
/// sequences that set a style are left. Names within them went through `shown`, or could begin a line of their own.
public func shownLines(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) else { return text }
    var out = ""
    let scalars = Array(text.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
        let isOurs = scalar == "\n" || scalar == "\t" || scalar == "\u{1B}" && isStyle(scalars[place...])
        if scalar.isControl, !isOurs { out += scalar.writtenOut } else { out.unicodeScalars.append(scalar) }
    }
    return out
}

/// Whether a sequence sets a style: ESC, `[`, a few digits, `m`.
private func isStyle(_ sequence: ArraySlice<Unicode.Scalar>) -> Bool {
    let rest = sequence.dropFirst()
    guard rest.first == "[" else { return false }
    let end = rest.dropFirst().prefix(12).drop { ("0"..."9").contains($0) || $0 == ";" }
    // Hidden text (8) is nobody's style here.
    return end.first == "m" && rest.dropFirst().first != "8"
}

extension Unicode.Scalar {
    /// A control, or a break of lines.
    var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0x2028 || value == 0x2029 }

    /// A mark that changes the direction of what follows, or is not seen at all.
    var turnsText: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }

    var writtenOut: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}
