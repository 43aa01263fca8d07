import Foundation

/// Windows of local earthquakes and of noise, as a regional network would cut them from its archive.
public struct LocalSeismograms: SyntheticKind {
    public static let name = "local"
    public static let standardLength = 6000
    public static let standardRate = 100.0

    public let count: Int
    private let length: Int
    private let rate: Double
    private let seed: UInt64
    private let catalogue: SyntheticCatalogue

    public init(count: Int, length: Int, rate: Double, seed: UInt64) {
        (self.count, self.length, self.rate, self.seed) = (count, length, rate, seed)
        catalogue = SyntheticCatalogue(count: count, seed: seed, duration: Double(length) / rate)
    }

    /// What is settled about a trace before its samples are made.
    private struct Plan {
        var station: SyntheticRegion.Station
        var event: (number: Int, source: Source, path: RayPath)?
        var disturbance: Disturbance
        /// In samples.
        var p: Double?
        var s: Double?
        var second: (source: Source, path: RayPath, p: Double, s: Double)?
        var start: Instant
        var noiseLevel: Double
        var dice: Dice
    }

    private func plan(_ index: Int) -> Plan {
        var dice = Dice(seed: seed, purpose: "synthesis.trace", subject: index)
        switch catalogue.entries[index] {
        case .noise(let number):
            let station = catalogue.region.stations[dice.int(0..<catalogue.region.stations.count)]
            let time = (1_388_534_400 + dice.uniform() * 10 * 365.25 * 86400)
            let disturbance = Disturbance.draw(dice: &dice)
            return Plan(
                station: station, disturbance: disturbance, start: Instant(seconds: (time * 100).rounded() / 100),
                noiseLevel: dice.logUniform(0.4, 3), dice: dice.part(number))
        case .earthquake(let number, let recording):
            let event = catalogue.event(number)
            let (station, path) = event.recordings[recording]
            let delay = (path.s - path.p) * rate
            // At least five seconds of a minute come before P, as in archives of pickers (Mousavi and others 2019); P
            // stands early enough for S to be in the window too.
            let latest = max(0.04, min(0.45, 0.88 - delay / Double(length)))
            let p = (dice.uniform(min(5.0 / 60, latest), latest) * Double(length) * 100).rounded() / 100
            let arrival = event.source.time + path.p
            let start = Instant(seconds: event.source.time).advanced(bySeconds: arrival - event.source.time - p / rate)
            var plan = Plan(
                station: station, event: (number, event.source, path), disturbance: .ambient, p: p, s: p + delay,
                start: start, noiseLevel: dice.logUniform(0.5, 1.6), dice: dice.part(0))
            if dice.chance(0.12) { plan.disturbance = Disturbance.traffic }
            plan.second = aftershock(of: event.source, at: station, behind: p + delay, dice: &dice)
            return plan
        }
    }

    /// Now and then another earthquake of the same fault follows within the window.
    private func aftershock(
        of source: Source, at station: SyntheticRegion.Station, behind s: Double, dice: inout Dice
    ) -> (source: Source, path: RayPath, p: Double, s: Double)? {
        let happens = dice.chance(0.12)
        var second = source
        second.magnitude += dice.uniform(-0.7, 0.3)
        second.depth = max(0.5, second.depth + dice.uniform(-1, 1))
        second.latitude += 0.01 * dice.normal()
        second.rake += 0.4 * dice.normal()
        let path = RayPath(second, to: station, in: catalogue.region)
        let delay = (path.s - path.p) * rate
        let (first, last) = (s + 4 * rate, Double(length) * 0.95 - delay)
        let p = (dice.uniform(first, max(first, last)) * 100).rounded() / 100
        return happens && first < last ? (second, path, p, p + delay) : nil
    }

    public func seismogram(_ index: Int) -> (samples: [[Float]], components: String) {
        let plan = plan(index)
        var ground = GroundMotion(count: length, rate: rate)
        AmbientNoise(station: plan.station, level: plan.noiseLevel).add(to: &ground, dice: plan.dice.part(1))
        plan.disturbance.add(to: &ground, at: plan.station, dice: plan.dice.part(2))
        if let event = plan.event, let p = plan.p {
            Earthquake(source: event.source, path: event.path, station: plan.station, region: catalogue.region)
                .add(to: &ground, onset: p, dice: plan.dice.part(3))
        }
        if let second = plan.second {
            Earthquake(source: second.source, path: second.path, station: plan.station, region: catalogue.region)
                .add(to: &ground, onset: second.p, dice: plan.dice.part(4))
        }
        // Archives of pickers are high-passed, or the sea would be all that one sees.
        for _ in 0..<2 { ground.filter(.highpass(0.8, rate: rate)) }
        var recorder = Recorder(ground: ground, dice: plan.dice.part(5))
        recorder.spoil(sparing: [plan.p, plan.s, plan.second?.p, plan.second?.s].compactMap { $0 })
        return (recorder.channels, "ZNE")
    }

    // MARK: Metadata

    public static let columns = [
        "trace_name", "split", "trace_category", "trace_start_time", "trace_sampling_rate_hz", "trace_npts",
        "trace_channel", "station_network_code", "station_code", "station_latitude_deg", "station_longitude_deg",
        "station_elevation_m", "trace_p_arrival_sample", "trace_p_status", "trace_p_weight", "path_p_travel_sec",
        "trace_s_arrival_sample", "trace_s_status", "trace_s_weight", "path_s_travel_sec", "trace_p2_arrival_sample",
        "trace_s2_arrival_sample", "source_id", "source_origin_time", "source_latitude_deg", "source_longitude_deg",
        "source_depth_km", "source_magnitude", "source_magnitude_type", "source_magnitude_author",
        "source_mechanism_strike_dip_rake", "source_distance_deg", "source_distance_km", "path_back_azimuth_deg",
        "source_zone", "trace_noise_type", "trace_snr_db", "trace_coda_end_sample",
    ]
    public static let measuredColumns: Set<String> = ["trace_snr_db", "trace_coda_end_sample"]

    public func settled(_ index: Int) -> TraceMetadata {
        let plan = plan(index)
        var row = TraceMetadata()
        let isEarthquake = plan.event != nil
        row["trace_name"] = name(plan, index)
        // All recordings of an earthquake are in one split.
        let subject = plan.event?.number ?? -1 - index
        row["split"] = Split.drawn(seed: seed, subject: subject).rawValue
        row["trace_category"] = isEarthquake ? "earthquake_local" : "noise"
        row["trace_start_time"] = plan.start.description
        row.set("trace_sampling_rate_hz", rate)
        row.set("trace_npts", Double(length))
        row["trace_channel"] = plan.station.channel
        row["station_network_code"] = "SY"
        row["station_code"] = plan.station.code
        row.set("station_latitude_deg", plan.station.latitude.rounded(decimals: 5))
        row.set("station_longitude_deg", plan.station.longitude.rounded(decimals: 5))
        row.set("station_elevation_m", plan.station.elevation)
        if !isEarthquake { row["trace_noise_type"] = plan.disturbance.rawValue }
        if let event = plan.event { fill(&row, event: event, plan: plan) }
        return row
    }

    private func name(_ plan: Plan, _ index: Int) -> String {
        let digits = plan.start.description.prefix(19).filter { $0.isNumber }
        return "\(plan.station.code).SY_\(digits)_\(index)_\(plan.event == nil ? "NO" : "EV")"
    }

    private func fill(_ row: inout TraceMetadata, event: (number: Int, source: Source, path: RayPath), plan: Plan) {
        let (source, path) = (event.source, event.path)
        for (phase, sample, travel) in [("p", plan.p, path.p), ("s", plan.s, path.s)] {
            row.set("trace_\(phase)_arrival_sample", sample?.rounded(decimals: 2))
            row["trace_\(phase)_status"] = "manual"
            row.set("trace_\(phase)_weight", 1)
            row.set("path_\(phase)_travel_sec", travel.rounded(decimals: 3))
        }
        row.set("trace_p2_arrival_sample", plan.second?.p.rounded(decimals: 2))
        row.set("trace_s2_arrival_sample", plan.second?.s.rounded(decimals: 2))
        row["source_id"] = "sy\(seed)-\(event.number)"
        row["source_origin_time"] = Instant(seconds: source.time).description
        row.set("source_latitude_deg", source.latitude.rounded(decimals: 4))
        row.set("source_longitude_deg", source.longitude.rounded(decimals: 4))
        row.set("source_depth_km", source.depth.rounded(decimals: 2))
        row.set("source_magnitude", source.magnitude)
        row["source_magnitude_type"] = "Mw"
        row["source_magnitude_author"] = "SYNTHETIC"
        func degrees(_ angle: Double) -> Int { Int((angle * 180 / .pi).rounded()) }
        row["source_mechanism_strike_dip_rake"] =
            "[\(degrees(source.strike)) \(degrees(source.dip)) \(degrees(source.rake))]"
        row.set("source_distance_deg", (path.distance / SyntheticRegion.kilometresPerDegree).rounded(decimals: 4))
        row.set("source_distance_km", path.distance.rounded(decimals: 2))
        let back = (path.azimuth * 180 / .pi + 180).truncatingRemainder(dividingBy: 360)
        row.set("path_back_azimuth_deg", (back < 0 ? back + 360 : back).rounded(decimals: 1))
        row.set("source_zone", Double(source.zone))
    }

    public func measured(_ index: Int, samples: [[Float]]) -> [(name: String, value: String?)] {
        let plan = plan(index)
        guard let p = plan.p, let s = plan.s else { return [] }
        let window = Window(
            samples: samples, components: "ZNE", rate: rate, picks: [.init(.P, at: p), .init(.S, at: s)])
        let ratios = window.signalToNoise.map { "\($0.rounded(decimals: 1))" }.joined(separator: " ")
        let end = codaEnd(window, p: Int(p), s: Int(s))
        return [("trace_snr_db", "[\(ratios)]"), ("trace_coda_end_sample", "\(end)")]
    }

    /// Where the half-second means fall to 1.4 times what they were before P.
    private func codaEnd(_ window: Window, p: Int, s: Int) -> Int {
        let frame = max(1, Int(rate / 2))
        func size(_ range: Range<Int>) -> Double {
            window.samples.reduce(0) { $0 + $1[range.clamped(to: 0..<length)].deviation }
        }
        let before = size(max(0, p - 10 * frame)..<p)
        var start = s + 2 * frame
        while start + frame < length, size(start..<start + frame) > 1.4 * before { start += frame }
        return min(length - 1, start)
    }
}

extension Double {
    func rounded(decimals: Int) -> Double {
        let scale = pow(10, Double(decimals))
        return (self * scale).rounded() / scale
    }
}

extension Split {
    /// 70 in 100 for training, 10 to decide by, 20 to test.
    static func drawn(seed: UInt64, subject: Int) -> Split {
        var dice = Dice(seed: seed, purpose: "synthesis.split", subject: subject)
        return dice.pick([(0.7, .train), (0.1, .dev), (0.2, .test)])
    }
}
