import Files
import Foundation
import GraphIR

/// A dataset in the format of STEAD, which EQTransformer trains on: an HDF5 file with one array a trace, samples first,
/// components E, N, Z, at 100 Hz. What is known of a trace stands in a CSV file beside it, or, in files made for
/// EQTransformer, only in the attributes of its array.
struct SteadDataset: Dataset {
    let path: String
    let format = "stead"
    let columns: [String]
    let count: Int
    private let waveforms: HDF5File
    private let rows: Rows
    /// The groups in which traces are looked for.
    private let groups: [Int]
    let leftOut: [LeftOut]

    private enum Rows: Sendable {
        case table(CSVTable)
        /// The names of the arrays with their addresses; the names of the first one's attributes.
        case attributes([(name: String, address: Int)], ColumnNames)
    }

    static let rate = 100.0
    static let components = "ENZ"

    init(_ path: String) throws {
        let files = try SteadReader.files(of: path)
        self.path = path
        let waveforms = try HDF5File(files.waveforms)
        self.waveforms = waveforms
        var groups: [Int] = []
        var leftOut: [LeftOut] = []
        for name in ["data", "earthquake/local", "non_earthquake/noise"] {
            guard let group = try waveforms.find(name) else { continue }
            groups.append(group)
            if try !waveforms.links(of: group).elsewhere.isEmpty {
                leftOut.add(LeftOut.links(try waveforms.members(of: group).others))
            }
        }
        self.leftOut = leftOut
        guard !groups.isEmpty else {
            throw waveforms.file.error(at: nil, expected: "a group 'data' of traces", found: "none")
        }
        self.groups = groups
        if let csv = files.table {
            let table = try CSVTable(FileBytes(mapping: csv), rename: SteadColumns.seisBench)
            guard table.columnNames.index(of: "trace_name") != nil else {
                throw table.file.error(at: 0, expected: "a column 'trace_name'", found: "none")
            }
            rows = .table(table)
            count = table.count
            columns = table.columnNames.names
        } else {
            let names = try groups.flatMap { try waveforms.members(of: $0).found }
            let first = try names.first.map { try SteadDataset.entries(waveforms, $0) } ?? []
            let own = ColumnNames(first.map { $0.name })
            rows = .attributes(names, own)
            count = names.count
            columns = own.names
        }
    }

    /// The attributes of a trace by SeisBench's names, its own name added where it is not among them.
    private static func entries(_ file: HDF5File, _ trace: (name: String, address: Int)) throws(DataError)
        -> [(name: String, value: String?)]
    {
        var entries: [(name: String, value: String?)] = []
        for (name, value) in try file.attributes(of: trace.address) {
            let text = value.text
            entries.append((SteadColumns.seisBench(name), isMissing(text) ? nil : text))
        }
        if !entries.contains(where: { $0.name == "trace_name" }) { entries.append(("trace_name", trace.name)) }
        return entries
    }

    func metadata(_ index: Int) -> TraceMetadata {
        switch rows {
        case .table(let table): return TraceMetadata(row: index, of: table)
        case .attributes(let names, let columns):
            guard let entries = try? SteadDataset.entries(waveforms, names[index]) else {
                return TraceMetadata([("trace_name", names[index].name)])
            }
            if entries.map({ $0.name }) == columns.names {
                return TraceMetadata(columns: columns, values: entries.map { $0.value })
            }
            return TraceMetadata(entries)
        }
    }

    var files: [String] {
        guard case .table(let table) = rows else { return [waveforms.file.name] }
        return [table.file.name, waveforms.file.name]
    }

    var notes: [String] { ["taken for STEAD: components in the order E, N, Z at 100 Hz"] }

    func rate(_ index: Int) -> Double? { SteadDataset.rate }
    func components(_ index: Int) -> String? { SteadDataset.components }

    func trace(_ index: Int) throws -> Trace {
        let metadata = metadata(index)
        let name = metadata["trace_name"] ?? "row \(index + 1)"
        do {
            let dataset = try HDF5Dataset(waveforms, at: try address(of: name, index))
            let shape = dataset.shape
            guard shape.count == 2, shape.contains(3) else {
                throw waveforms.error(
                    at: dataset.address, expected: "samples of three components", found: "an array of shape \(shape)")
            }
            let samples = try dataset.floats(start: [0, 0], count: shape)
            // Samples first is the rule; some files have the components first.
            let isSamplesFirst = shape[1] == 3
            let length = isSamplesFirst ? shape[0] : shape[1]
            return Trace(
                name: name, start: metadata.instant("trace_start_time"), rate: SteadDataset.rate,
                components: SteadDataset.components,
                samples: isSamplesFirst ? transposed(samples, rows: length, columns: 3) : samples, length: length,
                metadata: metadata)
        } catch let error as DataError {
            throw error.about(trace: name)
        }
    }

    private func address(of name: String, _ index: Int) throws(DataError) -> Int {
        switch rows {
        case .attributes(let names, _): return names[index].address
        case .table(let table):
            if let error = table.error(ofRow: index) { throw error }
            for group in groups { if let address = try waveforms.address(of: name, in: group) { return address } }
            throw waveforms.file.error(at: nil, expected: "an array 'data/\(name)'", found: "nothing of this name")
        }
    }
}

/// Recognises an HDF5 file of traces, with a table of the same name beside it or without.
public enum SteadReader: DatasetReader {
    public static let signature = Signature(
        .reader, "stead",
        """
        A dataset of STEAD, or of EQTransformer: an HDF5 file with one array a trace, and a CSV file beside it.

        Arrays are samples first with the components E, N, Z at 100 Hz. Columns go by the names that SeisBench gives
        them. Without a CSV file the attributes of the arrays stand for it.
        """)

    public static func recognises(_ path: String) -> Bool {
        guard let files = try? files(of: path) else { return false }
        return !SeisBenchReader.hasFormat(files.waveforms)
    }

    public static func open(_ path: String) throws -> any Dataset { try SteadDataset(path) }

    /// The two files that a path names: itself a file, or a folder with one HDF5 file in it.
    public static func files(of path: String) throws(DataError) -> (waveforms: String, table: String?) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DataError(.access, file: path, expected: "a file or folder", found: "nothing of this name")
        }
        var waveforms = path
        if isFolder.boolValue {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let candidates = names.filter { isHDF5Name($0) && !$0.hasPrefix("waveforms") }
            guard let name = candidates.contains("merged.hdf5") ? "merged.hdf5" : candidates.first,
                candidates.count == 1 || name == "merged.hdf5"
            else {
                throw DataError(file: path, expected: "one HDF5 file of traces", found: "\(candidates.count)")
            }
            waveforms = "\(path)/\(name)"
        } else if path.hasSuffix(".csv") {
            let stem = path.dropLast(4)
            guard let found = ["\(stem).hdf5", "\(stem).h5"].first(where: FileManager.default.fileExists(atPath:))
            else {
                throw DataError(file: path, expected: "an HDF5 file of the same name", found: "none")
            }
            waveforms = found
        }
        guard isHDF5Name(waveforms) else {
            throw DataError(file: path, expected: "a file that ends in .hdf5 or .h5", found: "another name")
        }
        let table = URL(fileURLWithPath: waveforms).deletingPathExtension().path + ".csv"
        return (waveforms, FileManager.default.fileExists(atPath: table) ? table : nil)
    }

    public static func isHDF5Name(_ name: String) -> Bool { name.hasSuffix(".hdf5") || name.hasSuffix(".h5") }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SteadReader.self, $0) }
