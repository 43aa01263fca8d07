/// The names in a group with the addresses of what they name, found by hash. A name is kept as its place in the file,
/// so a group of a million traces takes 32 bytes a trace, in memory or in an index file.
public struct LinkTable: Sendable {
    /// Four words a link: hash of the name, offset and length of the name in the file, address of the object. Sorted
    /// by hash, then by offset.
    let words: IndexWords
    static let width = 4

    /// Names that stand for something elsewhere.
    public let elsewhere: [String: Elsewhere]

    /// What a link points to that is no object of its own group's listing.
    public enum Elsewhere: Hashable, Sendable {
        /// A path in the same file, from the root where it begins with a slash.
        case path(String)
        /// Another file, which is not opened, and a path in it.
        case file(String, path: String)
        /// A kind of link that somebody registered.
        case custom(Int)
    }

    let file: FileBytes
    public var count: Int { words.count / LinkTable.width }

    init(file: FileBytes, words: IndexWords, elsewhere: [String: Elsewhere] = [:]) {
        self.file = file
        self.words = words
        self.elsewhere = elsewhere
    }

    /// The links of a group as they are read.
    struct Links {
        var hard: [Link] = []
        var elsewhere: [String: Elsewhere] = [:]
    }

    struct Link {
        var nameOffset: Int
        var nameLength: Int
        var address: Int
    }

    init(_ links: Links, in file: FileBytes) throws(DataError) {
        var rows: [(hash: UInt64, link: Link)] = []
        rows.reserveCapacity(links.hard.count)
        for link in links.hard {
            let hash = try file.borrow(link.nameOffset, link.nameLength) { bytes in LinkTable.hash(bytes) }
            rows.append((hash, link))
        }
        rows.sort { ($0.hash, $0.link.nameOffset) < ($1.hash, $1.link.nameOffset) }
        var words: [UInt64] = []
        words.reserveCapacity(rows.count * LinkTable.width)
        for row in rows {
            words.append(row.hash)
            words.append(UInt64(row.link.nameOffset))
            words.append(UInt64(row.link.nameLength))
            words.append(UInt64(row.link.address))
        }
        self.init(file: file, words: IndexWords(words), elsewhere: links.elsewhere)
    }

    /// FNV-1a of 64 bits.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// The address of what a name names.
    public func address(of name: String) -> Int? {
        let bytes = Array(name.utf8)
        let hash = LinkTable.hash(bytes)
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if words[middle * LinkTable.width] < hash { low = middle + 1 } else { high = middle }
        }
        while low < count, words[low * LinkTable.width] == hash {
            let offset = Int(clamping: words[low * LinkTable.width + 1])
            if words[low * LinkTable.width + 2] == UInt64(bytes.count), file.matches(bytes, at: offset) {
                return Int(exactly: words[low * LinkTable.width + 3])
            }
            low += 1
        }
        return nil
    }

    /// All names with their addresses, sorted by name.
    public func sorted() throws(DataError) -> [(name: String, address: Int)] {
        var all: [(name: String, address: Int)] = []
        all.reserveCapacity(count)
        for row in 0..<count {
            let place = row * LinkTable.width
            let name = try file.text(Int(clamping: words[place + 1]), Int(clamping: words[place + 2]))
            all.append((name, Int(clamping: words[place + 3])))
        }
        all.sort { $0.name < $1.name }
        return all
    }
}
