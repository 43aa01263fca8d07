/// The names of the columns that hold a phase's arrivals and picks; a phase's name stands before each.
public enum PickColumn {
    /// All arrivals within the window, in samples from the trace's start, in time.
    public static let arrivals = "_arrivals"
    /// The picks of a rule, in samples as arrivals, with their probabilities.
    public static func picks(_ rule: PickRule) -> String {
        switch rule {
        case .peaks: "_peaks"
        case .trigger: "_triggers"
        case .eqt: "_pick"
        }
    }
    public static func probability(_ rule: PickRule) -> String {
        rule == .eqt ? "_probability" : picks(rule) + "_probability"
    }
    /// How many samples in a row each peak's value holds.
    public static let plateau = "_peaks_plateau"
    /// Peaks that the threshold left out, from `floor` on, with their probabilities: what a lower one would pick.
    public static let below = "_below"
    public static let belowProbability = "_below_probability"
    public static let floor = 0.05
    /// How many peaks beside a likelier one were left out.
    public static let doubles = "_doubles"
    /// Where the curve is highest.
    public static let best = "_best"
    public static let threshold = "_threshold"

    /// Those of rules that may have several picks a trace.
    public static let listed =
        [PickRule.peaks, .trigger].flatMap { [picks($0), probability($0)] } + [plateau, below, belowProbability]
}
