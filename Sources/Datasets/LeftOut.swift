import GraphIR

/// What of a file or a folder was not read, how much of it there is, and why it was left out: nothing is passed over in
/// silence.
public struct LeftOut: Hashable, Sendable, CustomStringConvertible {
    /// In the plural, with the reason: `files that are no recordings`.
    public var what: String
    public var count: Int
    /// The names of the first few.
    public var examples: [String]

    public init(_ what: String, count: Int = 1, examples: [String] = []) {
        self.what = what
        self.count = count
        self.examples = examples
    }

    /// Links of an HDF5 file that lead to another file or nowhere.
    public static func links(_ names: [String]) -> [LeftOut] {
        var all: [LeftOut] = []
        for name in names { all.add("links to other files or to nothing", example: name) }
        return all
    }

    /// How many names a message gives.
    static let mostExamples = 3

    public var description: String {
        let named = examples.prefix(Self.mostExamples).map { shown($0) }.joined(separator: ", ")
        return "\(count) \(what)" + (named.isEmpty ? "" : ": " + named + (count > examples.count ? ", …" : ""))
    }
}

extension [LeftOut] {
    /// Counts one more of a kind.
    public mutating func add(_ what: String, count: Int = 1, example: String? = nil) {
        guard count > 0 else { return }
        let place = firstIndex { $0.what == what } ?? endIndex
        if place == endIndex { append(LeftOut(what, count: 0)) }
        self[place].count += count
        if let example, self[place].examples.count < LeftOut.mostExamples { self[place].examples.append(example) }
    }

    public mutating func add(_ other: [LeftOut]) {
        for entry in other {
            add(entry.what, count: entry.count)
            guard let place = firstIndex(where: { $0.what == entry.what }) else { continue }
            self[place].examples = Array<String>((self[place].examples + entry.examples).prefix(LeftOut.mostExamples))
        }
    }
}
