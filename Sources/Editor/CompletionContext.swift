import Compiler
import GraphIR

/// What can stand at a place, told from the tokens before it: a text that is being written has no tree there.
struct CompletionContext {
    enum Place {
        /// Behind an arrow, or where a loop's or group's stages begin.
        case stage
        case plugin(PluginKind)
        /// Between the parentheses of a call.
        case arguments(String, PluginKind)
        /// Behind `name:` there.
        case value(String, PluginKind, String)
        /// In `train { }`, and behind a setting's colon.
        case settings, setting(String)
        case unit
        /// Behind `set`, `replace`, `remove`, `freeze`, `before`, `after`.
        case selector
        /// Behind a dot there: the parts of the path before it.
        case within([String])
        /// Behind `learn`.
        case output
        /// Outside of all braces.
        case declaration
        case statement, expression, nothing
    }

    let place: Place
    /// The last token before the word that is being written.
    let last: Int
    /// The token that opened the call; -1 for none.
    let opening: Int
    /// Arguments or settings that are said already.
    let said: Set<String>
    /// How many arguments before this one have no name.
    let unnamed: Int

    init(_ analysis: Analysis, before last: Int, at offset: Int) {
        self.last = last
        var scan = Scan(analysis, before: last)
        opening = scan.opening
        said = scan.said
        unnamed = max(0, scan.commas - scan.said.count)
        place = scan.place(at: offset)
    }

    private struct Scan {
        let analysis: Analysis
        let last: Int
        /// The innermost bracket that is open.
        var opening = -1
        var said: Set<String> = []
        var commas = 0

        init(_ analysis: Analysis, before last: Int) {
            self.analysis = analysis
            self.last = last
            var depth = 0
            var index = last
            var isColon = false
            while index >= 0 {
                let token = analysis.tokens[index]
                switch token.kind {
                case .closeParenthesis, .closeBracket, .closeBrace: depth += 1
                case .openParenthesis, .openBracket, .openBrace:
                    if depth == 0 {
                        opening = index
                        return
                    }
                    depth -= 1
                case .comma where depth == 0: commas += 1
                case .word where depth == 0 && isColon: said.insert(analysis.spelling(token))
                default: break
                }
                isColon = token.kind == .colon
                index = analysis.token(beforeToken: index)
            }
        }

        private func kind(_ index: Int) -> Token.Kind? { index >= 0 ? analysis.tokens[index].kind : nil }
        private func word(_ index: Int) -> String {
            index >= 0 && analysis.tokens[index].kind == .word ? analysis.spelling(analysis.tokens[index]) : ""
        }
        private func before(_ index: Int) -> Int { analysis.token(beforeToken: index) }

        /// The parts of a path that ends with a dot: `context.0.lstm.`
        private func path(before dot: Int) -> [String] {
            var parts: [String] = []
            var index = dot
            while kind(index) == .dot, parts.count < 64 {
                let part = before(index)
                guard part >= 0, [.word, .integer, .decimal].contains(analysis.tokens[part].kind) else { break }
                // `0.1` may be one token; it is two parts of a path.
                parts = analysis.spelling(analysis.tokens[part]).split(separator: ".").map(String.init) + parts
                index = before(part)
            }
            return parts
        }

        mutating func place(at offset: Int) -> Place {
            guard last >= 0 else { return .declaration }
            if kind(last) == .integer || kind(last) == .decimal {
                return Int(analysis.tokens[last].end) < offset || offset == Int(analysis.tokens[last].end)
                    ? .unit : .nothing
            }
            if kind(last) == .dot { return .within(path(before: last)) }
            switch kind(opening) {
            case .openParenthesis: return inCall()
            case .openBracket: return inList()
            case .openBrace: return inBraces()
            default: return .declaration
            }
        }

        private func inCall() -> Place {
            let callee = word(before(opening))
            guard !callee.isEmpty else { return kind(last) == .arrow ? .stage : .expression }
            if kind(last) == .arrow { return .stage }
            let kind = pluginKind(of: callee, before(opening))
            if self.kind(last) == .colon { return .value(callee, kind, word(before(last))) }
            guard self.kind(last) == .comma || last == opening else { return .expression }
            return .arguments(callee, kind)
        }

        private func inList() -> Place {
            // A list within a call takes the words of its argument.
            let outer = before(opening)
            if kind(outer) == .colon, !word(before(outer)).isEmpty {
                let call = Scan(analysis, before: outer)
                if call.kind(call.opening) == .openParenthesis {
                    let callee = call.word(call.before(call.opening))
                    return .value(callee, call.pluginKind(of: callee, call.before(call.opening)), word(before(outer)))
                }
            }
            return .expression
        }

        /// A layer, unless the section that the call stands in takes something else.
        private func pluginKind(of callee: String, _ index: Int) -> PluginKind {
            if let section = sectionKind(), analysis.registry.signature(section, callee) != nil { return section }
            for kind in [PluginKind.labeler, .loss, .optimizer, .schedule]
            where analysis.registry.signature(.layer, callee) == nil && analysis.registry.signature(kind, callee) != nil
            {
                return kind
            }
            return .layer
        }

        /// What `prepare`, `augment` or `train` around a place takes.
        private func sectionKind() -> PluginKind? {
            var scan = self
            for _ in 0..<64 where scan.opening >= 0 {
                let head = scan.word(scan.before(scan.opening))
                if scan.kind(scan.opening) == .openBrace {
                    if head == "prepare" { return .preparation }
                    if head == "augment" { return .augmentation }
                }
                scan = Scan(analysis, before: scan.before(scan.opening))
            }
            return nil
        }

        private func inBraces() -> Place {
            let head = word(before(opening))
            if head == "prepare" || head == "augment" {
                let kind: PluginKind = head == "prepare" ? .preparation : .augmentation
                return last == opening || self.kind(last) == .arrow ? .plugin(kind) : .nothing
            }
            if head == "train" {
                return kind(last) == .colon ? .setting(word(before(last))) : .settings
            }
            if kind(last) == .arrow { return sectionKind().map { .plugin($0) } ?? .stage }
            switch word(last) {
            case "set", "replace", "remove", "freeze", "before", "after": return .selector
            case "learn": return .output
            case "from": return .plugin(.labeler)
            case "loss": return .plugin(.loss)
            case "with", "insert": return .stage
            case "as", "block", "network", "variant", "input": return .nothing
            default: break
            }
            if last == opening { return isBody(opening) ? .statement : .stage }
            if beginsLine { return .statement }
            return .expression
        }

        /// Whether a brace opens a declaration's body; otherwise stages or a value stand in it.
        private func isBody(_ index: Int) -> Bool {
            Scan(analysis, before: before(index)).kind(Scan(analysis, before: before(index)).opening) == nil
        }

        private var beginsLine: Bool {
            let token = analysis.tokens[last]
            switch token.kind {
            case .assign, .arrow, .plus, .minus, .times, .divide, .comma, .colon: return false
            default: break
            }
            return analysis.tokens[(last + 1)...].prefix { $0.isTrivia }.contains { $0.kind == .newline }
        }
    }
}
