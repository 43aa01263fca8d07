/// NumPy's file of named arrays: a ZIP archive of `.npy` files, packed or not.
public enum NPZ {
    public struct Entry: Sendable {
        public var name: String
        public var array: NumberArray
        public init(_ name: String, _ array: NumberArray) {
            self.name = name
            self.array = array
        }
    }

    /// Reads all arrays, in the order of the archive.
    public static func read(_ path: String) throws(DataError) -> [Entry] { try read(FileBytes(mapping: path)) }

    public static func read(_ file: FileBytes) throws(DataError) -> [Entry] {
        var entries: [Entry] = []
        var left = Limits.array(in: file)
        for member in try ZipArchive.members(of: file) where member.name.hasSuffix(".npy") {
            let bytes = try ZipArchive.contents(of: member, in: file, limit: left)
            left -= bytes.count
            let part = FileBytes(bytes, name: "\(file.name) (\(member.name))")
            entries.append(Entry(String(member.name.dropLast(4)), try NPY.read(part)))
        }
        return entries
    }

    /// Writes arrays without packing them; an existing file is replaced only where that is allowed.
    public static func write(_ entries: [Entry], to path: String, overwrite: Bool = false) throws(DataError) {
        let file = try OutputFile(path, overwrite: overwrite)
        var directory: [UInt8] = []
        for entry in entries {
            let contents = NPY.bytes(of: entry.array)
            let start = file.offset
            guard contents.count < Int(UInt32.max), start < Int(UInt32.max) else {
                throw DataError(.access, file: path, expected: "less than 4 GiB", found: "larger arrays")
            }
            let record = ZipArchive.record(name: entry.name + ".npy", contents: contents)
            try file.append(littleEndian(UInt32(0x0403_4B50)) + record)
            try file.append((entry.name + ".npy").utf8)
            try file.append(contents)
            directory += littleEndian(UInt32(0x0201_4B50)) + littleEndian(UInt16(20)) + record
            directory += [UInt8](repeating: 0, count: 10) + littleEndian(UInt32(start))
            directory += (entry.name + ".npy").utf8
        }
        let start = file.offset
        let count = UInt16(truncatingIfNeeded: entries.count)
        guard entries.count < 0xFFFF, start + directory.count < Int(UInt32.max) else {
            throw DataError(.access, file: path, expected: "fewer than 65535 arrays in 4 GiB", found: "more")
        }
        try file.append(directory)
        try file.append(littleEndian(UInt32(0x0605_4B50)) + littleEndian(UInt32(0)))
        try file.append(littleEndian(count) + littleEndian(count))
        try file.append(littleEndian(UInt32(directory.count)) + littleEndian(UInt32(start)) + littleEndian(UInt16(0)))
        try file.finish()
    }
}

/// The bytes of a whole number, least significant first.
public func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
