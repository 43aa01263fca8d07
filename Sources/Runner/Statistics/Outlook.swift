/// What it would take to settle an open question, if the difference and its spread are about what was seen.
public enum Outlook: Hashable, Sendable {
    /// About this many more seeds.
    case seeds(Int)
    /// More seeds than anybody would train, or more than `Outlook.most`.
    case tooManySeeds
    /// No number of seeds helps: the test set has too few events.
    case events
    /// Neither network picked anything: there is nothing to compare.
    case picks

    public static let most = 200

    /// The fewest seeds with which the difference would be shown, or shown to be within the margin, with the power of
    /// the rules.
    init(_ difference: PairedDifference, margin: Double, level: Double, rules: VerdictRules) {
        let count = difference.perSeed.count
        let spread = difference.error.seeds * Double(count)
        func settles(_ error: TwoPartError) -> Bool {
            let power = error.quantile(upperTail: 1 - rules.power)
            return error.quantile(upperTail: level / 2) + power <= abs(difference.mean)
                || error.quantile(upperTail: level) + power <= margin - abs(difference.mean)
        }
        func settles(_ seeds: Int) -> Bool {
            settles(TwoPartError(seeds: spread / Double(seeds), freedom: seeds - 1, data: difference.error.data))
        }
        guard settles(TwoPartError(seeds: 0, freedom: 1, data: difference.error.data)) else {
            self = .events
            return
        }
        guard settles(Outlook.most) else {
            self = .tooManySeeds
            return
        }
        // More seeds always help, so halving finds the fewest.
        var enough = Outlook.most
        var tooFew = max(count, rules.fewestSeeds - 1)
        while enough - tooFew > 1 {
            let middle = (enough + tooFew) / 2
            if settles(middle) { enough = middle } else { tooFew = middle }
        }
        self = .seeds(max(1, enough - count))
    }
}
