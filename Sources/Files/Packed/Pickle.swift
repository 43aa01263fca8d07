import GraphIR

/// A Python pickle as the data that it describes.
///
/// A pickle is a program for a small stack machine, and a Python that loads it calls whatever it names. Here nothing is
/// ever called: a name of a function or a class stays two texts, and a call stays the name with its arguments, an
/// `object` that can lie around and be looked at. Protocols 2 to 5.
public struct Pickle: Sendable {
    /// A value; others are named by their place in `values`, for a pickle can hold one value in many places, also in
    /// itself.
    public enum Value: Hashable, Sendable {
        case none
        case bool(Bool)
        case int(Int)
        /// A whole number beyond 64 bits, which nothing here wants.
        case hugeInteger
        case float(Double)
        case text(String)
        case bytes([UInt8])
        case tuple([Int])
        case list([Int])
        case set([Int])
        case dictionary([Pair])
        /// A name that Python would look up: a module and what is in it.
        case global(module: String, name: String)
        /// What the file's own reader would be asked for, such as a storage.
        case persistent(Int)
        /// A call that was not made: what would have been called with what, and what would have been put into it.
        case object(Call)
    }
    public struct Pair: Hashable, Sendable {
        public var key: Int
        public var value: Int
    }
    public struct Call: Hashable, Sendable {
        public var function: Int
        public var arguments: Int
        public var state: Int?
        public var items: [Pair] = []
        public var elements: [Int] = []
    }

    public private(set) var values: [Value] = []
    /// The place of the whole.
    public private(set) var root = 0

    /// The most bytes that a pickle may have, and the most values and entries of its stack and memo.
    static let mostBytes = 16 << 20
    static let mostValues = 1_000_000

    public init(_ bytes: [UInt8], name: String) throws(DataError) {
        let file = FileBytes(bytes, name: name)
        guard bytes.count <= Pickle.mostBytes else {
            throw file.error(
                at: nil, expected: "a pickle of at most \(Pickle.mostBytes) bytes", found: "\(bytes.count)")
        }
        var machine = PickleMachine(try ByteReader(file, at: 0))
        root = try machine.run()
        values = machine.values
    }

    public subscript(place: Int) -> Value { values[place] }
    /// The text at a place; `nil` where it is something else.
    public func text(_ place: Int) -> String? { if case .text(let text) = values[place] { text } else { nil } }
    public func int(_ place: Int) -> Int? { if case .int(let number) = values[place] { number } else { nil } }
    public func tuple(_ place: Int) -> [Int]? { if case .tuple(let parts) = values[place] { parts } else { nil } }
    /// Whole numbers in a tuple or a list.
    public func ints(_ place: Int) -> [Int]? {
        let parts: [Int]
        switch values[place] {
        case .tuple(let places), .list(let places): parts = places
        default: return nil
        }
        let numbers = parts.compactMap(int)
        return numbers.count == parts.count ? numbers : nil
    }
    /// `module.name` of a global.
    public func global(_ place: Int) -> String? {
        if case .global(let module, let name) = values[place] { module + "." + name } else { nil }
    }
    /// The entries of a dictionary, or of the ordered one that a call would have made.
    public func pairs(_ place: Int) -> [Pair]? {
        switch values[place] {
        case .dictionary(let pairs): pairs
        case .object(let call) where Pickle.dictionaries.contains(global(call.function) ?? ""): call.items
        default: nil
        }
    }
    static let dictionaries: Set<String> = ["collections.OrderedDict", "builtins.dict", "__builtin__.dict"]
}

/// The stack machine.
struct PickleMachine {
    private(set) var values: [Pickle.Value] = []
    private var reader: ByteReader
    private var stack: [Int] = []
    private var marks: [Int] = []
    private var memo: [Int: Int] = [:]
    private var nextMemo = 0

    init(_ reader: ByteReader) { self.reader = reader }

    private func error(_ expected: String, _ found: String) -> DataError {
        reader.file.error(at: reader.offset, expected: expected, found: found)
    }

    private mutating func push(_ value: Pickle.Value) throws(DataError) {
        guard values.count < Pickle.mostValues, stack.count < Pickle.mostValues else {
            throw error("a pickle of at most \(Pickle.mostValues) values", "more")
        }
        values.append(value)
        stack.append(values.count - 1)
    }

    private mutating func pop() throws(DataError) -> Int {
        guard stack.count > (marks.last ?? 0), let top = stack.popLast() else {
            throw error("a value on the stack", "none")
        }
        return top
    }

    private func top() throws(DataError) -> Int {
        guard stack.count > (marks.last ?? 0), let top = stack.last else { throw error("a value on the stack", "none") }
        return top
    }

    /// What stands on the stack above the last mark.
    private mutating func popToMark() throws(DataError) -> [Int] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw error("a mark on the stack", "none") }
        let parts = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return parts
    }

    mutating func run() throws(DataError) -> Int {
        guard try reader.u8() == 0x80 else { throw error("a pickle of protocol 2 to 5", "an older or another file") }
        let version = try reader.u8()
        guard (2...5).contains(version) else { throw error("a pickle of protocol 2 to 5", "protocol \(version)") }
        while true {
            let at = reader.offset
            let code = UInt8(truncatingIfNeeded: try reader.u8())
            if code == UInt8(ascii: ".") {
                let result = try pop()
                guard stack.isEmpty, marks.isEmpty else { throw error("one value at the end", "more on the stack") }
                return result
            }
            guard try isAtom(code) else {
                guard try isContainer(code) else {
                    guard try isReference(code) else {
                        throw reader.file.error(
                            at: at, expected: "an instruction of a pickle", found: "the byte \(code)")
                    }
                    continue
                }
                continue
            }
        }
    }

    // MARK: Numbers and texts

    /// Carries out an instruction that makes a number, a text or bytes; `false` if it is none.
    private mutating func isAtom(_ code: UInt8) throws(DataError) -> Bool {
        switch code {
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "J"): try push(.int(try reader.i32()))
        case UInt8(ascii: "K"): try push(.int(try reader.u8()))
        case UInt8(ascii: "M"): try push(.int(try reader.u16()))
        case 0x8A: try pushLong(try reader.u8())
        case 0x8B: try pushLong(try reader.i32())
        case UInt8(ascii: "G"): try push(.float(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped)))
        case UInt8(ascii: "X"): try pushText(try reader.u32())
        case 0x8C: try pushText(try reader.u8())
        case 0x8D: try pushText(try reader.length(of: 8))
        case UInt8(ascii: "T"): try pushBytes(try reader.i32())
        case UInt8(ascii: "U"): try pushBytes(try reader.u8())
        case UInt8(ascii: "B"): try pushBytes(try reader.u32())
        case UInt8(ascii: "C"): try pushBytes(try reader.u8())
        case 0x8E, 0x96: try pushBytes(try reader.length(of: 8))
        default: return false
        }
        return true
    }

    private mutating func pushLong(_ count: Int) throws(DataError) {
        guard count >= 0 else { throw error("a length of at least 0", "\(count)") }
        let bytes = try reader.bytes(count)
        guard count <= 8 else { return try push(.hugeInteger) }
        var number: UInt64 = (bytes.last ?? 0) & 0x80 != 0 ? .max : 0
        for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
        try push(.int(Int(bitPattern: UInt(number))))
    }

    private mutating func pushText(_ count: Int) throws(DataError) {
        try push(.text(String(decoding: try reader.bytes(count), as: UTF8.self)))
    }

    private mutating func pushBytes(_ count: Int) throws(DataError) {
        guard count >= 0 else { throw error("a length of at least 0", "\(count)") }
        try push(.bytes(try reader.bytes(count)))
    }

    // MARK: Containers

    private mutating func isContainer(_ code: UInt8) throws(DataError) -> Bool {
        switch code {
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: ")"): try push(.tuple([]))
        case UInt8(ascii: "t"): try push(.tuple(try popToMark()))
        case 0x85: try pushTuple(1)
        case 0x86: try pushTuple(2)
        case 0x87: try pushTuple(3)
        case UInt8(ascii: "]"): try push(.list([]))
        case UInt8(ascii: "l"): try push(.list(try popToMark()))
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "}"): try push(.dictionary([]))
        case UInt8(ascii: "d"): try push(.dictionary(try pairs(try popToMark())))
        case UInt8(ascii: "s"):
            let value = try pop()
            try setItems([.init(key: try pop(), value: value)])
        case UInt8(ascii: "u"): try setItems(try pairs(try popToMark()))
        case 0x8F: try push(.set([]))
        case 0x90: try append(try popToMark())
        case 0x91: try push(.set(try popToMark()))
        default: return false
        }
        return true
    }

    private mutating func mark() throws(DataError) {
        guard marks.count < Pickle.mostValues else { throw error("at most \(Pickle.mostValues) marks", "more") }
        marks.append(stack.count)
    }

    private mutating func pushTuple(_ count: Int) throws(DataError) {
        var parts: [Int] = []
        for _ in 0..<count { parts.append(try pop()) }
        try push(.tuple(parts.reversed()))
    }

    private func pairs(_ parts: [Int]) throws(DataError) -> [Pickle.Pair] {
        guard parts.count % 2 == 0 else { throw error("keys with their values", "a key without one") }
        return stride(from: 0, to: parts.count, by: 2).map { .init(key: parts[$0], value: parts[$0 + 1]) }
    }

    /// Only what can be added to is added to.
    private mutating func append(_ parts: [Int]) throws(DataError) {
        let target = try top()
        switch values[target] {
        case .list(var list):
            values[target] = .none
            list += parts
            values[target] = .list(list)
        case .set(var list):
            values[target] = .none
            list += parts
            values[target] = .set(list)
        case .object(var call):
            values[target] = .none
            call.elements += parts
            values[target] = .object(call)
        default: throw error("a list to add to", "something else")
        }
    }

    private mutating func setItems(_ pairs: [Pickle.Pair]) throws(DataError) {
        let target = try top()
        switch values[target] {
        case .dictionary(var all):
            values[target] = .none
            all += pairs
            values[target] = .dictionary(all)
        case .object(var call):
            values[target] = .none
            call.items += pairs
            values[target] = .object(call)
        default: throw error("a dictionary to put something into", "something else")
        }
    }

    // MARK: Memo, names, calls that are not made

    private mutating func isReference(_ code: UInt8) throws(DataError) -> Bool {
        switch code {
        case UInt8(ascii: "q"): try remember(try reader.u8())
        case UInt8(ascii: "r"): try remember(try reader.u32())
        case 0x94: try remember(nextMemo)
        case UInt8(ascii: "h"): try recall(try reader.u8())
        case UInt8(ascii: "j"): try recall(try reader.u32())
        case 0x95: try reader.skip(8)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): stack.append(try top())
        case UInt8(ascii: "c"): try push(.global(module: try line(), name: try line()))
        case 0x93:
            let name = try pop()
            guard case .text(let module) = values[try pop()], case .text(let text) = values[name] else {
                throw error("two texts that name something", "something else")
            }
            try push(.global(module: module, name: text))
        case UInt8(ascii: "Q"): try push(.persistent(try pop()))
        case UInt8(ascii: "R"), 0x81:
            let arguments = try pop()
            try push(.object(.init(function: try pop(), arguments: arguments)))
        case 0x92:
            _ = try pop()
            let arguments = try pop()
            try push(.object(.init(function: try pop(), arguments: arguments)))
        case UInt8(ascii: "b"):
            let state = try pop()
            let target = try top()
            if case .object(var call) = values[target] {
                call.state = state
                values[target] = .object(call)
            }
        default: return false
        }
        return true
    }

    private mutating func remember(_ place: Int) throws(DataError) {
        guard memo.count < Pickle.mostValues else {
            throw error("at most \(Pickle.mostValues) remembered values", "more")
        }
        memo[place] = try top()
        nextMemo = max(nextMemo, place) &+ 1
    }

    private mutating func recall(_ place: Int) throws(DataError) {
        guard let value = memo[place] else { throw error("a value that was remembered as \(place)", "none") }
        guard stack.count < Pickle.mostValues else { throw error("at most \(Pickle.mostValues) values", "more") }
        stack.append(value)
    }

    /// A text that ends with its line.
    private mutating func line() throws(DataError) -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = UInt8(truncatingIfNeeded: try reader.u8())
            if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
            guard bytes.count < Limits.name else {
                throw error("a name of at most \(Limits.name) bytes", "a longer one")
            }
            bytes.append(byte)
        }
    }
}
