import GraphIR

/// One text, read: its tree, what was wrong with the writing, and the blocks that its names can mean.
package struct LoadedFile: Sendable {
    package var index: Int
    package var path: String
    package var tree: SyntaxTree
    var diagnostics: [Diagnostic]
    /// Blocks by name: the file's own, then those of the files it uses.
    package var blocks: [Int32: BlockReference] = [:]
    var pluginRequests: [PluginRequest] = []
    /// Statements whose result nothing uses.
    var unusedStatements: [Place] = []
}

package struct BlockReference: Hashable, Sendable {
    package var file: Int
    package var index: Int
}

/// The texts that were read so far. Compiling several networks with one library reads and parses each shared file once.
public final class Library {
    let read: (String) throws -> [UInt8]
    let interner = Interner()
    public private(set) var files: [SourceFile] = []
    private(set) var loaded: [LoadedFile] = []
    private var byPath: [String: Int] = [:]
    private var entries: [ObjectIdentifier: CatalogEntry] = [:]
    /// Files that are being read: meeting one again is a circle.
    private var open: [String] = []

    static let largestFile = 1 << 20

    /// - Parameter read: hands in the bytes of a path; the compiler itself touches no file.
    public init(read: @escaping (String) throws -> [UInt8]) { self.read = read }

    func block(_ reference: BlockReference) -> BlockDeclaration { loaded[reference.file].tree.blocks[reference.index] }

    func index(of path: String) -> Int? { byPath[path] }

    /// A plugin as the compiler uses it, prepared once for all files.
    func catalogEntry(for plugin: any Plugin.Type, in registry: Registry) -> CatalogEntry {
        if let known = entries[ObjectIdentifier(plugin)] { return known }
        let entry = CatalogEntry(plugin, registry: registry, interner: interner)
        entries[ObjectIdentifier(plugin)] = entry
        return entry
    }

    /// Reads a file unless it was read before. `nil` with a diagnostic where that is impossible.
    func load(_ path: String, from place: Place, into diagnostics: inout [Diagnostic]) -> Int? {
        if let known = byPath[path] { return known }
        guard !open.contains(path) else {
            diagnostics.append(.circularFiles(open + [path], at: place))
            return nil
        }
        guard open.count < Parser.deepest else {
            diagnostics.append(.nestedTooDeep(at: place))
            return nil
        }
        let text: [UInt8]
        do {
            text = try read(path)
        } catch {
            diagnostics.append(.unreadable(path, because: "\(error)", at: place))
            return nil
        }
        return parse(text, path: path)
    }

    /// Takes a text that is no file, such as a value on the command line.
    func add(_ text: [UInt8], path: String) -> Int {
        files.append(SourceFile(path: path, text: text))
        loaded.append(LoadedFile(index: files.count - 1, path: path, tree: SyntaxTree(), diagnostics: []))
        return files.count - 1
    }

    private func parse(_ text: [UInt8], path: String) -> Int {
        guard text.count <= Library.largestFile else {
            let index = add([], path: path)
            byPath[path] = index
            loaded[index].tree.isSound = false
            loaded[index].tree.hasErrors = true
            loaded[index].diagnostics = [.fileTooLarge(text.count, at: Place(file: index, start: 0, end: 0))]
            return index
        }
        let index = add(text, path: path)
        let (tree, diagnostics) = Parser.parse(file: index, text: text, interner: interner)
        loaded[index].tree = tree
        loaded[index].diagnostics = diagnostics
        if !tree.hasErrors {
            let unused = Unused(in: tree)
            loaded[index].diagnostics += unused.diagnostics
            loaded[index].unusedStatements = unused.statements
        }
        open.append(path)
        resolveUses(of: index)
        open.removeLast()
        byPath[path] = index
        return index
    }

    private func resolveUses(of index: Int) {
        let tree = loaded[index].tree
        var diagnostics: [Diagnostic] = []
        for (position, block) in tree.blocks.enumerated() where block.name.word >= 0 {
            if let first = loaded[index].blocks[block.name.word] {
                diagnostics.append(
                    .duplicateName(block.name, first: tree.blocks[first.index].name.place, what: "block"))
            } else {
                loaded[index].blocks[block.name.word] = BlockReference(file: index, index: position)
            }
        }
        for use in tree.uses {
            let target = Library.resolve(use.path, from: loaded[index].path)
            if use.isPlugin {
                loaded[index].pluginRequests.append(PluginRequest(path: target, place: use.place))
                continue
            }
            guard let other = load(target, from: use.place, into: &diagnostics) else { continue }
            bring(blocksOf: other, into: index, use: use, diagnostics: &diagnostics)
        }
        loaded[index].diagnostics += diagnostics
        if diagnostics.contains(where: { $0.severity == .error }) { loaded[index].tree.hasErrors = true }
    }

    private func bring(blocksOf other: Int, into index: Int, use: Use, diagnostics: inout [Diagnostic]) {
        loaded[index].pluginRequests += loaded[other].pluginRequests.filter {
            !loaded[index].pluginRequests.contains($0)
        }
        for (position, block) in loaded[other].tree.blocks.enumerated() where block.name.word >= 0 {
            let reference = BlockReference(file: other, index: position)
            if let first = loaded[index].blocks[block.name.word], first != reference {
                var name = block.name
                name.place = use.place
                diagnostics.append(.duplicateName(name, first: self.block(first).name.place, what: "block"))
            } else {
                loaded[index].blocks[block.name.word] = reference
            }
        }
    }

    /// What a variant can call: beside its own blocks and those it uses, its parent's.
    func inherit(blocksOf parent: Int, into index: Int) {
        loaded[index].blocks.merge(loaded[parent].blocks) { own, _ in own }
    }

    /// A path as written in a file, seen from where that file's own path starts.
    static func resolve(_ path: String, from file: String) -> String {
        if path.hasPrefix("/") { return path }
        // `./mine.arch` lies where `mine.arch` does: a dot is no folder that `..` could leave.
        var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().filter { $0 != "." }
            .map(String.init)
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != "..", last != "" {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

/// A path as a text writes it, seen from where that text's own path starts.
package func resolvePath(_ path: String, from file: String) -> String { Library.resolve(path, from: file) }
