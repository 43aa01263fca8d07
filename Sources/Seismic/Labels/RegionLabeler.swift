import Files
import Foundation
import GraphIR

/// `region`: where the earthquake of a window was.
public struct RegionLabeler: Labeler {
    static let clusters = Setting<Int>(
        "clusters", "How many regions to find among the training set's epicentres; 0 where the regions are given.",
        standard: 0, in: 0...1000)
    static let centres = Setting<[[Double]]>(
        "centres", "Latitude and longitude of each region's centre: an event is of the nearest.", standard: [])
    static let polygons = Setting<String>("polygons", "A JSON file with the regions' borders.", standard: "")
    static let projection = Setting<Polygon.Projection>(
        "projection", "On which map borders are straight: of degrees, or Pseudo-Mercator (EPSG:3857).",
        standard: .geographic)

    public static let signature = Signature(
        .labeler, "region",
        """
        Class 0 where no P is in the window, else the number of the region in which the event was, from 1 on.
        Regions are found by k-means (ConvNetQuake), given by centres, or drawn as polygons (UPC-UCV-GEO): \
        {"clusters": [{"label": …, "points": [{"x": latitude, "y": longitude}, …]}, …]}. An event without an \
        epicentre, or outside all polygons, teaches nothing. Coordinates are the columns source_latitude_deg and \
        source_longitude_deg.
        """, [clusters, centres, polygons, projection],
        example: "learn region from region(clusters: 6) loss cross_entropy")

    private enum Regions: Sendable {
        case wanted(clusters: Int)
        case file(String)
        case centres([Epicentre])
        case polygons([Polygon])
    }
    private var regions: Regions
    private let projection: Polygon.Projection
    private let classes: Int
    public let label: Shape
    public var meaning: Meaning { .classes(["noise"] + (1..<classes).map { "region \($0)" }) }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        projection = arguments[Self.projection]
        let clusters = arguments[Self.clusters]
        let centres = arguments[Self.centres]
        let file = arguments[Self.polygons]
        switch (clusters > 0, !centres.isEmpty, !file.isEmpty) {
        case (true, false, false): regions = .wanted(clusters: clusters)
        case (false, false, true): regions = .file(file)
        case (false, true, false):
            guard centres.allSatisfy({ $0.count == 2 }) else {
                throw Complaint(.argument("centres"), "a centre is [latitude, longitude]")
            }
            regions = .centres(centres.map { Epicentre(latitude: $0[0], longitude: $0[1]) })
        default:
            throw Complaint(
                .argument("clusters"), "region needs one of clusters, centres and polygons",
                help: "region(clusters: 6)")
        }
        guard output.shape.rank == 1, let classes = output.shape[0].number, classes >= 2 else {
            throw Complaint(
                .input(0, axis: nil),
                "region gives one class a window, so its output must be [regions + 1], not \(output.shape)")
        }
        let given = clusters > 0 ? clusters : centres.count
        if given > 0 { _ = try oneHotShape(of: "region", classes: given + 1, output: output) }
        self.classes = classes
        label = output.shape
    }

    public func fitted(to dataset: any Dataset, training: [Int], seed: UInt64) throws -> RegionLabeler {
        var fitted = self
        switch regions {
        case .wanted(let clusters):
            let places = training.compactMap { Epicentre(dataset.metadata($0)) }
            guard Set(places).count >= clusters else {
                throw DataError(
                    file: dataset.path, expected: "epicentres for \(clusters) regions in the training set",
                    found: "\(Set(places).count) of them")
            }
            fitted.regions = .centres(KMeans(places, count: clusters, seed: seed).centres)
        case .file(let path):
            guard let text = FileManager.default.contents(atPath: path) else {
                throw DataError(.access, file: path, expected: "a JSON file of polygons", found: "no file to read")
            }
            let polygons = try Polygon.read(Array(text), file: path)
            guard polygons.count + 1 == classes else {
                throw DataError(
                    file: path, expected: "\(classes - 1) polygons, as the output has \(classes) classes",
                    found: "\(polygons.count)")
            }
            fitted.regions = .polygons(polygons)
        case .centres, .polygons: break
        }
        return fitted
    }

    public func label(for window: Window) -> Label {
        let hasEvent = window.picks.contains {
            $0.phase.family == .P && $0.sample >= 0 && $0.sample < Double(window.length)
        }
        guard hasEvent else { return Label(oneHot: 0, of: classes) }
        guard let place = Epicentre(window.metadata), let region = region(of: place), region < classes else {
            return Label(oneHot: nil, of: classes)
        }
        return Label(oneHot: region, of: classes)
    }

    private func region(of place: Epicentre) -> Int? {
        switch regions {
        case .centres(let centres): place.nearest(of: centres) + 1
        case .polygons(let polygons): polygons.firstIndex { $0.contains(place, on: projection) }.map { $0 + 1 }
        case .wanted, .file: nil
        }
    }

    public var statement: String {
        switch regions {
        case .wanted(let clusters): "region: \(clusters) clusters"
        case .file(let path): "region: polygons of \(path)"
        case .centres(let centres):
            "region: nearest of " + centres.map { "(\($0.latitude), \($0.longitude))" }.joined(separator: " ")
        case .polygons(let polygons):
            "region: polygons on the \(projection.rawValue) map "
                + polygons.map { polygon in
                    let corners = polygon.corners.map { "\($0.latitude) \($0.longitude)" }.joined(separator: ", ")
                    return "\(polygon.label) (\(corners))"
                }.joined(separator: "; ")
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(RegionLabeler.self, $0)
    }
}
