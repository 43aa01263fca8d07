import Compiler
import GraphIR

/// One thing in a text's table of contents.
public struct OutlineItem: Hashable, Sendable {
    public enum Kind: Sendable { case network, variant, block, parameter, input, result, output, label, section, edit }
    public var name: String
    public var detail: String
    public var kind: Kind
    public var range: Range<Int>
    /// The name within.
    public var selection: Range<Int>
    public var children: [OutlineItem]
}

/// A stretch that can be folded away.
public struct Fold: Hashable, Sendable {
    public var range: Range<Int>
    public var isComment: Bool
}

extension Analysis {
    public var outline: [OutlineItem] {
        var items: [OutlineItem] = []
        for network in tree.networks {
            items.append(
                item(
                    network.name, .network, network.place,
                    children: parameters(network.parameters) + statements(network.statements)))
        }
        for variant in tree.variants {
            let edits = variant.edits.map { edit in
                OutlineItem(
                    name: Analysis.oneLine(spelling(edit.place)), detail: "", kind: .edit,
                    range: edit.place.start..<edit.place.end, selection: edit.place.start..<edit.place.end, children: []
                )
            }
            items.append(
                item(
                    variant.name, .variant, variant.place, detail: "of \(variant.parent)",
                    children: edits + statements(variant.statements)))
        }
        for block in tree.blocks {
            items.append(
                item(
                    block.name, .block, block.whole,
                    children: parameters(block.parameters) + statements(block.statements)))
        }
        return items.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    static func oneLine(_ text: String) -> String {
        let line = text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        return line.count > 60 ? line.prefix(57) + "…" : line
    }

    private func item(
        _ name: Identifier, _ kind: OutlineItem.Kind, _ place: Place, detail: String = "", children: [OutlineItem] = []
    ) -> OutlineItem {
        let range = min(place.start, name.place.start)..<max(place.end, name.place.end)
        return OutlineItem(
            name: name.text.isEmpty ? "…" : name.text, detail: detail, kind: kind, range: range,
            selection: name.place.start..<name.place.end, children: children)
    }

    private func parameters(_ parameters: [ParameterDeclaration]) -> [OutlineItem] {
        parameters.map { parameter in
            let end = max(parameter.typePlace.end, parameter.standard?.place.end ?? 0, parameter.name.place.end)
            return item(
                parameter.name, .parameter, Place(file: index, start: parameter.name.place.start, end: end),
                detail: spelling(parameter.typePlace))
        }
    }

    private func statements(_ statements: [Statement]) -> [OutlineItem] {
        statements.compactMap { statement in
            func section(_ name: String) -> OutlineItem {
                let start = statement.place.start
                return OutlineItem(
                    name: name, detail: "", kind: .section, range: start..<statement.place.end,
                    selection: start..<min(statement.place.end, start + name.utf8.count), children: [])
            }
            switch statement.kind {
            case .input(let name, _, _): return item(name, .input, statement.place, detail: shape(of: name))
            case .binding(let name, _, let value):
                return item(name, .result, statement.place, detail: shape(of: name), children: labels(in: value))
            case .output(let name, _, let value):
                return item(name, .output, statement.place, detail: shape(of: name), children: labels(in: value))
            case .learn(let lesson): return item(lesson.output, .section, statement.place, detail: "learns")
            case .prepare: return section("prepare")
            case .augment: return section("augment")
            case .train: return section("train")
            default: return nil
            }
        }
    }

    private func shape(of name: Identifier) -> String {
        records(at: name.place, .result).first.flatMap { types($0)?.last.shape.description } ?? ""
    }

    private func labels(in value: Expression) -> [OutlineItem] {
        let found = everyStage.compactMap { stage -> OutlineItem? in
            guard let label = stage.label, stage.place.start >= value.place.start, stage.place.end <= value.place.end
            else { return nil }
            let detail = records(at: stage.place, .stage).last.flatMap { types($0)?.last.shape.description } ?? ""
            return item(label, .label, stage.place, detail: detail)
        }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    // MARK: - Folds and selections

    public var folds: [Fold] {
        var folds: [Fold] = []
        var open: [Int] = []
        var comment: Range<Int>?
        var newlines = 0
        for token in tokens {
            let range = Int(token.start)..<Int(token.end)
            switch token.kind {
            case .openBrace, .openParenthesis, .openBracket: open.append(range.lowerBound)
            case .closeBrace, .closeParenthesis, .closeBracket:
                if let start = open.popLast() { folds.append(Fold(range: start..<range.lowerBound, isComment: false)) }
            case .comment, .documentation:
                let isNext = newlines == 1
                if isNext, let running = comment {
                    comment = running.lowerBound..<range.upperBound
                } else {
                    if let comment { folds.append(Fold(range: comment, isComment: true)) }
                    comment = range
                }
                newlines = 0
                continue
            case .newline:
                newlines += 1
                continue
            case .space: continue
            default: break
            }
            if let running = comment { folds.append(Fold(range: running, isComment: true)) }
            comment = nil
            newlines = 2
        }
        if let comment { folds.append(Fold(range: comment, isComment: true)) }
        for statement in (tree.networks.flatMap(\.statements) + tree.blocks.flatMap(\.statements)) {
            folds.append(Fold(range: statement.place.start..<statement.place.end, isComment: false))
        }
        // Only what is more than one line can be folded, and one thing a line.
        var seen: Set<Int> = []
        return folds.filter { fold in
            let first = file.position(of: fold.range.lowerBound).line
            return file.position(of: fold.range.upperBound).line > first && seen.insert(first).inserted
        }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// What "expand selection" goes through, the smallest first.
    public func selections(at offset: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = [0..<text.count]
        func add(_ place: Range<Int>) {
            guard let last = ranges.last, place != last, place.lowerBound >= last.lowerBound,
                place.upperBound <= last.upperBound
            else { return }
            ranges.append(place)
        }
        for spot in spots(at: offset) {
            guard spot.place.start <= spot.place.end else { continue }
            add(spot.place.start..<spot.place.end)
        }
        if let token = tokens.first(where: { Int($0.start) <= offset && offset <= Int($0.end) && $0.kind == .word }) {
            add(Int(token.start)..<Int(token.end))
        }
        return ranges.reversed()
    }
}
