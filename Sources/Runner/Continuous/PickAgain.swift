import Files
import GraphIR
import Interpreter
import Seismic

/// What there is to look at of the pick of a night that is nearest to a moment.
public func pickView(
    _ order: PickOrder, file: NetworkFile, weights: Weights, notes: Safetensors?, at time: Instant, station: String?
) throws -> PickView {
    let source = try order.curves(file, weights, threads: order.threads)
    let settings = try order.settings(for: source, notes: notes)
    let request = try order.request(settings: settings, model: source.model)
    guard
        let view = try PickStreams(source: source, settings: settings, request: request).view(at: time, of: station)
    else {
        throw RunError(
            .badData, "there is no pick near \(time)",
            help: "give a time from picks.csv, and --station NET.STA if need be")
    }
    return view
}
