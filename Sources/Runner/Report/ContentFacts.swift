/// What chapters say otherwise of one network than of many, and of one seed than of several.
extension ReportContent {
    public var isOneNetwork: Bool { contenders.count == 1 }
    /// The most that any network has.
    public var seeds: Int { contenders.map(\.runs.count).max() ?? 0 }
    public var hasOneSeed: Bool { seeds <= 1 }

    /// Words that only several seeds need.
    public func ofSeeds(_ text: String) -> String { hasOneSeed ? "" : text }
    /// Words that only several networks need.
    public func ofSeveral(_ text: String) -> String { isOneNetwork ? "" : text }

    /// The networks that pick a phase and yet picked none in any trace, with any seed.
    public func silent(_ phase: String) -> [Int] {
        contenders.indices.filter { comparison.isSilent($0, phase: phase, rule: comparison.rule) }
    }

    /// Whether some network has as many seeds in common with the reference as a verdict takes.
    public var canJudge: Bool {
        contenders.dropFirst().contains {
            pairing(contenders[0].seeds, $0.seeds).count >= comparison.rules.fewestSeeds
        }
    }

    /// Why no verdict stands anywhere, and what to do about it, as HTML; `nil` where there may be some.
    public var withoutVerdicts: String? {
        guard !isOneNetwork, !canJudge else { return nil }
        let fewest = comparison.rules.fewestSeeds
        return "With fewer than \(Words.number(fewest, "seed")) no verdict is possible: "
            + "<code style=\"white-space:nowrap\">--seeds \(fewest)</code> trains so many."
    }

    /// The networks with their colours and marks. With a script, pressing one fades the others.
    public func legend(_ style: String = "legend", names reference: String = "") -> String {
        guard !isOneNetwork else { return "" }
        let items = contenders.indices.map { index in
            "<li><button type=\"button\" aria-pressed=\"false\" data-series=\"\(index % Plot.seriesCount)\">"
                + "\(name(index))\(index == 0 ? reference : "")</button></li>"
        }
        return "<ul class=\"\(style)\" aria-label=\"Networks; press one to bring it out in the charts\">"
            + "\(items.joined())</ul>"
    }

    /// The legend once more, above figures in which many networks share a chart: the first has scrolled away.
    public var smallLegend: String { contenders.count > 2 ? legend("legend small") : "" }
}

extension Contender {
    /// Whether it has a curve of this phase at all.
    public func picks(_ phase: String) -> Bool { runs.first?.predictions.phases.contains(phase) ?? false }
}
