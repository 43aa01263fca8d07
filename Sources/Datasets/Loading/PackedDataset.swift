import Files
import Foundation
import GraphIR

/// A packed dataset: every trace a row of one mapped array, so that reading one is a copy from memory. A folder with
/// `samples.npy` (float32, `[traces, channels, samples]`, which NumPy maps too) and `metadata.csv`.
public struct PackedDataset: Dataset {
    public let path: String
    public let format = "packed"
    public var count: Int { table.count }
    public var columns: [String] { table.columnNames.names }
    private let table: CSVTable
    private let samples: FileBytes
    private let start: Int
    private let channels: Int
    private let length: Int

    public init(_ path: String) throws {
        self.path = path
        table = try CSVTable(FileBytes(mapping: "\(path)/metadata.csv"))
        samples = try FileBytes(mapping: "\(path)/samples.npy")
        let header = try NPY.Header(samples)
        let shape = header.shape
        guard header.element == .number(.float32), !header.isFortran, shape.count == 3, shape[0] == table.count,
            (1...64).contains(shape[1]), shape[2] >= 1
        else {
            throw samples.error(
                at: 0, expected: "float32 numbers of shape [\(table.count), channels, samples]",
                found: "\(header.element) of shape \(shape)")
        }
        _ = try header.checkedCount(elementSize: 4, in: samples)
        (start, channels, length) = (header.end, shape[1], shape[2])
    }

    public func metadata(_ index: Int) -> TraceMetadata { TraceMetadata(row: index, of: table) }
    public var files: [String] { [table.file.name, samples.name] }

    public func trace(_ index: Int) throws -> Trace {
        let metadata = metadata(index)
        let name = metadata["trace_name"] ?? "\(index)"
        do {
            if let error = table.error(ofRow: index) { throw error }
            guard let rate = samplingRate(of: metadata), let components = metadata["trace_component_order"],
                components.count == channels
            else {
                throw unsaid(metadata, row: index + 1)
            }
            return Trace(
                name: name, start: metadata.instant("trace_start_time"), rate: rate, components: components,
                samples: try read(index), length: length, plane: plane(metadata), metadata: metadata)
        } catch let error as DataError {
            throw error.about(trace: name)
        }
    }

    /// Which of the two columns that every row needs is not there, or does not fit.
    private func unsaid(_ metadata: TraceMetadata, row: Int) -> DataError {
        let hasRate = samplingRate(of: metadata) != nil
        let letters = metadata["trace_component_order"]
        let found = !hasRate ? "no rate in row \(row)" : letters.map { "'\($0)' in row \(row)" } ?? "none in row \(row)"
        return table.file.error(
            at: nil,
            expected: hasRate
                ? "the column trace_component_order, one letter for each of \(channels) channels"
                : "the column trace_sampling_rate_hz, a rate in samples a second", found: found)
    }

    /// The rows of a picture, where the table says that it is one and they fit.
    private func plane(_ metadata: TraceMetadata) -> Plane? {
        guard let height = metadata.int("picture_height"), let width = metadata.int("picture_width"),
            height > 0, width > 0, product(height, width) == length
        else { return nil }
        return Plane(height: height, width: width)
    }

    /// The samples alone: `channels * length` of them.
    func read(_ index: Int) throws(DataError) -> [Float] {
        let count = channels * length
        let size = count * MemoryLayout<Float>.size
        return try samples.borrow(start + index * size, size) { bytes throws(DataError) in
            [Float](unsafeUninitializedCapacity: count) { floats, written in
                UnsafeMutableRawBufferPointer(floats).copyMemory(from: bytes)
                written = count
            }
        }
    }
}

/// Packs traces of one length and as many channels each.
final class PackedWriter: DatasetWriter {
    private let folder: String
    private let overwrite: Bool
    private let count: Int
    private var file: OutputFile?
    private var rows: [TraceMetadata] = []
    private var shape: (channels: Int, length: Int)?

    /// How many traces there will be is known before: the header says it.
    init(_ folder: String, count: Int, overwrite: Bool) throws {
        (self.folder, self.count, self.overwrite) = (folder, count, overwrite)
        try makeFolder(folder)
        try FileGroup(folder).clear()
        let table = "\(folder)/metadata.csv"
        if !overwrite, FileManager.default.fileExists(atPath: table) {
            throw DataError(.access, file: table, expected: "no file of this name yet", found: "one that would be lost")
        }
        file = try OutputFile("\(folder)/samples.npy", overwrite: overwrite)
    }

    func add(_ trace: Trace) throws {
        if shape == nil {
            shape = (trace.channels, trace.length)
            try file?.append(NPY.header(element: "<f4", shape: [count, trace.channels, trace.length]))
        }
        guard let shape, shape == (trace.channels, trace.length) else {
            throw DataError(
                file: folder, trace: trace.name, expected: "as many channels and samples as the traces before",
                found: "\(trace.channels) channels of \(trace.length) samples")
        }
        try file?.append(raw: trace.samples)
        var row = trace.metadata
        row["trace_name"] = trace.name
        row.set("trace_sampling_rate_hz", trace.rate)
        row["trace_component_order"] = trace.components
        if let plane = trace.plane {
            row.set("picture_height", Double(plane.height))
            row.set("picture_width", Double(plane.width))
        }
        rows.append(row)
    }

    func finish() throws {
        guard rows.count == count else {
            throw DataError(file: folder, expected: "\(count) traces", found: "\(rows.count)")
        }
        let table = try CSV.written(rows, to: "\(folder)/metadata.csv", overwrite: overwrite)
        try FileGroup(folder).finish([file, table].compactMap { $0 })
    }
}

extension PackedDataset {
    /// Packs a dataset whose traces are equally long. With a side given by `split`, the copy's rows say so too.
    public static func pack(_ dataset: any Dataset, to folder: String, overwrite: Bool) throws {
        guard dataset.count > 0 else {
            throw DataError(file: dataset.path, expected: "traces to pack", found: "none")
        }
        let writer = try PackedWriter(folder, count: dataset.count, overwrite: overwrite)
        for index in 0..<dataset.count {
            var trace = try dataset.trace(index)
            let identity = dataset.identity(index)
            trace.name = identity.name
            // Chunks have traces of equal names; in one array they must still be told apart.
            if !identity.chunk.isEmpty { trace.metadata["trace_chunk"] = identity.chunk }
            if let split = dataset.split(index) { trace.metadata["split"] = split.rawValue }
            try writer.add(trace)
        }
        try writer.finish()
    }
}

/// `packed`: the reader of packed datasets.
public struct PackedReader: DatasetReader {
    public static let signature = Signature(
        .reader, "packed",
        """
        Reads a folder that `strata data pack` wrote.
        In it are samples.npy, float32 [traces, channels, samples], and metadata.csv.
        """
    )

    public static func recognises(_ path: String) -> Bool {
        ["samples.npy", "metadata.csv"].allSatisfy { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }
    public static func open(_ path: String) throws -> any Dataset { try PackedDataset(path) }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(PackedReader.self, $0) }
}
