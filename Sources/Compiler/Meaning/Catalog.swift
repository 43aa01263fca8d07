import GraphIR

/// The layers that operators stand for: the only place where the compiler knows a layer's name.
enum Operators {
    static func layer(for sign: Token.Kind) -> String? {
        switch sign {
        case .plus: "add"
        case .minus: "subtract"
        case .times: "multiply"
        default: nil
        }
    }
}

/// A plugin as the compiler uses it: its signature with names as numbers, looked up once.
final class CatalogEntry {
    let type: any Plugin.Type
    let layer: (any LayerSignature.Type)?
    let signature: Signature
    /// The interner's numbers of the parameters' names.
    let words: [Int32]
    /// What each parameter is when nothing is said.
    let defaults: [Arguments.Entry?]

    init(_ type: any Plugin.Type, interner: Interner) {
        self.type = type
        layer = type as? any LayerSignature.Type
        signature = type.signature
        words = signature.parameters.map { interner.intern($0.name) }
        defaults = signature.parameters.map { parameter in
            parameter.standard.map { Arguments.Entry(parameter.name, $0, isExplicit: false) }
        }
    }
}

/// Plugins by name, found in the registry once.
struct Catalog {
    let registry: Registry
    private let interner: Interner
    private var layers: [Int32: CatalogEntry?] = [:]
    private var others: [PluginKind: [Int32: CatalogEntry?]] = [:]

    init(registry: Registry, interner: Interner) {
        self.registry = registry
        self.interner = interner
    }

    mutating func layer(_ word: Int32, _ name: String) -> CatalogEntry? {
        if let known = layers[word] { return known }
        let entry = registry.layer(name).map { CatalogEntry($0, interner: interner) }
        layers[word] = entry
        return entry
    }

    mutating func plugin(_ kind: PluginKind, _ name: Identifier) -> CatalogEntry? {
        if kind == .layer { return layer(name.word, name.text) }
        if let known = others[kind]?[name.word] { return known }
        let entry = registry[kind, name.text].map { CatalogEntry($0, interner: interner) }
        others[kind, default: [:]][name.word] = entry
        return entry
    }
}
