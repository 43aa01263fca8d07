/// What a file may claim before it is believed to be broken or hostile. No size that a file declares is allocated
/// before it was held against these.
enum Limits {
    /// The most bytes that one array may unpack to: ten times its file and 64 MiB, so that a few bytes cannot ask for
    /// all memory.
    static func array(in file: FileBytes) -> Int {
        let (bytes, overflow) = file.count.multipliedReportingOverflow(by: 10)
        return overflow ? Int.max : bytes.addingReportingOverflow(64 << 20).partialValue
    }
    /// The most bytes that one request may unpack on its way, in sum.
    static func work(in file: FileBytes) -> Int {
        let (bytes, overflow) = file.count.multipliedReportingOverflow(by: 64)
        return overflow ? Int.max : bytes.addingReportingOverflow(64 << 20).partialValue
    }
    /// The most that deflate can make of a byte is 1032.
    static let inflateRatio = 1032
    /// How deep trees and nested records may go.
    static let depth = 32
    static let dimensions = 32
    /// Names of links, attributes and members.
    static let name = 1 << 12
    /// The longest single text.
    static let text = 16 << 20
    /// How many texts an array may hold that its file does not.
    static let texts = 1 << 20
    static let headerMessages = 1 << 16
    static let attributes = 1 << 16
}

/// `a * b`, or `nil` where that is more than an `Int` holds.
func product(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : value
}

/// The product of sizes, or `nil` where that is more than an `Int` holds or one is negative.
func product(_ sizes: some Sequence<Int>) -> Int? {
    sizes.reduce(1) { total, size in size < 0 ? nil : total.flatMap { product($0, size) } }
}

/// `a + b`, or `nil` where that is more than an `Int` holds.
func sum(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : value
}
