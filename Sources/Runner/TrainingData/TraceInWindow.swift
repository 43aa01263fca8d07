import GraphIR
import Seismic

/// Where a window lies in its trace, and what the catalogue knows of it.
struct TraceInWindow {
    var identity: TraceIdentity
    /// Its number in the dataset.
    var index: Int
    var metadata: TraceMetadata
    /// In samples of the trace's own rate.
    var picks: [Window.Pick]
    var traceRate: Double
    /// Samples a second of the window, and so of every sample number in the table.
    var rate: Double
    /// Of the window's first sample in the trace, and how many it has.
    var start: Int
    var length: Int

    /// Where a phase first arrives, in samples of the window's rate from the trace's start; `nil` outside the window.
    func arrival(_ phase: Phase) -> Double? {
        let scale = rate / traceRate
        return picks.filter { $0.phase.belongs(to: phase) }.map { $0.sample * scale }
            .filter { $0 >= Double(start) && $0 < Double(start + length) }.min()
    }
}
