/// The little of an ELF file that can be read without running it: whether it is a library for this machine, its
/// sections by name, and its build id.
///
/// Every offset is checked against the file's size: the file may be anything.
struct ELF {
    struct Unreadable: Error {
        var reason: String
    }
    private let bytes: [UInt8]
    private var sections: [(name: String, range: Range<Int>)] = []

    /// What this machine's own files carry in `e_machine`: x86-64 or AArch64.
    #if arch(x86_64)
        static let machine = 62
    #else
        static let machine = 183
    #endif

    /// `isProgram`: an executable will do, as long as it has sections.
    init(_ bytes: [UInt8], isProgram: Bool = false) throws(Unreadable) {
        self.bytes = bytes
        guard bytes.count >= 64, Array(bytes[0..<4]) == [0x7F, 0x45, 0x4C, 0x46] else {
            throw Unreadable(reason: "it is not a shared library (no ELF header)")
        }
        guard bytes[4] == 2, bytes[5] == 1 else {
            throw Unreadable(reason: "it is not a 64-bit little-endian library")
        }
        guard number(16, 2) == 3 || isProgram else {
            throw Unreadable(reason: "it is not a shared library (another type of ELF file)")
        }
        guard number(18, 2) == ELF.machine else {
            throw Unreadable(reason: "it was built for another kind of processor")
        }
        try readSections()
    }

    /// The bytes of the first section of this name.
    func section(_ name: String) -> [UInt8]? {
        sections.first { $0.name == name }.map { Array(bytes[$0.range]) }
    }

    /// What the linker's `--build-id` left, as hexadecimal digits.
    var buildID: [UInt8]? {
        guard let note = section(".note.gnu.build-id"), note.count > 16 else { return nil }
        let nameLength = ELF.number(note, 0, 4) ?? 0
        let length = ELF.number(note, 4, 4) ?? 0
        let start = 12 + (nameLength + 3) / 4 * 4
        guard start >= 12, length > 0, start + length <= note.count else { return nil }
        return Array(note[start..<start + length])
    }

    /// Whether the library exports a function of this name.
    func defines(_ symbol: String) -> Bool {
        guard let symbols = section(".dynsym"), let names = section(".dynstr") else { return false }
        let wanted = Array(symbol.utf8)
        for entry in stride(from: 0, through: symbols.count - 24, by: 24) {
            guard let name = ELF.number(symbols, entry, 4), let home = ELF.number(symbols, entry + 6, 2), home != 0,
                name < names.count
            else { continue }
            if Array(names[name...].prefix { $0 != 0 }) == wanted { return true }
        }
        return false
    }

    private mutating func readSections() throws(Unreadable) {
        let cut = Unreadable(reason: "its table of sections is cut off or damaged")
        guard let table = number(40, 8), let size = number(58, 2), let count = number(60, 2),
            let names = number(62, 2), size >= 64, count > 0, names < count,
            table <= bytes.count, count * size <= bytes.count - table
        else { throw cut }
        func range(_ index: Int) throws(Unreadable) -> Range<Int> {
            let header = table + index * size
            // A section of zeros (type 8) takes no place in the file.
            guard let type = number(header + 4, 4), let start = number(header + 24, 8),
                let length = number(header + 32, 8)
            else { throw cut }
            if type == 8 { return 0..<0 }
            guard start <= bytes.count, length <= bytes.count - start else { throw cut }
            return start..<start + length
        }
        let text = try range(names)
        for index in 0..<count {
            guard let offset = number(table + index * size, 4), offset <= text.count else { throw cut }
            let name = bytes[(text.lowerBound + offset)..<text.upperBound].prefix { $0 != 0 }
            sections.append((String(decoding: name, as: UTF8.self), try range(index)))
        }
    }

    private func number(_ offset: Int, _ width: Int) -> Int? { ELF.number(bytes, offset, width) }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - width else { return nil }
        var value: UInt64 = 0
        for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        return Int(exactly: value)
    }
}
