import GraphIR

/// Finds out what the words of texts mean. A declaration sees its own names and the blocks of its file; a variant sees
/// its network's names.
struct NameResolver {
    let files: [LoadedFile]
    let registry: Registry
    /// Files of a variant and its parents, the eldest last.
    let lineage: [Int]
    var names = Names()
    /// The names of each network and block.
    private(set) var scopes: [Owner: [Int32: Int]] = [:]
    var blockSymbols: [BlockReference: Int] = [:]

    enum Owner: Hashable {
        case network(file: Int)
        case block(BlockReference)
    }

    /// The first finding of each mistake.
    var firstFindings: [Cause: Int] = [:]
    struct Cause: Hashable {
        var word: Int32
        var code: String
        var owner: Owner
    }

    /// Where the walk is.
    struct Sight {
        var file: Int
        var owner: Owner
        var title: String
        var scope: [Int32: Int]
        /// Names of turns, innermost last.
        var turns: [(word: Int32, symbol: Int)] = []
        /// Whether a word that means nothing is a mistake of this text.
        var isJudged = true

        func symbol(_ word: Int32) -> Int? {
            turns.last { $0.word == word }?.symbol ?? scope[word]
        }
    }

    static func names(in files: [LoadedFile], lineage: [Int], registry: Registry) -> Names {
        var resolver = NameResolver(files: files, registry: registry, lineage: lineage)
        resolver.names.occurrences = Array(repeating: [], count: files.count)
        resolver.declareBlocks()
        for file in files.indices { resolver.declare(file) }
        for file in files.indices { resolver.resolve(file) }
        for file in files.indices { resolver.names.occurrences[file].sort { $0.place.start < $1.place.start } }
        return resolver.names
    }

    private init(files: [LoadedFile], registry: Registry, lineage: [Int]) {
        self.files = files
        self.registry = registry
        self.lineage = lineage
    }

    // MARK: - Noting

    mutating func declare(_ name: Identifier, _ kind: Names.Kind, of owner: String) -> Int {
        names.symbols.append(Names.Symbol(name: name.text, kind: kind, place: name.place, owner: owner))
        note(name.place, .symbol(names.symbols.count - 1), isDeclaration: true)
        return names.symbols.count - 1
    }

    mutating func note(_ place: Place, _ meaning: Names.Meaning, isDeclaration: Bool = false) {
        guard names.occurrences.indices.contains(place.file), place.end > place.start else { return }
        names.occurrences[place.file].append(
            Names.Occurrence(place: place, meaning: meaning, isDeclaration: isDeclaration))
    }

    // MARK: - Declarations

    private mutating func declareBlocks() {
        for file in files.indices {
            for (index, block) in files[file].tree.blocks.enumerated() {
                let symbol = declare(block.name, .block, of: "")
                names.symbols[symbol].documentation = block.documentation
                blockSymbols[BlockReference(file: file, index: index)] = symbol
            }
        }
    }

    private mutating func declare(_ file: Int) {
        for network in files[file].tree.networks {
            let symbol = declare(network.name, .network, of: "")
            names.symbols[symbol].documentation = network.documentation
            var scope: [Int32: Int] = [:]
            declare(network.parameters, of: network.name.text, &scope)
            declare(network.statements, of: network.name.text, &scope)
            if scopes[.network(file: file)] == nil { scopes[.network(file: file)] = scope }
        }
        for variant in files[file].tree.variants {
            let symbol = declare(variant.name, .variant, of: "")
            names.symbols[symbol].documentation = variant.documentation
        }
        for (index, block) in files[file].tree.blocks.enumerated() {
            var scope: [Int32: Int] = [:]
            declare(block.parameters, of: block.name.text, &scope)
            for input in block.inputs { scope[input.word] = declare(input, .input, of: block.name.text) }
            declare(block.statements, of: block.name.text, &scope)
            scopes[.block(BlockReference(file: file, index: index))] = scope
        }
    }

    private mutating func declare(
        _ parameters: [ParameterDeclaration], of owner: String, _ scope: inout [Int32: Int]
    ) {
        for parameter in parameters { scope[parameter.name.word] = declare(parameter.name, .parameter, of: owner) }
    }

    private mutating func declare(_ statements: [Statement], of owner: String, _ scope: inout [Int32: Int]) {
        for statement in statements { declare(statement.kind, of: owner, &scope) }
    }

    private mutating func declare(_ kind: Statement.Kind, of owner: String, _ scope: inout [Int32: Int]) {
        switch kind {
        case .input(let name, let shape, _):
            bind(name, .input, of: owner, &scope)
            declare(shape, of: owner, &scope)
        case .binding(let name, let shape, let value):
            declareLabels(in: value, of: owner, &scope)
            bind(name, .result, of: owner, &scope)
            declare(shape, of: owner, &scope)
        case .output(let name, let shape, let value):
            declareLabels(in: value, of: owner, &scope)
            if case .name(let same) = value.kind, same.place == name.place, scope[name.word] != nil { break }
            bind(name, .output, of: owner, &scope)
            declare(shape, of: owner, &scope)
        case .bare(let value): declareLabels(in: value, of: owner, &scope)
        case .returns(let value, let extras):
            declareLabels(in: value, of: owner, &scope)
            for extra in extras {
                declareLabels(in: extra.value, of: owner, &scope)
                _ = declare(extra.name, .extra, of: owner)
            }
        case .broken(let name, let rest):
            if let rest { declare(rest, of: owner, &scope) }
            if rest == nil, let name { bind(name, .result, of: owner, &scope) }
        case .expectation, .learn, .prepare, .augment, .train, .freeze, .shape: break
        }
    }

    private mutating func bind(
        _ name: Identifier, _ kind: Names.Kind, of owner: String, _ scope: inout [Int32: Int]
    ) {
        let symbol = declare(name, kind, of: owner)
        if scope[name.word] == nil || names.symbols[scope[name.word] ?? 0].kind == .size { scope[name.word] = symbol }
    }

    /// A size that is a name, and means nothing yet, is a length that is left open.
    private mutating func declare(_ shape: Ascription?, of owner: String, _ scope: inout [Int32: Int]) {
        for size in shape?.sizes ?? [] {
            guard case .name(let name) = size.kind, scope[name.word] == nil else { continue }
            scope[name.word] = declare(name, .size, of: owner)
        }
    }

    private mutating func declareLabels(in value: Expression, of owner: String, _ scope: inout [Int32: Int]) {
        var labels: [(Identifier, String)] = []
        LabelWalk(found: { labels.append(($0, $1)) }).visit(value)
        for (label, callee) in labels {
            bind(label, .label, of: owner, &scope)
            names.symbols[names.symbols.count - 1].callee = callee
        }
    }

    // MARK: - Uses

    private mutating func resolve(_ file: Int) {
        let tree = files[file].tree
        for network in tree.networks {
            resolve(
                network.parameters, network.statements, title: network.name.text, .network(file: file), in: file)
        }
        for (index, block) in tree.blocks.enumerated() {
            let reference = BlockReference(file: file, index: index)
            resolve(block.parameters, block.statements, title: block.name.text, .block(reference), in: file)
        }
        guard let root = lineage.last, !tree.variants.isEmpty else { return }
        for variant in tree.variants {
            var sight = Sight(
                file: file, owner: .network(file: root), title: variant.name.text,
                scope: scopes[.network(file: root)] ?? [:])
            // What a variant says is worked out where it lands, which is where mistakes are found.
            sight.isJudged = false
            for edit in variant.edits { self.edit(edit, &sight) }
            for statement in variant.statements { self.statement(statement.kind, &sight) }
        }
    }

    private mutating func resolve(
        _ parameters: [ParameterDeclaration], _ statements: [Statement], title: String, _ owner: Owner, in file: Int
    ) {
        var sight = Sight(file: file, owner: owner, title: title, scope: scopes[owner] ?? [:])
        for parameter in parameters where parameter.standard != nil {
            if let standard = parameter.standard { expression(standard, in: .value(parameter.type), &sight) }
        }
        for statement in statements { self.statement(statement.kind, &sight) }
    }
}

/// Visits every label in a value, with what stands there.
private struct LabelWalk {
    var found: (Identifier, String) -> Void

    func visit(_ stages: [Stage]) {
        for stage in stages {
            var callee = ""
            switch stage.kind {
            case .call(let call):
                callee = call.callee.text
                for argument in call.arguments { visit(argument.value) }
            case .loop(_, let list, let body):
                visit(list)
                visit(body)
            case .repetition(_, let body), .group(let body): visit(body)
            case .condition(_, let yes, let no):
                visit(yes)
                visit(no ?? [])
            case .missing: break
            }
            if let label = stage.label { found(label, callee) }
        }
    }

    func visit(_ expression: Expression) {
        switch expression.kind {
        case .pipeline(let head, let stages):
            visit(head)
            visit(stages)
        case .list(let items): for item in items { visit(item) }
        case .call(let call): for argument in call.arguments { visit(argument.value) }
        case .member(let value, _), .not(let value), .negative(let value): visit(value)
        case .index(let a, let b), .binary(_, let a, let b, _), .both(let a, let b), .either(let a, let b),
            .range(let a, let b, _), .comprehension(_, let a, let b):
            visit(a)
            visit(b)
        case .condition(let test, let yes, let no):
            visit(test)
            visit(yes)
            no.map(visit)
        case .int, .float, .quantity, .string, .bool, .name, .missing: break
        }
    }
}
