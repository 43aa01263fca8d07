import Compiler
import GraphIR

/// What is known of one text: its tree, its words, its findings, and what every place came to. Answers are in byte
/// offsets of this text.
public struct Analysis: Sendable {
    public let path: String
    public let file: SourceFile
    public let compilation: Compilation
    let surroundings: Workspace.Surroundings
    /// What was right last; the text itself if it has no errors.
    public internal(set) var good: Good?
    /// The text's own index among the compilation's files.
    let index: Int
    /// Records by the place that they are of.
    private let records: [Place: [Int]]
    let tokens: [Token]

    public var text: [UInt8] { file.text }
    var registry: Registry { surroundings.registry }
    var names: Names { compilation.names }
    var tree: SyntaxTree { compilation.trees.indices.contains(index) ? compilation.trees[index].tree : SyntaxTree() }
    var log: Log { compilation.log ?? Log() }

    init(path: String, text: [UInt8], compilation: Compilation, surroundings: Workspace.Surroundings) {
        self.path = path
        self.compilation = compilation
        self.surroundings = surroundings
        index = compilation.files.firstIndex { $0.path == path } ?? -1
        // A text beyond the limit has no tree; its lines count nevertheless.
        let known = index >= 0 ? compilation.files[index] : nil
        file = known.flatMap { $0.text.count == text.count ? $0 : nil } ?? SourceFile(path: path, text: text)
        tokens = text.count <= Analysis.largestText ? tokenize(text) : []
        var records: [Place: [Int]] = [:]
        for (index, record) in (compilation.log?.records ?? []).enumerated() {
            records[record.place, default: []].append(index)
        }
        self.records = records
    }

    static let largestText = 1 << 20

    /// The files beside its own that it was read with.
    public var reads: Set<String> { Set(compilation.files.map(\.path)) }
    /// The files of its parents, the nearest first.
    public var parents: [String] { compilation.lineage.dropFirst().map { compilation.files[$0].path } }

    /// The network as far as it is known now: of this text if it has no errors, else the last good one, else what could
    /// be built.
    public var network: Network? { compilation.network ?? good?.network ?? compilation.partial }

    // MARK: - Looking things up

    func records(at place: Place, _ subject: Log.Subject) -> [Log.Record] {
        (records[place] ?? []).map { log.records[$0] }.filter { $0.subject == subject }
    }

    /// The network's type at a record's result.
    func types(_ record: Log.Record) -> (first: TensorType, last: TensorType)? {
        switch record.outcome {
        case .array(let node) where log.nodes.indices.contains(node): (log.nodes[node].type, log.nodes[node].type)
        case .arrays(let first, let last, _)
        where log.nodes.indices.contains(first) && log.nodes.indices.contains(last):
            (log.nodes[first].type, log.nodes[last].type)
        default: nil
        }
    }

    /// The layers that were made for a record.
    func made(_ record: Log.Record) -> ArraySlice<Node> {
        let range = record.made.clamped(to: 0..<log.nodes.count)
        return log.nodes[range]
    }

    func spelling(_ place: Place) -> String { spelling(place.start, place.end) }
    func spelling(_ start: Int, _ end: Int) -> String {
        let from = min(max(0, start), text.count)
        return String(decoding: text[from..<min(max(from, end), text.count)], as: UTF8.self)
    }
    func spelling(_ token: Token) -> String { spelling(Int(token.start), Int(token.end)) }

    /// The index of the last token that begins before an offset and carries meaning; -1 for none.
    func token(before offset: Int) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].start) < offset { low = middle + 1 } else { high = middle }
        }
        var index = low - 1
        while index >= 0, tokens[index].isTrivia { index -= 1 }
        return index
    }

    /// The index of the token with meaning before another one; -1 for none.
    func token(beforeToken index: Int) -> Int {
        var index = index - 1
        while index >= 0, tokens[index].isTrivia { index -= 1 }
        return index
    }

    /// Whether an offset lies in a comment, where nothing is to be completed.
    func isInComment(_ offset: Int) -> Bool {
        tokens.contains {
            ($0.kind == .comment || $0.kind == .documentation) && Int($0.start) < offset && offset <= Int($0.end)
        }
    }
}

/// A stretch of a file, by path.
public struct Location: Hashable, Sendable {
    public var path: String
    public var range: Range<Int>
    public init(path: String, range: Range<Int>) {
        self.path = path
        self.range = range
    }
}

extension Analysis {
    func location(_ place: Place) -> Location? {
        guard compilation.files.indices.contains(place.file), place.start <= place.end else { return nil }
        return Location(path: compilation.files[place.file].path, range: place.start..<place.end)
    }
}
