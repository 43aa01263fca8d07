/// The kinds of plugin that Strata knows. All register in the same way.
public enum PluginKind: String, CaseIterable, Hashable, Sendable {
    case layer, loss, labeler, preparation, augmentation, optimizer, schedule, strategy, metric, reader, report
    /// A section of an architecture file with settings of its own, such as `train`.
    case section
}

/// What a plugin says of itself: the name that a text uses, what it is for, and its parameters.
public struct Signature: Hashable, Sendable {
    public var kind: PluginKind
    /// snake_case; the word in the language, the file's name in CamelCase.
    public var name: String
    /// First line: one sentence. Then, if there is more to say: the equation, the paper, the traps.
    public var documentation: String
    public var parameters: [Parameter]
    /// A fragment of the language that uses it; the tests compile it.
    public var example: String
    /// How many arrays it takes: 1 for most layers, 2 and more for sums and pairs.
    public var inputs: ClosedRange<Int>

    public init(
        _ kind: PluginKind, _ name: String, _ documentation: String, _ settings: [any AnySetting] = [],
        inputs: ClosedRange<Int> = 1...1, example: String = ""
    ) {
        self.kind = kind
        self.name = name
        self.documentation = documentation
        self.parameters = settings.map(\.parameter)
        self.inputs = inputs
        self.example = example
    }

    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

    /// Every parameter with its default; required ones are left out.
    public var defaults: Arguments {
        Arguments(
            parameters.compactMap { parameter in
                parameter.standard.map { Arguments.Entry(parameter.name, $0, isExplicit: false) }
            })
    }

    /// The same with the words that a registry has for activations, where a parameter takes one.
    public func named(in registry: Registry) -> Signature {
        guard parameters.contains(where: { $0.type == .activation }) else { return self }
        var signature = self
        for index in parameters.indices where parameters[index].type == .activation {
            signature.parameters[index].type = .word(registry.activationWords)
        }
        return signature
    }

    /// One line: `conv(filters: int, kernel: int, stride: int = 1, …)`.
    public var usage: String {
        let list = parameters.map { parameter in
            "\(parameter.name): \(parameter.type)" + (parameter.standard.map { " = \($0)" } ?? "")
        }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}

/// Anything that can be registered. The type is the plugin; its values are uses of it.
public protocol Plugin: Sendable {
    static var signature: Signature { get }
}
