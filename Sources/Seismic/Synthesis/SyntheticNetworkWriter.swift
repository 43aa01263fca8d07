import Files
import Foundation
import GraphIR

extension SyntheticNetwork {
    /// What was written, for whoever asked.
    public struct Written: Sendable {
        public var stations, events, arrivals, faint, files, samples: Int
    }

    /// Writes the network into a folder: `waveforms` as an archive of days (`sds:`), the arrivals that can be seen
    /// (`picks.csv`) and those too weak to be asked for (`faint.csv`), `events.csv`, and the stations as StationXML and
    /// as a table. The same order gives the same bytes on any number of threads.
    public func write(to folder: String, threads: Int, overwrite: Bool) throws -> Written {
        try prepare(folder, overwrite: overwrite)
        let facts = try inParallel(stations.count, threads: threads) { station in
            Result {
                var files = StationFiles(self, station: station, folder: folder + "/waveforms")
                return try files.write()
            }
        }.map { try $0.get() }
        let listed = arrivals.filter(isRecorded)
        try write(Self.table(listed.filter { !$0.isFaint }, in: self), to: "picks.csv", in: folder)
        try write(Self.table(listed.filter(\.isFaint), in: self), to: "faint.csv", in: folder)
        try write(eventTable, to: "events.csv", in: folder)
        try write(stationTable, to: "stations.csv", in: folder)
        try write(stationXML, to: "stations.xml", in: folder)
        try write(manifest.text(indented: true) + "\n", to: Self.manifestName, in: folder)
        return Written(
            stations: stations.count, events: events.count, arrivals: listed.count { !$0.isFaint },
            faint: listed.count(where: \.isFaint), files: facts.reduce(0, +), samples: 3 * count * stations.count)
    }

    static let manifestName = "stream.json"

    /// Only what was made before, and says so, is replaced.
    private func prepare(_ folder: String, overwrite: Bool) throws {
        let files = FileManager.default
        let there = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        if !there.isEmpty {
            let isOurs = there.contains(Self.manifestName)
            guard overwrite, isOurs else {
                throw DataError(
                    .access, file: folder,
                    expected: isOurs ? "a new folder, or --overwrite" : "a new folder, or a made one to --overwrite",
                    found: "one that holds something")
            }
            try? files.removeItem(atPath: folder + "/waveforms")
        }
        do { try files.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw DataError(.access, file: folder, expected: "a folder that can be made", found: "none")
        }
    }

    private func write(_ text: String, to name: String, in folder: String) throws {
        try AtomicFile(folder + "/" + name).write(text)
    }

    // MARK: Tables

    private static func table(_ arrivals: [Arrival], in network: SyntheticNetwork) -> String {
        CSV.text(
            [["network", "station", "location", "channels", "phase", "time", "event", "clarity"]]
                + arrivals.map { arrival in
                    let station = network.stations[arrival.station]
                    return [
                        networkCode, station.code, "", station.channel + "[ZNE]", arrival.phase.rawValue,
                        network.time(arrival.seconds.rounded(decimals: 6)).description,
                        network.events[arrival.event].name, "\(arrival.clarity.rounded(decimals: 2))",
                    ]
                })
    }

    private var eventTable: String {
        CSV.text(
            [["event", "time", "latitude", "longitude", "depth_km", "magnitude", "magnitude_type", "arrivals"]]
                + events.enumerated().map { number, event in
                    let source = event.source
                    let seen = arrivals.count { $0.event == number && !$0.isFaint && isRecorded($0) }
                    return [
                        event.name, time(event.seconds).description, "\(source.latitude.rounded(decimals: 5))",
                        "\(source.longitude.rounded(decimals: 5))", "\(source.depth.rounded(decimals: 2))",
                        "\(source.magnitude)", "Mw", "\(seen)",
                    ]
                })
    }

    private var stationTable: String {
        CSV.text(
            [["network", "station", "location", "latitude", "longitude", "elevation", "gain", "unit"]]
                + stations.map { station in
                    [
                        Self.networkCode, station.code, "", "\(station.latitude.rounded(decimals: 5))",
                        "\(station.longitude.rounded(decimals: 5))", "\(station.elevation)",
                        "\(Int(SyntheticStream.gain))", "m/s",
                    ]
                })
    }

    private var stationXML: String {
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<FDSNStationXML xmlns="http://www.fdsn.org/xml/station/1" schemaVersion="1.1">"#,
            "  <Source>Strata, synthetic</Source>", "  <Created>\(order.start)</Created>",
            #"  <Network code="\#(Self.networkCode)">"#,
        ]
        for station in stations {
            let place = [
                "<Latitude>\(station.latitude.rounded(decimals: 5))</Latitude>",
                "<Longitude>\(station.longitude.rounded(decimals: 5))</Longitude>",
                "<Elevation>\(station.elevation)</Elevation>",
            ]
            lines.append(#"    <Station code="\#(station.code)" startDate="\#(order.start)">"#)
            lines += place.map { "      " + $0 }
            lines.append("      <Site><Name>\(station.code), made</Name></Site>")
            for (letter, azimuth, dip) in [("Z", 0, -90), ("N", 0, 0), ("E", 90, 0)] {
                let code = station.channel + letter
                lines.append(
                    #"      <Channel code="\#(code)" locationCode="" startDate="\#(order.start)">"#)
                lines += place.map { "        " + $0 }
                lines += [
                    "        <Depth>0.0</Depth>", "        <Azimuth>\(azimuth)</Azimuth>",
                    "        <Dip>\(dip)</Dip>", "        <SampleRate>\(order.rate)</SampleRate>",
                    "        <Response><InstrumentSensitivity><Value>\(Int(SyntheticStream.gain))</Value>"
                        + "<Frequency>5.0</Frequency><InputUnits><Name>m/s</Name></InputUnits>"
                        + "<OutputUnits><Name>count</Name></OutputUnits></InstrumentSensitivity></Response>",
                    "      </Channel>",
                ]
            }
            lines.append("    </Station>")
        }
        lines += ["  </Network>", "</FDSNStationXML>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private var manifest: JSON {
        [
            "format": 1, "kind": "synthetic stream", "seed": .string("\(order.seed)"),
            "start": .string(order.start.description), "hours": .number(order.hours), "rate_hz": .number(order.rate),
            "stations": .int(stations.count), "events_an_hour": .int(order.events),
            "gaps_an_hour": .int(order.gaps),
        ]
    }
}

/// The files of one station, a day and a channel each, written while its samples are made.
private struct StationFiles {
    private let network: SyntheticNetwork
    private let station: Int
    private let folder: String
    private var files: [Int: OutputFile] = [:]
    private var day: Int?
    private var numbers = [1, 1, 1]
    private var count = 0
    private static let letters = ["Z", "N", "E"]

    init(_ network: SyntheticNetwork, station: Int, folder: String) {
        self.network = network
        self.station = station
        self.folder = folder
    }

    /// How many files there are now.
    mutating func write() throws -> Int {
        var stream = SyntheticStream(network, station: station)
        while let (first, channels) = stream.next() {
            var begin = first
            let end = first + channels[0].count
            while begin < end {
                let (day, last) = day(of: begin)
                try open(day)
                let part = begin..<min(end, last)
                for component in channels.indices {
                    try add(
                        channels[component][(part.lowerBound - first)..<(part.upperBound - first)],
                        component: component, at: part)
                }
                begin = part.upperBound
            }
        }
        try close()
        return count
    }

    private func time(_ sample: Int) -> Instant { network.time(Double(sample) / network.order.rate) }

    /// The day of a sample, and the first sample of the next.
    private func day(of sample: Int) -> (day: Int, end: Int) {
        let day = floorDivide(time(sample).nanoseconds, Instant.nanosecondsPerDay)
        let rest = Instant(nanoseconds: (day + 1) * Instant.nanosecondsPerDay).seconds(since: network.order.start)
        return (day, max(sample + 1, Int((rest * network.order.rate).rounded(.up))))
    }

    private mutating func open(_ next: Int) throws {
        guard day != next else { return }
        try close()
        day = next
        let moment = Instant(nanoseconds: next * Instant.nanosecondsPerDay).calendar
        let digits = String(moment.dayOfYear)
        let number = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        let (code, band) = (network.stations[station].code, network.stations[station].channel)
        for component in Self.letters.indices {
            let channel = band + Self.letters[component]
            let net = SyntheticNetwork.networkCode
            let place = "\(folder)/\(moment.year)/\(net)/\(code)/\(channel).D"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            files[component] = try OutputFile(
                "\(place)/\(net).\(code)..\(channel).D.\(moment.year).\(number)", overwrite: true)
            count += 1
        }
    }

    private mutating func close() throws {
        for file in files.values { try file.finish() }
        files = [:]
    }

    /// Samples of a component without those that a gap swallowed.
    private mutating func add(_ samples: ArraySlice<Int32>, component: Int, at range: Range<Int>) throws {
        var parts = [range]
        for gap in network.gaps[station] where gap.component == nil || gap.component == component {
            guard gap.samples.overlaps(range) else { continue }
            parts = parts.flatMap { part -> [Range<Int>] in
                guard part.overlaps(gap.samples) else { return [part] }
                return [
                    part.lowerBound..<max(part.lowerBound, gap.samples.lowerBound),
                    min(part.upperBound, gap.samples.upperBound)..<part.upperBound,
                ].filter { !$0.isEmpty }
            }
        }
        let code = network.stations[station]
        for part in parts {
            let values = samples.dropFirst(part.lowerBound - range.lowerBound).prefix(part.count)
            let segment = Segment(
                id: "\(SyntheticNetwork.networkCode).\(code.code)..\(code.channel)\(Self.letters[component])",
                start: time(part.lowerBound), rate: network.order.rate, samples: .int32(Array(values)))
            for record in try MiniSEED.records(
                of: segment, from: &numbers[component], recordLength: 4096, path: folder)
            {
                try files[component]?.append(record)
            }
        }
    }
}
