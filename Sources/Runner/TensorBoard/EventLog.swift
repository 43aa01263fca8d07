import Files
import Foundation

/// A run's TensorBoard file: the scalars of its history and nothing else, so that a resumed run has no doubles.
struct EventLog {
    private let folder: RunFolder

    init(_ folder: RunFolder) { self.folder = folder }

    /// What is new is added behind what is there, so that a TensorBoard that looks on follows; a file that belongs to
    /// another past is replaced.
    func write(_ history: History) throws {
        let path = folder.eventsPath
        let bytes = EventLog.bytes(history)
        if let there = FileManager.default.contents(atPath: path), !there.isEmpty, bytes.starts(with: there),
            let file = FileHandle(forWritingAtPath: path)
        {
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: bytes.dropFirst(there.count))
        } else {
            try AtomicFile(path).write(bytes)
        }
    }

    /// Moments are seconds of training, not of the clock: the same run gives the same order every time.
    static func bytes(_ history: History) -> [UInt8] {
        var bytes = EventFile.header(time: 0)
        var time = 0.0
        for row in history.rows {
            let named = zip(history.columns, row)
            time += named.first { $0.0 == "seconds" }?.1 ?? 0
            let step = Int(named.first { $0.0 == "step" }?.1 ?? 0)
            let scalars = named.filter { !["epoch", "step"].contains($0.0) && !$0.1.isNaN }
                .map { (tag: EventLog.tag($0.0), value: $0.1) }
            bytes += EventFile.record(EventFile.Event(time: time, step: step, scalars: scalars))
        }
        return bytes
    }

    /// `train_p` as `p/train`, so that TensorBoard puts a loss's curves side by side.
    private static func tag(_ column: String) -> String {
        for side in ["train", "dev"] where column.hasPrefix(side + "_") {
            return column.dropFirst(side.count + 1) + "/" + side
        }
        return column
    }
}
