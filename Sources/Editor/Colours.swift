import Compiler
import GraphIR

/// What a word is, for its colour. A grammar of patterns cannot tell a layer from a label; the compiler can.
public struct Coloured: Hashable, Sendable {
    public enum Role: Int, CaseIterable, Sendable {
        case keyword, layer, block, label, parameter, array, argument, word, number, unit, text, comment, documentation,
            plugin
    }
    public var range: Range<Int>
    public var role: Role
    public var isDeclaration: Bool
}

extension Analysis {
    public var colours: [Coloured] {
        var coloured: [Coloured] = []
        let occurrences = names.occurrences.indices.contains(index) ? names.occurrences[index] : []
        var next = 0
        var previous: Token.Kind?
        for token in tokens where token.kind != .space && token.kind != .newline && token.kind != .end {
            let range = Int(token.start)..<Int(token.end)
            while next < occurrences.count, occurrences[next].place.end <= range.lowerBound { next += 1 }
            let meaning =
                next < occurrences.count && occurrences[next].place.start <= range.lowerBound ? occurrences[next] : nil
            if let role = role(of: token, meaning, after: previous) {
                coloured.append(Coloured(range: range, role: role, isDeclaration: meaning?.isDeclaration ?? false))
            }
            previous = token.kind
        }
        return coloured
    }

    private func role(of token: Token, _ occurrence: Names.Occurrence?, after previous: Token.Kind?) -> Coloured.Role? {
        switch token.kind {
        case .comment: return .comment
        case .documentation: return .documentation
        case .string, .unterminatedString: return .text
        case .integer, .decimal: return .number
        case .percent where previous == .integer || previous == .decimal: return .unit
        case .word: break
        default: return nil
        }
        if let occurrence, let role = role(of: occurrence.meaning) { return role }
        if previous == .integer || previous == .decimal, GraphIR.Unit(rawValue: spelling(token)) != nil { return .unit }
        return Keyword(word: token.word) != nil ? .keyword : occurrence == nil ? .word : nil
    }

    private func role(of meaning: Names.Meaning) -> Coloured.Role? {
        switch meaning {
        case .layer, .function: return .layer
        case .plugin: return .plugin
        case .argument: return .argument
        case .word: return .word
        case .section: return .keyword
        case .subject: return .argument
        case .unknown: return nil
        case .symbol(let index):
            switch names.symbols[index].kind {
            case .network, .variant, .block: return .block
            case .label: return .label
            case .parameter, .turn, .size: return .parameter
            case .input, .result, .output, .extra: return .array
            }
        }
    }
}
