import Foundation

/// A run's TensorBoard file: the scalars of its history, written anew each epoch so that a resumed run has no doubles.
struct EventLog {
    private let folder: RunFolder

    init(_ folder: RunFolder) { self.folder = folder }

    /// TensorBoard goes by the beginning of the name.
    static let name = "events.out.tfevents.0000000000.strata"

    func write(_ history: History) throws {
        try AtomicFile(folder.path + "/" + Self.name).write(EventLog.bytes(history))
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
