import Compiler
import GraphIR

/// The texts that are open, and what is known of each. A plain value: whoever holds it says what was typed and asks.
public struct Workspace: Sendable {
    /// What an answer needs from outside: files that are not open, and plugins that may be used.
    public struct Surroundings: Sendable {
        public var read: @Sendable (String) throws -> [UInt8]
        /// The names in a folder, folders ending in `/`; for completion of paths.
        public var list: @Sendable (String) -> [String]
        public var registry: Registry
        /// The plugin files that the user allowed and that are loaded.
        public var allowedPlugins: Set<String>

        public init(
            registry: Registry, allowedPlugins: Set<String> = [],
            list: @escaping @Sendable (String) -> [String] = { _ in [] },
            read: @escaping @Sendable (String) throws -> [UInt8]
        ) {
            self.read = read
            self.list = list
            self.registry = registry
            self.allowedPlugins = allowedPlugins
        }
    }

    public var surroundings: Surroundings
    /// The open texts by path.
    public private(set) var texts: [String: [UInt8]] = [:]
    private var analyses: [String: Analysis] = [:]
    /// What was right last, moved along with every edit.
    private var good: [String: Good] = [:]
    private var stale: Set<String> = []
    /// Texts of which something may have changed since somebody took the news; a question in between takes none.
    private var news: Set<String> = []

    public init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    // MARK: - Texts

    /// Opens a text, or puts another one in its place.
    public mutating func open(_ path: String, _ text: [UInt8]) {
        texts[path] = text
        touch(path)
    }

    /// Changes a stretch of an open text. Offsets beyond it are held at its end.
    public mutating func edit(_ path: String, _ range: Range<Int>, _ new: [UInt8]) {
        guard var text = texts[path] else { return }
        let start = min(max(0, range.lowerBound), text.count)
        let end = min(max(start, range.upperBound), text.count)
        text.replaceSubrange(start..<end, with: new)
        texts[path] = text
        good[path]?.move(start..<end, by: new.count)
        touch(path)
    }

    public mutating func close(_ path: String) {
        texts[path] = nil
        analyses[path] = nil
        good[path] = nil
        touch(path)
    }

    /// Says that a file outside changed: whoever read it must look again.
    public mutating func touch(_ path: String) {
        for (open, analysis) in analyses where open == path || analysis.reads.contains(path) { stale.insert(open) }
        if texts[path] != nil { stale.insert(path) }
        stale.formIntersection(texts.keys)
        news = news.union(stale).intersection(texts.keys)
    }

    /// Everything must be looked at again, as after plugins came.
    public mutating func touchAll() {
        stale.formUnion(texts.keys)
        news.formUnion(texts.keys)
    }

    public var hasNews: Bool { !news.isEmpty }

    /// The texts of which something may have changed since this was asked last.
    public mutating func takeNews() -> [String] {
        defer { news = [] }
        return news.sorted()
    }

    // MARK: - Answers

    /// What is known of an open text, worked out anew if anything changed.
    public mutating func analysis(of path: String) -> Analysis? {
        guard let text = texts[path] else { return nil }
        if !stale.contains(path), let known = analyses[path] { return known }
        stale.remove(path)
        var analysis = Analysis(path: path, text: text, compilation: compiled(path), surroundings: surroundings)
        if analysis.compilation.network != nil { good[path] = Good(of: analysis) }
        analysis.good = good[path]
        analyses[path] = analysis
        return analysis
    }

    /// Whether a text has a word in it at all: most of a folder need not be looked at further.
    public func mentions(_ word: String, in path: String) -> Bool {
        guard let text = texts[path] ?? (try? surroundings.read(path)) else { return false }
        return String(decoding: text, as: UTF8.self).contains(word)
    }

    /// What is known of a text whether it is open or not.
    public func look(at path: String) -> Analysis? {
        guard let text = texts[path] ?? (try? surroundings.read(path)) else { return nil }
        return Analysis(path: path, text: text, compilation: compiled(path), surroundings: surroundings)
    }

    private func compiled(_ path: String) -> Compilation {
        compile(
            path: path, registry: surroundings.registry, allowedPlugins: surroundings.allowedPlugins,
            detail: .everything
        ) { [texts, surroundings] wanted in
            if let open = texts[wanted] { return open }
            return try surroundings.read(wanted)
        }
    }
}

/// What was last known of a text without errors: hints and the graph. Places follow every edit.
public struct Good: Sendable {
    public internal(set) var hints: [Hint]
    public let network: Network

    init?(of analysis: Analysis) {
        guard let network = analysis.compilation.network else { return nil }
        self.network = network
        hints = analysis.freshHints
    }

    /// Moves what stands behind an edit, and forgets what stands within.
    mutating func move(_ range: Range<Int>, by count: Int) {
        let shift = count - range.count
        hints = hints.compactMap { hint in
            var hint = hint
            if hint.offset > range.lowerBound && hint.offset < range.upperBound { return nil }
            if hint.offset >= range.upperBound, !(range.isEmpty && hint.offset == range.lowerBound) {
                hint.offset += shift
            }
            return hint
        }
    }
}
