import Files
import Foundation

/// A made network of stations that records without a break: where it stands, which earthquakes happen when, what of
/// them arrives where, and when nothing is recorded. Everything is settled by the seed, hour by hour, so that the first
/// hour of two is the first hour of one.
public struct SyntheticNetwork: Sendable {
    public struct Order: Sendable {
        /// At most as many as the made region has.
        public var stations = 5
        public var hours = 2.0
        /// Earthquakes an hour; one in four of them comes seconds behind another.
        public var events = 12
        /// Gaps an hour at each station.
        public var gaps = 0
        public var rate = 100.0
        public var seed: UInt64 = 0
        /// 2024-05-06T00:00:00Z
        public var start = Instant(nanoseconds: 1_714_953_600_000_000_000)

        public static let mostStations = 40
        public init() {}
    }

    struct Event: Sendable {
        var number: Int
        var name: String
        var source: Source
        /// Since the recording's start.
        var seconds: Double
    }

    /// A phase of an earthquake at a station.
    struct Arrival: Sendable, Equatable {
        var event: Int
        var station: Int
        var phase: Phase
        /// Since the recording's start.
        var seconds: Double
        /// The ground velocity that P may be expected to have, over the station's noise.
        var clarity: Double
        /// A P below four times the noise triggers nobody (Trnkoczy 2012): nobody is asked to pick it.
        var isFaint: Bool { clarity < 4 }
    }

    /// When a station, or one of its components, recorded nothing.
    struct Gap: Sendable, Equatable {
        var samples: Range<Int>
        /// `nil` where all fail together.
        var component: Int?
    }

    public let order: Order
    let region: SyntheticRegion
    let stations: [SyntheticRegion.Station]
    let events: [Event]
    /// What a station can have of an earthquake, in order of time.
    let arrivals: [Arrival]
    /// Of each station, in order of time.
    let gaps: [[Gap]]
    /// Samples of the whole recording.
    let count: Int

    static let networkCode = "SY"
    /// What is weaker than this is not listed at all: not even S, which is the larger, can be seen.
    static let leastClarity = 0.2

    /// An order out of reach is refused, with what is within.
    public init(_ order: Order) throws(DataError) {
        func refuse(_ what: String, _ range: String, _ found: String) -> DataError {
            DataError(.request, file: "synthetic stream", expected: "\(what) \(range)", found: found)
        }
        let most = Order.mostStations
        guard (1...most).contains(order.stations) else {
            throw refuse("stations", "from 1 to \(most)", "\(order.stations)")
        }
        guard order.hours > 0, order.hours <= 24 * 366 else {
            throw refuse("hours", "above 0, a year at most", "\(order.hours)")
        }
        guard order.rate >= 10, order.rate <= 1000 else {
            throw refuse("a rate", "from 10 to 1000 Hz", "\(order.rate)")
        }
        guard (0...1000).contains(order.events), (0...1000).contains(order.gaps) else {
            throw refuse("events and gaps an hour", "from 0 to 1000", "\(order.events) and \(order.gaps)")
        }
        self.order = order
        region = SyntheticRegion(seed: order.seed, side: 120)
        stations = Array(region.stations.prefix(order.stations))
        count = max(1, Int((order.hours * 3600 * order.rate).rounded()))
        let (stations, region) = (stations, region)
        var events: [Event] = []
        for hour in 0..<Int(order.hours.rounded(.up)) {
            events += Self.events(of: hour, order, stations: stations, region: region)
        }
        events.sort { ($0.seconds, $0.number) < ($1.seconds, $1.number) }
        let seconds = Double(count) / order.rate
        self.events = events.filter { $0.seconds < seconds }
        gaps = stations.indices.map { station in
            (0..<Int(order.hours.rounded(.up))).flatMap { Self.gaps(of: $0, station: station, order) }
                .sorted { $0.samples.lowerBound < $1.samples.lowerBound }
        }
        arrivals = Self.arrivals(of: self.events, at: stations, region: region)
    }

    /// The earthquakes of an hour. Each is as large as so many of the stations need to see it, or somewhat larger, as
    /// Gutenberg and Richter say.
    private static func events(
        of hour: Int, _ order: Order, stations: [SyntheticRegion.Station], region: SyntheticRegion
    ) -> [Event] {
        var dice = Dice(seed: order.seed, purpose: "synthesis.network.events", subject: hour)
        var before: Double?
        return (0..<order.events).map { place in
            var source = Source.draw(in: region, dice: &dice)
            let follows = dice.chance(0.25)
            let (anywhere, behind) = (dice.uniform(0, 3600), dice.uniform(2, 15))
            let inHour = follows ? before.map { $0 + behind } ?? anywhere : anywhere
            let seconds = ((Double(hour) * 3600 + inHour) * 100).rounded() / 100
            before = inHour
            let clarity = dice.logUniform(4, 30)
            let seenBy = dice.int(0..<stations.count)
            let needs = stations.map { station in
                source.magnitude(
                    seenBy: RayPath(source, to: station, in: region), above: clarity * station.noise, in: region)
            }.sorted()
            let excess = -log(1 - dice.uniform()) * 0.434
            source.magnitude = (10 * min(5.8, needs[seenBy] + excess)).rounded() / 10
            source.time = order.start.advanced(bySeconds: seconds).seconds
            let number = hour * order.events + place
            return Event(number: number, name: "sy\(order.seed)-\(number)", source: source, seconds: seconds)
        }
    }

    private static func gaps(of hour: Int, station: Int, _ order: Order) -> [Gap] {
        var dice = Dice(seed: order.seed, purpose: "synthesis.network.gaps", round: station, subject: hour)
        return (0..<order.gaps).map { _ in
            let start = Double(hour) * 3600 + dice.uniform(0, 3600)
            let length = dice.logUniform(0.5, 300)
            let component = dice.chance(0.25) ? dice.int(0..<3) : nil
            let first = Int(start * order.rate)
            return Gap(samples: first..<first + max(1, Int(length * order.rate)), component: component)
        }
    }

    private static func arrivals(
        of events: [Event], at stations: [SyntheticRegion.Station], region: SyntheticRegion
    ) -> [Arrival] {
        var found: [Arrival] = []
        for (number, event) in events.enumerated() {
            for (place, station) in stations.enumerated() {
                let path = RayPath(event.source, to: station, in: region)
                let clarity = path.compressionalPeak(event.source, in: region) / station.noise
                guard clarity >= Self.leastClarity else { continue }
                for (phase, travel) in [(Phase.P, path.p), (.S, path.s)] {
                    found.append(
                        Arrival(
                            event: number, station: place, phase: phase, seconds: event.seconds + travel,
                            clarity: clarity))
                }
            }
        }
        return found.sorted {
            ($0.seconds, $0.station, $0.phase.rawValue) < ($1.seconds, $1.station, $1.phase.rawValue)
        }
    }

    func time(_ seconds: Double) -> Instant { order.start.advanced(bySeconds: seconds) }

    /// Whether a vertical and a horizontal recorded a second before and behind: what cannot be seen is not listed.
    func isRecorded(_ arrival: Arrival) -> Bool {
        let place = arrival.seconds * order.rate
        guard place >= 0, place < Double(count) else { return false }
        let near = Int(place - order.rate)..<Int(place + order.rate) + 1
        return !gaps[arrival.station].contains { gap in
            gap.samples.overlaps(near) && (gap.component == nil || (gap.component == 0) == (arrival.phase == .P))
        }
    }
}
