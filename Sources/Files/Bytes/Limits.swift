/// What a file may claim before it is believed to be broken or hostile. No size that a file declares is allocated
/// before it was held against these.
public enum Limits {
    /// The most bytes that one array may unpack to: ten times its file and 64 MiB, so that a few bytes cannot ask for
    /// all memory.
    public static func array(in file: FileBytes) -> Int {
        let (bytes, overflow) = file.count.multipliedReportingOverflow(by: 10)
        return overflow ? Int.max : bytes.addingReportingOverflow(64 << 20).partialValue
    }
    /// The most bytes that one request may unpack on its way, in sum.
    public static func work(in file: FileBytes) -> Int {
        let (bytes, overflow) = file.count.multipliedReportingOverflow(by: 64)
        return overflow ? Int.max : bytes.addingReportingOverflow(64 << 20).partialValue
    }
    /// The most that deflate can make of a byte is 1032.
    public static let inflateRatio = 1032
    /// How deep trees and nested records may go.
    public static let depth = 32
    public static let dimensions = 32
    /// Names of links, attributes and members.
    public static let name = 1 << 12
    /// The longest single text.
    public static let text = 16 << 20
    /// How many texts an array may hold that its file does not.
    public static let texts = 1 << 20
    public static let headerMessages = 1 << 16
    public static let attributes = 1 << 16
}

/// `a * b`, or `nil` where that is more than an `Int` holds.
public func product(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : value
}

/// The product of sizes, or `nil` where that is more than an `Int` holds or one is negative.
public func product(_ sizes: some Sequence<Int>) -> Int? {
    sizes.reduce(1) { total, size in size < 0 ? nil : total.flatMap { product($0, size) } }
}

/// `a + b`, or `nil` where that is more than an `Int` holds.
public func sum(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : value
}
