import GraphIR

/// What a type says of the words and plugins that stand for its values.
extension ValueType {
    /// The words that a value of this type can be.
    var words: [String] {
        switch self {
        case .word(let words): words
        case .either(let types): types.flatMap(\.words)
        default: []
        }
    }
    /// Whether a name that means nothing else stands for itself, as in `order(ENZ)`.
    var takesAnyWord: Bool {
        switch self {
        case .string: true
        case .word(let words): words.isEmpty
        case .either(let types): types.contains(where: \.takesAnyWord)
        default: false
        }
    }
    /// The kind of plugin that a value of this type can be.
    var pluginKind: PluginKind? {
        switch self {
        case .plugin(let kind): kind
        case .either(let types): types.lazy.compactMap(\.pluginKind).first
        default: nil
        }
    }
    /// Itself if it is a list, or the list among its alternatives.
    var asList: ValueType? {
        switch self {
        case .list: self
        case .either(let types): types.lazy.compactMap(\.asList).first
        default: nil
        }
    }
}
