import Foundation
import GraphIR
import Seismic

extension TraceInWindow {
    /// Every arrival of a phase within the window, in samples of the window's rate from the trace's start, in time. One
    /// that the catalogue has under several names counts once.
    func arrivals(_ phase: Phase) -> [Double] {
        let scale = rate / traceRate
        let samples = picks.filter { $0.phase.belongs(to: phase) }.map { $0.sample * scale }
            .filter { $0 >= Double(start) && $0 < Double(start + length) }
        return Set(samples).sorted()
    }

    /// When a sample of the window's rate, counted from the trace's start, was; `nil` where nobody knows the start.
    func time(_ sample: Double) -> String? {
        metadata.instant("trace_start_time").map { $0.advanced(bySeconds: sample / rate).description }
    }

    /// `CI.PAS.00.HH`, as far as the catalogue knows it.
    var channel: String {
        func word(_ names: [String]) -> String { names.lazy.compactMap { metadata[$0] }.first ?? "" }
        let parts = [
            word(["station_network_code", "network_code"]), word(["station_code", "receiver_code"]),
            word(["station_location_code"]), word(["trace_channel", "station_receiver_type", "receiver_type"]),
        ]
        return parts.allSatisfy(\.isEmpty) ? "" : parts.joined(separator: ".")
    }
}

/// The columns that say which part of which recording a row is about.
struct WindowColumns {
    private var starts: [Double] = []
    private var lengths: [Double] = []
    private var times: [String] = []
    private var channels: [String] = []

    mutating func append(_ trace: TraceInWindow) {
        starts.append(Double(trace.start))
        lengths.append(Double(trace.length))
        times.append(trace.time(Double(trace.start)) ?? "")
        channels.append(trace.channel)
    }

    var columns: [Predictions.Column] {
        [
            .init("window_start_sample", .numbers(starts)), .init("window_samples", .numbers(lengths)),
            .init("window_start_time", .texts(times)), .init("channel", .texts(channels)),
        ]
    }
}
