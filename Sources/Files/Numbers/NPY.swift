/// NumPy's file of one array: a line of text that says type and shape, then the numbers.
public enum NPY {
    /// Reads an array of numbers; byte order and type are as in the file, Fortran's order is turned into C's.
    public static func read(_ path: String) throws(DataError) -> NumberArray {
        try read(FileBytes(mapping: path))
    }

    /// Reads an array of texts, as the list of names that a published split comes as.
    public static func readTexts(_ path: String) throws(DataError) -> [String] { try texts(FileBytes(mapping: path)) }

    public static func texts(_ file: FileBytes) throws(DataError) -> [String] {
        let header = try Header(file)
        guard case .text(let width, let isWide, let bigEndian) = header.element else {
            throw file.error(at: 0, expected: "an array of texts", found: "numbers")
        }
        let count = try header.checkedCount(elementSize: width * (isWide ? 4 : 1), in: file)
        var texts: [String] = []
        texts.reserveCapacity(count)
        for index in 0..<count {
            if isWide {
                var text = String.UnicodeScalarView()
                for place in 0..<width {
                    let at = header.end + (index * width + place) * 4
                    let code: UInt32 = try file.integer(at, bigEndian: bigEndian)
                    if code == 0 { break }
                    text.append(Unicode.Scalar(code) ?? "\u{FFFD}")
                }
                texts.append(String(text))
            } else {
                texts.append(try file.text(header.end + index * width, width))
            }
        }
        return texts
    }

    public static func read(_ file: FileBytes) throws(DataError) -> NumberArray {
        let header = try Header(file)
        guard case .number(let format) = header.element else {
            throw file.error(at: 0, expected: "an array of numbers", found: "an array of texts")
        }
        let count = try header.checkedCount(elementSize: format.size, in: file)
        let shape = header.shape
        let bytes = try file.bytes(header.end, count * format.size)
        let ordered = header.isFortran ? rowMajor(bytes, shape: shape, size: format.size) : bytes
        guard let array = NumberArray(shape: shape, format: format, bytes: ordered) else {
            throw file.error(at: header.end, expected: "\(count) numbers", found: "another count")
        }
        return array
    }

    /// Elements in Fortran's order, the first axis fastest, put into C's.
    private static func rowMajor(_ bytes: [UInt8], shape: [Int], size: Int) -> [UInt8] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var place = [Int](repeating: 0, count: shape.count)
        for _ in 0..<(bytes.count / size) {
            let from = zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
            out.append(contentsOf: bytes[from..<from + size])
            for axis in shape.indices.reversed() {
                place[axis] += 1
                if place[axis] < shape[axis] { break }
                place[axis] = 0
            }
        }
        return out
    }

    /// Writes an array; an existing file is replaced only where that is allowed.
    public static func write(_ array: NumberArray, to path: String, overwrite: Bool = false) throws(DataError) {
        let file = try OutputFile(path, overwrite: overwrite)
        try file.append(header(of: array))
        try file.append(array.bytes)
        try file.finish()
    }

    /// The file as bytes.
    public static func bytes(of array: NumberArray) -> [UInt8] { header(of: array) + array.bytes }

    private static func header(of array: NumberArray) -> [UInt8] {
        let kind =
            switch array.format.kind {
            case .float: "f"
            case .signed: "i"
            case .unsigned: "u"
            }
        let order = array.format.size == 1 ? "|" : array.format.bigEndian ? ">" : "<"
        return header(element: "\(order)\(kind)\(array.format.size)", shape: array.shape)
    }

    /// What stands before the numbers: their kind as NumPy writes it (`<f4`), and the shape.
    public static func header(element: String, shape: [Int]) -> [UInt8] {
        let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '\(element)', 'fortran_order': False, 'shape': (\(sizes)), }"
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        let length = UInt16(text.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
    }
}

// MARK: - Header

extension NPY {
    public enum Element: Hashable {
        case number(NumberFormat)
        /// Characters an element; four bytes each, or one.
        case text(width: Int, isWide: Bool, bigEndian: Bool)
    }

    public struct Header {
        public var element: Element
        public var isFortran: Bool
        public var shape: [Int]
        /// The offset of the first number.
        public var end: Int

        public init(_ file: FileBytes) throws(DataError) {
            var reader = try ByteReader(file, at: 0)
            guard file.matches([0x93] + Array("NUMPY".utf8), at: 0) else {
                throw file.error(at: 0, expected: "\\x93NUMPY", found: "other bytes")
            }
            try reader.skip(6)
            let major = try reader.u8()
            _ = try reader.u8()
            guard (1...3).contains(major) else {
                throw file.error(at: 6, expected: "version 1, 2 or 3 of the format", found: "version \(major)")
            }
            let length = major == 1 ? try reader.u16() : try reader.u32()
            let start = reader.offset
            guard length <= 1 << 20 else {
                throw file.error(at: 8, expected: "a header of at most 1 MiB", found: "\(length) bytes")
            }
            let text = try reader.bytes(length)
            end = reader.offset
            var fields = HeaderText(text: text, file: file, start: start)
            (element, isFortran, shape) = try fields.parse()
        }

        /// How many elements the file holds; all of them must be there.
        public func checkedCount(elementSize: Int, in file: FileBytes) throws(DataError) -> Int {
            guard let count = product(shape), let bytes = product(count, elementSize), file.contains(end, bytes) else {
                throw file.error(
                    at: end, expected: "an array of shape \(shape)", found: "\(file.count - end) bytes of numbers")
            }
            return count
        }
    }

    /// The Python dictionary of the header, read as text of three known keys.
    private struct HeaderText {
        let text: [UInt8]
        let file: FileBytes
        let start: Int
        var place = 0

        func failure(_ expected: String) -> DataError {
            file.error(at: start + place, expected: expected, found: "another text in the header")
        }

        mutating func parse() throws(DataError) -> (Element, Bool, [Int]) {
            var element: Element?
            var isFortran: Bool?
            var shape: [Int]?
            try take("{")
            while !isNext("}") {
                let key = try quoted()
                try take(":")
                switch key {
                case "descr": element = try descriptor()
                case "fortran_order":
                    isFortran = isNext("T")
                    try take(isFortran == true ? "True" : "False")
                case "shape": shape = try tuple()
                default: throw failure("descr, fortran_order or shape")
                }
                if !isNext("}") { try take(",") }
            }
            guard let element, let isFortran, let shape else { throw failure("descr, fortran_order and shape") }
            return (element, isFortran, shape)
        }

        mutating func skipSpace() {
            while place < text.count, text[place] == 0x20 || text[place] == 0x0A { place += 1 }
        }
        mutating func isNext(_ letter: Character) -> Bool {
            skipSpace()
            return place < text.count && text[place] == letter.asciiValue
        }
        mutating func take(_ word: String) throws(DataError) {
            skipSpace()
            guard text[place...].starts(with: word.utf8) else { throw failure("'\(word)'") }
            place += word.utf8.count
        }
        mutating func quoted() throws(DataError) -> String {
            let quote: Character = isNext("\"") ? "\"" : "'"
            try take(String(quote))
            guard let end = text[place...].firstIndex(of: quote.asciiValue ?? 0) else {
                throw failure("a closing quote")
            }
            defer { place = end + 1 }
            return String(decoding: text[place..<end], as: UTF8.self)
        }
        mutating func tuple() throws(DataError) -> [Int] {
            var sizes: [Int] = []
            try take("(")
            while !isNext(")") {
                let digits = text[place...].prefix { (0x30...0x39).contains($0) }
                guard let size = Int(String(decoding: digits, as: UTF8.self)), sizes.count < Limits.dimensions else {
                    throw failure("a size")
                }
                place = digits.endIndex
                sizes.append(size)
                if !isNext(")") { try take(",") }
            }
            try take(")")
            return sizes
        }
        mutating func descriptor() throws(DataError) -> Element {
            guard isNext("'") || isNext("\"") else { throw failure("one type for all elements") }
            let at = place
            let word = try quoted()
            guard let order = word.first, let kind = word.dropFirst().first, let size = Int(word.dropFirst(2)),
                "<>|=".contains(order), size >= 0, size <= Limits.text
            else {
                place = at
                throw failure("a type such as '<f4'")
            }
            let bigEndian = order == ">"
            let kinds: [Character: NumberFormat.Kind] = ["f": .float, "i": .signed, "u": .unsigned, "b": .unsigned]
            if let number = kinds[kind] {
                let format = NumberFormat(number, size, bigEndian: bigEndian)
                if format.isKnown { return .number(format) }
            }
            if kind == "U" || kind == "S" { return .text(width: size, isWide: kind == "U", bigEndian: bigEndian) }
            place = at
            throw failure("numbers or texts")
        }
    }
}
