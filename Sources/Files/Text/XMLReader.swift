/// Reads XML as data: elements, attributes and texts, one after the other. It knows no entities but the five and
/// numbers, opens no other file, and refuses document types, so that nothing in a file can grow or reach out.
public struct XMLReader {
    public enum Event: Hashable, Sendable {
        /// The name without its prefix.
        case start(String, attributes: [String: String])
        case text(String)
        case end(String)
    }

    private let bytes: [UInt8]
    private let file: String
    private var place = 0
    private var open: [[UInt8]] = []
    private var pendingEnd: String?
    private static let deepest = 64
    private static let mostAttributes = 256

    public init(_ file: FileBytes) throws(DataError) {
        self.init(try file.bytes(0, file.count), name: file.name)
    }

    public init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        file = name
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// What comes next; `nil` at the end.
    public mutating func next() throws(DataError) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                let start = place
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                let text = try plain(bytes[start..<place], at: start)
                if !open.isEmpty, text.contains(where: { !$0.isWhitespace }) { return .text(text) }
                continue
            }
            if skips("<!--", to: "-->") || skips("<?", to: "?>") { continue }
            if begins("<![CDATA[") {
                let start = place + 9
                guard skips("<![CDATA[", to: "]]>") else { throw error("the end of a CDATA section", "the end") }
                return .text(String(decoding: bytes[start..<place - 3], as: UTF8.self))
            }
            if begins("<!") { throw error("elements", "a document type, which is not read") }
            return bytes.indices.contains(place + 1) && bytes[place + 1] == UInt8(ascii: "/")
                ? try closing() : try opening()
        }
        guard open.isEmpty else { throw error("the end of <\(name(open[open.count - 1]))>", "the end of the file") }
        return nil
    }

    // MARK: Elements

    private mutating func opening() throws(DataError) -> Event {
        place += 1
        let full = try word()
        var attributes: [String: String] = [:]
        while true {
            skipSpaces()
            guard place < bytes.count else { throw error("the end of a tag", "the end of the file") }
            if bytes[place] == UInt8(ascii: ">") {
                place += 1
                guard open.count < Self.deepest else { throw error("at most \(Self.deepest) levels", "more") }
                open.append(Array(full))
                return .start(name(full), attributes: attributes)
            }
            if begins("/>") {
                place += 2
                pendingEnd = name(full)
                return .start(name(full), attributes: attributes)
            }
            let key = try word()
            skipSpaces()
            guard begins("=") else { throw error("'=' behind an attribute's name", "something else") }
            place += 1
            skipSpaces()
            attributes[name(key)] = try quoted()
            guard attributes.count <= Self.mostAttributes else { throw error("fewer attributes", "more") }
        }
    }

    private mutating func closing() throws(DataError) -> Event {
        place += 2
        let full = Array(try word())
        skipSpaces()
        guard begins(">") else { throw error("'>'", "something else") }
        guard open.last == full else {
            let wanted = open.last.map { "</\(name($0))>" } ?? "no closing tag"
            throw error(wanted, "</\(name(full))>")
        }
        place += 1
        open.removeLast()
        return .end(name(full))
    }

    private mutating func word() throws(DataError) -> ArraySlice<UInt8> {
        let start = place
        while place < bytes.count, !" \t\r\n=/><\"'".utf8.contains(bytes[place]) { place += 1 }
        guard start < place else { throw error("a name", "something else") }
        return bytes[start..<place]
    }

    private mutating func quoted() throws(DataError) -> String {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'") else {
            throw error("a value in quotes", "something else")
        }
        let quote = bytes[place]
        let start = place + 1
        place = start
        while place < bytes.count, bytes[place] != quote { place += 1 }
        guard place < bytes.count else { throw error("the end of a value", "the end of the file") }
        place += 1
        return try plain(bytes[start..<place - 1], at: start)
    }

    /// Without its prefix, as `fsx:Station`.
    private func name(_ full: some Collection<UInt8>) -> String {
        let text = String(decoding: Array(full), as: UTF8.self)
        return text.split(separator: ":", maxSplits: 1).last.map(String.init) ?? text
    }

    // MARK: Texts

    private func plain(_ raw: ArraySlice<UInt8>, at start: Int) throws(DataError) -> String {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var text = ""
        var rest = raw
        while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
            text += String(decoding: rest[rest.startIndex..<mark], as: UTF8.self)
            guard let end = rest[mark...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let scalar = Self.entity(String(decoding: rest[(mark + 1)..<end], as: UTF8.self))
            else {
                throw DataError(
                    file: file, byte: mark, expected: "&amp; &lt; &gt; &quot; &apos; or a number",
                    found: "another entity")
            }
            text.unicodeScalars.append(scalar)
            rest = rest[(end + 1)...]
        }
        return text + String(decoding: rest, as: UTF8.self)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        let known: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let scalar = known[name] { return scalar }
        guard name.hasPrefix("#") else { return nil }
        let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        return number.flatMap(Unicode.Scalar.init)
    }

    // MARK: Small steps

    private func begins(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func skips(_ head: String, to tail: String) -> Bool {
        guard begins(head) else { return false }
        let end = Array(tail.utf8)
        var next = place + head.utf8.count
        while next + end.count <= bytes.count {
            if bytes[next] == end[0], bytes[next..<next + end.count].elementsEqual(end) {
                place = next + end.count
                return true
            }
            next += 1
        }
        return false
    }

    private mutating func skipSpaces() {
        while place < bytes.count, " \t\r\n".utf8.contains(bytes[place]) { place += 1 }
    }

    private func error(_ expected: String, _ found: String) -> DataError {
        DataError(file: file, byte: place, expected: expected, found: found)
    }
}
