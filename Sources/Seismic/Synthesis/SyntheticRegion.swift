import Foundation
import GraphIR

/// A region that is not on any map: its stations, its faults, and how waves travel between them.
struct SyntheticRegion: Sendable {
    struct Station: Sendable {
        var code: String
        /// The band and instrument of its channels: HH broadband, EH short period, HN accelerometer.
        var channel: String
        var latitude, longitude: Double
        var elevation: Double
        /// What the ground does between earthquakes above 1 Hz, in m/s.
        var noise: Double
        /// The corner of its seismometer in Hz.
        var corner: Double
        /// What the last metres of ground take from high frequencies, in seconds.
        var kappa: Double
        /// The two-way time in the layer under it, and how much comes back.
        var reverberation: (delay: Double, strength: Double)
        /// Lines of nearby machines in Hz.
        var machines: [Double]
    }

    /// Where earthquakes happen together.
    struct Zone: Sendable {
        var latitude, longitude: Double
        /// Along strike and across, in km.
        var length, width: Double
        var strike: Double
        var depth: ClosedRange<Double>
    }

    let stations: [Station]
    let zones: [Zone]
    /// Of P in the crust, km/s.
    let velocity = 6.0
    /// P over S.
    let ratio = 1.74

    static let centre = (latitude: 42.3, longitude: 13.4)
    static let kilometresPerDegree = 111.19

    /// Stations spread over a square of a side in km, denser where earthquakes are.
    init(seed: UInt64, side: Double) {
        var dice = Dice(seed: seed, purpose: "synthesis.region")
        let zones = (0..<5).map { _ in
            let place = SyntheticRegion.place(
                north: dice.uniform(-0.4, 0.4) * side, east: dice.uniform(-0.4, 0.4) * side)
            let top = dice.uniform(1, 8)
            return Zone(
                latitude: place.latitude, longitude: place.longitude, length: dice.uniform(0.05, 0.2) * side,
                width: dice.uniform(0.01, 0.05) * side, strike: dice.uniform(0, .pi),
                depth: top...(top + dice.uniform(4, 14)))
        }
        self.zones = zones
        stations = (0..<40).map { number in SyntheticRegion.station(number, zones: zones, side: side, dice: &dice) }
    }

    private static func station(_ number: Int, zones: [Zone], side: Double, dice: inout Dice) -> Station {
        let isNear = dice.chance(0.5)
        let zone = zones[dice.int(0..<zones.count)]
        let spread = dice.uniform(-0.12, 0.12) * side
        let other = dice.uniform(-0.12, 0.12) * side
        let anywhere = place(north: dice.uniform(-0.5, 0.5) * side, east: dice.uniform(-0.5, 0.5) * side)
        let near = moved(latitude: zone.latitude, longitude: zone.longitude, north: spread, east: other)
        let kind = dice.pick([(0.55, "HH"), (0.3, "EH"), (0.15, "HN")])
        let machines = (0..<2).compactMap { _ in dice.chance(0.15) ? dice.pick([(1, 12.5), (1, 16.7), (1, 24.8)]) : nil
        }
        return Station(
            code: "ST" + (number < 9 ? "0" : "") + "\(number + 1)", channel: kind,
            latitude: isNear ? near.latitude : anywhere.latitude,
            longitude: isNear ? near.longitude : anywhere.longitude, elevation: dice.uniform(20, 2200).rounded(),
            noise: dice.logUniform(4e-9, 2e-7) * (kind == "HN" ? 5 : 1),
            corner: kind == "HH" ? 1 / 120.0 : kind == "EH" ? 1 : 0.05, kappa: dice.uniform(0.01, 0.055),
            reverberation: (dice.uniform(0.06, 0.5), dice.uniform(0, 0.55)), machines: machines)
    }

    static func place(north: Double, east: Double) -> (latitude: Double, longitude: Double) {
        moved(latitude: centre.latitude, longitude: centre.longitude, north: north, east: east)
    }

    /// A point so many km north and east of another, on a sphere that is flat nearby.
    static func moved(
        latitude: Double, longitude: Double, north: Double, east: Double
    ) -> (latitude: Double, longitude: Double) {
        (
            latitude + north / kilometresPerDegree,
            longitude + east / (kilometresPerDegree * cos(latitude * .pi / 180))
        )
    }

    /// Distance in km and azimuth in radians, from the first point to the second.
    static func path(
        from: (latitude: Double, longitude: Double), to: (latitude: Double, longitude: Double)
    ) -> (distance: Double, azimuth: Double) {
        let north = (to.latitude - from.latitude) * kilometresPerDegree
        let middle = (to.latitude + from.latitude) / 2 * .pi / 180
        let east = (to.longitude - from.longitude) * kilometresPerDegree * cos(middle)
        return (hypot(north, east), atan2(east, north))
    }
}
