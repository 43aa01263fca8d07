import Compiler
import GraphIR

/// A network, variant or block in a tree of who calls or varies whom.
public struct HierarchyItem: Hashable, Sendable {
    public var name: String
    public var isBlock: Bool
    public var location: Location
    /// The whole declaration.
    public var whole: Location
}

extension Analysis {
    /// Everything that this text declares.
    public var declarations: [HierarchyItem] {
        let networks = tree.networks.map { ($0.name, $0.place, false) }
        let variants = tree.variants.map { ($0.name, $0.place, false) }
        let blocks = tree.blocks.map { ($0.name, $0.whole, true) }
        return (networks + variants + blocks).map { name, place, isBlock in
            HierarchyItem(
                name: name.text, isBlock: isBlock,
                location: Location(path: path, range: name.place.start..<name.place.end),
                whole: Location(path: path, range: min(place.start, name.place.start)..<max(place.end, name.place.end)))
        }
    }

    /// What stands at an offset: a block where it is called or declared, or the declaration around.
    public func hierarchyItem(at offset: Int) -> HierarchyItem? {
        if let occurrence = names.occurrence(at: offset, in: index), case .symbol(let number) = occurrence.meaning,
            [.block, .network, .variant].contains(names.symbols[number].kind)
        {
            return item(declaredAt: names.symbols[number].place)
        }
        return nil
    }

    func item(declaredAt place: Place) -> HierarchyItem? {
        guard compilation.trees.indices.contains(place.file), let own = location(place) else { return nil }
        let tree = compilation.trees[place.file].tree
        for block in tree.blocks where block.name.place == place {
            return HierarchyItem(
                name: block.name.text, isBlock: true, location: own,
                whole: Location(path: own.path, range: block.whole.start..<block.whole.end))
        }
        for (name, whole) in tree.networks.map({ ($0.name, $0.place) }) + tree.variants.map({ ($0.name, $0.place) })
        where name.place == place {
            return HierarchyItem(
                name: name.text, isBlock: false, location: own,
                whole: Location(path: own.path, range: whole.start..<whole.end))
        }
        return nil
    }

    /// Who calls a block, and where.
    public func callers(of item: HierarchyItem) -> [(item: HierarchyItem, calls: [Location])] {
        calls().filter { $0.callee == item.location }.reduce(into: []) { found, call in
            if let known = found.firstIndex(where: { $0.item == call.caller }) {
                found[known].calls.append(call.place)
            } else {
                found.append((item: call.caller, calls: [call.place]))
            }
        }
    }

    /// Which blocks something calls.
    public func callees(of item: HierarchyItem) -> [(item: HierarchyItem, calls: [Location])] {
        var found: [(item: HierarchyItem, calls: [Location])] = []
        for call in calls() where call.caller.location == item.location {
            guard
                let callee = compilation.trees.indices.lazy.compactMap({ file in
                    self.names.symbols.first {
                        $0.kind == .block && $0.place.file == file && self.location($0.place) == call.callee
                    }
                }).first.flatMap({ self.item(declaredAt: $0.place) })
            else { continue }
            if let known = found.firstIndex(where: { $0.item == callee }) {
                found[known].calls.append(call.place)
            } else {
                found.append((callee, [call.place]))
            }
        }
        return found
    }

    /// Every call of a block in all texts that this one was read with.
    private func calls() -> [(caller: HierarchyItem, callee: Location, place: Location)] {
        var calls: [(HierarchyItem, Location, Location)] = []
        for file in compilation.trees.indices {
            let tree = compilation.trees[file].tree
            let owners =
                tree.networks.map { ($0.name.place, $0.place) } + tree.variants.map { ($0.name.place, $0.place) }
                + tree.blocks.map { ($0.name.place, $0.whole) }
            for occurrence in names.occurrences.indices.contains(file) ? names.occurrences[file] : [] {
                guard !occurrence.isDeclaration, case .symbol(let number) = occurrence.meaning,
                    names.symbols[number].kind == .block, let callee = location(names.symbols[number].place),
                    let place = location(occurrence.place),
                    let owner = owners.first(where: {
                        $0.1.start <= occurrence.place.start && occurrence.place.end <= $0.1.end
                    }),
                    let caller = item(declaredAt: owner.0)
                else { continue }
                calls.append((caller, callee, place))
            }
        }
        return calls
    }
}

/// What a text declares, without asking whether it makes sense.
public func declarations(of text: [UInt8], at path: String) -> [HierarchyItem] {
    declaredNames(in: text).map { name, isBlock, range, whole in
        HierarchyItem(
            name: name, isBlock: isBlock, location: Location(path: path, range: range),
            whole: Location(path: path, range: whole))
    }
}

/// The file that a text is a variant of.
public func parentPath(of text: [UInt8], at path: String) -> String? {
    parentName(in: text).map { resolvePath($0, from: path) }
}

extension Analysis {
    /// Where what stands at an offset is declared, if a text does.
    public func declaration(at offset: Int) -> Location? {
        guard let occurrence = names.occurrence(at: offset, in: index), case .symbol(let number) = occurrence.meaning
        else { return nil }
        return location(names.symbols[number].place)
    }
}
