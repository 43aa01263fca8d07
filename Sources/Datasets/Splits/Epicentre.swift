import Foundation

/// Where an earthquake was, in degrees.
public struct Epicentre: Hashable, Sendable {
    public var latitude, longitude: Double
    public init(latitude: Double, longitude: Double) {
        (self.latitude, self.longitude) = (latitude, longitude)
    }

    /// Along the great circle in km, on a sphere of 6371 km.
    public func distance(to other: Epicentre) -> Double {
        let (a, b) = (latitude * .pi / 180, other.latitude * .pi / 180)
        let turn = (other.longitude - longitude) * .pi / 180
        let half = pow(sin((b - a) / 2), 2) + cos(a) * cos(b) * pow(sin(turn / 2), 2)
        return 2 * 6371 * asin(min(1, half.squareRoot()))
    }

    /// Metres east and north on the Pseudo-Mercator map of web services (EPSG:3857), which ends at 85.06 degrees.
    public var mercator: SIMD2<Double> {
        let radius = 6_378_137.0
        let latitude = max(-85.06, min(85.06, latitude)) * .pi / 180
        return SIMD2(radius * longitude * .pi / 180, radius * log(tan(.pi / 4 + latitude / 2)))
    }
}

extension Epicentre {
    /// Where a trace's source was, if its row says so.
    public init?(_ metadata: TraceMetadata) {
        guard let latitude = metadata.double("source_latitude_deg"),
            let longitude = metadata.double("source_longitude_deg")
        else { return nil }
        self.init(latitude: latitude, longitude: longitude)
    }
}
