/// How what a sum of products is worth is shared among what went into it.
public enum RelevanceRule: Hashable, Sendable {
    /// In proportion to each product, `x w / (z + ε sign z)`; with 0, the default, nothing is lost.
    case epsilon(Double)
    /// In proportion to how each product differs from that of a baseline: constants cancel.
    case difference
    /// Positive and negative products apart: `(1 + β) z⁺ / Σz⁺ − β z⁻ / Σz⁻`. 0: positive ones only; −1: negative ones.
    case beta(Double)
    /// Products that agree with their sum's sign count `γ` times more.
    case gamma(Double)

    public static let standard = RelevanceRule.epsilon(0)

    /// Whether sums are taken apart by the signs of their products.
    var looksAtSigns: Bool {
        switch self {
        case .epsilon, .difference: false
        case .beta, .gamma: true
        }
    }
    var stabiliser: Double { if case .epsilon(let epsilon) = self { epsilon } else { 0 } }

    /// The formula, for whoever reads a result.
    public var formula: String {
        switch self {
        case .epsilon(0): "R_i = sum over j of x_i w_ij / z_j R_j"
        case .epsilon(let epsilon): "R_i = sum over j of x_i w_ij / (z_j + \(epsilon) sign z_j) R_j"
        case .difference: "R_i = (x_i - b_i) c_i, chords measured from the baseline b"
        case .beta(let beta):
            "R_i = sum over j of (\(1 + beta) z+_ij / z+_j - \(beta) z-_ij / z-_j) R_j"
        case .gamma(let gamma):
            "R_i = sum over j of (z_ij + \(gamma) z(sign z_j)_ij) / (z_j + \(gamma) z(sign z_j)_j) R_j"
        }
    }
}
