import GraphIR

/// A name where it stands in a text.
struct Identifier: Sendable {
    var text: String
    /// The interner's number: equal numbers, equal names.
    var word: Int32
    var place: Place
}

/// What one file says, before anybody asks whether it makes sense.
struct SyntaxTree: Sendable {
    var uses: [Use] = []
    var networks: [NetworkDeclaration] = []
    var blocks: [BlockDeclaration] = []
    var variants: [VariantDeclaration] = []
    /// False where braces do not pair up, so that what is left of the file cannot be trusted.
    var isSound = true
    var hasErrors = false
    /// The words of what could not be read: one of them may have been declared there.
    var lostNames: Set<Int32> = []
    /// A statement has lost the very name that it declares.
    var hasLostAnyName = false

    /// Whether a name may have had a meaning that is lost.
    func mayHaveLost(_ name: Identifier) -> Bool { hasLostAnyName || lostNames.contains(name.word) }
}

struct Use: Sendable {
    var path: String
    var pathPlace: Place
    var isPlugin: Bool
    var place: Place
}

struct ParameterDeclaration: Sendable {
    var name: Identifier
    var type: ValueType
    /// `partner: array`: what flows in beside, under a name of its own; the type says nothing then.
    var isArray = false
    var standard: Expression?
    /// Its type could not be read; it stands for nothing.
    var isBroken = false
}

struct NetworkDeclaration: Sendable {
    var documentation: String
    var name: Identifier
    var parameters: [ParameterDeclaration]
    var statements: [Statement]
}

struct BlockDeclaration: Sendable {
    var documentation: String
    var name: Identifier
    var parameters: [ParameterDeclaration]
    /// What stands after `on`: the arrays that flow in.
    var inputs: [Identifier]
    var statements: [Statement]
    var place: Place
}

struct VariantDeclaration: Sendable {
    var documentation: String
    var name: Identifier
    /// The parent's path as it is written.
    var parent: String
    var parentPlace: Place
    var edits: [Edit]
    /// `learn`, `prepare`, `augment`, `train`, `expect`, and shapes said anew.
    var statements: [Statement]
}

struct Statement: Sendable {
    indirect enum Kind: Sendable {
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
        /// Could not be read; its name, if it had one, is known and stands for nothing.
        case broken(Identifier?)
    }
    var kind: Kind
    var place: Place

    var isBroken: Bool { if case .broken = kind { true } else { false } }
    /// The name that it gives to an array.
    var boundName: Identifier? {
        switch kind {
        case .input(let name, _, _), .binding(let name, _, _), .output(let name, _, _): name
        default: nil
        }
    }
}

/// The shape that somebody says an array has: `[64, T/128]`.
struct Ascription: Sendable {
    var sizes: [Expression]
    var place: Place
}

struct Expectation: Sendable {
    var subject: Identifier
    /// `of NAME`: which input or output it is about.
    var about: Identifier?
    var comparison: Token.Kind
    var value: Expression
    var place: Place
}

struct LearnStatement: Sendable {
    var output: Identifier
    var labeler: Expression
    var loss: Expression?
    var weight: Expression?
    var place: Place
}

/// A value: number, list, array, plugin. `a -> b -> c` is one too.
struct Expression: Sendable {
    indirect enum Kind: Sendable {
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
    var kind: Kind
    var place: Place
    /// Levels of the tree below and with it: walks over it are that deep.
    var height: Int

    init(kind: Kind, place: Place) {
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

struct Call: Sendable {
    var callee: Identifier
    var hasParentheses: Bool
    var arguments: [Argument]
    var place: Place

    var height: Int { arguments.reduce(0) { max($0, $1.value.height) } }
}

struct Argument: Sendable {
    var name: Identifier?
    var value: Expression
    var place: Place
}

/// What a turn of a loop binds: one name, or a tuple of patterns.
indirect enum Pattern: Sendable {
    case name(Identifier)
    case tuple([Pattern], Place)

    var place: Place {
        switch self {
        case .name(let name): name.place
        case .tuple(_, let place): place
        }
    }
}

/// One step of a pipeline.
struct Stage: Sendable {
    indirect enum Kind: Sendable {
        case call(Call)
        case loop(Pattern, in: Expression, [Stage])
        case repetition(Expression, [Stage])
        case condition(Expression, [Stage], else: [Stage]?)
        case group([Stage])
        case missing
    }
    var kind: Kind
    var label: Identifier?
    var place: Place
    var height: Int

    init(kind: Kind, label: Identifier? = nil, place: Place) {
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
struct Selector: Sendable {
    struct Part: Sendable {
        /// Empty for `*`.
        var text: String
        var place: Place
    }
    var parts: [Part]
    /// Arguments that the stage must have.
    var tests: [Argument]
    var place: Place
}

struct Edit: Sendable {
    indirect enum Kind: Sendable {
        /// `set kernels = [3, 3]`, `set context.lstm.units = 8`: the last part names the parameter.
        case set([Identifier], tests: [Argument], Expression)
        case replace([Selector], with: [Stage])
        case remove([Selector])
        case insert([Stage], isBefore: Bool, [Selector])
    }
    var kind: Kind
    var place: Place
}
