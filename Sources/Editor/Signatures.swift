import Compiler
import GraphIR

/// The parameters of the call that is being written, and which one is meant.
public struct CallHelp: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// Where it stands in the label, in bytes.
        public var range: Range<Int>
        public var documentation: String
    }
    public var label: String
    public var documentation: String
    public var parameters: [Item]
    /// `nil`: beyond the last.
    public var active: Int?
}

extension Analysis {
    public func callHelp(at offset: Int) -> CallHelp? {
        guard !isInComment(offset), let (callee, position, name) = openCall(at: offset) else { return nil }
        if let block = compilation.trees.indices.contains(index) ? block(callee) : nil {
            return CallHelp.make(
                name: callee, documentation: Analysis.plain(block.documentation),
                parameters: block.parameters.map { parameter in
                    (
                        parameter.name.text,
                        "\(parameter.name.text): \(parameter.isArray ? "array" : "\(parameter.type)")"
                            + (parameter.standard.map { " = \(spelling(in: $0.place))" } ?? ""), ""
                    )
                }, position, name)
        }
        let kinds: [PluginKind] = [.layer, .labeler, .loss, .preparation, .augmentation, .optimizer, .schedule]
        guard let signature = kinds.lazy.compactMap({ registry.signature($0, callee) }).first else { return nil }
        return CallHelp.make(
            name: callee, documentation: Analysis.plain(Analysis.firstLine(signature.documentation)),
            parameters: signature.parameters.map { parameter in
                return (
                    parameter.name,
                    "\(parameter.name): \(parameter.type)" + (parameter.standard.map { " = \($0)" } ?? ""),
                    Analysis.plain(parameter.documentation + (parameter.limits.map { " (\($0))" } ?? ""))
                )
            }, position, name)
    }

    static func firstLine(_ text: String) -> String { text.split(separator: "\n").first.map(String.init) ?? "" }

    private func spelling(in place: Place) -> String {
        guard compilation.files.indices.contains(place.file) else { return "…" }
        let text = compilation.files[place.file].text
        guard place.start <= place.end, place.end <= text.count else { return "…" }
        return String(decoding: text[place.start..<place.end], as: UTF8.self)
    }

    private func block(_ name: String) -> BlockDeclaration? {
        compilation.trees[index].blocks.values.lazy.map { self.compilation.trees[$0.file].tree.blocks[$0.index] }
            .first { $0.name.text == name }
    }

    /// The call around an offset: what is called, which argument that is, and its name if it has one.
    private func openCall(at offset: Int) -> (callee: String, position: Int, name: String?)? {
        var depth = 0
        var position = 0
        var name: String?
        var sawComma = false
        var index = token(before: offset)
        while index >= 0 {
            let token = tokens[index]
            switch token.kind {
            case .closeParenthesis, .closeBracket, .closeBrace: depth += 1
            case .openBracket, .openBrace:
                // A list is one argument; braces hold something else.
                if depth == 0, token.kind == .openBrace { return nil }
                if depth > 0 { depth -= 1 } else { (position, name, sawComma) = (0, nil, false) }
            case .openParenthesis where depth == 0:
                let before = self.token(beforeToken: index)
                guard before >= 0, tokens[before].kind == .word, !Keyword.isReserved(tokens[before].word) else {
                    return nil
                }
                return (spelling(tokens[before]), position, name)
            case .openParenthesis: depth -= 1
            case .comma where depth == 0:
                position += 1
                sawComma = true
            case .colon where depth == 0 && !sawComma && name == nil:
                let before = self.token(beforeToken: index)
                if before >= 0, tokens[before].kind == .word { name = spelling(tokens[before]) }
            default: break
            }
            index = self.token(beforeToken: index)
        }
        return nil
    }
}

extension CallHelp {
    static func make(
        name: String, documentation: String, parameters: [(name: String, text: String, documentation: String)],
        _ position: Int, _ named: String?
    ) -> CallHelp {
        var label = name + "("
        var items: [Item] = []
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { label += ", " }
            let start = label.utf8.count
            label += parameter.text
            items.append(Item(range: start..<label.utf8.count, documentation: parameter.documentation))
        }
        let active = named.map { wanted in parameters.firstIndex { $0.name == wanted } } ?? position
        return CallHelp(
            label: label + ")", documentation: documentation, parameters: items,
            active: active.flatMap { items.indices.contains($0) ? $0 : nil })
    }
}
