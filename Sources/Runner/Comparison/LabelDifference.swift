import GraphIR

/// In what the labels of one output differ between runs, and how to make them the same.
struct LabelDifference {
    /// `learn.p`
    private let key: String
    private let isJudged: Bool

    init(_ key: String, judged: Bool) {
        self.key = key
        isJudged = judged
    }

    /// What a lesson's labels are made by, without its loss, in one spelling: lengths of time in seconds.
    func text(of run: Contender.Run) -> String {
        guard let lesson = run.record.setting(key) else { return "none" }
        let labels = lesson.ranges(of: " loss ").first.map { String(lesson[..<$0.lowerBound]) } ?? lesson
        return Self.inSeconds(labels)
    }

    /// What to do, or why nothing need be done.
    func help(_ runs: [Contender.Run]) -> String? {
        let all = runs.map { Self.arguments(text(of: $0)) }
        guard let first = all.first else { return nil }
        let names = first.map(\.name).filter { name in
            all.contains { list in
                list.first { $0.name == name }?.value != first.first { $0.name == name }?.value
            }
        }
        let settings = names.map { name in
            "--set '\(key).from.\(name)=\(first.first { $0.name == name }?.value ?? "")'"
        }
        let how =
            settings.isEmpty
            ? "train them with one labeler" : "to make them the same, train them with \(Words.list(settings))"
        return isJudged ? how : "picks are judged by arrivals, not by labels; \(how)"
    }

    /// `pick(phase: P, width: 0.2 s)` as names and values; those of calls within stay whole.
    private static func arguments(_ text: String) -> [(name: String, value: String)] {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return [] }
        var parts = [""]
        var depth = 0
        for letter in text[text.index(after: open)..<close] {
            if letter == "(" || letter == "[" { depth += 1 }
            if letter == ")" || letter == "]" { depth -= 1 }
            if letter == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(letter) }
        }
        return parts.compactMap { part in
            guard let colon = part.firstIndex(of: ":") else { return nil }
            return (
                part[..<colon].trimmed, part[part.index(after: colon)...].trimmed
            )
        }
    }

    /// The same length is the same label, however it is written: `200 ms` is `0.2 s`.
    static func inSeconds(_ text: String) -> String {
        let factors = ["ms": 0.001, "min": 60, "h": 3600]
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for place in words.indices.dropFirst() {
            let unit = words[place].prefix { $0.isLetter }
            // What stands before the number, as in `[200 ms`, stays.
            let start = words[place - 1].lastIndex { !$0.isNumber && $0 != "." && $0 != "-" && $0 != "e" }
            let digits = start.map { words[place - 1][words[place - 1].index(after: $0)...] } ?? words[place - 1][...]
            guard let factor = factors[String(unit)], let number = Double(digits) else { continue }
            let seconds = (number * factor * 1e9).rounded() / 1e9
            words[place - 1] = words[place - 1].dropLast(digits.count) + History.text(seconds)
            words[place] = "s" + words[place].dropFirst(unit.count)
        }
        return words.joined(separator: " ")
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
