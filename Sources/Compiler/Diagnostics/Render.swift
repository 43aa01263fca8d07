import GraphIR

/// A diagnostic as text for people: the message, the lines it is about with the culprits underlined, notes and help.
///
/// - Parameter width: the columns of the terminal, for notes that take more than one line.
public func render(
    _ diagnostic: Diagnostic, files: [SourceFile], color: Bool = false, width: Int = .max
) -> String {
    Rendering(diagnostic: diagnostic, files: files, paint: Paint(isOn: color), width: width).text
}

/// Colours for terminals.
private struct Paint {
    var isOn: Bool
    func callAsFunction(_ text: String, _ style: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
    }
}

private struct Rendering {
    let diagnostic: Diagnostic
    let files: [SourceFile]
    let paint: Paint
    let width: Int

    /// Something to underline: columns from 0 within a line, in characters.
    struct Mark {
        var line: Int
        var start: Int
        var end: Int
        var text: String
        var isCulprit: Bool
    }

    private var severityStyle: String {
        switch diagnostic.severity {
        case .error: "1;31"
        case .warning: "1;33"
        case .note: "1;36"
        }
    }

    var text: String {
        let head = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
        var lines = "\(head): \(diagnostic.message)".wrapped(to: max(40, width)).enumerated().map { index, line in
            index == 0 ? paint(head, severityStyle) + paint(String(line.dropFirst(head.count)), "1") : paint(line, "1")
        }
        let sections = sections
        let numbers = sections.flatMap { $0.marks.map(\.line) }
        let margin = String(numbers.max() ?? 0).count
        for section in sections { lines += excerpt(section.file, section.marks, margin: margin) }
        let notes = diagnostic.notes.map { ("note", $0) } + (diagnostic.help + untoldFixes).map { ("help", $0) }
        if !notes.isEmpty, !sections.isEmpty { lines.append(bar(margin)) }
        for (kind, note) in notes {
            let indent = String(repeating: " ", count: margin + kind.count + 5)
            let parts = note.wrapped(to: max(40, width - indent.count))
            let head = String(repeating: " ", count: margin + 1) + paint("=", "1;34") + " " + paint("\(kind): ", "1")
            lines += parts.enumerated().map { ($0 == 0 ? head : indent) + $1 }
        }
        return lines.joined(separator: "\n")
    }

    /// Fixes that the remark does not say already.
    private var untoldFixes: [String] {
        diagnostic.fixes.filter { fix in !fix.edits.contains { diagnostic.remark.contains($0.text) } }.map(\.title)
    }

    /// The files that matter with what is underlined in them, the culprit's first.
    private var sections: [(file: Int, marks: [Mark])] {
        var order: [Int] = []
        var marks: [Int: [Mark]] = [:]
        func add(_ place: Place, _ message: String, isCulprit: Bool) {
            guard files.indices.contains(place.file) else { return }
            if !order.contains(place.file) { order.append(place.file) }
            marks[place.file, default: []].append(mark(place, message, isCulprit))
        }
        add(diagnostic.place, diagnostic.remark, isCulprit: true)
        for label in diagnostic.labels { add(label.place, label.message, isCulprit: false) }
        return order.map { ($0, marks[$0] ?? []) }
    }

    private func mark(_ place: Place, _ message: String, _ isCulprit: Bool) -> Mark {
        let file = files[place.file]
        let start = file.position(of: place.start)
        let end = file.position(of: place.end)
        let line = file.line(start.line)
        // What goes on over several lines is underlined up to the end of its first.
        let last = end.line == start.line ? end.column - 1 : line.unicodeScalars.count
        return Mark(
            line: start.line, start: start.column - 1, end: max(start.column, last), text: message,
            isCulprit: isCulprit)
    }

    private func bar(_ margin: Int) -> String { String(repeating: " ", count: margin + 1) + paint("|", "1;34") }

    private func excerpt(_ file: Int, _ marks: [Mark], margin: Int) -> [String] {
        let culprit = marks.first(where: \.isCulprit) ?? marks[0]
        let arrow = marks.contains(where: \.isCulprit) ? "-->" : ":::"
        let position = "\(files[file].path):\(culprit.line):\(culprit.start + 1)"
        var lines = [String(repeating: " ", count: margin) + paint(arrow, "1;34") + " " + position, bar(margin)]
        var last: Int?
        for number in Set(marks.map(\.line)).sorted() {
            if let last, number > last + 2 { lines.append(paint("...", "1;34")) }
            if let last, number == last + 2 { lines.append(source(files[file].line(last + 1), last + 1, margin)) }
            let (line, own) = Rendering.window(files[file].line(number), marks.filter { $0.line == number })
            lines.append(source(line, number, margin))
            lines += underlines(own, margin: margin)
            last = number
        }
        return lines
    }

    /// Of a line that nobody wrote for a screen, what stands around the first mark.
    private static func window(_ line: String, _ marks: [Mark]) -> (String, [Mark]) {
        let scalars = line.unicodeScalars
        guard scalars.count > widest, let center = (marks.first(where: \.isCulprit) ?? marks.first)?.start else {
            return (line, marks)
        }
        let start = max(0, center - widest / 3)
        let cut = String(String.UnicodeScalarView(scalars.dropFirst(start).prefix(widest)))
        let own = marks.filter { $0.start >= start && $0.start < start + widest }.map { mark in
            var moved = mark
            moved.start -= start
            moved.end = max(moved.start + 1, min(mark.end - start, widest))
            return moved
        }
        return (cut, own)
    }
    private static let widest = 200

    private func source(_ line: String, _ number: Int, _ margin: Int) -> String {
        let text = Rendering.visible(String(line.unicodeScalars.prefix(Rendering.widest)))
        let head = String(number)
        let padding = String(repeating: " ", count: margin - head.count)
        return padding + paint(head + " |", "1;34") + (text.isEmpty ? "" : " " + text)
    }

    /// Tabs and control characters as one space, so that columns stay columns.
    private static func visible(_ line: String) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    /// Carets and dashes under a line, then the words that do not fit beside them.
    private func underlines(_ marks: [Mark], margin: Int) -> [String] {
        let marks = marks.sorted { ($0.start, $0.isCulprit ? 0 : 1) < ($1.start, $1.isCulprit ? 0 : 1) }
        var cells: [(character: Character, isCulprit: Bool)] = []
        func put(_ character: Character, _ column: Int, _ isCulprit: Bool) {
            while cells.count <= column { cells.append((" ", false)) }
            if cells[column].isCulprit { return }
            cells[column] = (character, isCulprit)
        }
        for mark in marks {
            for column in mark.start..<mark.end { put(mark.isCulprit ? "^" : "-", column, mark.isCulprit) }
        }
        // The words of the last mark stand beside it; those of the others hang below, the rightmost first.
        var hanging = marks.filter { !$0.text.isEmpty }
        let beside = hanging.last.flatMap { $0.start == marks.last?.start ? $0 : nil }
        if beside != nil { hanging.removeLast() }
        let besideText = beside.map { " " + style($0.text, $0) } ?? ""
        var lines = [bar(margin) + " " + painted(cells) + besideText]
        if hanging.isEmpty { return lines }
        lines.append(bar(margin) + " " + connectors(hanging))
        while let mark = hanging.popLast() {
            let left = connectors(hanging.filter { $0.start < mark.start })
            let gap = String(
                repeating: " ",
                count: max(0, mark.start - hanging.filter { $0.start < mark.start }.reduce(0) { max($0, $1.start + 1) })
            )
            lines.append(bar(margin) + " " + left + gap + style(mark.text, mark))
        }
        return lines
    }

    private func connectors(_ marks: [Mark]) -> String {
        var text = ""
        var column = 0
        for mark in marks where mark.start >= column {
            text += String(repeating: " ", count: mark.start - column) + style("|", mark)
            column = mark.start + 1
        }
        return text
    }

    private func painted(_ cells: [(character: Character, isCulprit: Bool)]) -> String {
        guard paint.isOn else { return String(cells.map(\.character)) }
        return cells.map {
            $0.character == " " ? " " : paint(String($0.character), $0.isCulprit ? severityStyle : "1;34")
        }
        .joined()
    }

    private func style(_ text: String, _ mark: Mark) -> String {
        paint(text, mark.isCulprit ? severityStyle : "1;34")
    }
}
