import GraphIR

/// A network's name made of a file's: `my_picker.arch` gives `MyPicker`.
public func networkName(from file: String) -> String {
    let stem = file.hasSuffix(".arch") ? String(file.dropLast(5)) : file
    let words = stem.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard let first = name.first else { return "Network" }
    return first.isNumber ? "Network" + name : name
}

/// A small network to begin with: it compiles, and it can be trained.
public func firstNetwork(called name: String) -> String {
    """
    /// What it is for, in a sentence.
    network \(name)(filters: [int] = [8, 16, 32], kernel: int = 7) {
        input waveform: [3, 3000] at 100 Hz

        code = waveform -> for f in filters { conv(f, kernel, activation: relu) -> max_pool(2) } as down
        longer = code -> for f in reversed(filters) { upsample(2) -> conv(f, kernel, activation: relu) } as up
        output p: [1, 3000] = longer -> conv(1, kernel) -> sigmoid

        learn p from pick(P, shape: gaussian, width: 20 samples) loss binary_cross_entropy
        prepare { demean -> normalize(std, each: channel) }
        train { optimizer: adam(rate: 1e-3), batch: 32, epochs: 20 }
    }

    """
}

/// A variant to begin with. Its first edit changes nothing yet: it sets a parameter to what it is.
public func variant(called name: String, of parent: String, _ network: Network?) -> String {
    let edit =
        network?.parameters.entries.first.map { "set \($0.name) = \($0.value)" }
        ?? network?.graph.nodes.first { !$0.isInput }.map { "// replace \($0.path) with …" }
        ?? "// set parameter = value"
    return """
        /// What is different from \(network?.graph.name ?? parent), and why.
        variant \(name) of "\(parent)" {
            \(edit)
        }

        """
}

/// A text whose network or variant carries another name, for another folder: `path` says how a file that the text names
/// is called from there. `nil` for a text that cannot be read.
public func copied(_ text: [UInt8], to name: String, path: (String) -> String) -> [UInt8]? {
    let (tree, _) = Parser.parse(file: 0, text: text, interner: Interner())
    guard !tree.hasErrors, let old = tree.networks.first?.name ?? tree.variants.first?.name else { return nil }
    let named = tree.uses.map { ($0.path, $0.pathPlace) } + tree.variants.map { ($0.parent, $0.parentPlace) }
    let paths = named.map { Diagnostic.Fix.Edit($1, Value.string(path($0)).description) }
    return apply([Diagnostic.Fix.Edit(old.place, name)] + paths, to: text)
}
