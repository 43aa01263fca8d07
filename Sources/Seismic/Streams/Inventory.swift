import Files

/// Where stations stand and what one count of their instruments means: StationXML, read as data, or a table with the
/// columns `network, station, latitude, longitude` and, if known, `location, elevation, gain, unit`.
public struct Inventory: Sendable {
    public struct Site: Sendable, Hashable {
        public var latitude: Double
        public var longitude: Double
        /// In metres.
        public var elevation: Double?
    }
    struct Entry: Sendable {
        var network, station: String
        /// `nil` where the entry holds for all.
        var location: String?
        var channel: String?
        var times: Range<Instant>
        var site: Site?
        /// Counts for one unit.
        var gain: Double?
        var unit: String?
    }
    private(set) var entries: [Entry] = []
    public var count: Int { Set(entries.map { "\($0.network).\($0.station)" }).count }

    static let always = Instant(nanoseconds: .min)..<Instant(nanoseconds: .max)

    public init(_ path: String) throws(DataError) { try self.init(FileBytes(mapping: path)) }

    init(_ file: FileBytes) throws(DataError) {
        let head = try file.bytes(0, min(file.count, 256))
        let isXML = head.first { !" \t\r\n\u{FEFF}".utf8.contains($0) } == UInt8(ascii: "<")
        entries = isXML ? try StationXML.entries(file) : try Self.table(file)
        guard !entries.isEmpty else { throw file.error(at: nil, expected: "stations", found: "none") }
    }

    /// The site of an instrument at a time; what is said of its place before what is said of its station.
    public func site(of group: StreamGroup, at time: Instant) -> Site? {
        let known = of(group, at: time).filter { $0.site != nil }
        return (known.first { $0.location != nil } ?? known.first)?.site
    }

    /// Counts for one unit of ground motion, and the unit.
    public func gain(of group: StreamGroup, component: Character, at time: Instant) -> (gain: Double, unit: String)? {
        let known = of(group, at: time).filter { entry in
            entry.gain != nil && (entry.channel ?? group.band + String(component)) == group.band + String(component)
        }
        guard let entry = known.first(where: { $0.channel != nil }) ?? known.first, let gain = entry.gain, gain != 0,
            gain.isFinite
        else { return nil }
        return (gain, entry.unit ?? "m/s")
    }

    private func of(_ group: StreamGroup, at time: Instant) -> [Entry] {
        entries.filter { entry in
            entry.network == group.network && entry.station == group.station && entry.times.contains(time)
                && (entry.location ?? group.location) == group.location
        }
    }

    private static func table(_ file: FileBytes) throws(DataError) -> [Entry] {
        let table = try CSVTable(file)
        func column(_ name: String) -> Int? { table.columnNames.index(of: name) }
        guard let network = column("network"), let station = column("station"), let latitude = column("latitude"),
            let longitude = column("longitude")
        else {
            throw file.error(
                at: 0, expected: "the columns network, station, latitude and longitude",
                found: table.columnNames.names.joined(separator: ", "))
        }
        var entries: [Entry] = []
        for row in 0..<table.count {
            if let error = table.error(ofRow: row) { throw error }
            func text(_ name: String) -> String? { column(name).flatMap { table.value(row: row, column: $0) } }
            func number(_ name: String) throws(DataError) -> Double? {
                guard let text = text(name) else { return nil }
                guard let number = Double(text), number.isFinite else {
                    throw file.error(at: nil, expected: "a number for \(name) in row \(row + 1)", found: "'\(text)'")
                }
                return number
            }
            guard let lat = try number("latitude"), let long = try number("longitude") else {
                throw file.error(at: nil, expected: "latitude and longitude in row \(row + 1)", found: "none")
            }
            entries.append(
                Entry(
                    network: table.value(row: row, column: network) ?? "",
                    station: table.value(row: row, column: station) ?? "", location: text("location"), channel: nil,
                    times: always,
                    site: Site(latitude: lat, longitude: long, elevation: try number("elevation")),
                    gain: try number("gain"), unit: text("unit")))
        }
        _ = (latitude, longitude)
        return entries
    }
}

/// The parts of FDSN StationXML that picking needs: places, times, and the sensitivity of channels.
enum StationXML {
    static func entries(_ file: FileBytes) throws(DataError) -> [Inventory.Entry] {
        var reader = try XMLReader(file)
        var reading = Reading()
        while let event = try reader.next() { reading.take(event) }
        return reading.entries
    }

    private struct Reading {
        var entries: [Inventory.Entry] = []
        private var path: [String] = []
        private var network = ""
        private var station = Place()
        private var channel = Place()

        private struct Place {
            var code = ""
            var location = ""
            var times = Inventory.always
            var latitude: Double?
            var longitude: Double?
            var elevation: Double?
            var gain: Double?
            var unit: String?
            var site: Inventory.Site? {
                guard let latitude, let longitude else { return nil }
                return Inventory.Site(latitude: latitude, longitude: longitude, elevation: elevation)
            }

            init() {}
            init(_ attributes: [String: String]) {
                code = attributes["code"] ?? ""
                location = attributes["locationCode"] ?? ""
                let start = attributes["startDate"].flatMap { Instant($0) } ?? Inventory.always.lowerBound
                let end = attributes["endDate"].flatMap { Instant($0) } ?? Inventory.always.upperBound
                times = start..<max(start, end)
            }

            mutating func take(_ path: ArraySlice<String>, _ text: String) {
                let number = Double(text.filter { !$0.isWhitespace })
                switch path {
                case ["Latitude"]: latitude = number
                case ["Longitude"]: longitude = number
                case ["Elevation"]: elevation = number
                case ["Response", "InstrumentSensitivity", "Value"]: gain = number
                case ["Response", "InstrumentSensitivity", "InputUnits", "Name"]:
                    unit = text.filter { !$0.isWhitespace }.lowercased()
                default: break
                }
            }
        }

        mutating func take(_ event: XMLReader.Event) {
            switch event {
            case .start(let name, let attributes):
                path.append(name)
                switch path.count {
                case 2 where name == "Network": network = attributes["code"] ?? ""
                case 3 where name == "Station": station = Place(attributes)
                case 4 where name == "Channel": channel = Place(attributes)
                default: break
                }
            case .text(let text):
                if path.starts(with: ["FDSNStationXML", "Network", "Station", "Channel"]) {
                    channel.take(path[4...], text)
                } else if path.starts(with: ["FDSNStationXML", "Network", "Station"]) {
                    station.take(path[3...], text)
                }
            case .end:
                if path == ["FDSNStationXML", "Network", "Station", "Channel"] {
                    entries.append(
                        Inventory.Entry(
                            network: network, station: station.code, location: channel.location,
                            channel: channel.code, times: channel.times, site: channel.site, gain: channel.gain,
                            unit: channel.unit))
                } else if path == ["FDSNStationXML", "Network", "Station"] {
                    entries.append(
                        Inventory.Entry(
                            network: network, station: station.code, location: nil, channel: nil,
                            times: station.times, site: station.site, gain: nil, unit: nil))
                }
                _ = path.popLast()
            }
        }
    }
}
