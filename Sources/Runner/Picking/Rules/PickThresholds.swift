import GraphIR

/// From which probability on each output counts, for one rule.
public struct PickThresholds: Sendable, Equatable {
    public var detection: Double
    public var phases: [Phase]
    public struct Phase: Sendable, Equatable {
        public var name: String
        public var threshold: Double
        public init(_ name: String, _ threshold: Double) {
            self.name = name
            self.threshold = threshold
        }
    }
    public init(detection: Double, phases: [Phase]) {
        self.detection = detection
        self.phases = phases
    }
    /// Those of EQTransformer's tester: 0.2 for detections, 0.1 for onsets.
    public static func eqt(phases: [String]) -> PickThresholds {
        PickThresholds(detection: 0.2, phases: phases.map { Phase($0, 0.1) })
    }
    public func phase(_ name: String) -> Double { phases.first { $0.name == name }?.threshold ?? 0.1 }

    /// `detection 0.3, P 0.15, S 0.2`
    public var text: String {
        (["detection \(detection)"] + phases.map { "\($0.name) \($0.threshold)" }).joined(separator: ", ")
    }
}

/// The thresholds of every rule: what is a good one depends on what is done with it.
public struct RuleThresholds: Sendable, Equatable {
    private var byRule: [PickRule: PickThresholds]

    /// The same for all rules.
    public init(_ thresholds: PickThresholds) {
        byRule = Dictionary(uniqueKeysWithValues: PickRule.allCases.map { ($0, thresholds) })
    }

    public subscript(rule: PickRule) -> PickThresholds {
        get { byRule[rule] ?? PickThresholds(detection: 0.2, phases: []) }
        set { byRule[rule] = newValue }
    }
}

extension PickThresholds {
    public var json: JSON {
        .object(
            [JSON.Member("detection", .number(detection))] + phases.map { JSON.Member($0.name, .number($0.threshold)) })
    }

    public init?(json: JSON) {
        guard let members = json.members, let detection = json["detection"]?.double else { return nil }
        self.detection = detection
        phases = members.filter { $0.key != "detection" }.compactMap { member in
            member.value.double.map { Phase(member.key, $0) }
        }
    }
}

extension RuleThresholds {
    /// `{"peaks": {"detection": 0.3, "P": 0.2}, "eqt": {…}, "trigger": {…}}`
    public var json: JSON {
        .object(PickRule.allCases.map { JSON.Member($0.rawValue, self[$0].json) })
    }

    /// `nil` where a rule is missing, as in weights from before rules had names: theirs are another rule's.
    public init?(json: JSON) {
        byRule = [:]
        for rule in PickRule.allCases {
            guard let thresholds = json[rule.rawValue].flatMap(PickThresholds.init(json:)) else { return nil }
            byRule[rule] = thresholds
        }
    }
}
