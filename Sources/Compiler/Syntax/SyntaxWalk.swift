import GraphIR

/// A piece of a text that has a place of its own, from a whole declaration down to a single word.
package enum SyntaxPiece {
    case network(NetworkDeclaration)
    case block(BlockDeclaration)
    case variant(VariantDeclaration)
    case statement(Statement)
    case edit(Edit)
    case stage(Stage)
    case call(Call)
    case argument(Argument)
    case expression(Expression)

    package var place: Place {
        switch self {
        case .network(let network): network.place
        case .block(let block): block.whole
        case .variant(let variant): variant.place
        case .statement(let statement): statement.place
        case .edit(let edit): edit.place
        case .stage(let stage): stage.place
        case .call(let call): call.place
        case .argument(let argument): argument.place
        case .expression(let expression): expression.place
        }
    }
}

/// Visits every piece of a text in order, each before what stands within it. Nothing else goes down the tree.
package struct SyntaxWalk {
    /// Is told of a piece, and says whether to look within it.
    let enter: (SyntaxPiece) -> Bool

    package init(enter: @escaping (SyntaxPiece) -> Bool) { self.enter = enter }

    package func visit(_ tree: SyntaxTree) {
        for network in tree.networks where enter(.network(network)) {
            visit(network.parameters)
            visit(network.statements)
        }
        for block in tree.blocks where enter(.block(block)) {
            visit(block.parameters)
            visit(block.statements)
        }
        for variant in tree.variants where enter(.variant(variant)) {
            visit(variant.statements)
            for edit in variant.edits { visit(edit) }
        }
    }

    func visit(_ statements: [Statement]) {
        for statement in statements where enter(.statement(statement)) { visit(statement.kind) }
    }

    private func visit(_ kind: Statement.Kind) {
        switch kind {
        case .input(_, let shape, let rate):
            visit(shape)
            rate.map(visit)
        case .binding(_, let shape, let value), .output(_, let shape, let value):
            visit(shape)
            visit(value)
        case .bare(let value): visit(value)
        case .returns(let value, let extras):
            visit(value)
            for extra in extras { visit(extra.value) }
        case .expectation(let expectation): visit(expectation.value)
        case .learn(let lesson):
            visit(lesson.labeler)
            lesson.loss.map(visit)
            lesson.weight.map(visit)
        case .prepare(let stages), .augment(let stages): visit(stages)
        case .train(let settings): for setting in settings { visit(setting) }
        case .shape(_, let shape): visit(shape)
        case .freeze: break
        case .broken(_, let rest): if let rest { visit(rest) }
        }
    }

    private func visit(_ shape: Ascription?) { for size in shape?.sizes ?? [] { visit(size) } }

    func visit(_ parameters: [ParameterDeclaration]) { for parameter in parameters { parameter.standard.map(visit) } }

    private func visit(_ expression: Expression) {
        guard enter(.expression(expression)) else { return }
        switch expression.kind {
        case .list(let items): for item in items { visit(item) }
        case .call(let call): visit(call)
        case .member(let value, _), .not(let value), .negative(let value): visit(value)
        case .index(let a, let b), .binary(_, let a, let b, _), .both(let a, let b), .either(let a, let b),
            .range(let a, let b, _), .comprehension(_, let a, let b):
            visit(a)
            visit(b)
        case .pipeline(let head, let stages):
            visit(head)
            visit(stages)
        case .condition(let test, let yes, let no):
            visit(test)
            visit(yes)
            no.map(visit)
        case .int, .float, .quantity, .string, .bool, .name, .missing: break
        }
    }

    private func visit(_ stages: [Stage]) {
        for stage in stages where enter(.stage(stage)) {
            switch stage.kind {
            case .call(let call): visit(call)
            case .loop(_, let list, let body):
                visit(list)
                visit(body)
            case .repetition(let count, let body):
                visit(count)
                visit(body)
            case .condition(let test, let yes, let no):
                visit(test)
                visit(yes)
                no.map(visit)
            case .group(let body): visit(body)
            case .missing: break
            }
        }
    }

    private func visit(_ call: Call) {
        guard enter(.call(call)) else { return }
        for argument in call.arguments { visit(argument) }
    }

    private func visit(_ argument: Argument) { if enter(.argument(argument)) { visit(argument.value) } }

    func visit(_ edit: Edit) {
        guard enter(.edit(edit)) else { return }
        switch edit.kind {
        case .set(_, let tests, let value):
            for test in tests { visit(test.value) }
            visit(value)
        case .replace(_, with: let stages), .insert(let stages, _, _): visit(stages)
        case .remove: break
        }
    }
}
