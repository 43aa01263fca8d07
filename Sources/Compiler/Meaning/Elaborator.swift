import GraphIR

/// Walks through a network as it is written and builds the graph: blocks and loops are unrolled, sizes are inferred on
/// the way, so that a text can ask for them. Mistakes are collected; what depends on them is poison and stays silent.
struct Elaborator {
    let library: Library
    var catalog: Catalog
    var nodes: [Node] = []
    var outputs: [Graph.Output] = []
    /// For each node which edits of a variant had a hand in it or in what flows into it, a bit each.
    var touched: [UInt64] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var said: Set<Said> = []
    /// The first finding of each cause.
    private var firstFindings: [Cause: Int] = [:]

    /// Names in sight, innermost last; those below `base` belong to callers.
    var scope = Scope()
    var base = 0
    /// The file whose names are meant.
    var file: Int
    var naming = Naming()
    /// Calls of blocks that led here, outermost first.
    var calls: [(block: BlockReference, place: Place)] = []
    var depth = 0
    /// Turns of loops, calls and list items that may still be made: every text ends.
    var budget = Elaborator.mostSteps
    var isAborted = false
    var editing = Editing()
    /// How many names of the network itself stand in the scope below the outermost call of a block.
    var networkNames = 0
    /// Samples a second where no array says it: in what is learned and how it is prepared.
    var ambientRate: Double?
    /// Where the text of each output's value ends, for what may be added to it.
    var ends: [String: Place] = [:]
    /// Outputs that were declared but could not be made.
    var brokenOutputs: [String] = []
    /// Names of statements that could not be read: each may have been an output.
    var unreadNames: [String] = []
    /// Something in the text could not be read, or is wrong: what is said about the whole would mislead.
    var isIncomplete = false
    /// A plugin that the text asks for is not there: what seems unknown may be what it brings.
    var missesPlugins = false
    /// What was worked out, for who wants to know.
    var log: Log?
    /// Goes on with what is left of a mistake: an argument that does not exist leaves its default in place. For who
    /// looks at a text that is being written; never for a verdict.
    var isLenient = false
    /// Sizes that can be compared only when the lengths are known.
    var claims: [Graph.Claim] = []

    static let mostNodes = 100_000
    static let mostTurns = 100_000
    static let mostSteps = 1_000_000
    static let deepest = 400
    /// After so many nobody reads on.
    static let mostFindings = 500

    private struct Said: Hashable {
        var code: String
        var place: Place
    }

    /// What several findings can come of: they are one mistake then.
    enum Cause: Hashable {
        case unknown(name: Int32, file: Int, block: BlockReference?)
        case lengths([Int])
    }

    init(library: Library, registry: Registry, file: Int) {
        self.library = library
        catalog = Catalog(registry: registry, library: library)
        self.file = file
    }

    // MARK: - Findings

    /// Says something once: a mistake in a loop's body is one mistake.
    mutating func report(_ diagnostic: Diagnostic) {
        guard !isAborted, said.insert(Said(code: diagnostic.code, place: diagnostic.place)).inserted else { return }
        if diagnostic.severity == .error { isIncomplete = true }
        diagnostics.append(diagnostic)
        if diagnostics.count >= Elaborator.mostFindings { isAborted = true }
    }

    /// Says something and gives poison.
    mutating func fail(_ diagnostic: Diagnostic) -> Item {
        report(diagnostic)
        return .poison
    }

    /// Says something and gives poison; what comes of the same mistake is told and mended together with its first
    /// finding.
    mutating func fail(_ diagnostic: Diagnostic, because cause: Cause) -> Item {
        guard let first = firstFindings[cause] else {
            firstFindings[cause] = diagnostics.count
            return fail(diagnostic)
        }
        guard !isAborted, said.insert(Said(code: diagnostic.code, place: diagnostic.place)).inserted else {
            return .poison
        }
        if diagnostics[first].labels.count < 3 { diagnostics[first].labels.append(.init(diagnostic.place, "and here")) }
        for index in diagnostics[first].fixes.indices {
            guard let text = diagnostics[first].fixes[index].edits.first?.text else { continue }
            diagnostics[first].fixes[index].edits.append(.init(diagnostic.place, text))
        }
        return .poison
    }

    /// Says that nothing has a name; where it may have had a meaning that was lost, that was said already.
    mutating func failUnknown(_ name: Identifier, _ diagnostic: Diagnostic) -> Item {
        if library.loaded[file].tree.mayHaveLost(name) { return .poison }
        let cause = Cause.unknown(name: name.word, file: name.place.file, block: calls.last?.block)
        return fail(diagnostic, because: cause)
    }

    /// Gives up: whatever comes after is silent.
    mutating func abort(_ diagnostic: Diagnostic) {
        report(diagnostic)
        isAborted = true
    }

    /// Pays for so many steps; false when the text asks for more than any network needs.
    mutating func spend(_ steps: Int, at place: Place) -> Bool {
        guard !isAborted else { return false }
        guard steps <= budget else {
            abort(.tooManySteps(at: place))
            return false
        }
        budget -= steps
        return true
    }

    /// Goes one level deeper into expressions and calls.
    mutating func nested(_ place: Place, _ body: (inout Elaborator) -> Item) -> Item {
        guard !isAborted else { return .poison }
        guard depth < Elaborator.deepest else {
            abort(.nestedTooDeep(at: place))
            return .poison
        }
        depth += 1
        defer { depth -= 1 }
        return body(&self)
    }

    // MARK: - Names

    func lookup(_ word: Int32) -> Binding? { scope.find(word, above: base) }
    func item(of word: Int32) -> Item? { scope.item(word, above: base) }

    mutating func bind(_ name: Identifier, _ item: Item, _ role: Binding.Role) {
        guard name.word >= 0 else { return }
        scope.push(Binding(word: name.word, text: name.text, item: item, role: role, place: name.place))
    }

    /// Binds a name that must be new among the results, labels and parameters in sight.
    mutating func bindNew(_ name: Identifier, _ item: Item, _ role: Binding.Role) {
        if let first = lookup(name.word), first.role != .size {
            report(.duplicateName(name, first: first.place, what: "name"))
        }
        bind(name, item, role)
    }

    /// Takes names out of sight again, and hands back the labels among them.
    mutating func dropScope(to count: Int) -> [Binding] {
        scope.drop(to: count).filter { $0.role == .label }
    }

    /// For suggestions: the nearest ones suffice.
    var namesInSight: [String] { scope.bindings[base...].suffix(500).map { $0.text } }

    // MARK: - Nodes

    func type(_ node: Int) -> TensorType { nodes[node].type }

    /// Adds a node to the graph.
    mutating func add(_ node: Node, touched mask: UInt64 = 0) -> Item {
        guard nodes.count < Elaborator.mostNodes else {
            abort(.tooManyLayers(at: node.place))
            return .poison
        }
        touched.append(node.inputs.reduce(mask) { $0 | touched[$1] })
        nodes.append(node)
        return .array(nodes.count - 1)
    }
}
