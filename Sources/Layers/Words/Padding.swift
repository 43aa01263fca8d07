import GraphIR

/// What stands beyond the ends of a signal while a window slides over it.
public enum Padding: SettingValue {
    /// Zeros on both sides, so that a stride of 1 keeps the length; an odd one goes to the right, as in TensorFlow.
    case same
    /// Nothing: the window stays inside.
    case valid
    /// Zeros before the start only: no result sees a later sample.
    case causal
    /// So many zeros on each side, as in PyTorch.
    case count(Int)

    public static var valueType: ValueType { .either([.word(["same", "valid", "causal"]), .int]) }
    public init?(_ value: Value) {
        switch value {
        case .word("same"): self = .same
        case .word("valid"): self = .valid
        case .word("causal"): self = .causal
        case .int(let number): self = .count(number)
        default: return nil
        }
    }
    public var value: Value {
        switch self {
        case .same: .word("same")
        case .valid: .word("valid")
        case .causal: .word("causal")
        case .count(let number): .int(number)
        }
    }
    public static var fallback: Padding { .same }
}
