import Foundation
import GraphIR
import Seismic

extension Subject {
    /// A recording as data to look at: windows as long as the network looks, each beginning a twentieth of it later.
    public static func windows(of recording: String, for graph: Graph) -> String {
        guard let input = graph.inputs.first?.type, let samples = input.shape.dimensions.last?.number,
            let rate = input.rate
        else { return "waveforms:\(recording)" }
        return "waveforms:\(recording),window=\(Double(samples) / rate),overlap=0.95"
    }

    /// Of the windows that hold a moment the one in whose middle it stands best.
    public func window(holding moment: Instant) throws -> Int {
        var best: (trace: Int, distance: Double)?
        var reach: (first: Instant, last: Instant)?
        for trace in 0..<dataset.count {
            let metadata = dataset.metadata(trace)
            guard let start = metadata.instant("trace_start_time"), let count = metadata.double("trace_npts"),
                let rate = metadata.double("trace_sampling_rate_hz"), rate > 0
            else { continue }
            let length = count / rate, end = start.advanced(bySeconds: length)
            reach = (min(reach?.first ?? start, start), max(reach?.last ?? end, end))
            guard start <= moment, moment <= end else { continue }
            let distance = abs(moment.seconds(since: start) - length / 2)
            if best.map({ distance < $0.distance }) ?? true { best = (trace, distance) }
        }
        guard let best else {
            throw RunError(
                .badData, "nothing was recorded at \(moment) in \(dataset.path)",
                help: reach.map { "it reaches from \($0.first) to \($0.last)" })
        }
        return best.trace
    }
}
