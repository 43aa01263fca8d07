import Files
import Foundation
import GraphIR

/// A collection of labelled traces in a file or a folder. Metadata is at hand; samples are read when they are asked
/// for, from any number of threads at once.
public protocol Dataset: Sendable {
    /// The file or folder it was opened from.
    var path: String { get }
    /// The name of the reader that opened it, as `seisbench`.
    var format: String { get }
    var count: Int { get }
    /// The columns of its table, in order.
    var columns: [String] { get }
    /// Indices run from 0 to `count - 1`.
    func metadata(_ index: Int) -> TraceMetadata
    /// Reads a trace. Throws `DataError` where the file does not hold what it says.
    func trace(_ index: Int) throws -> Trace
    func name(_ index: Int) -> String
    /// Which trace it is, whatever others are called.
    func identity(_ index: Int) -> TraceIdentity
    /// The columns that stand in the table, without those that are measured on the samples each time.
    var storedColumns: [String] { get }
    /// The files that everything is read from; none where it is made.
    var files: [String] { get }
    /// What of the files was not read, and why.
    var leftOut: [LeftOut] { get }
    /// What was taken for granted because no file says it.
    var notes: [String] { get }
    /// Samples a second, where it is known without reading the trace.
    func rate(_ index: Int) -> Double?
    /// The components in the order in which `trace` gives them, where it is known without reading the trace.
    func components(_ index: Int) -> String?
    /// Which part of a study the trace belongs to, where that is said.
    func split(_ index: Int) -> Split?
}

extension Dataset {
    public func name(_ index: Int) -> String { metadata(index)["trace_name"] ?? "\(index)" }
    /// Chunk and name as the table has them; the row is the trace's number.
    public func identity(_ index: Int) -> TraceIdentity {
        TraceIdentity(chunk: metadata(index)["trace_chunk"] ?? "", row: index, name: name(index))
    }
    public var storedColumns: [String] { columns }
    public var files: [String] { [] }
    public var leftOut: [LeftOut] { [] }
    public var notes: [String] { [] }
    /// What people call the trace: the name it had before it was packed into an array with others.
    public func title(_ index: Int) -> String { metadata(index)["trace_name_original"] ?? name(index) }
    /// The column `split`, where there is one.
    public func split(_ index: Int) -> Split? { metadata(index)["split"].flatMap { Split(rawValue: $0) } }
    public func rate(_ index: Int) -> Double? { samplingRate(of: metadata(index)) }
    public func components(_ index: Int) -> String? { metadata(index)["trace_component_order"] }
}

/// The sampling rate that a row gives, as a rate or as a step.
public func samplingRate(of metadata: TraceMetadata) -> Double? {
    if let rate = metadata.double("trace_sampling_rate_hz"), rate > 0 { return rate }
    if let step = metadata.double("trace_dt_s"), step > 0 { return 1 / step }
    return nil
}

/// A plugin that reads one format of dataset.
public protocol DatasetReader: Plugin {
    /// Whether a file or folder is of this format, judged by names and first bytes, not by reading it.
    static func recognises(_ path: String) -> Bool
    static func open(_ path: String) throws -> any Dataset
    /// The same where damaged records are to be left out and counted, not refused: for formats that are read through
    /// when they are opened.
    static func open(_ path: String, skippingBad: Bool) throws -> any Dataset
}

extension DatasetReader {
    public static func open(_ path: String, skippingBad: Bool) throws -> any Dataset { try open(path) }
}

/// Opens a file or a folder with the reader that recognises it.
///
/// - Parameter skippingBad: damaged records that are found on the way are left out; `leftOut` counts and names them.
public func openDataset(
    _ path: String, registry: Registry = .builtIn, skippingBad: Bool = false
) throws -> any Dataset {
    let readers = registry.plugins(.reader).compactMap { $0 as? any DatasetReader.Type }
    guard !FileGroup(path).isUnfinished else {
        throw DataError(
            file: path, expected: "a whole dataset",
            found: "one whose writing has not come to its end: make it again with the same command")
    }
    for reader in readers where reader.recognises(path) { return try reader.open(path, skippingBad: skippingBad) }
    guard FileManager.default.fileExists(atPath: path) else {
        throw DataError(
            .access, file: path, expected: "a dataset",
            found: "no file or folder of this name" + (nearScheme(path).map { "; did you mean \($0)?" } ?? ""))
    }
    if hasLoneArray(path) {
        throw DataError(
            file: path, expected: "a dataset", found: "an array of NumPy without its table",
            help: "a folder of samples.npy (float32, [traces, channels, samples]) and metadata.csv is one; the table "
                + "has a row a trace with trace_sampling_rate_hz, trace_component_order and trace_p_arrival_sample")
    }
    let known = readers.map { $0.signature.name }.joined(separator: ", ")
    throw DataError(file: path, expected: "a dataset (\(known))", found: "a format that no reader recognises")
}

/// Whether somebody saved waveforms by hand: a file of NumPy, or a folder with one in it.
private func hasLoneArray(_ path: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [path]
    return names.contains { $0.hasSuffix(".npy") }
}

/// What a path was to be if it begins almost as a request for data that are made or cut: `synthethic:100`.
private func nearScheme(_ path: String) -> String? {
    let schemes = [DatasetPlace.made, DatasetPlace.recordings].map { String($0.dropLast()) }
    guard let colon = path.firstIndex(of: ":") else {
        let word = path.lowercased()
        let isMeant = schemes[0] == word || nearestName(to: word, among: [schemes[0]]) != nil
        return isMeant ? DatasetPlace.made + "1000" : nil
    }
    // `net:window=60`, where the folder is there.
    let before = String(path[..<colon])
    if FileManager.default.fileExists(atPath: before), path.contains("=") {
        return DatasetPlace.recordings + before + "," + path[colon...].dropFirst()
    }
    return nearestName(to: before.lowercased(), among: schemes).map { $0 + path[colon...] }
}
