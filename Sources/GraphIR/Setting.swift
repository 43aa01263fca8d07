/// What values a parameter takes.
public indirect enum ValueType: Hashable, Sendable {
    case int, float, bool, string
    /// A size: a whole number, or an expression of lengths that are not known yet.
    case size
    /// One of these words.
    case word([String])
    /// A stretch of time in samples; a text may say `10 samples`, `10` or, where the rate is known, `0.1 s`.
    case samples
    /// A stretch of time in seconds; a text may say `4 s`, `200 ms` or, where the rate is known, `10 samples`.
    case seconds
    /// A frequency in Hz.
    case hertz
    /// A share from 0 to 1; a text may say `0.05` or `5 %`.
    case share
    case list(ValueType)
    /// Any of several types, tried in order.
    case either([ValueType])
    /// A plugin of this kind with its arguments.
    case plugin(PluginKind)
    /// The name of an activation, or `none`: the words of those that a registry knows (`Signature.named(in:)`).
    case activation
}

extension ValueType {
    /// The words that may stand here, alone or among others.
    public var words: [String] {
        switch self {
        case .word(let words): words
        case .either(let types): types.flatMap(\.words)
        default: []
        }
    }
    /// The words of which a list may stand here.
    public var listed: [String] {
        switch self {
        case .list(let type): type.words
        case .either(let types): types.flatMap(\.listed)
        default: []
        }
    }
    /// The kind of plugin that may stand here, alone or among others.
    public var plugin: PluginKind? {
        switch self {
        case .plugin(let kind): kind
        case .either(let types): types.lazy.compactMap(\.plugin).first
        default: nil
        }
    }
}

extension ValueType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .string: "string"
        case .size: "size"
        case .word(let words): words.joined(separator: " | ")
        case .samples: "samples"
        case .seconds: "seconds"
        case .hertz: "Hz"
        case .share: "share"
        case .list(let element): "[\(element)]"
        case .either(let types): types.map(\.description).joined(separator: " | ")
        case .plugin(let kind): kind.rawValue
        case .activation: "none | an activation"
        }
    }
}

/// A Swift type that an argument's value can be read as.
public protocol SettingValue: Sendable, Hashable {
    static var valueType: ValueType { get }
    /// `nil` if the value is of another type.
    init?(_ value: Value)
    var value: Value { get }
    /// What stands in where a required argument is missing; the compiler has said so before anyone sees it.
    static var fallback: Self { get }
}

/// A parameter of a plugin, erased of its Swift type: what documentation, checks and completion need.
public struct Parameter: Hashable, Sendable {
    public var name: String
    public var type: ValueType
    public var documentation: String
    /// `nil`: must be given.
    public var standard: Value?
    /// The allowed numbers, if they are limited (for lists: of each entry).
    public var range: ClosedRange<Double>?
    /// It says how weights start or what training adds to the loss, not what the network computes.
    public var isOnlyForTraining = false

    public init(
        _ name: String, _ type: ValueType, _ documentation: String, standard: Value? = nil,
        in range: ClosedRange<Double>? = nil
    ) {
        self.name = name
        self.type = type
        self.documentation = documentation
        self.standard = standard
        self.range = range
    }
}

public protocol AnySetting: Sendable {
    var parameter: Parameter { get }
}

/// A parameter with its Swift type: `static let kernel = Setting<Int>("kernel", "Width in samples.", in: 1...4096)`.
/// The plugin then reads `arguments[Self.kernel]`, which is an `Int` and cannot be missing.
public struct Setting<T: SettingValue>: AnySetting {
    public let name: String
    public let documentation: String
    public let standard: T?
    public let range: ClosedRange<Double>?
    private let type: ValueType
    private var isOnlyForTraining = false

    public init(_ name: String, _ documentation: String, standard: T? = nil, in range: ClosedRange<Double>? = nil) {
        self.init(name, documentation, type: T.valueType, standard: standard, in: range)
    }
    /// With a type narrower than the Swift type's own, as a plugin of one kind among all calls.
    public init(
        _ name: String, _ documentation: String, type: ValueType, standard: T? = nil,
        in range: ClosedRange<Double>? = nil
    ) {
        self.name = name
        self.documentation = documentation
        self.standard = standard
        self.range = range
        self.type = type
    }

    /// The same setting, marked as one that says how weights start or what training adds to the loss, and not what the
    /// network computes: networks that differ in it alone are the same network.
    public var onlyForTraining: Setting {
        var setting = self
        setting.isOnlyForTraining = true
        return setting
    }

    public var parameter: Parameter {
        var parameter = Parameter(name, type, documentation, standard: standard?.value, in: range)
        parameter.isOnlyForTraining = isOnlyForTraining
        return parameter
    }
}

extension Int: SettingValue {
    public static var valueType: ValueType { .int }
    public init?(_ value: Value) {
        guard case .int(let number) = value else { return nil }
        self = number
    }
    public var value: Value { .int(self) }
    public static var fallback: Int { 1 }
}

extension Double: SettingValue {
    public static var valueType: ValueType { .float }
    public init?(_ value: Value) {
        switch value {
        case .float(let number): self = number
        case .int(let number): self = Double(number)
        case .quantity(let number, let unit): self = number * unit.scale
        default: return nil
        }
    }
    public var value: Value { .float(self) }
    public static var fallback: Double { 0 }
}

extension Bool: SettingValue {
    public static var valueType: ValueType { .bool }
    public init?(_ value: Value) {
        guard case .bool(let flag) = value else { return nil }
        self = flag
    }
    public var value: Value { .bool(self) }
    public static var fallback: Bool { false }
}

extension String: SettingValue {
    public static var valueType: ValueType { .string }
    public init?(_ value: Value) {
        switch value {
        case .string(let text), .word(let text): self = text
        default: return nil
        }
    }
    public var value: Value { .string(self) }
    public static var fallback: String { "" }
}

extension Dimension: SettingValue {
    public static var valueType: ValueType { .size }
    public init?(_ value: Value) {
        switch value {
        case .int(let number): self = .number(number)
        case .size(let dimension): self = dimension
        default: return nil
        }
    }
    public var value: Value {
        if let number { return .int(number) }
        return .size(self)
    }
    public static var fallback: Dimension { 1 }
}

extension Array: SettingValue where Element: SettingValue {
    public static var valueType: ValueType { .list(Element.valueType) }
    public init?(_ value: Value) {
        guard case .list(let values) = value else { return nil }
        let typed = values.compactMap { Element($0) }
        guard typed.count == values.count else { return nil }
        self = typed
    }
    public var value: Value { .list(map(\.value)) }
    public static var fallback: [Element] { [] }
}

/// A value that may be absent; a text says `none`.
extension Optional: SettingValue where Wrapped: SettingValue {
    public static var valueType: ValueType { .either([Wrapped.valueType, .word(["none"])]) }
    public init?(_ value: Value) {
        if value == .word("none") {
            self = Wrapped?.none
            return
        }
        guard let wrapped = Wrapped(value) else { return nil }
        self = wrapped
    }
    public var value: Value { self?.value ?? .word("none") }
    public static var fallback: Wrapped? { nil }
}

extension PluginCall: SettingValue {
    public static var valueType: ValueType { .plugin(.layer) }
    public init?(_ value: Value) {
        guard case .call(let call) = value else { return nil }
        self = call
    }
    public var value: Value { .call(self) }
    public static var fallback: PluginCall { PluginCall(.layer, "", Arguments()) }
}

/// An enumeration whose cases a text names by their words: `padding: same`.
public protocol Word: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}
extension Word {
    public static var valueType: ValueType { .word(allCases.map(\.rawValue)) }
    public init?(_ value: Value) {
        guard case .word(let word) = value else { return nil }
        self.init(rawValue: word)
    }
    public var value: Value { .word(rawValue) }
    public static var fallback: Self { allCases[allCases.startIndex] }
}

/// A stretch of time as a count of samples.
public struct Samples: SettingValue, ExpressibleByIntegerLiteral {
    public var count: Int
    public init(_ count: Int) { self.count = count }
    public init(integerLiteral value: Int) { count = value }
    public static var valueType: ValueType { .samples }
    public init?(_ value: Value) {
        switch value {
        case .int(let number): count = number
        case .quantity(let number, .samples): count = Int(exactly: number.rounded()) ?? 0
        default: return nil
        }
    }
    public var value: Value { .int(count) }
    public static var fallback: Samples { Samples(1) }
}

/// A number with a fixed unit: seconds, Hz, or a share.
public protocol Measured: SettingValue, ExpressibleByFloatLiteral {
    var number: Double { get }
    init(_ number: Double)
    static var unit: Unit? { get }
}
extension Measured {
    public init(floatLiteral value: Double) { self.init(value) }
    public init?(_ value: Value) {
        guard let number = Double(value) else { return nil }
        self.init(number)
    }
    public var value: Value { Self.unit.map { .quantity(number, $0) } ?? .float(number) }
    public static var fallback: Self { Self(0) }
}
public struct Seconds: Measured {
    public var number: Double
    public init(_ number: Double) { self.number = number }
    public static var unit: Unit? { .s }
    public static var valueType: ValueType { .seconds }
}
public struct Hertz: Measured {
    public var number: Double
    public init(_ number: Double) { self.number = number }
    public static var unit: Unit? { .hertz }
    public static var valueType: ValueType { .hertz }
}
public struct Share: Measured {
    public var number: Double
    public init(_ number: Double) { self.number = number }
    public static var unit: Unit? { nil }
    public static var valueType: ValueType { .share }
}
