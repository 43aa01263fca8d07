import Synchronization

/// An HDF5 file, read without the HDF5 library: groups of named objects, each an array of numbers or texts with
/// attributes. Follows the HDF Group's "HDF5 File Format Specification", version 3.0; section numbers are of that text.
///
/// Only what stands in the file itself is read: links to other files, external and virtual storage are refused.
/// Any number of threads may read at once.
public final class HDF5File: Sendable {
    public let file: FileBytes
    /// Addresses in the file count from here: behind a user block, if there is one.
    public let base: Int
    /// How many bytes an address takes, and a length.
    public let offsetSize: Int
    public let lengthSize: Int
    public let root: Int
    /// The links of groups that were looked into.
    private let groups = Mutex<[Int: LinkTable]>([:])

    public convenience init(_ path: String) throws(DataError) { try self.init(FileBytes(mapping: path)) }

    public init(_ file: FileBytes) throws(DataError) {
        self.file = file
        let block = try Superblock(file)
        base = block.base
        offsetSize = block.offsetSize
        lengthSize = block.lengthSize
        root = block.root
    }

    public static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    // MARK: Finding bytes

    /// The offset in the file of an address.
    func offset(_ address: Int) throws(DataError) -> Int {
        guard let offset = sum(base, address), address >= 0 else {
            throw file.error(at: nil, expected: "an address within the file", found: "\(address)")
        }
        return offset
    }

    func reader(at address: Int, count: Int? = nil) throws(DataError) -> ByteReader {
        try ByteReader(file, at: offset(address), count: count)
    }

    public func error(at address: Int, expected: String, found: String) -> DataError {
        file.error(at: sum(base, address), expected: expected, found: found)
    }

    /// Throws unless the four bytes behind a block are its checksum.
    func verify(at start: Int, length: Int, of what: String) throws(DataError) {
        let stated: UInt32 = try file.integer(start + length)
        let actual = try file.borrow(start, length) { bytes in Lookup3.hash(bytes) }
        guard stated == actual else {
            throw file.error(at: start + length, expected: "the checksum of \(what)", found: "another")
        }
    }

    // MARK: Finding objects

    /// The links of a group, read once.
    public func links(of group: Int) throws(DataError) -> LinkTable {
        if let known = groups.withLock({ $0[group] }) { return known }
        let table = try indexedLinks(of: group)
        groups.withLock { $0[group] = table }
        return table
    }

    /// Large groups are read once and kept in an index.
    private func indexedLinks(of group: Int) throws(DataError) -> LinkTable {
        let kind = "links of \(group)"
        if file.count >= IndexCache.smallestFile, let words = IndexCache.words(of: kind, for: file) {
            return LinkTable(file: file, words: words)
        }
        let table = try LinkTable(try readLinks(of: group), in: file)
        // The index has no room for names that stand for something elsewhere.
        if table.count >= IndexCache.smallestCount, table.elsewhere.isEmpty {
            IndexCache.keep((0..<table.words.count).map { table.words[$0] }, of: kind, for: file)
        }
        return table
    }

    /// The address of an object by its path from the root; `nil` where there is none.
    public func find(_ path: String) throws(DataError) -> Int? { try find(path, from: root, linksLeft: Limits.depth) }

    /// The address of what a name in a group stands for, links to paths of this file followed.
    public func address(of name: String, in group: Int) throws(DataError) -> Int? {
        try find(name, from: group, linksLeft: Limits.depth)
    }

    private func find(_ path: String, from group: Int, linksLeft: Int) throws(DataError) -> Int? {
        var address = path.hasPrefix("/") ? root : group
        for name in path.split(separator: "/") where name != "." {
            let table = try links(of: address)
            if let next = table.address(of: String(name)) {
                address = next
                continue
            }
            guard let link = table.elsewhere[String(name)] else { return nil }
            address = try follow(link, named: String(name), from: address, linksLeft: linksLeft)
        }
        return address
    }

    private func follow(
        _ link: LinkTable.Elsewhere, named name: String, from group: Int, linksLeft: Int
    ) throws(DataError) -> Int {
        switch link {
        case .path(let path):
            guard linksLeft > 0 else {
                throw file.error(at: nil, expected: "links that end", found: "'\(name)', which leads on and on")
            }
            guard let address = try find(path, from: group, linksLeft: linksLeft - 1) else {
                throw file.error(
                    at: nil, expected: "what the link '\(name)' stands for", found: "nothing at '\(path)'")
            }
            return address
        case .file(let other, let path):
            throw file.error(
                at: nil, expected: "'\(name)' in this file", found: "a link to '\(path)' in another, '\(other)'")
        case .custom(let kind):
            throw file.error(at: nil, expected: "a link to an object or a path", found: "'\(name)', of kind \(kind)")
        }
    }

    /// What a group lists, by name, links to paths followed; and the names of links that lead out of the file or
    /// nowhere, which are left out.
    public func members(of group: Int) throws(DataError) -> (found: [(name: String, address: Int)], others: [String]) {
        let table = try links(of: group)
        var found = try table.sorted()
        var others: [String] = []
        for name in table.elsewhere.keys.sorted() {
            if let address = try? address(of: name, in: group) {
                found.append((name, address))
            } else {
                others.append(name)
            }
        }
        if !table.elsewhere.isEmpty { found.sort { $0.name < $1.name } }
        return (found, others)
    }

    /// The array at a path, which must be there.
    public func dataset(_ path: String) throws(DataError) -> HDF5Dataset {
        guard let address = try find(path) else {
            throw file.error(at: nil, expected: "an array '\(path)'", found: "nothing of this name")
        }
        return try HDF5Dataset(self, at: address)
    }
}

/// Where a file says how it is laid out (II.A): at byte 0, or behind a user block at 512, 1024, 2048 and so on.
private struct Superblock {
    var base: Int
    var offsetSize: Int
    var lengthSize: Int
    var root: Int

    init(_ file: FileBytes) throws(DataError) {
        var start = 0
        while !file.matches(HDF5File.signature, at: start) {
            start = start == 0 ? 512 : start * 2
            guard start < file.count else {
                throw file.error(at: 0, expected: "the signature of an HDF5 file", found: "other bytes")
            }
        }
        var reader = try ByteReader(file, at: start + 8)
        let version = try reader.u8()
        guard version <= 3 else {
            throw file.error(at: start + 8, expected: "a superblock of version 0 to 3", found: "version \(version)")
        }
        if version <= 1 {
            try reader.skip(4)
            (offsetSize, lengthSize) = try Superblock.widths(&reader)
            try reader.skip(version == 0 ? 9 : 13)
            base = try reader.length(of: offsetSize)
            try reader.skip(4 * offsetSize)  // free space, end of file, driver, name of the root
            root = try reader.length(of: offsetSize)
        } else {
            (offsetSize, lengthSize) = try Superblock.widths(&reader)
            try reader.skip(1)
            base = try reader.length(of: offsetSize)
            try reader.skip(2 * offsetSize)  // extension, end of file
            root = try reader.length(of: offsetSize)
            let length = reader.offset - start
            let stated = try reader.integer(UInt32.self)
            guard try file.borrow(start, length, { bytes in Lookup3.hash(bytes) }) == stated else {
                throw file.error(at: start + length, expected: "the checksum of the superblock", found: "another")
            }
        }
        // A user block may have been put before a file that counts from 0.
        if base == 0, start > 0 { base = start }
    }

    private static func widths(_ reader: inout ByteReader) throws(DataError) -> (Int, Int) {
        let at = reader.offset
        let widths = (try reader.u8(), try reader.u8())
        guard [2, 4, 8].contains(widths.0), [2, 4, 8].contains(widths.1) else {
            throw reader.file.error(
                at: at, expected: "addresses and lengths of 2, 4 or 8 bytes", found: "\(widths.0) and \(widths.1)")
        }
        return widths
    }
}

/// Bob Jenkins' hash "lookup3", the checksum of HDF5's newer structures.
enum Lookup3 {
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var (b, c) = (a, a)
        var index = 0
        func word(_ start: Int) -> UInt32 {
            var value: UInt32 = 0
            for place in 0..<4 where start + place < bytes.count {
                value |= UInt32(bytes[start + place]) << UInt32(8 * place)
            }
            return value
        }
        while bytes.count - index > 12 {
            a = a &+ word(index)
            b = b &+ word(index + 4)
            c = c &+ word(index + 8)
            mix(&a, &b, &c)
            index += 12
        }
        guard index < bytes.count else { return c }
        a = a &+ word(index)
        b = b &+ word(index + 4)
        c = c &+ word(index + 8)
        finish(&a, &b, &c)
        return c
    }

    private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }

    private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        a = (a &- c) ^ rotated(c, 4)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 6)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 8)
        b = b &+ a
        a = (a &- c) ^ rotated(c, 16)
        c = c &+ b
        b = (b &- a) ^ rotated(a, 19)
        a = a &+ c
        c = (c &- b) ^ rotated(b, 4)
        b = b &+ a
    }

    private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        c = (c ^ b) &- rotated(b, 24)
    }
}
