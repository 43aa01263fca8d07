import Testing

/// Inside a room, too, things stand on each other in one direction: a folder uses only what the folders before it
/// declare.
@Suite struct FolderOrderTests {
    /// The folders of a room from below; a file that stands at the room's root is below all of them.
    static let orders: [String: [String]] = [
        "Runner": [
            "RunFolder", "Checkpoints", "TensorBoard", "Picking", "Metrics", "Statistics", "Optimizers", "Schedules",
            "Strategies", "Session", "TrainingData", "Team", "Answers", "Continuous", "Evaluation", "Bundle",
            "Training",
            "Trials",
            "Comparison", "Study", "Report", "Inside", "Laws",
        ]
    ]

    @Test(arguments: orders.keys.sorted()) func foldersUseOnlyWhatStandsBelow(room: String) {
        for finding in Self.findings(Self.sources(of: room), order: Self.orders[room] ?? []) {
            Issue.record("\(finding)")
        }
    }

    /// A type, a type within a type's arguments, and a function: each of them planted too low is found.
    @Test(arguments: [
        "struct Planted { var trainer: Trainer }", "private let planted: [Comparison?] = []",
        "func planted(_ request: EvaluationRequest) { _ = evaluate(request) }",
    ]) func aPlantedCircleIsFound(line: String) {
        let planted = HouseTests.Source(room: "Runner", path: "Runner/Session/Planted.swift", lines: [line[...]])
        let sources = Self.sources(of: "Runner") + [planted]
        let findings = Self.findings(sources, order: Self.orders["Runner"] ?? [])
        #expect(!findings.isEmpty && findings.allSatisfy { $0.path == planted.path }, "\(findings)")
    }

    @Test func aCommentIsNoUse() {
        let line = #"/// Unlike `Trainer`. "# + "\n" + #"let text = "a Trainer""#
        let harmless = HouseTests.Source(
            room: "Runner", path: "Runner/Session/Harmless.swift", lines: line.split(separator: "\n"))
        #expect(
            Self.findings(Self.sources(of: "Runner") + [harmless], order: Self.orders["Runner"] ?? []).isEmpty)
    }

    struct Finding: CustomStringConvertible {
        var path: String
        var what: String
        var description: String { "\(path) \(what)" }
    }

    static func sources(of room: String) -> [HouseTests.Source] { HouseTests.sources.filter { $0.room == room } }

    /// The words of the house's own sources, read once.
    private static let words = Dictionary(
        HouseTests.sources.filter { orders[$0.room] != nil }.map { ($0.path, SourceWords($0)) },
        uniquingKeysWith: { first, _ in first })

    /// Every use of something that stands above, and every folder whose place nobody knows.
    static func findings(_ sources: [HouseTests.Source], order: [String]) -> [Finding] {
        let files = sources.map { words[$0.path] ?? SourceWords($0) }
        var places: [String: Set<String>] = [:]
        var known: [String: Set<String>] = [:]
        for file in files {
            for name in file.shared { places[name, default: []].insert(file.folder) }
            known[file.folder, default: []].formUnion(file.declared)
        }
        let rank = Dictionary(([""] + order).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var findings: [Finding] = []
        for file in files {
            guard let own = rank[file.folder] else {
                findings.append(Finding(path: file.path, what: "is in a folder without a place in the order"))
                continue
            }
            for name in file.used.subtracting(known[file.folder] ?? []).sorted() {
                // A name that two folders declare is not told apart here.
                guard let places = places[name], places.count == 1, let folder = places.first,
                    let other = rank[folder], other > own
                else { continue }
                findings.append(Finding(path: file.path, what: "uses \(name) of \(folder), which stands above"))
            }
        }
        return findings
    }
}

/// The names in a source: those that it declares, and those that it uses.
struct SourceWords {
    let path: String
    /// Empty for a file at the room's root.
    let folder: String
    /// Types and functions that others can use.
    private(set) var shared: Set<String> = []
    /// Every type and function, nested ones too.
    private(set) var declared: Set<String> = []
    private(set) var used: Set<String> = []

    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias", "func"]

    init(_ source: HouseTests.Source) {
        path = source.path
        let parts = source.path.split(separator: "/")
        folder = parts.count > 2 ? String(parts[1]) : ""
        var isText = false
        for line in source.lines {
            let words = Self.words(line, isText: &isText)
            let isOutermost = line.first.map { !$0.isWhitespace } ?? false
            for (index, word) in words.enumerated() {
                let isDeclared = index > 0 && Self.kinds.contains(words[index - 1].text)
                if isDeclared {
                    declared.insert(word.text)
                    let isPrivate = words[..<index].contains { ["private", "fileprivate"].contains($0.text) }
                    if isOutermost, !isPrivate { shared.insert(word.text) }
                } else if !word.isMember, word.text.first?.isUppercase == true || word.isCalled {
                    used.insert(word.text)
                }
            }
        }
    }

    private struct Word {
        var text: String
        /// Behind a dot: a member of something.
        var isMember: Bool
        var isCalled: Bool
    }

    /// The names of a line, without those in its comments and texts.
    private static func words(_ line: Substring, isText: inout Bool) -> [Word] {
        let bytes = Array(line.utf8)
        func isName(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        }
        let quote = UInt8(ascii: "\"")
        var words: [Word] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: [quote, quote, quote]) {
                isText.toggle()
                index += 3
            } else if isText {
                index += 1
            } else if bytes[index] == quote {
                index += 1
                while index < bytes.count, bytes[index] != quote {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
            } else if bytes[index...].starts(with: "//".utf8) {
                break
            } else if isName(bytes[index]) {
                let start = index
                while index < bytes.count, isName(bytes[index]) { index += 1 }
                words.append(
                    Word(
                        text: String(decoding: bytes[start..<index], as: UTF8.self),
                        isMember: start > 0 && bytes[start - 1] == UInt8(ascii: "."),
                        isCalled: index < bytes.count && bytes[index] == UInt8(ascii: "(")))
            } else {
                index += 1
            }
        }
        return words
    }
}
