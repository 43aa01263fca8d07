import GraphIR

/// How a layer's weights start, in the words of Keras: `init: he_normal`.
public enum WeightStart: String, Word {
    /// U(-a, a), a = sqrt(6 / (fan in + fan out)); Glorot and Bengio (2010).
    case glorotUniform = "glorot_uniform"
    /// Normal with variance 2 / (fan in + fan out), truncated at two deviations.
    case glorotNormal = "glorot_normal"
    /// U(-a, a), a = sqrt(6 / fan in); He et al. (2015).
    case heUniform = "he_uniform"
    /// Normal with variance 2 / fan in, truncated at two deviations.
    case heNormal = "he_normal"
    /// U(-a, a), a = 1 / sqrt(fan in): what PyTorch does unasked.
    case fanInUniform = "fan_in_uniform"
    /// U(-0.05, 0.05).
    case uniform
    /// Normal with deviation 0.05, truncated at two deviations.
    case truncatedNormal = "truncated_normal"
    /// Orthonormal rows or columns; Saxe et al. (2014).
    case orthogonal
    case zeros

    /// The initializer of a weight of which one output sees `fanIn` inputs.
    public func initializer(fanIn: Int) -> Initializer {
        switch self {
        case .glorotUniform: .glorotUniform
        case .glorotNormal: .glorotNormal
        case .heUniform: .heUniform
        case .heNormal: .heNormal
        case .fanInUniform: .uniform(1 / Double(max(1, fanIn)).squareRoot())
        case .uniform: .uniform(0.05)
        case .truncatedNormal: .truncatedNormal(deviation: 0.05)
        case .orthogonal: .orthogonal
        case .zeros: .zeros
        }
    }

    public static let documentation = "How the weights start; a bias starts at zero."
}
