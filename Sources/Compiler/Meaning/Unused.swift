import GraphIR

/// What a text says and then never uses: parameters, results, blocks.
struct Unused {
    private(set) var diagnostics: [Diagnostic] = []
    /// Statements whose result nothing uses: their layers are not told of again.
    private(set) var statements: [Place] = []

    init(in tree: SyntaxTree) {
        for network in tree.networks { look(network.parameters, [], network.statements, network.name) }
        for block in tree.blocks { look(block.parameters, block.inputs, block.statements, block.name) }
        if !tree.networks.isEmpty || !tree.variants.isEmpty { lookForBlocks(in: tree) }
    }

    private mutating func look(
        _ parameters: [ParameterDeclaration], _ inputs: [Identifier], _ body: [Statement], _ owner: Identifier
    ) {
        var used: Set<Int32> = []
        let walk = SyntaxWalk { piece in
            if case .expression(let expression) = piece, case .name(let name) = expression.kind {
                used.insert(name.word)
            }
            return true
        }
        walk.visit(parameters)
        walk.visit(body)
        for parameter in parameters where !used.contains(parameter.name.word) {
            diagnostics.append(.unusedParameter(parameter.name, of: owner))
        }
        for input in inputs where !used.contains(input.word) { diagnostics.append(.unusedName(input)) }
        for statement in body {
            guard case .binding(let name, _, let value) = statement.kind, !used.contains(name.word) else { continue }
            // A pipeline with labels is there for the labels.
            if Unused.hasLabel(value) { continue }
            diagnostics.append(.unusedName(name))
            statements.append(statement.place)
        }
    }

    private static func hasLabel(_ expression: Expression) -> Bool {
        guard case .pipeline(_, let stages) = expression.kind else { return false }
        return hasLabel(stages)
    }
    private static func hasLabel(_ stages: [Stage]) -> Bool {
        stages.contains { stage in
            if stage.label != nil { return true }
            switch stage.kind {
            case .loop(_, _, let body), .repetition(_, let body), .group(let body): return hasLabel(body)
            case .condition(_, let yes, let no): return hasLabel(yes) || hasLabel(no ?? [])
            case .call, .missing: return false
            }
        }
    }

    private mutating func lookForBlocks(in tree: SyntaxTree) {
        var used: Set<Int32> = []
        SyntaxWalk { piece in
            if case .call(let call) = piece { used.insert(call.callee.word) }
            return true
        }.visit(tree)
        for block in tree.blocks where !used.contains(block.name.word) { diagnostics.append(.unusedBlock(block.name)) }
    }
}

extension Diagnostic {
    static func unusedParameter(_ name: Identifier, of owner: Identifier) -> Diagnostic {
        Diagnostic(
            .unusedParameter, at: name.place, "'\(owner.text)' never uses its parameter '\(name.text)'",
            help: ["use it, or take it out"])
    }
    static func unusedName(_ name: Identifier) -> Diagnostic {
        Diagnostic(.unusedName, at: name.place, "nothing uses '\(name.text)'", help: ["use it, or take it out"])
    }
    static func unusedBlock(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .unusedBlock, at: name.place, "nothing calls the block '\(name.text)'", help: ["call it, or take it out"])
    }
}
