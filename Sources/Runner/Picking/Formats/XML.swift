import GraphIR

/// Writes elements of XML, one within another.
struct XML {
    private(set) var text = ""
    private var names: [String] = []

    private var indent: String { String(repeating: "  ", count: names.count) }

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func open(_ name: String, _ attributes: [(name: String, value: String)] = []) {
        text += "\(indent)<\(name)\(Self.text(attributes))>\n"
        names.append(name)
    }

    mutating func close(_ count: Int = 1) {
        for _ in 0..<count {
            guard let name = names.popLast() else { return }
            text += "\(indent)</\(name)>\n"
        }
    }

    mutating func leaf(_ name: String, _ value: String) {
        text += "\(indent)<\(name)>\(Markup.escaped(value))</\(name)>\n"
    }

    mutating func empty(_ name: String, _ attributes: [(name: String, value: String)]) {
        text += "\(indent)<\(name)\(Self.text(attributes))/>\n"
    }

    private static func text(_ attributes: [(name: String, value: String)]) -> String {
        attributes.map { " \($0.name)=\"\(Markup.escaped($0.value))\"" }.joined()
    }
}
