import GraphIR
import Seismic

/// The columns that say which trace a row is about: the first fifteen of EQTransformer's `X_test_results.csv`.
struct TraceColumns {
    private var texts: [(name: String, source: [String], values: [String])] = [
        ("network_code", ["station_network_code", "network_code"], []), ("ID", ["source_id"], []),
        ("trace_name", ["trace_name"], []), ("trace_category", ["trace_category"], []),
        ("trace_start_time", ["trace_start_time"], []), ("p_status", ["trace_p_status", "trace_P_status"], []),
        ("s_status", ["trace_s_status", "trace_S_status"], []),
        ("receiver_type", ["trace_channel", "station_receiver_type", "receiver_type"], []),
    ]
    private var numbers: [(name: String, source: [String], values: [Double])] = [
        (
            "earthquake_distance_km",
            ["path_ep_distance_km", "source_distance_km", "path_hyp_distance_km", "path_distance_km"], []
        ),
        ("source_magnitude", ["source_magnitude"], []), ("p_weight", ["trace_p_weight", "trace_P_weight"], []),
        ("s_weight", ["trace_s_weight", "trace_S_weight"], []),
    ]
    private var snr: [Double] = []
    private var identities: [TraceIdentity] = []
    private var arrivals: [(phase: Phase, values: [Double])]

    /// - Parameter phases: those whose arrivals the rows give, beside P and S.
    init(phases: [Phase]) {
        let all = [Phase.P, .S] + phases.filter { $0 != .P && $0 != .S }
        arrivals = all.map { ($0, []) }
    }

    private static let order = [
        "network_code", "ID", "earthquake_distance_km", "snr_db", "trace_name", "trace_category", "trace_start_time",
        "source_magnitude", "p_arrival_sample", "p_status", "p_weight", "s_arrival_sample", "s_status", "s_weight",
        "receiver_type",
    ]

    /// Adds a row; `arrival` is where a phase arrives, in samples of the row's rate, if it does within the window.
    mutating func append(
        _ metadata: TraceMetadata, _ identity: TraceIdentity, hasPicks: Bool, arrival: (Phase) -> Double?
    ) {
        for index in texts.indices {
            var value = texts[index].source.lazy.compactMap { metadata[$0] }.first ?? ""
            switch texts[index].name {
            case "trace_name": value = identity.name
            case "trace_category": value = TraceColumns.category(value, hasPicks: hasPicks)
            default: break
            }
            texts[index].values.append(value)
        }
        for index in numbers.indices {
            let value = numbers[index].source.lazy.compactMap { metadata.double($0) }.first
            numbers[index].values.append(value ?? .nan)
        }
        let levels = metadata.numbers("trace_snr_db").filter(\.isFinite)
        identities.append(identity)
        snr.append(levels.isEmpty ? .nan : levels.reduce(0, +) / Double(levels.count))
        for index in arrivals.indices { arrivals[index].values.append(arrival(arrivals[index].phase) ?? .nan) }
    }

    /// In the words of STEAD, which EQTransformer's tools look for.
    private static func category(_ text: String, hasPicks: Bool) -> String {
        if text.isEmpty { return hasPicks ? "earthquake_local" : "noise" }
        return text.hasPrefix("earthquake") ? "earthquake_local" : text
    }

    /// The chunk and the row of each trace, which its name alone does not tell.
    var places: [Predictions.Column] {
        [
            Predictions.Column("trace_chunk", .texts(identities.map(\.chunk))),
            Predictions.Column("trace_row", .numbers(identities.map { Double($0.row) })),
        ]
    }

    var columns: [Predictions.Column] {
        var all = texts.map { Predictions.Column($0.name, .texts($0.values)) }
        all += numbers.map { Predictions.Column($0.name, .numbers($0.values)) }
        all.append(Predictions.Column("snr_db", .numbers(snr)))
        all += arrivals.map {
            Predictions.Column("\($0.phase.rawValue.lowercased())_arrival_sample", .numbers($0.values))
        }
        let first = TraceColumns.order.compactMap { name in all.first { $0.name == name } }
        return first + all.filter { !TraceColumns.order.contains($0.name) }
    }
}
