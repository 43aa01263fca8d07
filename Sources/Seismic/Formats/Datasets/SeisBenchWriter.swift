import Files
import Foundation

/// Writes a dataset in the format of SeisBench. Traces of one split and of like length share an array, padded with
/// zeros to the longest, which makes reading them back several times faster than one array a trace.
final class SeisBenchWriter: DatasetWriter {
    private let folder: String
    private let overwrite: Bool
    private let waveforms: HDF5Writer
    private var rows: [TraceMetadata] = []
    private var rates: [Double] = []
    private var components: [String] = []
    private var buckets: [Bucket] = []
    private var bucketCount = 0
    private static let mostTraces = 1024
    private static let mostSamples = 16 << 20

    /// Traces that wait for their array to be full.
    private struct Bucket {
        var split: String?
        var channels: Int
        var lengthBin: Int
        var traces: [(row: Int, samples: [Float], length: Int)] = []
        var samples = 0
    }

    init(_ folder: String, overwrite: Bool) throws {
        self.folder = folder
        self.overwrite = overwrite
        try makeFolder(folder)
        try FileGroup(folder).clear()
        let table = "\(folder)/metadata.csv"
        if !overwrite, FileManager.default.fileExists(atPath: table) {
            throw DataError(.access, file: table, expected: "no file of this name yet", found: "one that would be lost")
        }
        waveforms = try HDF5Writer("\(folder)/waveforms.hdf5", overwrite: overwrite)
    }

    func add(_ trace: Trace) throws {
        guard trace.components.count == trace.channels, trace.samples.count == trace.channels * trace.length else {
            throw DataError(
                file: folder, trace: trace.name, expected: "as many channels as components",
                found: "\(trace.channels) channels, components '\(trace.components)'")
        }
        var row = trace.metadata
        row["trace_name_original"] = row["trace_name_original"] ?? trace.name
        if row["trace_start_time"] == nil, let start = trace.start { row["trace_start_time"] = "\(start)" }
        rows.append(row)
        rates.append(trace.rate)
        components.append(trace.components)
        let bin = SeisBenchWriter.lengthBin(trace.length)
        let split = row["split"]
        let place =
            buckets.firstIndex { $0.split == split && $0.channels == trace.channels && $0.lengthBin == bin }
            ?? {
                buckets.append(Bucket(split: split, channels: trace.channels, lengthBin: bin))
                return buckets.count - 1
            }()
        buckets[place].traces.append((rows.count - 1, trace.samples, trace.length))
        buckets[place].samples += trace.samples.count
        if buckets[place].traces.count >= SeisBenchWriter.mostTraces
            || buckets[place].samples >= SeisBenchWriter.mostSamples
        {
            try write(buckets.remove(at: place))
        }
    }

    /// Lengths from 100 on, each bin 1.2 times as long as the one before.
    private static func lengthBin(_ length: Int) -> Int {
        length <= 100 ? 0 : Int((log(Double(length) / 100) / log(1.2)).rounded(.up))
    }

    private func write(_ bucket: Bucket) throws {
        let longest = bucket.traces.map { $0.length }.max() ?? 0
        let name = "bucket\(bucketCount)"
        bucketCount += 1
        var samples: [Float] = []
        samples.reserveCapacity(bucket.traces.count * bucket.channels * longest)
        for (number, trace) in bucket.traces.enumerated() {
            for channel in 0..<bucket.channels {
                samples += trace.samples[channel * trace.length..<(channel + 1) * trace.length]
                samples += repeatElement(0, count: longest - trace.length)
            }
            rows[trace.row]["trace_name"] = "\(name)$\(number),:\(bucket.channels),:\(trace.length)"
        }
        let shape = [bucket.traces.count, bucket.channels, longest]
        try waveforms.add("data/\(name)", .numbers(NumberArray(shape: shape, floats: samples)))
    }

    func finish() throws {
        for bucket in buckets { try write(bucket) }
        buckets = []
        try waveforms.add("data_format/dimension_order", .texts(["CW"], shape: []))
        try waveforms.add("data_format/component_order", .texts([components.first ?? "ZNE"], shape: []))
        if let rate = rates.first, rates.allSatisfy({ $0 == rate }) {
            try waveforms.add("data_format/sampling_rate", .numbers(NumberArray(shape: [], doubles: [rate])))
        } else {
            for index in rows.indices { rows[index].set("trace_sampling_rate_hz", rates[index]) }
        }
        if Set(components).count > 1 {
            for index in rows.indices { rows[index]["trace_component_order"] = components[index] }
        }
        try FileGroup(folder).finish([
            waveforms.written(), CSV.written(rows, to: "\(folder)/metadata.csv", overwrite: overwrite),
        ])
    }
}
