import GraphIR

/// The name of an activation, or `none`, as in `conv(8, 11, activation: relu)`. Which names there are, the registry
/// says.
public struct ActivationName: SettingValue {
    /// `nil` for none.
    public var name: String?

    public static let none = ActivationName(nil)
    public init(_ name: String?) { self.name = name }

    public static var valueType: ValueType { .activation }
    public init?(_ value: Value) {
        guard case .word(let word) = value else { return nil }
        name = word == "none" ? nil : word
    }
    public var value: Value { .word(name ?? "none") }
    public static var fallback: ActivationName { .none }
}

extension Arguments {
    /// The activation that a setting names, with its own defaults; `nil` for none.
    public func activation(_ setting: Setting<ActivationName>) throws(Complaint) -> (any Activation)? {
        guard let name = self[setting].name else { return nil }
        guard let type = (registry ?? .builtIn).layer(name) as? any Activation.Type else {
            throw Complaint(.argument(setting.name), "\(setting.name) is '\(name)', which is not an activation")
        }
        return try type.init(type.signature.defaults, inputs: [TensorType(Shape(1))])
    }
}
