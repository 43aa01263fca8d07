import Files
import Foundation

/// Writes a dataset in the format of STEAD: `merged.hdf5` with one array a trace, samples first, components E, N, Z,
/// everything that is known of the trace in attributes; and the same in `merged.csv`.
final class SteadWriter: DatasetWriter {
    private let folder: String
    private let waveforms: HDF5Writer
    private let table: OutputFile
    private var names: Set<String> = []

    init(_ folder: String, overwrite: Bool) throws {
        self.folder = folder
        try makeFolder(folder)
        try FileGroup(folder).clear()
        table = try OutputFile("\(folder)/merged.csv", overwrite: overwrite)
        waveforms = try HDF5Writer("\(folder)/merged.hdf5", overwrite: overwrite)
        try table.append(CSV.row(SteadColumns.all.map(\.stead)).utf8)
    }

    func add(_ trace: Trace) throws {
        guard trace.rate == SteadDataset.rate else {
            throw DataError(
                file: folder, trace: trace.name, expected: "100 Hz, as all of STEAD has", found: "\(trace.rate) Hz")
        }
        let name = SteadWriter.name(of: trace)
        guard names.insert(name).inserted else {
            throw DataError(file: folder, trace: name, expected: "each name once", found: "this name again")
        }
        var metadata = trace.metadata
        metadata["trace_name"] = name
        if metadata["trace_start_time"] == nil, let start = trace.start { metadata["trace_start_time"] = "\(start)" }
        let row = SteadColumns.all.map { SteadWriter.text(metadata, $0.seisBench, $0.kind) }
        try table.append(CSV.row(row).utf8)
        let attributes = SteadColumns.all.map {
            (name: $0.stead, value: SteadWriter.value(metadata, $0.seisBench, $0.kind))
        }
        let samples = SteadWriter.samplesFirst(trace)
        try waveforms.add(
            "data/\(name)", .numbers(NumberArray(shape: [trace.length, 3], floats: samples)), attributes: attributes)
    }

    /// EQTransformer tells earthquakes from noise by how a name ends.
    private static func name(of trace: Trace) -> String {
        let name = (trace.metadata["trace_name_original"] ?? trace.name).split(separator: "/").joined(separator: "_")
        if name.hasSuffix("_EV") || name.hasSuffix("_NO") { return name }
        return name + (trace.metadata.double("trace_p_arrival_sample") == nil ? "_NO" : "_EV")
    }

    /// `[time][E N Z]`; a component that the trace does not have is zeros.
    private static func samplesFirst(_ trace: Trace) -> [Float] {
        var samples = [Float](repeating: 0, count: 3 * trace.length)
        for (place, letter) in SteadDataset.components.enumerated() {
            guard let channel = trace.channel(named: letter) else { continue }
            for (time, value) in channel.enumerated() { samples[3 * time + place] = value }
        }
        return samples
    }

    private static func text(_ metadata: TraceMetadata, _ name: String, _ kind: SteadColumns.Kind) -> String {
        guard let text = metadata[name] else { return "" }
        switch kind {
        case .text: return text
        case .number: return metadata.double(name).map { "\($0)" } ?? ""
        case .list: return "[" + metadata.numbers(name).map { "\($0)" }.joined(separator: " ") + "]"
        case .nestedList: return "[[" + metadata.numbers(name).map { "\($0)" }.joined(separator: " ") + "]]"
        }
    }

    /// A missing value is an empty text, as in STEAD's own attributes.
    private static func value(_ metadata: TraceMetadata, _ name: String, _ kind: SteadColumns.Kind) -> HDF5Value {
        let numbers = metadata.numbers(name)
        guard metadata[name] != nil, kind == .text || !numbers.isEmpty else { return .texts([""], shape: []) }
        switch kind {
        case .text: return .texts([metadata[name] ?? ""], shape: [])
        case .number: return .numbers(NumberArray(shape: [], doubles: [numbers[0]]))
        case .list: return .numbers(NumberArray(shape: [numbers.count], doubles: numbers))
        case .nestedList: return .numbers(NumberArray(shape: [1, numbers.count], doubles: numbers))
        }
    }

    func finish() throws {
        try FileGroup(folder).finish([waveforms.written(), table])
    }
}
