import GraphIR

/// A seismic phase by its name in catalogues; `P` and `S` stand for their whole families.
public enum Phase: String, Word, Sendable {
    // Phases are written as seismologists write them.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case P, Pg, Pn, PmP, pP, S, Sg, Sn, SmS, sS

    /// Whether a pick of this phase teaches an output for `family`: `Pn` belongs to `P` and to `Pn`.
    public func belongs(to family: Phase) -> Bool { self == family || self.family == family }

    public var family: Phase {
        switch self {
        case .P, .Pg, .Pn, .PmP, .pP: .P
        case .S, .Sg, .Sn, .SmS, .sS: .S
        }
    }

    /// The phase that a column such as `trace_Pn_arrival_sample` or `trace_p_arrival_sample` names.
    public init?(catalogue name: String) {
        switch name {
        case "p", "P1", "pwP", "pwPm": self = .P
        case "s", "S1": self = .S
        default: self.init(rawValue: name)
        }
    }
}
