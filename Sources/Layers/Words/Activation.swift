import GraphIR

/// What a layer may do to each of its results before handing it on, as in `conv(8, 11, activation: relu)`.
///
/// The same words are layers of their own; said here they cost no pass over memory.
public enum Activation: String, Word {
    case none, relu, elu, gelu, sigmoid, tanh
    case leakyRelu = "leaky_relu"
    case hardSigmoid = "hard_sigmoid"

    /// Floating-point operations for one number, roughly.
    var flops: Int {
        switch self {
        case .none: 0
        case .relu, .leakyRelu: 1
        case .hardSigmoid: 3
        case .elu, .gelu, .sigmoid, .tanh: 10
        }
    }
}
