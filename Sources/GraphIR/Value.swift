/// What an argument can be, once a text or a command line has said it.
public indirect enum Value: Hashable, Sendable {
    case int(Int)
    case float(Double)
    case bool(Bool)
    case string(String)
    /// One of a few words: `same`, `relu`, `channels`, `none`.
    case word(String)
    /// A size that depends on a length not known yet.
    case size(Dimension)
    /// A number with a unit: `4 s`, `100 Hz`, `5 %`.
    case quantity(Double, Unit)
    case list([Value])
    /// Another plugin with its arguments, as in `optimizer: adam(rate: 1e-3)`.
    case call(PluginCall)
}

/// The units that a quantity can carry.
public enum Unit: String, CaseIterable, Hashable, Sendable {
    case samples, ms, s, min, h, days
    case hertz = "Hz"
    case percent = "%", dB, km, degrees

    public enum Measure: String, Sendable { case time, frequency, share, level, distance, angle, samples }

    public var measure: Measure {
        switch self {
        case .samples: .samples
        case .ms, .s, .min, .h, .days: .time
        case .hertz: .frequency
        case .percent: .share
        case .dB: .level
        case .km: .distance
        case .degrees: .angle
        }
    }
    /// How many base units (s, Hz, 1, dB, km, degrees, samples) one of it is.
    public var scale: Double {
        switch self {
        case .ms: 0.001
        case .min: 60
        case .h: 3600
        case .days: 86400
        case .percent: 0.01
        default: 1
        }
    }
}

/// A plugin by name with its checked arguments.
public struct PluginCall: Hashable, Sendable {
    public var kind: PluginKind
    public var name: String
    public var arguments: Arguments
    public var place: Place

    public init(_ kind: PluginKind, _ name: String, _ arguments: Arguments, at place: Place = .nowhere) {
        self.kind = kind
        self.name = name
        self.arguments = arguments
        self.place = place
    }
    // The place is where it was said, not what was said.
    public static func == (a: PluginCall, b: PluginCall) -> Bool {
        a.kind == b.kind && a.name == b.name && a.arguments == b.arguments
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(name)
        hasher.combine(arguments)
    }
}

/// Arguments that were checked against a signature: every parameter has its value, in the signature's order.
public struct Arguments: Hashable, Sendable {
    public private(set) var entries: [Entry]
    /// Where the plugins are that the values name, as `activation: relu` does; `nil`: those built in. It is not part of
    /// what was said.
    public var registry: Registry?
    public static func == (a: Arguments, b: Arguments) -> Bool { a.entries == b.entries }
    public func hash(into hasher: inout Hasher) { hasher.combine(entries) }

    public struct Entry: Hashable, Sendable {
        public var name: String
        public var value: Value
        /// Said by the text, rather than the parameter's default.
        public var isExplicit: Bool
        public init(_ name: String, _ value: Value, isExplicit: Bool = true) {
            self.name = name
            self.value = value
            self.isExplicit = isExplicit
        }
        public static func == (a: Entry, b: Entry) -> Bool { a.name == b.name && a.value == b.value }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    public init(_ entries: [Entry] = []) { self.entries = entries }
    /// For tests and for Swift code that makes nodes by hand.
    public init(_ values: KeyValuePairs<String, Value>) { entries = values.map { Entry($0.key, $0.value) } }

    public subscript(name: String) -> Value? { index(of: name).map { entries[$0].value } }

    /// Layers ask for every argument by its name: the entries are looked at where they are, not copied.
    private func index(of name: String) -> Int? {
        for index in entries.indices where entries[index].name == name { return index }
        return nil
    }

    public mutating func set(_ name: String, _ value: Value) {
        if let index = index(of: name) {
            entries[index] = Entry(name, value)
        } else {
            entries.append(Entry(name, value))
        }
    }

    /// The value of a setting, in the setting's own type: what was said, else the default.
    public subscript<T: SettingValue>(_ setting: Setting<T>) -> T {
        if let value = self[setting.name], let typed = T(value) { return typed }
        return setting.standard ?? T.fallback
    }
}

// Swift code that makes nodes by hand says `["filters": 8, "kernel": [3, 5]]`.
extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
}

extension Value: CustomStringConvertible {
    /// As a text would say it.
    public var description: String {
        switch self {
        case .int(let value): return String(value)
        case .float(let value): return Value.text(value)
        case .bool(let value): return String(value)
        case .string(let value): return Value.quoted(value)
        case .word(let word): return word
        case .size(let dimension): return dimension.description
        case .quantity(let value, let unit):
            return Value.text(value).trimmingZeroFraction + " " + unit.rawValue
        case .list(let values): return "[" + values.map(\.description).joined(separator: ", ") + "]"
        case .call(let call): return call.description
        }
    }

    /// The shortest text that reads back as the same number, always with a point or an exponent.
    static func text(_ value: Double) -> String { "\(value)" }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension String {
    /// `4.0` as `4`: a quantity reads better without.
    fileprivate var trimmingZeroFraction: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}

extension PluginCall: CustomStringConvertible {
    /// The call with the arguments that were said.
    public var description: String {
        let said = arguments.entries.filter(\.isExplicit).map { "\($0.name): \($0.value)" }
        return said.isEmpty ? name : "\(name)(\(said.joined(separator: ", ")))"
    }
}
