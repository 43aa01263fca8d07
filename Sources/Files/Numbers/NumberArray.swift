/// How a number is stored: its kind, its width, and the order of its bytes.
public struct NumberFormat: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case signed, unsigned, float }
    public var kind: Kind
    /// In bytes: 1, 2, 4 or 8; floats 2, 4 or 8.
    public var size: Int
    public var bigEndian: Bool

    public init(_ kind: Kind, _ size: Int, bigEndian: Bool = false) {
        self.kind = kind
        self.size = size
        self.bigEndian = bigEndian
    }
    public static let float32 = NumberFormat(.float, 4)
    public static let float64 = NumberFormat(.float, 8)
    public static let int16 = NumberFormat(.signed, 2)
    public static let int32 = NumberFormat(.signed, 4)
    public static let int64 = NumberFormat(.signed, 8)

    public var isKnown: Bool { kind == .float ? [2, 4, 8].contains(size) : [1, 2, 4, 8].contains(size) }
}

/// An array of numbers as a file holds it: its bytes untouched, converted only when somebody asks for a type.
public struct NumberArray: Sendable {
    public var shape: [Int]
    public let format: NumberFormat
    /// Row after row, the last axis fastest; `count * format.size` bytes.
    public let bytes: [UInt8]

    /// `nil` where the bytes are not as many as the shape says.
    public init?(shape: [Int], format: NumberFormat, bytes: [UInt8]) {
        guard format.isKnown, let count = product(shape), product(count, format.size) == bytes.count else { return nil }
        self.shape = shape
        self.format = format
        self.bytes = bytes
    }

    /// From numbers in memory, as many as the shape says.
    public init(shape: [Int], floats: [Float]) {
        self.shape = shape
        format = .float32
        bytes = floats.withUnsafeBytes { Array($0) }
    }
    public init(shape: [Int], doubles: [Double]) {
        self.shape = shape
        format = .float64
        bytes = doubles.withUnsafeBytes { Array($0) }
    }

    public var count: Int { bytes.count / format.size }
    public var floats: [Float] { bytes.withUnsafeBytes { format.decode($0, as: Float.self) } }
    public var doubles: [Double] { bytes.withUnsafeBytes { format.decode($0, as: Double.self) } }

    /// Whole numbers; `nil` where one is not whole or out of range.
    public var integers: [Int]? {
        if format.kind == .float {
            let numbers = doubles.compactMap { Int(exactly: $0) }
            return numbers.count == count ? numbers : nil
        }
        return bytes.withUnsafeBytes { raw in
            var out: [Int] = []
            out.reserveCapacity(count)
            for index in 0..<count {
                guard let value = format.integer(raw, at: index) else { return nil }
                out.append(value)
            }
            return out
        }
    }
}

// MARK: - Decoding

extension NumberFormat {
    /// Numbers of this format as floats, rounded where the type is narrower.
    @inlinable public func decode<T: BinaryFloatingPoint & Sendable>(_ raw: UnsafeRawBufferPointer, as type: T.Type)
        -> [T]
    {
        let count = raw.count / size
        return [T](unsafeUninitializedCapacity: count) { out, filled in
            decode(raw, count: count, into: out)
            filled = count
        }
    }

    /// As `decode`, into memory that holds at least `count` numbers; `raw` holds at least `count * size` bytes.
    @inlinable public func decode<T: BinaryFloatingPoint>(
        _ raw: UnsafeRawBufferPointer, count: Int, into out: UnsafeMutableBufferPointer<T>
    ) {
        precondition(raw.count >= count * size && out.count >= count)
        guard count > 0 else { return }
        if kind == .float, size == MemoryLayout<T>.size, !bigEndian {
            UnsafeMutableRawBufferPointer(out).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: raw[..<(count * size)]))
            return
        }
        switch (kind, size) {
        case (.float, 2): convert(raw, count, out) { (bits: UInt16) in T(Float16(bitPattern: bits)) }
        case (.float, 4): convert(raw, count, out) { (bits: UInt32) in T(Float(bitPattern: bits)) }
        case (.float, _): convert(raw, count, out) { (bits: UInt64) in T(Double(bitPattern: bits)) }
        case (.signed, 1): convert(raw, count, out) { (value: Int8) in T(value) }
        case (.signed, 2): convert(raw, count, out) { (value: Int16) in T(value) }
        case (.signed, 4): convert(raw, count, out) { (value: Int32) in T(value) }
        case (.signed, _): convert(raw, count, out) { (value: Int64) in T(value) }
        case (.unsigned, 1): convert(raw, count, out) { (value: UInt8) in T(value) }
        case (.unsigned, 2): convert(raw, count, out) { (value: UInt16) in T(value) }
        case (.unsigned, 4): convert(raw, count, out) { (value: UInt32) in T(value) }
        case (.unsigned, _): convert(raw, count, out) { (value: UInt64) in T(value) }
        }
    }

    @inlinable @inline(__always)
    func convert<Stored: FixedWidthInteger, T>(
        _ raw: UnsafeRawBufferPointer, _ count: Int, _ out: UnsafeMutableBufferPointer<T>, _ number: (Stored) -> T
    ) {
        let width = MemoryLayout<Stored>.size
        for index in 0..<count {
            let stored = raw.loadUnaligned(fromByteOffset: index * width, as: Stored.self)
            let value = number(bigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored))
            (out.baseAddress! + index).initialize(to: value)
        }
    }

    /// One whole number; `nil` where it does not fit an `Int`. The index is within the bytes.
    public func integer(_ raw: UnsafeRawBufferPointer, at index: Int) -> Int? {
        func load<T: FixedWidthInteger>(_ type: T.Type) -> T {
            let value = raw.loadUnaligned(fromByteOffset: index * size, as: T.self)
            return bigEndian ? T(bigEndian: value) : T(littleEndian: value)
        }
        switch (kind, size) {
        case (.float, _):
            return decode(UnsafeRawBufferPointer(rebasing: raw[(index * size)..<((index + 1) * size)]), as: Double.self)
                .first.flatMap { Int(exactly: $0) }
        case (.signed, 1): return Int(load(Int8.self))
        case (.signed, 2): return Int(load(Int16.self))
        case (.signed, 4): return Int(load(Int32.self))
        case (.signed, _): return Int(load(Int64.self))
        case (.unsigned, 1): return Int(load(UInt8.self))
        case (.unsigned, 2): return Int(load(UInt16.self))
        case (.unsigned, 4): return Int(load(UInt32.self))
        case (.unsigned, _): return Int(exactly: load(UInt64.self))
        }
    }
}
