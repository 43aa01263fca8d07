import GraphIR

/// What a name or an expression stands for while a network is built.
indirect enum Item: Sendable {
    /// A number, a word, a quantity, a plugin.
    case value(Value)
    /// What flows out of a node of the graph.
    case array(Int)
    case list([Item])
    /// What a block returned, or what a group holds: one main thing and named ones beside it.
    case bundle(Bundle)
    /// Something went wrong and was said; whatever depends on it stays silent.
    case poison

    var isPoison: Bool { if case .poison = self { true } else { false } }

    /// The main thing of a bundle; anything else is its own.
    var main: Item {
        if case .bundle(let bundle) = self { return bundle.main.main }
        return self
    }
    /// The node, if this is one array.
    var node: Int? {
        if case .array(let node) = main { return node }
        return nil
    }
    /// Whether it is an array, or a list that begins with arrays.
    var holdsArrays: Bool {
        switch main {
        case .array: true
        case .list(let items): items.first?.holdsArrays ?? false
        default: false
        }
    }
}

struct Bundle: Sendable {
    var main: Item
    var extras: [(name: Identifier, item: Item)]
}

/// A name with what it stands for.
struct Binding: Sendable {
    enum Role: Sendable { case parameter, variable, label, result, size }
    var word: Int32
    var text: String
    var item: Item
    var role: Role
    var place: Place
}
