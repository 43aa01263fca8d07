import GraphIR

/// A name where it stands in a text.
package struct Identifier: Sendable {
    package var text: String
    /// The interner's number: equal numbers, equal names.
    package var word: Int32
    package var place: Place
}

/// What one file says, before anybody asks whether it makes sense.
package struct SyntaxTree: Sendable {
    package var uses: [Use] = []
    package var networks: [NetworkDeclaration] = []
    package var blocks: [BlockDeclaration] = []
    package var variants: [VariantDeclaration] = []
    /// False where braces do not pair up, so that what is left of the file cannot be trusted.
    package var isSound = true
    package var hasErrors = false
    /// The words of what could not be read: one of them may have been declared there.
    package var lostNames: Set<Int32> = []
    /// A statement has lost the very name that it declares.
    package var hasLostAnyName = false

    package init() {}

    /// Whether a name may have had a meaning that is lost.
    package func mayHaveLost(_ name: Identifier) -> Bool { hasLostAnyName || lostNames.contains(name.word) }
}

package struct Use: Sendable {
    package var path: String
    package var pathPlace: Place
    package var isPlugin: Bool
    package var place: Place
}

package struct ParameterDeclaration: Sendable {
    package var name: Identifier
    package var type: ValueType
    /// `partner: array`: what flows in beside, under a name of its own; the type says nothing then.
    package var isArray = false
    package var standard: Expression?
    package var typePlace: Place
    /// Its type could not be read; it stands for nothing.
    package var isBroken = false
}

package struct NetworkDeclaration: Sendable {
    package var documentation: String
    /// The `///` lines; empty where there are none.
    package var documentationPlace: Place
    package var name: Identifier
    package var parameters: [ParameterDeclaration]
    package var statements: [Statement]
    /// From the word `network` to the closing brace.
    package var place: Place
}

package struct BlockDeclaration: Sendable {
    package var documentation: String
    package var documentationPlace: Place
    package var name: Identifier
    package var parameters: [ParameterDeclaration]
    /// What stands after `on`: the arrays that flow in.
    package var inputs: [Identifier]
    package var statements: [Statement]
    /// The head: what stands before the opening brace.
    package var place: Place
    /// The head and the body.
    package var whole: Place
}

package struct VariantDeclaration: Sendable {
    package var documentation: String
    package var documentationPlace: Place
    package var name: Identifier
    /// The parent's path as it is written.
    package var parent: String
    package var parentPlace: Place
    package var edits: [Edit]
    /// `learn`, `prepare`, `augment`, `train`, `expect`, and shapes said anew.
    package var statements: [Statement]
    /// From the word `variant` to the closing brace.
    package var place: Place
}

package struct Statement: Sendable {
    package indirect enum Kind: Sendable {
        case input(Identifier, Ascription?, rate: Expression?)
        case binding(Identifier, Ascription?, Expression)
        case output(Identifier, Ascription?, Expression)
        /// A pipeline for its labels alone.
        case bare(Expression)
        case returns(Expression, extras: [(name: Identifier, value: Expression)])
        case expectation(Expectation)
        case learn(LearnStatement)
        case prepare([Stage])
        case augment([Stage])
        case train([Argument])
        case freeze([Selector])
        /// In a variant: the parent's binding now has this shape.
        case shape(Identifier, Ascription)
        /// Could not be read; its name, if it had one, is known and stands for nothing. What was read of it up to the
        /// mistake serves who looks at a text that is being written.
        case broken(Identifier?, Kind?)
    }
    package var kind: Kind
    package var place: Place

    package var isBroken: Bool { if case .broken = kind { true } else { false } }
    /// The name that it gives to an array.
    package var boundName: Identifier? {
        switch kind {
        case .input(let name, _, _), .binding(let name, _, _), .output(let name, _, _): name
        default: nil
        }
    }
}

/// The shape that somebody says an array has: `[64, T/128]`.
package struct Ascription: Sendable {
    package var sizes: [Expression]
    package var place: Place
}

package struct Expectation: Sendable {
    package var subject: Identifier
    /// `of NAME`: which input or output it is about.
    package var about: Identifier?
    package var comparison: Token.Kind
    package var value: Expression
    package var place: Place
}

package struct LearnStatement: Sendable {
    package var output: Identifier
    package var labeler: Expression
    package var loss: Expression?
    package var weight: Expression?
    package var place: Place
}

/// A value: number, list, array, plugin. `a -> b -> c` is one too.
package struct Expression: Sendable {
    package indirect enum Kind: Sendable {
        case int(Int)
        case float(Double)
        case quantity(Double, GraphIR.Unit)
        case string(String)
        case bool(Bool)
        case name(Identifier)
        case list([Expression])
        case call(Call)
        case member(Expression, Identifier)
        case index(Expression, Expression)
        case not(Expression)
        case negative(Expression)
        case binary(Token.Kind, Expression, Expression, operator: Place)
        case both(Expression, Expression)
        case either(Expression, Expression)
        case range(Expression, Expression, isClosed: Bool)
        case pipeline(Expression, [Stage])
        case condition(Expression, Expression, else: Expression?)
        case comprehension(Pattern, Expression, Expression)
        /// Could not be read; the parser has said so.
        case missing
    }
    package var kind: Kind
    package var place: Place
    /// Levels of the tree below and with it: walks over it are that deep.
    package var height: Int

    package init(kind: Kind, place: Place) {
        self.kind = kind
        self.place = place
        height = 1 + Expression.height(below: kind)
    }

    private static func height(below kind: Kind) -> Int {
        switch kind {
        case .list(let items): items.reduce(0) { max($0, $1.height) }
        case .call(let call): call.height
        case .member(let value, _), .not(let value), .negative(let value): value.height
        case .index(let a, let b), .binary(_, let a, let b, _), .both(let a, let b), .either(let a, let b),
            .range(let a, let b, _), .comprehension(_, let a, let b):
            max(a.height, b.height)
        case .pipeline(let head, let stages): stages.reduce(head.height) { max($0, $1.height) }
        case .condition(let test, let yes, let no): max(test.height, yes.height, no?.height ?? 0)
        case .int, .float, .quantity, .string, .bool, .name, .missing: 0
        }
    }
}

package struct Call: Sendable {
    package var callee: Identifier
    package var hasParentheses: Bool
    package var arguments: [Argument]
    package var place: Place

    package var height: Int { arguments.reduce(0) { max($0, $1.value.height) } }
}

package struct Argument: Sendable {
    package var name: Identifier?
    package var value: Expression
    package var place: Place
}

/// What a turn of a loop binds: one name, or a tuple of patterns.
package indirect enum Pattern: Sendable {
    case name(Identifier)
    case tuple([Pattern], Place)

    package var place: Place {
        switch self {
        case .name(let name): name.place
        case .tuple(_, let place): place
        }
    }
}

/// One step of a pipeline.
package struct Stage: Sendable {
    package indirect enum Kind: Sendable {
        case call(Call)
        case loop(Pattern, in: Expression, [Stage])
        case repetition(Expression, [Stage])
        case condition(Expression, [Stage], else: [Stage]?)
        case group([Stage])
        case missing
    }
    package var kind: Kind
    package var label: Identifier?
    package var place: Place
    package var height: Int

    package init(kind: Kind, label: Identifier? = nil, place: Place) {
        self.kind = kind
        self.label = label
        self.place = place
        height = 1 + Stage.height(below: kind)
    }

    private static func height(below kind: Kind) -> Int {
        func highest(_ stages: [Stage]) -> Int { stages.reduce(0) { max($0, $1.height) } }
        return switch kind {
        case .call(let call): call.height
        case .loop(_, in: let list, let body): max(list.height, highest(body))
        case .repetition(let count, let body): max(count.height, highest(body))
        case .condition(let test, let yes, let no): max(test.height, highest(yes), highest(no ?? []))
        case .group(let body): highest(body)
        case .missing: 0
        }
    }
}

/// Which stages an edit means: `context.lstm`, `conv(kernel: 3)`, `*.dropout`.
package struct Selector: Sendable {
    package struct Part: Sendable {
        /// Empty for `*`.
        package var text: String
        package var place: Place
    }
    package var parts: [Part]
    /// Arguments that the stage must have.
    package var tests: [Argument]
    package var place: Place
}

package struct Edit: Sendable {
    package indirect enum Kind: Sendable {
        /// `set kernels = [3, 3]`, `set context.lstm.units = 8`: the last part names the parameter.
        case set([Identifier], tests: [Argument], Expression)
        case replace([Selector], with: [Stage])
        case remove([Selector])
        case insert([Stage], isBefore: Bool, [Selector])
    }
    package var kind: Kind
    package var place: Place
}
