import Seismic

/// A phase onset in a continuous recording, with all that is known of it.
public struct StreamPick: Sendable, Equatable {
    public var group: StreamGroup
    /// The letters of the channels it was read from, as `ZNE`.
    public var components: String
    public var phase: String
    public var time: Instant
    public var probability: Double
    /// The first and the last moment of what makes the pick on its curve.
    public var begin: Instant
    public var end: Instant
    /// In seconds: how wide the curve is about its top, or how far several passes differ.
    public var timeUncertainty: Double?
    public var probabilityUncertainty: Double?
    /// Whether samples that were not recorded lie within the network's reach.
    public var isAtGap = false
    /// The probability of the detection it lies in, where the network has one.
    public var detection: Double?
    /// The hash of the network's meaning and of its weights, first twelve digits.
    public var model: String
    public var amplitude: Double?
    /// `counts`, or `m/s` and its kin where an inventory gives the gain.
    public var amplitudeUnit: String?
    /// In decibels.
    public var signalToNoise: Double?

    public init(
        group: StreamGroup, components: String, phase: String, time: Instant, probability: Double, begin: Instant,
        end: Instant, model: String
    ) {
        self.group = group
        self.components = components
        self.phase = phase
        self.time = time
        self.probability = probability
        self.begin = begin
        self.end = end
        self.model = model
    }

    /// `HH[ZNE]`, as catalogues of channels are abbreviated.
    public var channels: String { "\(group.band)[\(components)]" }
    /// The channel a picker would have looked at: Z for P, a horizontal for S.
    public var channel: String {
        let wanted: [Character] = phase.hasPrefix("S") ? ["N", "1", "E", "2", "Z"] : ["Z"]
        let letter = wanted.first { components.contains($0) } ?? components.first ?? "Z"
        return group.band + String(letter)
    }

    /// In order of time, group and phase.
    public static func isBefore(_ a: StreamPick, _ b: StreamPick) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.group != b.group { return a.group < b.group }
        return a.phase < b.phase
    }
}

/// A list of picks with the network that made it, on its way into files.
public struct PickList: Sendable {
    public var picks: [StreamPick]
    /// The name of the network, for people.
    public var network: String
    /// The program that writes, as `strata 0.1.0`.
    public var program: String
    public var stations: Inventory?

    public init(_ picks: [StreamPick], network: String, program: String, stations: Inventory? = nil) {
        self.picks = picks.sorted(by: StreamPick.isBefore)
        self.network = network
        self.program = program
        self.stations = stations
    }
}

/// A way of writing picks down for another program: a name, and a file or several with their contents.
public protocol PickFormat {
    static var name: String { get }
    /// One sentence: whose format it is and what it leaves out.
    static var summary: String { get }
    /// Paths within the output folder.
    static func files(_ list: PickList) -> [(path: String, text: String)]
}

/// Every format that `--format` knows; a new one is one file and its line here.
public enum PickFormats {
    public static var all: [any PickFormat.Type] {
        [
            PicksCSV.self, QuakeML.self, SCML.self, GammaPicks.self, PyOctoPicks.self, RealPicks.self,
            NonLinLocPicks.self, EQTransformerPicks.self, PhaseNetPicks.self,
        ]
    }
    public static func named(_ name: String) -> (any PickFormat.Type)? { all.first { $0.name == name } }
}

/// Numbers and times as the formats want them, in one place.
enum PickText {
    static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((abs(value) * scale).rounded())
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 && whole != 0 ? "-" : ""
        return sign + (places == 0 ? padded : padded.dropLast(places) + "." + padded.suffix(places))
    }
    static func optional(_ value: Double?, _ places: Int) -> String { value.map { decimal($0, places) } ?? "" }

    /// To the microsecond, which is what every reader of such tables can hold.
    static func micro(_ time: Instant) -> Instant {
        Instant(
            nanoseconds: Int((Double(time.nanoseconds % 1_000_000) / 1000).rounded()) * 1000
                + time.nanoseconds / 1_000_000 * 1_000_000)
    }
    /// `2020-01-02T03:04:05.123456Z`
    static func iso(_ time: Instant) -> String { micro(time).description }
    /// `2020-01-02 03:04:05.123456`
    static func blank(_ time: Instant) -> String {
        iso(time).replacing("T", with: " ").replacing("Z", with: "")
    }
    /// `2020-01-02T03:04:05.123`, as PhaseNet and GaMMA write.
    static func milli(_ time: Instant) -> String {
        let rounded = Instant(
            nanoseconds: Int((Double(time.nanoseconds % 1_000_000_000) / 1e6).rounded()) * 1_000_000
                + time.nanoseconds / 1_000_000_000 * 1_000_000_000)
        return String(rounded.description.dropLast(4))
    }
    /// A rate without needless digits.
    static func rate(_ value: Double) -> String { value == value.rounded() ? decimal(value, 0) : decimal(value, 3) }
    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
