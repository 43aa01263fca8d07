import GraphIR

/// What every word of some texts means, told from their trees alone: where it is declared, or which layer, function or
/// plugin it is. Blocks that nobody calls are looked at like all others.
package struct Names: Sendable {
    package enum Kind: String, Sendable {
        case network, variant, block, parameter
        /// What flows into a network, or into a block by `on`.
        case input
        case result, output, label
        /// What a turn of a loop is called.
        case turn
        /// A length that an input leaves open.
        case size
        /// What a block returns beside its result.
        case extra
    }

    /// One thing that a text gives a name to.
    package struct Symbol: Sendable {
        package var name: String
        package var kind: Kind
        /// Where it is declared: its identity.
        package var place: Place
        /// The network, variant or block that it belongs to.
        package var owner: String
        /// Of a label the layer or block that is called there.
        package var callee = ""
        package var documentation = ""
    }

    package enum Meaning: Hashable, Sendable {
        /// Declared in one of the texts: an index into `symbols`.
        case symbol(Int)
        case layer(String)
        case function(String)
        case plugin(PluginKind, String)
        /// An argument of a layer or plugin.
        case argument(PluginKind, of: String, String)
        /// A word that stands for itself, as in `activation: relu`.
        case word
        /// A section or setting in the path of a `set`.
        case section
        /// What an `expect` is about.
        case subject
        case unknown
    }

    package struct Occurrence: Sendable {
        package var place: Place
        package var meaning: Meaning
        package var isDeclaration = false
    }

    package internal(set) var symbols: [Symbol] = []
    /// For each text its words, in their order.
    package internal(set) var occurrences: [[Occurrence]] = []
    /// Findings about words that mean nothing.
    var findings: [Diagnostic] = []

    /// The word at an offset, or one that ends there.
    package func occurrence(at offset: Int, in file: Int) -> Occurrence? {
        guard occurrences.indices.contains(file) else { return nil }
        let own = occurrences[file]
        // The first one that begins behind the offset, by halving.
        var low = 0
        var high = own.count
        while low < high {
            let middle = (low + high) / 2
            if own[middle].place.start <= offset { low = middle + 1 } else { high = middle }
        }
        for index in stride(from: low - 1, through: max(0, low - 3), by: -1) where index >= 0 {
            if own[index].place.start <= offset, offset <= own[index].place.end { return own[index] }
        }
        return nil
    }

    /// Every place that means a symbol, declaration first within its text.
    package func places(of symbol: Int) -> [Occurrence] {
        occurrences.flatMap { $0.filter { $0.meaning == .symbol(symbol) } }
    }

    /// The symbol that is declared at a place.
    package func symbol(at place: Place) -> Int? { symbols.firstIndex { $0.place == place } }
}
