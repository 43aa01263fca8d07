import Files
import Foundation
import GraphIR
import Synchronization

/// A dataset in the format of SeisBench: a table `metadata.csv` beside an HDF5 file `waveforms.hdf5`, or several such
/// pairs; under any other names where the HDF5 file has SeisBench's group `data_format`. A trace's name says in which
/// array it stands and where: `bucket0$17,:3,:6000`.
struct SeisBenchDataset: Dataset {
    let path: String
    let format = "seisbench"
    let columns: [String]
    let count: Int
    private let parts: [SeisBenchPart]

    init(_ path: String) throws {
        self.path = path
        parts = try SeisBenchReader.pairs(of: path).map { try SeisBenchPart($0) }
        guard !parts.isEmpty else {
            throw DataError(file: path, expected: "metadata.csv and waveforms.hdf5", found: "no such pair")
        }
        count = parts.reduce(0) { $0 + $1.table.count }
        var known: Set<String> = []
        columns = parts.flatMap { $0.table.columnNames.names }.filter { known.insert($0).inserted }
    }

    private func locate(_ index: Int) -> (part: SeisBenchPart, row: Int) {
        var row = index
        for part in parts.dropLast() {
            if row < part.table.count { return (part, row) }
            row -= part.table.count
        }
        return (parts[parts.count - 1], row)
    }

    func metadata(_ index: Int) -> TraceMetadata {
        let (part, row) = locate(index)
        return TraceMetadata(row: row, of: part.table)
    }

    func trace(_ index: Int) throws -> Trace {
        let (part, row) = locate(index)
        return try part.trace(row)
    }

    func identity(_ index: Int) -> TraceIdentity {
        let (part, row) = locate(index)
        return TraceIdentity(chunk: part.chunk, row: row, name: name(index))
    }

    var leftOut: [LeftOut] {
        var all: [LeftOut] = []
        for part in parts { all.add(part.leftOut) }
        return all
    }

    var notes: [String] {
        guard parts.contains(where: { !$0.namesComponents }) else { return [] }
        return [
            "no component order in the table (trace_component_order) or the waveforms (data_format/component_order): "
                + "three channels are taken as Z, N, E"
        ]
    }

    var files: [String] { parts.flatMap { [$0.table.file.name, $0.waveforms.file.name] } }

    func rate(_ index: Int) -> Double? {
        let (part, row) = locate(index)
        return samplingRate(of: TraceMetadata(row: row, of: part.table)) ?? part.rate
    }

    func components(_ index: Int) -> String? {
        let (part, row) = locate(index)
        return TraceMetadata(row: row, of: part.table)["trace_component_order"] ?? part.components
    }
}

/// One table with its waveforms.
private final class SeisBenchPart: Sendable {
    let chunk: String
    let table: CSVTable
    let waveforms: HDF5File
    let components: String?
    let dimensions: String
    let rate: Double?
    private let data: LinkTable
    private let group: Int
    let leftOut: [LeftOut]
    /// Arrays that hold many traces, once they were looked up.
    private let buckets = Mutex<[String: HDF5Dataset]>([:])
    private static let mostBuckets = 1 << 14

    init(_ pair: SeisBenchReader.Pair) throws {
        chunk = pair.chunk
        table = try CSVTable(FileBytes(mapping: pair.table))
        waveforms = try HDF5File(pair.waveforms)
        guard let group = try waveforms.find("data") else {
            throw waveforms.file.error(at: nil, expected: "a group 'data'", found: "none")
        }
        self.group = group
        data = try waveforms.links(of: group)
        leftOut = data.elsewhere.isEmpty ? [] : LeftOut.links(try waveforms.members(of: group).others)
        components = try SeisBenchPart.format("component_order", in: waveforms)
        dimensions = try SeisBenchPart.format("dimension_order", in: waveforms) ?? "CW"
        rate = try SeisBenchPart.format("sampling_rate", in: waveforms).flatMap { Double($0) }
        guard dimensions == "CW" || dimensions == "WC" else {
            throw waveforms.file.error(at: nil, expected: "the dimension order CW or WC", found: "'\(dimensions)'")
        }
        guard table.columnNames.index(of: "trace_name") != nil else {
            throw table.file.error(at: 0, expected: "a column 'trace_name'", found: "none")
        }
    }

    /// Whether anything says which channel is which, judged by the first row.
    var namesComponents: Bool {
        components != nil || table.count == 0 || TraceMetadata(row: 0, of: table)["trace_component_order"] != nil
    }

    /// What the file says of all its traces; several letters may come as one text or as a list.
    private static func format(_ name: String, in file: HDF5File) throws(DataError) -> String? {
        guard let address = try file.find("data_format/\(name)") else { return nil }
        switch try HDF5Dataset(file, at: address).value() {
        case .texts(let texts, _): return texts.joined()
        case .numbers(let array): return array.doubles.first.map { "\($0)" }
        }
    }

    func trace(_ row: Int) throws -> Trace {
        let metadata = TraceMetadata(row: row, of: table)
        let name = metadata["trace_name"] ?? "row \(row + 1)"
        do {
            if let error = table.error(ofRow: row) { throw error }
            let (samples, shape) = try box(named: name)
            guard shape.count == 2 else {
                throw waveforms.file.error(
                    at: nil, expected: "channels and samples", found: "an array of shape \(shape)")
            }
            let channels = dimensions == "CW" ? shape[0] : shape[1]
            let length = dimensions == "CW" ? shape[1] : shape[0]
            let letters = metadata["trace_component_order"] ?? components ?? (channels == 1 ? "Z" : "ZNE")
            guard letters.count == channels else {
                throw waveforms.file.error(
                    at: nil, expected: "the \(letters.count) components \(letters)", found: "\(channels) channels"
                ).helped(componentHelp(letters, length: length))
            }
            guard let rate = samplingRate(of: metadata) ?? rate else {
                throw table.file.error(
                    at: nil,
                    expected: "a sampling rate: the column trace_sampling_rate_hz in the table, or "
                        + "data_format/sampling_rate in the waveforms", found: "neither")
            }
            return Trace(
                name: name, start: metadata.instant("trace_start_time"), rate: rate, components: letters,
                samples: dimensions == "CW" ? samples : transposed(samples, rows: length, columns: channels),
                length: length, metadata: metadata)
        } catch let error as DataError {
            throw error.about(trace: name)
        }
    }

    /// What to do about channels that are not as many as the components.
    private func componentHelp(_ letters: String, length: Int) -> String {
        guard letters.count == length else {
            return "trace_component_order in the table, or data_format/component_order, names one letter a channel"
        }
        let (said, meant) = dimensions == "CW" ? ("CW, channels first", "WC") : ("WC, samples first", "CW")
        return "the other axis has \(length): axes are taken as \(said), unless data_format/dimension_order = \(meant) "
            + "stands in the waveforms"
    }

    private func dataset(_ name: String, isShared: Bool) throws(DataError) -> HDF5Dataset {
        if isShared, let known = buckets.withLock({ $0[name] }) { return known }
        var address = data.address(of: name)
        if address == nil { address = try waveforms.address(of: name, in: group) }
        guard let address else {
            throw waveforms.file.error(at: nil, expected: "an array 'data/\(name)'", found: "nothing of this name")
        }
        let dataset = try HDF5Dataset(waveforms, at: address)
        if isShared { buckets.withLock { if $0.count < SeisBenchPart.mostBuckets { $0[name] = dataset } } }
        return dataset
    }

    /// The samples that a trace's name stands for, with the lengths of the axes that are left.
    private func box(named name: String) throws(DataError) -> (samples: [Float], shape: [Int]) {
        if let (array, row, channels, count) = AxisSlice.plane(name),
            let samples = try dataset(array, isShared: true).plane(row, channels: channels, samples: count)
        {
            return (samples, [channels, count])
        }
        let parts = name.split(separator: "$", maxSplits: 1, omittingEmptySubsequences: false)
        let dataset = try dataset(String(parts[0]), isShared: parts.count == 2)
        guard let axes = parts.count == 2 ? AxisSlice.axes(of: parts[1]) : [], axes.count <= dataset.shape.count else {
            throw table.file.error(
                at: nil, expected: "a slice of an array of \(dataset.shape.count) axes", found: "'\(name)'")
        }
        var places: [(first: Int, step: Int, count: Int)] = []
        var shape: [Int] = []
        for (axis, length) in dataset.shape.enumerated() {
            let slice = axis < axes.count ? axes[axis] : .range(start: nil, stop: nil, step: 1)
            guard let place = slice.places(length: length) else {
                throw table.file.error(
                    at: nil, expected: "an index below \(length)", found: "'\(name)'")
            }
            places.append(place)
            if case .range = slice { shape.append(place.count) }
        }
        guard !places.contains(where: { $0.count == 0 }) else { return ([], shape) }
        let low = places.map { $0.step > 0 ? $0.first : $0.first + ($0.count - 1) * $0.step }
        let span = places.map { ($0.count - 1) * abs($0.step) + 1 }
        let samples = try dataset.floats(start: low, count: span)
        return (places.allSatisfy { $0.step == 1 } ? samples : picked(samples, span, places), shape)
    }

    /// Every so many-th element along each axis, backwards where the step is negative.
    private func picked(_ samples: [Float], _ span: [Int], _ places: [(first: Int, step: Int, count: Int)]) -> [Float] {
        let total = places.reduce(1) { $0 * $1.count }
        return (0..<total).map { number in
            var (rest, offset, stride) = (number, 0, 1)
            for axis in places.indices.reversed() {
                let (_, step, count) = places[axis]
                let place = rest % count
                rest /= count
                offset += (step > 0 ? place * step : (span[axis] - 1) + place * step) * stride
                stride *= span[axis]
            }
            return samples[offset]
        }
    }
}

/// Rows made columns: `[time][channel]` into `[channel][time]`.
public func transposed(_ samples: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: samples.count) { out, filled in
        samples.withUnsafeBufferPointer { samples in
            for column in 0..<columns {
                for row in 0..<rows { out[column * rows + row] = samples[row * columns + column] }
            }
        }
        filled = samples.count
    }
}

/// Recognises SeisBench's pairs of files in a folder.
public enum SeisBenchReader: DatasetReader {
    public static let signature = Signature(
        .reader, "seisbench",
        """
        A dataset of SeisBench: metadata.csv and waveforms.hdf5 in a folder, or pairs named by chunks. An HDF5 file \
        with a group data_format is one under any name, with the table of the same name or the only one beside it.

        Names of traces may be slices of an array (`bucket0$17,:3,:6000`); the order of dimensions and of components and
        the sampling rate are taken from the file or, where the table has them, trace by trace.
        """)

    public static func recognises(_ path: String) -> Bool {
        folder(of: path).map { !chunks(in: $0).isEmpty } ?? false || waveforms(of: path) != nil
    }

    public static func open(_ path: String) throws -> any Dataset { try SeisBenchDataset(path) }

    /// A table with its waveforms.
    public struct Pair: Hashable {
        public var chunk = ""
        public var table: String
        public var waveforms: String
    }

    /// By SeisBench's own names where there are such files; else by what the waveforms say of themselves.
    public static func pairs(of path: String) throws(DataError) -> [Pair] {
        if let folder = folder(of: path) {
            let chunks = chunks(in: folder)
            if !chunks.isEmpty {
                return chunks.map {
                    Pair(chunk: $0, table: "\(folder)/metadata\($0).csv", waveforms: "\(folder)/waveforms\($0).hdf5")
                }
            }
        }
        guard let waveforms = waveforms(of: path) else { return [] }
        return [Pair(table: try table(beside: waveforms, for: path), waveforms: waveforms)]
    }

    /// The HDF5 file with a group `data_format` that a path names: itself, the one of a folder, the one of a table.
    private static func waveforms(of path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        if !isFolder.boolValue, SteadReader.isHDF5Name(path) { return hasFormat(path) ? path : nil }
        let url = URL(fileURLWithPath: path)
        let folder = isFolder.boolValue ? path : url.deletingLastPathComponent().path
        let stem = url.deletingPathExtension().lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard isFolder.boolValue || path.hasSuffix(".csv") else { return nil }
        let own = isFolder.boolValue ? [] : ["\(stem).hdf5", "\(stem).h5"].filter(names.contains)
        let candidates = own.isEmpty ? names.filter(SteadReader.isHDF5Name) : own
        return candidates.count == 1 && hasFormat("\(folder)/\(candidates[0])") ? "\(folder)/\(candidates[0])" : nil
    }

    /// Only SeisBench's files have the group.
    public static func hasFormat(_ path: String) -> Bool {
        guard let file = try? HDF5File(path), let group = try? file.find("data_format") else { return false }
        return group > 0
    }

    private static func table(beside waveforms: String, for path: String) throws(DataError) -> String {
        if path.hasSuffix(".csv") { return path }
        let url = URL(fileURLWithPath: waveforms)
        let folder = url.deletingLastPathComponent().path
        let tables = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".csv")
        }
        let own = url.deletingPathExtension().lastPathComponent + ".csv"
        guard let name = [own, "metadata.csv"].first(where: tables.contains) ?? tables.first,
            tables.count == 1 || name == own || name == "metadata.csv"
        else {
            throw DataError(
                file: waveforms, expected: "a table of the traces beside it, \(own)",
                found: tables.isEmpty ? "none" : "\(tables.count) of other names")
        }
        return "\(folder)/\(name)"
    }

    /// The folder that a path names, itself or by one of the files in it.
    public static func folder(of path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        if isFolder.boolValue { return path }
        let url = URL(fileURLWithPath: path)
        let name = url.lastPathComponent
        let isOurs =
            name.hasPrefix("metadata") && name.hasSuffix(".csv")
            || name.hasPrefix("waveforms") && name.hasSuffix(".hdf5")
        return isOurs ? url.deletingLastPathComponent().path : nil
    }

    /// The chunks that the file `chunks` lists; else the one without a name; else all pairs there are, by name.
    public static func chunks(in folder: String) -> [String] {
        if let text = try? String(contentsOfFile: "\(folder)/chunks", encoding: .utf8) {
            let listed = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            if !listed.isEmpty { return listed }
        }
        let files = Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        if files.contains("waveforms.hdf5"), files.contains("metadata.csv") { return [""] }
        return files.filter { $0.hasPrefix("metadata") && $0.hasSuffix(".csv") }
            .map { String($0.dropFirst(8).dropLast(4)) }
            .filter { files.contains("waveforms\($0).hdf5") }
            .sorted()
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SeisBenchReader.self, $0) }
