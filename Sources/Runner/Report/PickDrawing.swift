import Seismic

extension PickView {
    /// As a drawing: waveform, curves with their thresholds, and the spectrogram.
    public func drawing(network: String) -> TraceDrawing {
        let uncertainty = pick.timeUncertainty.map { "± \(PickText.decimal($0, 3)) s" } ?? ""
        let snr = pick.signalToNoise.map { "SNR \(PickText.decimal($0, 1)) dB" } ?? ""
        let detection = pick.detection.map { "detection \(PickText.decimal($0, 2))" } ?? ""
        let facts = [
            pick.channels, "from \(PickText.iso(start))", "probability \(PickText.decimal(pick.probability, 3))",
            uncertainty, snr, detection, pick.isAtGap ? "beside a gap" : "",
        ].filter { !$0.isEmpty }
        let trace = TraceCurves(
            trace: TraceIdentity(row: 0, name: "\(pick.group.place) \(pick.phase) \(PickText.iso(pick.time))"),
            rate: rate, start: 0,
            startTime: nil, channel: "", facts: facts, waveform: waveform,
            curves: curves.map { .init(name: $0.name, values: $0.values, threshold: $0.threshold, picks: $0.picks) },
            arrivals: [])
        return TraceDrawing(trace, network: network, showsSpectrogram: true)
    }
}
