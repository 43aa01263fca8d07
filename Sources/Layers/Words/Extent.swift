import GraphIR

/// A size in samples: one number for every axis, or one for each axis of an image, as in `[3, 5]`.
public struct Extent: SettingValue, ExpressibleByIntegerLiteral {
    public var sizes: [Int]
    public init(_ sizes: [Int]) { self.sizes = sizes }
    public init(integerLiteral value: Int) { sizes = [value] }

    public static var valueType: ValueType { .either([.int, .list(.int)]) }
    public init?(_ value: Value) {
        if let number = Int(value) {
            sizes = [number]
        } else if let numbers = [Int](value), !numbers.isEmpty {
            sizes = numbers
        } else {
            return nil
        }
    }
    public var value: Value { sizes.count == 1 ? .int(sizes[0]) : .list(sizes.map { .int($0) }) }
    public static var fallback: Extent { 1 }

    /// One size for each of so many axes.
    public func sizes(for axes: Int, of argument: String) throws(Complaint) -> [Int] {
        if sizes.count == 1 { return [Int](repeating: sizes[0], count: axes) }
        guard sizes.count == axes else {
            let expected = axes == 1 ? "a sequence has one axis" : "an image has \(axes) axes"
            throw Complaint(.argument(argument), "\(argument) names \(sizes.count) sizes, but \(expected)")
        }
        return sizes
    }
}
