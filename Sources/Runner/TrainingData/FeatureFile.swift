import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Where features are kept: in a run's own folder, or where several trainings share them.
struct FeaturePlace: Hashable, Sendable {
    let folder: String
    var rows: String { folder + "/rows.f32" }
    var index: String { folder + "/index.json" }
}

extension RunFolder {
    var featurePlace: FeaturePlace { FeaturePlace(folder: featureFolderPath) }
}

/// What a frozen trunk makes of every window, with the window's labels: a row of numbers a trace, in one file that is
/// mapped into memory and read row by row.
final class FeatureFile: Sendable {
    /// What a row holds, in order: the trunk's outputs, then for each lesson its labels and their mask.
    struct Form: Hashable, Sendable {
        struct Part: Hashable, Sendable {
            var name: String
            /// Of one window.
            var shape: [Int]
            var count: Int { shape.reduce(1, *) }
        }
        var features: [Part]
        var labels: [Part]
        /// Numbers in a row.
        var count: Int { features.reduce(0) { $0 + $1.count } + 2 * labels.reduce(0) { $0 + $1.count } }
    }

    let form: Form
    private let rows: Data
    /// The row of a trace; traces that cannot be used have none.
    private let places: [Int: Int]

    /// Opens what `FeatureWriter` wrote; `nil` if there is nothing, or it is of another trunk, other data, or another
    /// form.
    init?(_ place: FeaturePlace, key: String, form: Form) {
        guard let index = FileManager.default.contents(atPath: place.index),
            let json = try? JSON(parsing: [UInt8](index)), json["key"]?.string == key,
            let traces = json["traces"]?.array?.compactMap(\.int),
            let rows = try? Data(contentsOf: URL(fileURLWithPath: place.rows), options: .alwaysMapped),
            rows.count == traces.count * form.count * MemoryLayout<Float>.size
        else { return nil }
        (self.form, self.rows) = (form, rows)
        places = Dictionary(zip(traces, traces.indices), uniquingKeysWith: { first, _ in first })
    }

    var count: Int { places.count }
    func has(_ trace: Int) -> Bool { places[trace] != nil }
    var byteCount: Int { rows.count }

    /// The batch of some traces, as the loader would make it, with the trunk's outputs as its inputs.
    func batch(of traces: ArraySlice<Int>) -> Batch {
        let found = traces.filter { places[$0] != nil }
        var start = 0
        func column(_ part: Form.Part) -> Batch.Values {
            defer { start += part.count }
            var values: [Float] = []
            values.reserveCapacity(found.count * part.count)
            for trace in found { values += row(places[trace] ?? 0, from: start, count: part.count) }
            return Batch.Values(name: part.name, shape: [found.count] + part.shape, values: values)
        }
        let inputs = form.features.map(column)
        let lessons = form.labels.map { part in
            let (labels, mask) = (column(part), column(part).values)
            return Batch.Lesson(labels: labels, mask: mask.allSatisfy { $0 == 1 } ? nil : mask)
        }
        return Batch(
            count: found.count, inputs: inputs, lessons: lessons, lengths: found.map { _ in 0 }, traces: found,
            starts: found.map { _ in 0 })
    }

    private func row(_ place: Int, from start: Int, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let size = MemoryLayout<Float>.size
            let first = (place * form.count + start) * size
            initialized = rows.copyBytes(to: buffer, from: first..<first + count * size) / size
        }
    }
}

/// Writes a feature file beside its name and puts it there when it is whole.
struct FeatureWriter {
    private let place: FeaturePlace
    private let disk = SystemDisk()
    private let handle: Int32
    private var isOpen = true
    private var traces: [Int] = []

    init(_ place: FeaturePlace) throws {
        self.place = place
        try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        handle = try disk.create(place.rows + ".part")
    }

    /// Adds the rows of a batch: what the trunk's outputs are, and the labels.
    mutating func add(_ batch: Batch, features: [[Float]]) throws {
        var block: [Float] = []
        for window in 0..<batch.count {
            func append(_ values: [Float]) {
                let count = values.count / batch.count
                block += values[window * count..<(window + 1) * count]
            }
            features.forEach(append)
            for lesson in batch.lessons {
                append(lesson.labels.values)
                append(lesson.mask ?? [Float](repeating: 1, count: lesson.labels.values.count))
            }
        }
        try disk.write(block.withUnsafeBytes { Array($0)[...] }, to: handle, path: place.rows)
        traces += batch.traces
    }

    /// The index comes last: without it the rows count for nothing.
    mutating func finish(key: String) throws {
        try disk.sync(handle, path: place.rows)
        isOpen = false
        try disk.close(handle, path: place.rows)
        // An older index must not speak for newer rows.
        disk.remove(place.index)
        try disk.rename(place.rows + ".part", to: place.rows)
        let index: JSON = ["key": .string(key), "traces": .array(traces.map { .int($0) })]
        try AtomicFile(place.index).write(index.text())
    }

    mutating func abandon() {
        if isOpen { try? disk.close(handle, path: place.rows) }
        isOpen = false
        disk.remove(place.rows + ".part")
    }
}
