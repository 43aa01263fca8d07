/// A JSON value. Objects keep the order of their members, so that what is written is the same every time.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSON
        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    public var array: [JSON]? { if case .array(let values) = self { values } else { nil } }
    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
    public var int: Int? {
        switch self {
        case .int(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    public init(nilLiteral: ()) { self = .null }
}

// MARK: - Writing

extension JSON {
    /// The value as text: on one line, or indented for people. Numbers that JSON cannot say become `null`.
    public func text(indented: Bool = false) -> String {
        var out: [UInt8] = []
        write(to: &out, indent: indented ? 0 : nil)
        return String(decoding: out, as: UTF8.self)
    }

    private func write(to out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .int(let value): out += String(value).utf8
        case .number(let value): out += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let text): JSON.write(text, to: &out)
        case .array(let values):
            let isFlat = values.allSatisfy { $0.array == nil && $0.members == nil }
            JSON.writeList(
                "[", "]", count: values.count, indent: isFlat ? nil : indent, spaced: indent != nil, to: &out
            ) {
                values[$0].write(to: &$1, indent: $2)
            }
        case .object(let members):
            JSON.writeList("{", "}", count: members.count, indent: indent, spaced: indent != nil, to: &out) {
                JSON.write(members[$0].key, to: &$1)
                $1 += (indent == nil ? ":" : ": ").utf8
                members[$0].value.write(to: &$1, indent: $2)
            }
        }
    }

    private static func writeList(
        _ open: String, _ close: String, count: Int, indent: Int?, spaced: Bool, to out: inout [UInt8],
        item: (Int, inout [UInt8], Int?) -> Void
    ) {
        out += open.utf8
        for index in 0..<count {
            if index > 0 { out += (indent == nil && spaced ? ", " : ",").utf8 }
            if let indent { out += ("\n" + String(repeating: "  ", count: indent + 1)).utf8 }
            item(index, &out, indent.map { $0 + 1 })
        }
        if let indent, count > 0 { out += ("\n" + String(repeating: "  ", count: indent)).utf8 }
        out += close.utf8
    }

    /// Controls, breaks of lines and marks that turn text round are written by their numbers, in the one way that every
    /// reader takes back.
    private static func write(_ text: String, to out: inout [UInt8]) {
        guard text.utf8.contains(where: { $0 >= 0x7F }), text.unicodeScalars.contains(where: mustBeNumbered) else {
            out.append(UInt8(ascii: "\""))
            writePlain(text, to: &out)
            out.append(UInt8(ascii: "\""))
            return
        }
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            guard mustBeNumbered(scalar) else {
                writePlain(String(scalar), to: &out)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                out += ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func mustBeNumbered(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x7F && (scalar.isControl || scalar.turnsText)
    }

    private static func writePlain(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out += "\\\"".utf8
            case UInt8(ascii: "\\"): out += "\\\\".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0D: out += "\\r".utf8
            case 0x09: out += "\\t".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += "\\u00".utf8
                out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
    }
}

// MARK: - Reading

extension JSON {
    /// Why a text is not JSON, and at which byte.
    public struct Malformed: PlainError, Hashable, Sendable, CustomStringConvertible {
        public var status: ExitStatus { .badData }
        public var offset: Int
        public var expected: String
        public var description: String { "at byte \(offset) \(expected) was expected" }
    }

    /// What stands where a text holds half of a surrogate pair, which no UTF-8 can say.
    public enum HalfSurrogates: Sendable {
        case refused
        /// U+FFFD comes in its place: editors written in JavaScript can send one.
        case replaced
    }

    /// Reads one value and nothing after it. Objects with a key twice are refused; nesting is limited.
    public init(parsing text: [UInt8], halfSurrogates: HalfSurrogates = .refused) throws(Malformed) {
        var reader = Reader(text: text, halfSurrogates: halfSurrogates)
        self = try reader.value(depth: 0)
        reader.skipSpace()
        if reader.offset < text.count { throw Malformed(offset: reader.offset, expected: "the end") }
    }

    private struct Reader {
        let text: [UInt8]
        let halfSurrogates: HalfSurrogates
        var offset = 0

        init(text: [UInt8], halfSurrogates: HalfSurrogates) {
            self.text = text
            self.halfSurrogates = halfSurrogates
        }

        func fail(_ expected: String) -> Malformed { Malformed(offset: offset, expected: expected) }
        var next: UInt8? { offset < text.count ? text[offset] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
        }
        mutating func take(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard offset + count <= text.count else { return false }
            let isThere = word.withUTF8Buffer { bytes in
                bytes.indices.allSatisfy { bytes[$0] == text[offset + $0] }
            }
            if isThere { offset += count }
            return isThere
        }

        mutating func value(depth: Int) throws(Malformed) -> JSON {
            guard depth < 200 else { throw fail("fewer than 200 levels of nesting") }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t") where take("true"): return .bool(true)
            case UInt8(ascii: "f") where take("false"): return .bool(false)
            case UInt8(ascii: "n") where take("null"): return .null
            default: return try number()
            }
        }

        mutating func object(depth: Int) throws(Malformed) -> JSON {
            var members: [Member] = []
            var keys: Set<String> = []
            offset += 1
            skipSpace()
            if take("}") { return .object([]) }
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw fail("a key in quotes") }
                let key = try string()
                guard keys.insert(key).inserted else { throw fail("each key once, not '\(key)' again") }
                skipSpace()
                guard take(":") else { throw fail("':'") }
                members.append(Member(key, try value(depth: depth + 1)))
                skipSpace()
                if take("}") { return .object(members) }
                guard take(",") else { throw fail("',' or '}'") }
            }
        }

        mutating func array(depth: Int) throws(Malformed) -> JSON {
            var values: [JSON] = []
            offset += 1
            skipSpace()
            if take("]") { return .array([]) }
            while true {
                values.append(try value(depth: depth + 1))
                skipSpace()
                if take("]") { return .array(values) }
                guard take(",") else { throw fail("',' or ']'") }
            }
        }

        mutating func string() throws(Malformed) -> String {
            offset += 1
            var bytes: [UInt8] = []
            while let byte = next {
                offset += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"): bytes += try escape()
                case 0..<0x20: throw fail("no control characters within a string")
                default: bytes.append(byte)
                }
            }
            throw fail("a closing quote")
        }

        mutating func escape() throws(Malformed) -> [UInt8] {
            guard let byte = next else { throw fail("a character after '\\'") }
            offset += 1
            switch byte {
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "u"):
                return Array(String(Character(try scalar())).utf8)
            default: throw fail("one of the escapes of JSON")
            }
        }

        /// The character behind `\u`, of one escape or of the two that make a surrogate pair.
        mutating func scalar() throws(Malformed) -> Unicode.Scalar {
            let code = try hex()
            if (0xD800..<0xDC00).contains(code) {
                let between = offset
                if take("\\u") {
                    let low = try hex()
                    if (0xDC00..<0xE000).contains(low),
                        let whole = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
                    {
                        return whole
                    }
                    guard halfSurrogates == .replaced else { throw fail("the second half of a surrogate pair") }
                    // What follows is a character of its own.
                    offset = between
                }
            }
            if let scalar = Unicode.Scalar(code) { return scalar }
            guard halfSurrogates == .replaced else { throw fail("a Unicode character") }
            return "\u{FFFD}"
        }

        mutating func hex() throws(Malformed) -> UInt32 {
            guard offset + 4 <= text.count,
                let code = UInt32(String(decoding: text[offset..<offset + 4], as: UTF8.self), radix: 16)
            else { throw fail("four hexadecimal digits") }
            offset += 4
            return code
        }

        mutating func number() throws(Malformed) -> JSON {
            let start = offset
            while let byte = next, "+-.eE0123456789".utf8.contains(byte) { offset += 1 }
            let digits = String(decoding: text[start..<offset], as: UTF8.self)
            if let whole = Int(digits), !digits.hasPrefix("+") { return .int(whole) }
            if let value = Double(digits), value.isFinite, !digits.hasPrefix("+"), !digits.hasPrefix(".") {
                return .number(value)
            }
            offset = start
            throw fail("a value")
        }
    }
}
