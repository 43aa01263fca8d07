import Files
import Foundation
import GraphIR

/// A dataset whose sides a manifest names.
struct DividedDataset: Dataset {
    let path: String
    private let base: any Dataset
    private let sides: [Split?]

    /// Refuses a dataset that is not the one that was divided.
    init(_ manifest: SplitManifest, at path: String, skippingBad: Bool = false) throws {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let place = DatasetPlace.absolute(manifest.dataset, in: folder)
        try DividedDataset.checkDepth(from: path, to: place)
        base = try openDataset(place, skippingBad: skippingBad)
        guard SplitManifest.hash(of: base) == manifest.datasetHash else {
            throw DataError(
                file: path, expected: "the dataset that was divided, '\(place)'",
                found: "another one there: its traces or sources differ")
        }
        sides = manifest.sides(count: base.count)
    }

    /// A manifest may divide what another one names, but not without end: it could name itself.
    private static func checkDepth(from path: String, to place: String) throws {
        var next = place
        for _ in 0..<deepest {
            guard SplitReader.recognises(next) else { return }
            let folder = URL(fileURLWithPath: next).deletingLastPathComponent().path
            next = DatasetPlace.absolute(try SplitManifest(reading: next).dataset, in: folder)
        }
        throw DataError(
            file: path, expected: "a dataset behind at most \(deepest) split manifests",
            found: "manifests that name one another")
    }
    private static let deepest = 8

    var format: String { base.format }
    var count: Int { base.count }
    var columns: [String] { base.columns }
    var storedColumns: [String] { base.storedColumns }
    var files: [String] { base.files }
    var leftOut: [LeftOut] { base.leftOut }
    var notes: [String] { base.notes }
    func name(_ index: Int) -> String { base.name(index) }
    func identity(_ index: Int) -> TraceIdentity { base.identity(index) }
    func rate(_ index: Int) -> Double? { base.rate(index) }
    func components(_ index: Int) -> String? { base.components(index) }
    func trace(_ index: Int) throws -> Trace { try base.trace(index) }
    func metadata(_ index: Int) -> TraceMetadata { base.metadata(index) }
    func split(_ index: Int) -> Split? { sides[index] }
}

/// `split`: a manifest's file, read as its dataset.
public struct SplitReader: DatasetReader {
    public static let signature = Signature(
        .reader, "split",
        """
        Reads a dataset through the manifest that `strata data split` wrote: the same traces, with its sides.
        A dataset that changed since is refused.
        """)

    public static func recognises(_ path: String) -> Bool {
        guard path.hasSuffix(".json"), let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        let start = (try? file.read(upToCount: 64)) ?? Data()
        return String(decoding: start, as: UTF8.self).contains("strata-split-")
    }
    public static func open(_ path: String) throws -> any Dataset { try open(path, skippingBad: false) }
    public static func open(_ path: String, skippingBad: Bool) throws -> any Dataset {
        try DividedDataset(SplitManifest(reading: path), at: path, skippingBad: skippingBad)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(SplitReader.self, $0) }
}
