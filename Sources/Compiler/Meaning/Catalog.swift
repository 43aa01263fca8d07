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
    let labeler: (any LabelerSignature.Type)?
    let loss: (any LossSignature.Type)?
    let preparation: (any PreparationSignature.Type)?
    let signature: Signature
    /// The interner's numbers of the parameters' names.
    let words: [Int32]
    /// What each parameter is when nothing is said.
    let defaults: [Arguments.Entry?]

    init(_ type: any Plugin.Type, interner: Interner) {
        self.type = type
        signature = type.signature
        layer = signature.kind == .layer ? type as? any LayerSignature.Type : nil
        labeler = signature.kind == .labeler ? type as? any LabelerSignature.Type : nil
        loss = signature.kind == .loss ? type as? any LossSignature.Type : nil
        preparation = signature.kind == .preparation ? type as? any PreparationSignature.Type : nil
        words = signature.parameters.map { interner.intern($0.name) }
        defaults = signature.parameters.map { parameter in
            parameter.standard.map { Arguments.Entry(parameter.name, $0, isExplicit: false) }
        }
    }
}

/// Plugins by name, found in the registry once.
struct Catalog {
    let registry: Registry
    private let library: Library
    /// Layers by the number of their name: every stage asks for one.
    private var layers: [Layer] = []
    private var others: [PluginKind: [Int32: CatalogEntry?]] = [:]

    private enum Layer {
        case notAskedFor
        case known(CatalogEntry?)
    }

    init(registry: Registry, library: Library) {
        self.registry = registry
        self.library = library
    }

    mutating func layer(_ word: Int32, _ name: String) -> CatalogEntry? {
        let index = Int(word)
        guard index >= 0 else { return nil }
        if index >= layers.count {
            layers += Array(repeating: .notAskedFor, count: max(64, index + 1 - layers.count))
        }
        if case .known(let entry) = layers[index] { return entry }
        let entry = registry[.layer, name].map(library.catalogEntry)
        layers[index] = .known(entry)
        return entry
    }

    /// The layers that an argument can name as an activation.
    var activations: Set<String> {
        Set(
            registry.plugins(.layer).flatMap { plugin in
                plugin.signature.parameters.filter { $0.name == "activation" }.flatMap { $0.type.words }
            })
    }

    mutating func plugin(_ kind: PluginKind, _ name: Identifier) -> CatalogEntry? { plugin(kind, name.word, name.text) }

    mutating func plugin(_ call: PluginCall) -> CatalogEntry? {
        plugin(call.kind, library.interner.intern(call.name), call.name)
    }

    private mutating func plugin(_ kind: PluginKind, _ word: Int32, _ name: String) -> CatalogEntry? {
        if kind == .layer { return layer(word, name) }
        if let known = others[kind]?[word] { return known }
        let entry = registry[kind, name].map(library.catalogEntry)
        others[kind, default: [:]][word] = entry
        return entry
    }
}
