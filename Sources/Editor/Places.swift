import Compiler
import GraphIR

/// Where things are declared and used.
extension Analysis {
    /// Where what stands at an offset is declared. For a word of a variant's edit that means stages of the parent: all
    /// of them.
    public func definitions(at offset: Int) -> [Location] {
        for use in tree.uses where use.pathPlace.start <= offset && offset <= use.pathPlace.end && !use.isPlugin {
            return file(use.path)
        }
        for variant in tree.variants where variant.parentPlace.start <= offset && offset <= variant.parentPlace.end {
            return file(variant.parent)
        }
        guard let occurrence = names.occurrence(at: offset, in: index) else { return [] }
        if case .symbol(let symbol) = occurrence.meaning {
            return location(names.symbols[symbol].place).map { [$0] } ?? []
        }
        for case .edit(let edit) in spots(at: offset) {
            var seen: Set<Location> = []
            return log.matches.filter { $0.edit == edit.place }.compactMap { location($0.stage) }.filter {
                seen.insert($0).inserted
            }
        }
        return []
    }

    private func file(_ path: String) -> [Location] {
        let target = resolvePath(path, from: self.path)
        return compilation.files.contains { $0.path == target } ? [Location(path: target, range: 0..<0)] : []
    }

    /// Every place that means the same in the texts that this one was read with.
    public func references(at offset: Int, withDeclaration: Bool = true) -> [Location] {
        guard let occurrence = names.occurrence(at: offset, in: index) else { return [] }
        switch occurrence.meaning {
        case .symbol(let symbol):
            return names.places(of: symbol).filter { withDeclaration || !$0.isDeclaration }.compactMap {
                location($0.place)
            }
        case .layer, .function, .plugin:
            return names.occurrences.flatMap { $0.filter { $0.meaning == occurrence.meaning } }.compactMap {
                location($0.place)
            }
        default: return []
        }
    }

    /// The same within this text.
    public func highlights(at offset: Int) -> [(range: Range<Int>, isDeclaration: Bool)] {
        guard let occurrence = names.occurrence(at: offset, in: index), names.occurrences.indices.contains(index) else {
            return []
        }
        switch occurrence.meaning {
        case .word, .section, .subject, .unknown: return []
        default: break
        }
        return names.occurrences[index].filter { $0.meaning == occurrence.meaning }.map {
            ($0.place.start..<$0.place.end, $0.isDeclaration)
        }
    }

    /// Paths in quotes that lead to files.
    public var links: [(range: Range<Int>, path: String)] {
        var links: [(Range<Int>, String)] = []
        for use in tree.uses {
            links.append((use.pathPlace.start..<use.pathPlace.end, resolvePath(use.path, from: path)))
        }
        for variant in tree.variants where !variant.parent.isEmpty {
            links.append(
                (variant.parentPlace.start..<variant.parentPlace.end, resolvePath(variant.parent, from: path)))
        }
        return links
    }
}

// MARK: - Renaming

/// Why something cannot be called otherwise.
public struct RenameRefusal: Error, Hashable, Sendable {
    public var message: String
}

/// What renaming changes.
public struct Renaming: Hashable, Sendable {
    public var changes: [Change]
    /// What the person should know before: weights carry the names of labels.
    public var warning: String?
}

extension Analysis {
    /// What would be renamed at an offset, with the name that it has.
    public func renamable(at offset: Int) -> (range: Range<Int>, name: String)? {
        symbolToRename(at: offset).map { ($0.range, $0.symbol.name) }
    }

    private func symbolToRename(at offset: Int) -> (range: Range<Int>, symbol: Names.Symbol)? {
        guard let occurrence = names.occurrence(at: offset, in: index), case .symbol(let number) = occurrence.meaning
        else { return nil }
        let place = occurrence.place
        // Part of a longer word, as in a path in backquotes: its place is not the name's alone.
        guard spelling(place) == names.symbols[number].name else { return nil }
        return (place.start..<place.end, names.symbols[number])
    }

    /// The places of this compilation's files that mean what is declared at a location.
    public func places(declaredAt target: Location) -> [Location] {
        guard let file = compilation.files.firstIndex(where: { $0.path == target.path }),
            let symbol = names.symbol(
                at: Place(file: file, start: target.range.lowerBound, end: target.range.upperBound))
        else { return [] }
        return names.places(of: symbol).compactMap { location($0.place) }
    }

    /// Calls something otherwise, here and in every other text that may mean it.
    /// - Parameter others: paths of files that may be variants or users of what is renamed.
    public func rename(
        at offset: Int, to name: String, others: [String], in workspace: Workspace
    ) throws(RenameRefusal) -> Renaming {
        guard let (_, symbol) = symbolToRename(at: offset), let target = location(symbol.place) else {
            throw RenameRefusal(message: "nothing here has a name that can change")
        }
        let old = symbol.name
        guard Analysis.isName(name) else { throw RenameRefusal(message: "'\(name)' is no name: letters, digits and _") }
        guard name != old else { return Renaming(changes: []) }
        if let taken = names.symbols.first(where: {
            $0.name == name && $0.owner == symbol.owner && $0.place.file == symbol.place.file
        }) {
            throw RenameRefusal(message: "'\(name)' is a \(taken.kind.rawValue) already")
        }
        if symbol.kind == .block, registry.signature(.layer, name) != nil {
            throw RenameRefusal(message: "'\(name)' is a layer")
        }
        var found = Set(places(declaredAt: target))
        for path in others where path != self.path && workspace.mentions(old, in: path) {
            guard let other = workspace.look(at: path) else { continue }
            found.formUnion(other.places(declaredAt: target))
        }
        let changes = found.sorted { ($0.path, $0.range.lowerBound) < ($1.path, $1.range.lowerBound) }.map {
            Change($0, name)
        }
        let carries = symbol.kind == .label || symbol.kind == .result
        let warning = "weights carry the name '\(old)': checkpoints made before will not fit '\(name)'"
        return Renaming(changes: changes, warning: carries ? warning : nil)
    }

    static func isName(_ name: String) -> Bool {
        let tokens = tokenize(Array(name.utf8))
        return tokens.count == 2 && tokens[0].kind == .word && Int(tokens[0].end) == name.utf8.count
            && !name.hasPrefix("`") && !Keyword.isReserved(tokens[0].word) && name.utf8.count <= 128
    }
}
