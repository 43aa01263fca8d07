/// What a comparison says in words, the same on the terminal, in the report and in files.
extension ComparedMetric {
    /// The metric as a heading: `P F1 (0.5 s)` for `p_f1_0.5s`.
    public var heading: String {
        let words = use.name.split(separator: "_").map { word -> String in
            if ComparedMetric.abbreviations.contains(String(word)) { return word.uppercased() }
            let isTime = word.hasSuffix("s") && Double(word.dropLast()) != nil
            return isTime ? "(\(word.dropLast()) s)" : String(word)
        }
        return words.joined(separator: " ").capitalizedFirst
    }
    private static let abbreviations: Set = [
        "p", "s", "f1", "mae", "rms", "rmse", "auc", "mcc", "tp", "fp", "tn", "fn",
    ]

    /// The heading with the unit: `P residual MAE matched (s)`.
    public var title: String {
        // A name that ends with a time in brackets has its unit there.
        use.unit.isEmpty || heading.hasSuffix(" \(use.unit))") ? heading : "\(heading) (\(use.unit))"
    }
}

extension Judgement {
    /// `can't tell +4`: the verdict with what would settle it, four more seeds; a dagger where only events would.
    public var shortVerdict: String {
        switch outlook {
        case .seeds(let count): "\(verdict.rawValue) +\(count)"
        case .tooManySeeds: "\(verdict.rawValue) ++"
        case .events: "\(verdict.rawValue) †"
        case .picks, nil: verdict.rawValue
        }
    }

    /// One sentence for people who read only one.
    public var sentence: String {
        let seeds = difference.perSeed.count
        let places = Figures.places(forError: detectable.isFinite ? detectable : abs(difference.mean))
        let shown = Figures.fixed(detectable, places: places)
        let shows = "\(seeds) seeds show differences from \(shown) on"
        return switch verdict {
        case .better: "better by \(size), beyond what seeds and events explain"
        case .worse: "worse by \(size), beyond what seeds and events explain"
        case .equivalent: "equivalent: whatever difference there is, it is smaller than \(marginText)"
        case .same: "the same network: this difference is noise, and shows how large noise is"
        case .undecided where outlook == .picks: "can't tell: neither network picked anything"
        case .undecided where seeds < 2: "can't tell: one seed says nothing about what another would do"
        case .undecided where seeds < fewestSeeds:
            "can't tell: \(seeds) seeds say next to nothing about their own spread, a verdict takes \(fewestSeeds)"
        case .undecided:
            switch outlook {
            case .seeds(let count):
                "can't tell: \(shows); about \(count) more \(count == 1 ? "seed" : "seeds") would settle it"
            case .tooManySeeds: "can't tell: \(shows); more than \(Outlook.most) seeds would be needed"
            case .events: "can't tell: \(shows); the test set has too few events, more seeds would not help"
            case .picks, nil: "can't tell"
            }
        }
    }

    private var size: String {
        Figures.fixed(abs(difference.mean), places: Figures.places(forError: interval.halfWidth))
    }
    private var marginText: String { History.text(margin) }
}

extension Outlook {
    var word: String {
        switch self {
        case .seeds: "seeds"
        case .tooManySeeds: "too many seeds"
        case .events: "events"
        case .picks: "picks"
        }
    }
}
