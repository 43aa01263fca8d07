import Files
import Foundation
import GraphIR

/// The border of a region.
public struct Polygon: Hashable, Sendable {
    public var label: String
    public var corners: [Epicentre]

    /// How a straight line between two corners runs.
    public enum Projection: String, Word { case geographic, mercator }

    /// Whether a place lies inside: a line from it to the east crosses the border an odd number of times.
    public func contains(_ place: Epicentre, on projection: Projection) -> Bool {
        func point(_ place: Epicentre) -> SIMD2<Double> {
            projection == .mercator ? place.mercator : SIMD2(place.longitude, place.latitude)
        }
        let target = point(place)
        var isInside = false
        for index in corners.indices {
            let (a, b) = (point(corners[index]), point(corners[(index + 1) % corners.count]))
            guard (a.y > target.y) != (b.y > target.y) else { continue }
            if target.x < a.x + (target.y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
        }
        return isInside
    }

    /// Reads `{"clusters": [{"id": 0, "label": "…", "points": [{"x": latitude, "y": longitude}, …]}, …]}`.
    public static func read(_ text: [UInt8], file: String) throws -> [Polygon] {
        let json: JSON
        do {
            json = try JSON(parsing: text)
        } catch {
            throw DataError(file: file, byte: error.offset, expected: error.expected, found: "something else")
        }
        guard let clusters = json["clusters"]?.array, !clusters.isEmpty else {
            throw DataError(file: file, expected: "a list 'clusters' of polygons", found: "none")
        }
        return try clusters.enumerated().map { number, cluster in
            let corners = (cluster["points"]?.array ?? []).compactMap { point -> Epicentre? in
                guard let x = point["x"]?.double, let y = point["y"]?.double, abs(x) <= 90, abs(y) <= 360 else {
                    return nil
                }
                return Epicentre(latitude: x, longitude: y)
            }
            guard corners.count >= 3, corners.count == cluster["points"]?.array?.count else {
                throw DataError(
                    file: file, expected: "at least three points with x (latitude) and y (longitude) in degrees",
                    found: "polygon \(number) with \(corners.count) that are")
            }
            return Polygon(label: cluster["label"]?.string ?? "\(number + 1)", corners: corners)
        }
    }
}

/// Groups of places by k-means: Lloyd's steps from starts that lie far apart (k-means++), the same for a seed.
public struct KMeans: Sendable {
    public let centres: [Epicentre]

    public init(_ places: [Epicentre], count: Int, seed: UInt64) {
        var dice = Dice(seed: seed, purpose: "labels.kmeans")
        guard !places.isEmpty else {
            centres = []
            return
        }
        var centres = [places[dice.int(0..<places.count)]]
        while centres.count < min(count, places.count) {
            let squares = places.map { place in centres.map { pow($0.distance(to: place), 2) }.min() ?? 0 }
            var left = dice.uniform() * squares.reduce(0, +)
            let next = squares.firstIndex { square in
                left -= square
                return left < 0
            }
            centres.append(places[next ?? places.count - 1])
        }
        for _ in 0..<100 {
            let moved = KMeans.moved(centres, to: places)
            if moved == centres { break }
            centres = moved
        }
        // West to east, so that a region keeps its number when the start changes.
        self.centres = centres.sorted { ($0.longitude, $0.latitude) < ($1.longitude, $1.latitude) }
    }

    private static func moved(_ centres: [Epicentre], to places: [Epicentre]) -> [Epicentre] {
        var sums = centres.map { _ in (latitude: 0.0, longitude: 0.0, count: 0) }
        for place in places {
            let nearest = place.nearest(of: centres)
            sums[nearest].latitude += place.latitude
            sums[nearest].longitude += place.longitude
            sums[nearest].count += 1
        }
        return zip(sums, centres).map { sum, centre in
            guard sum.count > 0 else { return centre }
            return Epicentre(latitude: sum.latitude / Double(sum.count), longitude: sum.longitude / Double(sum.count))
        }
    }
}

extension Epicentre {
    /// The index of the nearest of some places; 0 of none.
    public func nearest(of places: [Epicentre]) -> Int {
        let distances = places.map(distance(to:))
        return distances.indices.min { distances[$0] < distances[$1] } ?? 0
    }
}
