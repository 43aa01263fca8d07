import Compiler
import GraphIR

/// What stands around an offset, from the whole declaration down to the smallest piece.
enum Spot {
    case network(NetworkDeclaration)
    case block(BlockDeclaration)
    case variant(VariantDeclaration)
    case statement(Statement)
    case edit(Edit)
    case stage(Stage)
    case call(Call)
    case argument(Argument)
    case expression(Expression)

    var place: Place {
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

extension Analysis {
    /// What stands around an offset, outermost first.
    func spots(at offset: Int) -> [Spot] {
        var walk = SpotWalk(offset: offset)
        for network in tree.networks { walk.visit(.network(network), network.parameters, network.statements) }
        for block in tree.blocks { walk.visit(.block(block), block.parameters, block.statements) }
        for variant in tree.variants {
            walk.visit(.variant(variant), [], variant.statements)
            for edit in variant.edits where walk.holds(edit.place) { walk.visit(edit) }
        }
        return walk.found
    }

    /// Every stage of a text, with those that stand within it.
    func everyStage(_ body: (Stage) -> Void) {
        withoutActuallyEscaping(body) { body in
            var walk = SpotWalk(offset: nil)
            walk.stage = body
            for network in tree.networks { for statement in network.statements { walk.visit(statement.kind) } }
            for block in tree.blocks { for statement in block.statements { walk.visit(statement.kind) } }
            for variant in tree.variants { for edit in variant.edits { walk.visit(edit) } }
        }
    }

    /// Every call of a layer or block, where it stands.
    func everyCall(_ body: (Call) -> Void) {
        withoutActuallyEscaping(body) { body in
            var walk = SpotWalk(offset: nil)
            walk.call = body
            for network in tree.networks { for statement in network.statements { walk.visit(statement.kind) } }
            for block in tree.blocks { for statement in block.statements { walk.visit(statement.kind) } }
            for variant in tree.variants { for edit in variant.edits { walk.visit(edit) } }
        }
    }
}

/// Goes down to an offset, or through everything.
private struct SpotWalk {
    /// `nil`: everywhere.
    let offset: Int?
    var found: [Spot] = []
    var stage: ((Stage) -> Void)?
    var call: ((Call) -> Void)?

    init(offset: Int?) { self.offset = offset }

    func holds(_ place: Place) -> Bool { offset.map { place.start <= $0 && $0 <= place.end } ?? true }

    mutating func visit(_ spot: Spot, _ parameters: [ParameterDeclaration], _ statements: [Statement]) {
        guard holds(spot.place) else { return }
        found.append(spot)
        for parameter in parameters { if let standard = parameter.standard { visit(standard) } }
        for statement in statements where holds(statement.place) {
            found.append(.statement(statement))
            visit(statement.kind)
        }
    }

    mutating func visit(_ kind: Statement.Kind) {
        switch kind {
        case .input(_, let shape, let rate):
            visit(shape)
            if let rate { visit(rate) }
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
            if let loss = lesson.loss { visit(loss) }
            if let weight = lesson.weight { visit(weight) }
        case .prepare(let stages), .augment(let stages): visit(stages)
        case .train(let settings): for setting in settings { visit(setting) }
        case .shape(_, let shape): visit(shape)
        case .freeze: break
        case .broken(_, let rest): if let rest { visit(rest) }
        }
    }

    mutating func visit(_ edit: Edit) {
        if offset != nil { found.append(.edit(edit)) }
        switch edit.kind {
        case .set(_, _, let value): visit(value)
        case .replace(_, with: let stages), .insert(let stages, _, _): visit(stages)
        case .remove: break
        }
    }

    private mutating func visit(_ shape: Ascription?) { for size in shape?.sizes ?? [] { visit(size) } }

    private mutating func visit(_ argument: Argument) {
        guard holds(argument.place) else { return }
        if offset != nil { found.append(.argument(argument)) }
        visit(argument.value)
    }

    private mutating func visit(_ call: Call) {
        guard holds(call.place) else { return }
        if offset != nil { found.append(.call(call)) }
        self.call?(call)
        for argument in call.arguments { visit(argument) }
    }

    mutating func visit(_ stages: [Stage]) {
        for stage in stages where holds(stage.place) {
            if offset != nil { found.append(.stage(stage)) }
            self.stage?(stage)
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
                visit(no ?? [])
            case .group(let body): visit(body)
            case .missing: break
            }
        }
    }

    mutating func visit(_ expression: Expression) {
        guard holds(expression.place) else { return }
        if offset != nil { found.append(.expression(expression)) }
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
            if let no { visit(no) }
        case .int, .float, .quantity, .string, .bool, .name, .missing: break
        }
    }
}
