import GraphIR

/// Reads a study from its text: one statement a line, lists in brackets, comments as in architecture files.
///
/// ```
/// /// How much memory does EQTransformer need?
/// study memory {
///     networks eqt, eqt/gru
///     vary memory_blocks in [1, 2, 3]
///     vary drop in [0.0, 0.1]
///     search grid
///     seeds 3
///     epochs 10
/// }
/// ```
public struct StudyFile {
    private let path: String
    private var study: Study
    private var seen: Set<String> = []

    /// The study of a text; `path` is named in errors.
    public static func read(_ text: String, path: String) throws -> Study {
        let lines = StudyLines(text)
        guard let head = lines.statements.first else { throw failure(path, 1, "there is no study in this file") }
        let words = head.words
        guard words.count == 3, words[0] == "study", words[2] == "{" else {
            throw failure(path, head.line, "a study begins with 'study NAME {', not '\(head.text)'")
        }
        guard let last = lines.statements.last, last.text == "}" else {
            throw failure(path, lines.count, "the study is not closed with '}'")
        }
        var file = StudyFile(path: path, study: Study(name: words[1]))
        file.study.documentation = lines.documentation
        for statement in lines.statements.dropFirst().dropLast() { try file.take(statement) }
        return try file.checked(head)
    }

    private init(path: String, study: Study) {
        self.path = path
        self.study = study
    }

    private static func failure(_ path: String, _ line: Int, _ message: String, help: String? = nil) -> RunError {
        RunError(.refused, "\(path):\(line): \(message)", help: help)
    }

    // MARK: Statements

    private static let keys = [
        "networks", "data", "set", "vary", "search", "match", "seeds", "epochs", "budget", "judge", "seed",
    ]

    private mutating func take(_ statement: StudyLines.Statement) throws {
        func fail(_ message: String, help: String? = nil) -> RunError {
            StudyFile.failure(path, statement.line, message, help: help)
        }
        let key = statement.words.first ?? ""
        let rest = String(statement.text.dropFirst(key.count)).trimmed
        if key != "set", key != "vary", !seen.insert(key).inserted { throw fail("'\(key)' is said twice") }
        guard !rest.isEmpty || !StudyFile.keys.contains(key) else { throw fail("'\(key)' needs a value") }
        switch key {
        case "networks": study.networks = StudyLines.parts(rest).map(\.unquoted)
        case "data": study.data = rest.unquoted
        case "judge": study.judge = rest.unquoted
        case "set":
            guard let (key, value) = rest.split(at: "=") else { throw fail("'set' takes KEY = VALUE, not '\(rest)'") }
            study.fixed.append(Study.Setting(key, value))
        case "vary": study.axes.append(try axis(rest, fail))
        case "search": study.search = try search(rest, fail)
        case "match": study.match = try match(rest, fail)
        case "seeds": study.seeds = try whole(rest, 1...1000, fail)
        case "epochs": study.epochs = try whole(rest, 1...1_000_000, fail)
        case "seed": study.seed = try whole(rest, 0...Int.max, fail)
        case "budget": study.budget = try duration(rest, fail)
        default:
            throw fail(
                "a study has no '\(key)'",
                help: nearestName(to: key, among: StudyFile.keys).map { "did you mean '\($0)'?" }
                    ?? "there are " + StudyFile.keys.joined(separator: ", "))
        }
    }

    private typealias Fail = (String, String?) -> RunError

    private func axis(_ text: String, _ fail: Fail) throws -> Study.Axis {
        guard let (key, values) = text.split(at: " in ") else {
            throw fail("'vary' takes KEY in [VALUES] or KEY in LOW..HIGH, not '\(text)'", nil)
        }
        guard !study.axes.contains(where: { $0.key == key }) else { throw fail("'\(key)' varies twice", nil) }
        if values.hasPrefix("["), values.hasSuffix("]") {
            let list = StudyLines.parts(String(values.dropFirst().dropLast()))
            guard !list.isEmpty else { throw fail("'\(key)' has no values", nil) }
            return Study.Axis(key: key, values: .list(list))
        }
        let isLogarithmic = values.hasSuffix(" log")
        let range = try self.range(isLogarithmic ? String(values.dropLast(4)) : values, fail)
        guard !isLogarithmic || range.low > 0 else { throw fail("a logarithmic range begins above 0", nil) }
        return Study.Axis(key: key, values: .range(low: range.low, high: range.high, isLogarithmic: isLogarithmic))
    }

    private func range(_ text: String, _ fail: Fail) throws -> (low: Double, high: Double) {
        guard let (first, second) = text.split(at: ".."), let low = Double(first), let high = Double(second),
            low.isFinite, high.isFinite, low < high
        else { throw fail("a range is LOW..HIGH, two numbers in order, not '\(text)'", nil) }
        return (low, high)
    }

    private func search(_ text: String, _ fail: Fail) throws -> Study.Search {
        if text == "grid" { return .grid }
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else {
            throw fail("search grid, random(COUNT) or halving(keep: SHARE, from: EPOCHS), not '\(text)'", nil)
        }
        let arguments = StudyLines.parts(String(text[text.index(after: open)...].dropLast()))
        switch String(text[..<open]) {
        case "random" where arguments.count == 1: return .random(try whole(arguments[0], 1...100_000, fail))
        case "halving":
            var (keep, from, draws): (Double, Int, Int?) = (1.0 / 3, 1, nil)
            for argument in arguments {
                guard let (name, value) = argument.split(at: ":") else {
                    throw fail("halving takes keep: SHARE, from: EPOCHS, draws: COUNT, not '\(argument)'", nil)
                }
                switch name {
                case "keep": keep = try share(value, fail)
                case "from": from = try whole(value, 1...1_000_000, fail)
                case "draws": draws = try whole(value, 2...100_000, fail)
                default: throw fail("halving has no '\(name)': keep, from, draws", nil)
                }
            }
            return .halving(keep: keep, from: from, draws: draws)
        default: throw fail("there is no search '\(text)': grid, random(COUNT), halving(…)", nil)
        }
    }

    private func match(_ text: String, _ fail: Fail) throws -> Study.Match {
        let help = "match parameters by width in 4..64"
        guard let (what, rest) = text.split(at: " by "), what == "parameters", let (key, range) = rest.split(at: " in ")
        else { throw fail("'match' takes parameters by KEY in LOW..HIGH, not '\(text)'", help) }
        let limits = try self.range(range, fail)
        guard limits.low > 0 else { throw fail("a width begins above 0", nil) }
        return Study.Match(key: key, low: limits.low, high: limits.high)
    }

    private func whole(_ text: String, _ range: ClosedRange<Int>, _ fail: Fail) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw fail("a whole number of at least \(range.lowerBound) belongs here, not '\(text)'", nil)
        }
        return number
    }

    private func share(_ text: String, _ fail: Fail) throws -> Double {
        let parts = text.split(separator: "/").map(String.init).compactMap { Double($0.trimmed) }
        let value = parts.count == 2 ? parts[0] / parts[1] : parts.count == 1 ? parts[0] : .nan
        guard value > 0, value < 1 else { throw fail("a share lies between 0 and 1, as 1/3; not '\(text)'", nil) }
        return value
    }

    private func duration(_ text: String, _ fail: Fail) throws -> Double {
        let units = ["s": 1.0, "min": 60, "h": 3600, "d": 86400]
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, let number = Double(words[0]), let unit = units[words[1]], number > 0, number.isFinite
        else { throw fail("a budget is a time, as 90 min or 12 h; not '\(text)'", nil) }
        return number * unit
    }

    private func checked(_ head: StudyLines.Statement) throws -> Study {
        guard !study.networks.isEmpty else {
            throw StudyFile.failure(path, head.line, "the study names no networks", help: "networks eqt, eqt/gru")
        }
        if case .halving(_, let from, _) = study.search {
            guard let epochs = study.epochs, from <= epochs else {
                throw StudyFile.failure(
                    path, head.line, "halving needs 'epochs', and begins with fewer", help: "epochs 27")
            }
        }
        return study
    }
}
