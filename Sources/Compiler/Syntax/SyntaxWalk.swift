/// Visits every name and every call in a piece of syntax, in order.
struct SyntaxWalk {
    var name: (Identifier) -> Void = { _ in }
    var call: (Call) -> Void = { _ in }

    func visit(_ statements: [Statement]) { for statement in statements { visit(statement) } }

    func visit(_ statement: Statement) {
        switch statement.kind {
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
        case .train(let settings): for setting in settings { visit(setting.value) }
        case .shape(_, let shape): visit(shape)
        case .freeze, .broken: break
        }
    }

    func visit(_ shape: Ascription?) { for size in shape?.sizes ?? [] { visit(size) } }

    func visit(_ parameters: [ParameterDeclaration]) { for parameter in parameters { parameter.standard.map(visit) } }

    func visit(_ expression: Expression) {
        switch expression.kind {
        case .name(let name): self.name(name)
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
        case .int, .float, .quantity, .string, .bool, .missing: break
        }
    }

    func visit(_ stages: [Stage]) {
        for stage in stages {
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

    func visit(_ call: Call) {
        self.call(call)
        for argument in call.arguments { visit(argument.value) }
    }

    func visit(_ edit: Edit) {
        switch edit.kind {
        case .set(_, let tests, let value):
            for test in tests { visit(test.value) }
            visit(value)
        case .replace(_, with: let stages), .insert(let stages, _, _): visit(stages)
        case .remove: break
        }
    }
}
