import Foundation

/// An earthquake at its source: where, when, how large, and which way the fault slipped.
struct Source: Sendable {
    var latitude, longitude: Double
    /// km
    var depth: Double
    var time: Double
    var magnitude: Double
    /// MPa
    var stressDrop: Double
    /// Radians.
    var strike, dip, rake: Double
    var zone: Int

    /// Newton metres (Hanks and Kanamori 1979).
    var moment: Double { pow(10, 1.5 * magnitude + 9.1) }

    /// The corner frequency of S in Hz (Brune 1970) for a shear velocity in km/s.
    func corner(shear: Double) -> Double {
        0.37 * shear * 1000 * pow(16.0 / 7 * stressDrop * 1e6 / moment, 1.0 / 3)
    }

    /// The corner of P over that of S: 0.32 over 0.21 (Madariaga 1976).
    static let cornerRatio = 0.32 / 0.21

    /// How strongly a double couple radiates P, SV and SH at an azimuth and a take-off angle from straight down
    /// (Aki and Richards 2002, equations 4.89 to 4.91).
    func radiation(azimuth: Double, takeoff: Double) -> (p: Double, sv: Double, sh: Double) {
        let phi = azimuth - strike
        let (sinR, cosR, sinD, cosD) = (sin(rake), cos(rake), sin(dip), cos(dip))
        let (sin2D, cos2D) = (sin(2 * dip), cos(2 * dip))
        let (sinI, cosI, sin2I, cos2I) = (sin(takeoff), cos(takeoff), sin(2 * takeoff), cos(2 * takeoff))
        let p =
            cosR * sinD * sinI * sinI * sin(2 * phi) - cosR * cosD * sin2I * cos(phi)
            + sinR * sin2D * (cosI * cosI - sinI * sinI * sin(phi) * sin(phi)) + sinR * cos2D * sin2I * sin(phi)
        let sv =
            sinR * cos2D * cos2I * sin(phi) - cosR * cosD * cos2I * cos(phi)
            + 0.5 * cosR * sinD * sin2I * sin(2 * phi) - 0.5 * sinR * sin2D * sin2I * (1 + sin(phi) * sin(phi))
        let sh =
            cosR * cosD * cosI * sin(phi) + cosR * sinD * sinI * cos(2 * phi) + sinR * cos2D * cosI * cos(phi)
            - 0.5 * sinR * sin2D * sinI * sin(2 * phi)
        return (p, sv, sh)
    }

    static func draw(in region: SyntheticRegion, dice: inout Dice) -> Source {
        let number = dice.int(0..<region.zones.count)
        let zone = region.zones[number]
        let along = dice.normal() * zone.length / 2
        let across = dice.normal() * zone.width / 2
        let place = SyntheticRegion.moved(
            latitude: zone.latitude, longitude: zone.longitude,
            north: along * cos(zone.strike) - across * sin(zone.strike),
            east: along * sin(zone.strike) + across * cos(zone.strike))
        return Source(
            latitude: place.latitude, longitude: place.longitude,
            depth: dice.triangular(zone.depth.lowerBound, zone.depth.upperBound),
            // 2014 to 2023.
            time: (1_388_534_400 + dice.uniform() * 10 * 365.25 * 86400).rounded(.down),
            magnitude: 0, stressDrop: 3 * pow(10, 0.35 * dice.normal()),
            strike: zone.strike + 0.3 * dice.normal(), dip: dice.uniform(0.5, 1.4), rake: dice.uniform(-2.6, 2.6),
            zone: number)
    }
}

/// The way from a source to a station, and what it does to waves.
struct RayPath: Sendable {
    /// Over the surface and through the rock, km.
    let distance, range: Double
    /// At the source towards the station, radians.
    let azimuth: Double
    /// Travel times in seconds.
    let p, s: Double
    let takeoff: Double
    /// From the vertical, after the slow layers under the station bent it upwards.
    let incidence: (p: Double, s: Double)
    /// What attenuation takes: travel time over quality, plus the site's kappa.
    let tStar: (p: Double, s: Double)

    init(_ source: Source, to station: SyntheticRegion.Station, in region: SyntheticRegion) {
        let path = SyntheticRegion.path(
            from: (source.latitude, source.longitude), to: (station.latitude, station.longitude))
        distance = path.distance
        azimuth = path.azimuth
        range = max(1, hypot(path.distance, source.depth + station.elevation / 1000))
        // Velocity grows with depth, so farther rays are faster on the whole.
        let velocity = region.velocity * (0.93 + 0.09 * min(1, range / 100))
        p = range / velocity
        s = p * region.ratio
        takeoff = atan2(path.distance, source.depth)
        let up = sin(takeoff)
        incidence = (asin(min(0.95, up * 0.55)), asin(min(0.95, up * 0.45)))
        tStar = (p / 550 + station.kappa * 0.6, s / 320 + station.kappa)
    }

    /// How far the low-frequency level of a phase is above nothing, in m s: the far field of a point source, doubled by
    /// the free surface.
    func level(moment: Double, radiation: Double, velocity: Double) -> Double {
        2 * radiation * moment / (4 * .pi * 2700 * pow(velocity * 1000, 3) * range * 1000)
    }

    /// About the largest ground velocity of P in m/s, for judging whether a station can see it; its radiation is the
    /// mean over the focal sphere (Boore and Boatwright 1984).
    func compressionalPeak(_ source: Source, in region: SyntheticRegion) -> Double {
        let corner = source.corner(shear: region.velocity / region.ratio) * Source.cornerRatio
        let cut = 1 / (.pi * tStar.p)
        let frequency = 1 / (1 / corner + 1 / cut)
        return 0.3 * level(moment: source.moment, radiation: 0.52, velocity: region.velocity)
            * pow(2 * .pi * frequency, 2)
    }
}

extension Source {
    /// The magnitude whose P just reaches a ground velocity at the end of a path.
    func magnitude(seenBy path: RayPath, above velocity: Double, in region: SyntheticRegion) -> Double {
        var source = self
        var (low, high) = (-1.0, 6.0)
        for _ in 0..<12 {
            source.magnitude = (low + high) / 2
            if path.compressionalPeak(source, in: region) < velocity {
                low = source.magnitude
            } else {
                high = source.magnitude
            }
        }
        return high
    }
}
