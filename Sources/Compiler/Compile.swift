import GraphIR

/// What compiling one text gave: the network, if there is one without errors, and everything that was noticed.
public struct Compilation: Sendable {
    /// `nil` after an error, and for a file that declares only blocks.
    public var network: Network?
    public var diagnostics: [Diagnostic]
    /// The texts that places point into.
    public var files: [SourceFile]
    /// Swift files that the text wants to use as plugins, with where it says so.
    public var pluginRequests: [PluginRequest]
    /// What could be built although there are errors. Never for use: for who looks at a text that is being written.
    public var partial: Network?
    /// What was worked out at every place, the texts' trees, and what their words mean: where `Detail` asks for it.
    package var log: Log?
    package var trees: [LoadedFile] = []
    package var names = Names()
    /// The file's own index among `files`, then its parent's and so on.
    package var lineage: [Int] = []

    public init(
        network: Network? = nil, diagnostics: [Diagnostic] = [], files: [SourceFile] = [],
        pluginRequests: [PluginRequest] = []
    ) {
        self.network = network
        self.diagnostics = diagnostics
        self.files = files
        self.pluginRequests = pluginRequests
    }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// How much a compilation keeps.
public enum Detail: Sendable {
    /// The network and the findings.
    case findings
    /// Also what every place came to, and a graph of what can be read where there are errors: what an editor shows.
    case everything
}

/// `use plugin "ricker.swift"`: who compiles must say whether strangers' code may run.
public struct PluginRequest: Hashable, Sendable {
    /// Relative to where the reader of files stands, as the path of the text itself is.
    public var path: String
    public var place: Place
    public init(path: String, place: Place) {
        self.path = path
        self.place = place
    }
}

/// From a text to a checked network. Never throws and never traps: whatever is wrong is a diagnostic.
///
/// - `settings` are overrides as a command line says them: `filters` = `[8, 8]`, `train.epochs` = `5`.
/// - `allowedPlugins`: the Swift files that were built and loaded before; asking for another is an error.
/// - `read` hands in the bytes of a path; the compiler itself touches no file.
public func compile(
    path: String, registry: Registry = .builtIn, settings: [(key: String, value: String)] = [],
    allowedPlugins: Set<String> = [], detail: Detail = .findings, read: (String) throws -> [UInt8]
) -> Compilation {
    withoutActuallyEscaping(read) { read in
        compile(
            path: path, library: Library(read: read), registry: registry, settings: settings,
            allowedPlugins: allowedPlugins, detail: detail)
    }
}

/// Compiles with a library that may have read some of the files before: a catalogue's variants share their parents.
public func compile(
    path: String, library: Library, registry: Registry = .builtIn, settings: [(key: String, value: String)] = [],
    allowedPlugins: Set<String> = [], detail: Detail = .findings
) -> Compilation {
    var passes = Passes(library: library, registry: registry, allowedPlugins: allowedPlugins, detail: detail)
    return passes.compile(path, settings: settings)
}

/// Compiles a text that is at hand; `use` in it finds nothing.
public func compile(
    text: String, path: String = "text.arch", registry: Registry = .builtIn,
    settings: [(key: String, value: String)] = []
) -> Compilation {
    compile(
        path: path, registry: registry, settings: settings,
        read: { wanted in
            guard wanted == path else { throw NoSuchFile() }
            return Array(text.utf8)
        })
}

struct NoSuchFile: Error, CustomStringConvertible {
    var description: String { "a text without a folder can use no other file" }
}

/// The passes in their order: read, parse, elaborate with the edits of variants, check what is learned.
struct Passes {
    let library: Library
    let registry: Registry
    let allowedPlugins: Set<String>
    let detail: Detail
    private var partial: Network?
    private var log: Log?
    private var names: Names?
    private var ancestors: [Int] = []
    private var diagnostics: [Diagnostic] = []
    private var pluginRequests: [PluginRequest] = []

    init(library: Library, registry: Registry, allowedPlugins: Set<String>, detail: Detail) {
        self.library = library
        self.registry = registry
        self.allowedPlugins = allowedPlugins
        self.detail = detail
    }

    mutating func compile(_ path: String, settings: [(key: String, value: String)]) -> Compilation {
        let network = network(path, settings)
        let hasErrors = diagnostics.contains { $0.severity == .error }
        // What seems unused may be used where something could not be read.
        if hasErrors { diagnostics.removeAll { $0.severity == .warning } }
        var compilation = Compilation(
            network: hasErrors ? nil : network.map(withFiles),
            diagnostics: Passes.sorted(diagnostics.joiningAssignedArguments()),
            files: library.files, pluginRequests: pluginRequests)
        guard detail == .everything else { return compilation }
        compilation.partial = partial.map(withFiles)
        compilation.log = log
        compilation.trees = library.loaded
        compilation.lineage = ancestors
        compilation.names =
            names ?? NameResolver.names(in: library.loaded, lineage: ancestors, registry: registry)
        return compilation
    }

    private func withFiles(_ network: Network) -> Network {
        var network = network
        network.graph.files = library.files
        return network
    }

    /// In the order of the text, errors before warnings at one place.
    private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        diagnostics.enumerated().sorted { a, b in
            let x = (a.element.place.file, a.element.place.start, a.offset)
            return x < (b.element.place.file, b.element.place.start, b.offset)
        }.map { $0.element }
    }

    private mutating func network(_ path: String, _ settings: [(key: String, value: String)]) -> Network? {
        guard let index = library.load(path, from: .nowhere, into: &diagnostics) else { return nil }
        ancestors = [index]
        guard let lineage = lineage(from: index) else { return nil }
        ancestors = lineage.map(\.file)
        let files = filesBehind(lineage.map(\.file))
        for file in files { diagnostics += library.loaded[file].diagnostics }
        for request in library.loaded[index].pluginRequests { pluginRequests.append(request) }
        let missesPlugins = checkPlugins()
        let isSound = files.allSatisfy { library.loaded[$0].tree.isSound }
        guard isSound || detail == .everything else { return nil }
        // The eldest first, so that blocks come down through all generations.
        for (child, parent) in zip(lineage, lineage.dropFirst()).reversed() {
            library.inherit(blocksOf: parent.file, into: child.file)
        }
        guard let root = lineage.last, case .network(let declaration) = root.declaration else {
            return nil
        }
        let overrides = settings.compactMap { parse($0.key, $0.value) }
        // A file of blocks only has nothing to build.
        guard declaration.name.word >= 0 || !declaration.statements.isEmpty else {
            if !missesPlugins, isSound { checkNames(files) }
            return nil
        }
        let build = Build(
            root: declaration, file: root.file, variants: lineage.dropLast().reversed().compactMap { $0.variant },
            overrides: overrides, isIncomplete: files.contains { library.loaded[$0].tree.hasErrors },
            missesPlugins: missesPlugins)
        let parent = lineage.count > 1 ? library.loaded[lineage[1].file].path : nil
        var network: Network?
        if isSound {
            let run = build.run(library, registry, log: detail == .everything ? Log() : nil)
            network = run.network
            network?.parent = parent
            log = run.log
            diagnostics += run.found
            if !missesPlugins { checkNames(files) }
        }
        if detail == .everything, diagnostics.contains(where: { $0.severity == .error }) {
            let rest = build.run(library, registry, log: Log(), isLenient: true)
            partial = rest.network
            partial?.parent = parent
            log = rest.log
        }
        return network
    }

    // MARK: - Ancestors

    struct Ancestor {
        enum Declaration {
            case network(NetworkDeclaration)
            case variant(VariantDeclaration)
        }
        var file: Int
        var declaration: Declaration

        var variant: (file: Int, declaration: VariantDeclaration)? {
            if case .variant(let variant) = declaration { return (file, variant) }
            return nil
        }
        var name: String {
            switch declaration {
            case .network(let network): network.name.text
            case .variant(let variant): variant.name.text
            }
        }
        var documentation: String {
            switch declaration {
            case .network(let network): network.documentation
            case .variant(let variant): variant.documentation
            }
        }
    }

    /// The file's own declaration, its parent, and so on up to a network; empty for a file of blocks.
    private mutating func lineage(from index: Int) -> [Ancestor]? {
        var lineage: [Ancestor] = []
        var file = index
        while true {
            let tree = library.loaded[file].tree
            sayIfSeveral(tree)
            if let network = tree.networks.first {
                return lineage + [Ancestor(file: file, declaration: .network(network))]
            }
            guard let variant = tree.variants.first else {
                if let child = lineage.last?.variant?.declaration {
                    diagnostics.append(.notAParent(child.parent, at: child.parentPlace))
                } else if tree.blocks.isEmpty, !tree.hasErrors, tree.uses.isEmpty {
                    diagnostics.append(.nothingDeclared(at: Place(file: file, start: 0, end: 0)))
                }
                return lineage + [Ancestor(file: file, declaration: .network(Passes.nothing))]
            }
            lineage.append(Ancestor(file: file, declaration: .variant(variant)))
            guard let parent = parent(of: variant, in: file, lineage) else { return lineage }
            file = parent
        }
    }

    private static let nothing = NetworkDeclaration(
        documentation: "", documentationPlace: .nowhere, name: Identifier(text: "", word: -1, place: .nowhere),
        parameters: [], statements: [], place: .nowhere)

    private mutating func parent(of variant: VariantDeclaration, in file: Int, _ lineage: [Ancestor]) -> Int? {
        guard !variant.parent.isEmpty else { return nil }
        let path = Library.resolve(variant.parent, from: library.loaded[file].path)
        guard let parent = library.load(path, from: variant.parentPlace, into: &diagnostics) else { return nil }
        guard !lineage.contains(where: { $0.file == parent }) else {
            diagnostics.append(
                .circularFiles(lineage.map { library.loaded[$0.file].path } + [path], at: variant.parentPlace))
            return nil
        }
        guard lineage.count < Parser.deepest else {
            diagnostics.append(.nestedTooDeep(at: variant.parentPlace))
            return nil
        }
        return parent
    }

    private mutating func sayIfSeveral(_ tree: SyntaxTree) {
        let names = tree.networks.map(\.name) + tree.variants.map(\.name)
        for name in names.dropFirst() { diagnostics.append(.severalNetworks(name, first: names[0].place)) }
    }

    /// The files of a network and its parents, with all files that they use.
    private func filesBehind(_ roots: [Int]) -> [Int] {
        var files: [Int] = []
        var open = roots
        while let file = open.popLast() {
            if files.contains(file) { continue }
            files.append(file)
            for use in library.loaded[file].tree.uses where !use.isPlugin {
                if let other = library.index(of: Library.resolve(use.path, from: library.loaded[file].path)) {
                    open.append(other)
                }
            }
        }
        return files.sorted()
    }

    /// Says which plugins may not run, and whether there are any.
    private mutating func checkPlugins() -> Bool {
        let missing = pluginRequests.filter { !allowedPlugins.contains($0.path) }
        diagnostics += missing.map { .pluginNotAllowed($0) }
        return !missing.isEmpty
    }

    /// Names that mean nothing, also where no call leads; what was found on the way is not said again.
    private mutating func checkNames(_ files: [Int]) {
        let names = NameResolver.names(in: library.loaded, lineage: ancestors, registry: registry)
        self.names = names
        guard !names.findings.isEmpty else { return }
        let said = Set(diagnostics.flatMap { [$0.place] + $0.labels.map(\.place) })
        diagnostics += names.findings.filter { !said.contains($0.place) && files.contains($0.place.file) }
    }

    // MARK: - Overrides

    /// A value of the command line, as a text of its own with places of its own.
    private mutating func parse(_ key: String, _ value: String) -> Build.Override? {
        let text = Array("\(key)=\(value)".utf8.prefix(Library.largestFile))
        let file = library.add(text, path: "--set")
        var parser = Parser(file: file, text: text, interner: library.interner)
        let override = parser.override()
        diagnostics += parser.diagnostics
        return override.map { Build.Override(names: $0.names, tests: $0.tests, value: $0.value, file: file) }
    }
}
