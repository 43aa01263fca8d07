/// The table of STEAD: its 35 columns in order, what SeisBench calls each, and which hold numbers.
public enum SteadColumns {
    public enum Kind: Hashable, Sendable {
        case text
        case number
        /// `[56.8 55.4 47.4]`
        case list
        /// `[[2896.]]`
        case nestedList
    }

    public static let all: [(stead: String, seisBench: String, kind: Kind)] = [
        ("network_code", "station_network_code", .text),
        ("receiver_code", "station_code", .text),
        ("receiver_type", "trace_channel", .text),
        ("receiver_latitude", "station_latitude_deg", .number),
        ("receiver_longitude", "station_longitude_deg", .number),
        ("receiver_elevation_m", "station_elevation_m", .number),
        ("p_arrival_sample", "trace_p_arrival_sample", .number),
        ("p_status", "trace_p_status", .text),
        ("p_weight", "trace_p_weight", .number),
        ("p_travel_sec", "path_p_travel_sec", .number),
        ("s_arrival_sample", "trace_s_arrival_sample", .number),
        ("s_status", "trace_s_status", .text),
        ("s_weight", "trace_s_weight", .number),
        ("source_id", "source_id", .text),
        ("source_origin_time", "source_origin_time", .text),
        ("source_origin_uncertainty_sec", "source_origin_uncertainty_sec", .number),
        ("source_latitude", "source_latitude_deg", .number),
        ("source_longitude", "source_longitude_deg", .number),
        ("source_error_sec", "source_error_sec", .number),
        ("source_gap_deg", "source_gap_deg", .number),
        ("source_horizontal_uncertainty_km", "source_horizontal_uncertainty_km", .number),
        ("source_depth_km", "source_depth_km", .number),
        ("source_depth_uncertainty_km", "source_depth_uncertainty_km", .number),
        ("source_magnitude", "source_magnitude", .number),
        ("source_magnitude_type", "source_magnitude_type", .text),
        ("source_magnitude_author", "source_magnitude_author", .text),
        ("source_mechanism_strike_dip_rake", "source_mechanism_strike_dip_rake", .text),
        ("source_distance_deg", "source_distance_deg", .number),
        ("source_distance_km", "source_distance_km", .number),
        ("back_azimuth_deg", "path_back_azimuth_deg", .number),
        ("snr_db", "trace_snr_db", .list),
        ("coda_end_sample", "trace_coda_end_sample", .nestedList),
        ("trace_start_time", "trace_start_time", .text),
        ("trace_category", "trace_category", .text),
        ("trace_name", "trace_name", .text),
    ]

    private static let seisBenchNames: [String: String] = {
        var names = Dictionary(all.map { ($0.stead, $0.seisBench) }, uniquingKeysWith: { first, _ in first })
        names["s_travel_sec"] = "path_s_travel_sec"  // some copies of the table have it
        return names
    }()

    /// SeisBench's name for a column of STEAD; other names stay as they are.
    public static func seisBench(_ name: String) -> String { seisBenchNames[name] ?? name }
}
